"""Speeds seen at the last refreshes, for the curve in the detail pane: bounded for each task."""

import math
from array import array
from collections.abc import Sequence
from struct import Struct

from sms_tui.domain.task import Task
from sms_tui.engine.roster import Entry

_MOST_SPEEDS = 120
_SPEED = Struct("f")


class SpeedHistory:
    """One speed for each refresh while a task is active; 4 bytes each, for thousands of tasks.

    Only what the list says anew is noted: until then a task has, at each refresh, the speed it had before.
    """

    def __init__(self, most: int = _MOST_SPEEDS) -> None:
        self._most = most
        self._round = 0

    def end_round(self) -> None:
        """The list was read to its end."""
        self._round += 1

    def note(self, entry: Entry, task: Task) -> None:
        """Take the speed of `task` as the list has it from this round on; a task at rest has no curve."""
        if not task.is_active:
            entry.curve = b""
            return
        curve = entry.curve
        if curve and entry.noted != self._round - 1:
            # What a refresh noted that came to no end gives way to what the next one brings.
            curve = curve[: -_SPEED.size] if entry.noted == self._round else self._up_to_now(entry).tobytes()
        speed = math.nan if task.speed is None else task.speed
        entry.curve = (curve + _SPEED.pack(speed))[-_SPEED.size * self._most :]
        entry.noted = self._round

    def of(self, entry: Entry) -> Sequence[float]:
        """The speeds of a task, Mbit/s, oldest first; without those that the list did not tell."""
        return [speed for speed in self._up_to_now(entry) if not math.isnan(speed)]

    def _up_to_now(self, entry: Entry) -> "array[float]":
        speeds = array("f", entry.curve)
        missing = min(self._round - 1 - entry.noted, self._most)
        return (speeds + speeds[-1:] * missing)[-self._most :]
