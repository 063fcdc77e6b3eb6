"""What happened in the simulated world, for tests to assert on."""

from collections import deque
from typing import NamedTuple

MOST_KEPT = 100_000
"""Entries; a large demo makes some with every second that it runs"""


class Entry(NamedTuple):
    """One thing that happened to one task; `before` and `after` are its states, equal if it kept it."""

    ms: int
    """Virtual epoch milliseconds."""
    task_id: str
    cause: str
    before: str
    after: str
    source: str
    """The source server's state afterwards."""


class Chronicle(deque[Entry]):
    """The newest entries, in the order in which they were worked off: within one site the order of time."""

    def __init__(self) -> None:
        super().__init__(maxlen=MOST_KEPT)

    def of(self, task_id: str) -> list[Entry]:
        """What happened to one task."""
        return [entry for entry in self if entry.task_id == task_id]
