"""Speeds seen at the last refreshes, for the curve in the detail pane: bounded for each task."""

import math
from array import array
from collections.abc import Sequence
from struct import Struct

from sms_tui.domain.task import Task
from sms_tui.engine.roster import Entry

_MOST_SPEEDS = 120
_FORM = "f"
_SPEED = Struct(_FORM)
_BYTES, _pack = _SPEED.size, _SPEED.pack
_NOT_TOLD = math.nan


class SpeedHistory:
    """One speed for each refresh while a task is active; 4 bytes each, for thousands of tasks.

    Only what the list says anew is noted: until then a task has, at each refresh, the speed it had before.
    """

    def __init__(self, most: int = _MOST_SPEEDS) -> None:
        self._most = most * _BYTES
        self._round = 0

    def end_round(self) -> None:
        """The list was read to its end."""
        self._round += 1

    def note(self, entry: Entry, task: Task) -> None:
        """Take the speed of `task` as the list has it from this round on; a task at rest has no curve."""
        if not task.is_active:
            entry.curve = b""
            return
        # What a refresh noted that came to no end gives way to what the next one brings.
        curve = entry.curve[:-_BYTES] if entry.noted == self._round else self._up_to_now(entry)
        entry.curve = (curve + _pack(_NOT_TOLD if task.speed is None else task.speed))[-self._most :]
        entry.noted = self._round

    def of(self, entry: Entry) -> Sequence[float]:
        """The speeds of a task, Mbit/s, oldest first; without those that the list did not tell."""
        speeds = array(_FORM, self._up_to_now(entry)[-self._most :])
        return [speed for speed in speeds if not math.isnan(speed)]

    def _up_to_now(self, entry: Entry) -> bytes:
        curve, missing = entry.curve, self._round - 1 - entry.noted
        return curve + curve[-_BYTES:] * min(missing, self._most) if missing > 0 else curve
