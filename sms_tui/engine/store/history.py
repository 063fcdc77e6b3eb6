"""Speeds seen at recent refreshes, for the curve in the detail pane; bounded for each task."""

import math
from array import array
from collections.abc import Callable, Mapping, Sequence
from struct import Struct

from sms_tui.domain.task import Task
from sms_tui.engine.store.roster import Entry

_MOST_SPEEDS = 120
_FORM = "f"
_SPEED = Struct(_FORM)
_BYTES, _pack = _SPEED.size, _SPEED.pack
_NOT_TOLD = math.nan
SpeedsOf = Callable[[str], Sequence[float]]
"""The speeds of the task with that id"""


class SpeedHistory:
    """One speed for each refresh while a task is active; 4 bytes each, for thousands of tasks.

    Only what is new in the list is noted: at a refresh without a note the speed is what it was before.
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
        # Noted in this round already, by a refresh that broke off: this one counts in its place.
        known = entry.curve
        if entry.noted == self._round:
            known = known[:-_BYTES]
        else:
            known = self._up_to(self._round, known, entry.noted)
        entry.curve = (known + _pack(_NOT_TOLD if task.speed is None else task.speed))[-self._most :]
        entry.noted = self._round

    def of(self, entry: Entry) -> Sequence[float]:
        """The speeds of a task, Mbit/s, oldest first; without those that the list did not tell."""
        return self._told(self._up_to(self._round, entry.curve, entry.noted))

    def kept(self, entries: Mapping[str, Entry]) -> SpeedsOf:
        """What `of` tells at this moment of each of `entries`, to be asked whatever is noted later."""
        # Worked out when asked: there may be tens of thousands, and somebody waits.
        kept = {task_id: (entry.curve, entry.noted) for task_id, entry in entries.items() if entry.curve}
        this_round = self._round
        return lambda task_id: self._told(self._up_to(this_round, *kept.get(task_id, (b"", 0))))

    def _told(self, curve: bytes) -> Sequence[float]:
        return [speed for speed in array(_FORM, curve[-self._most :]) if not math.isnan(speed)]

    def _up_to(self, this_round: int, curve: bytes, noted: int) -> bytes:
        missing = this_round - 1 - noted
        return curve + curve[-_BYTES:] * min(missing, self._most) if missing > 0 else curve
