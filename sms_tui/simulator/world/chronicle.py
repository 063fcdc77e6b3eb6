"""What happened in the simulated world, for tests to assert on."""

from typing import NamedTuple


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


class Chronicle(list[Entry]):
    """Entries in the order in which they were worked off; within one site that is the order of time."""

    def of(self, task_id: str) -> list[Entry]:
        """What happened to one task."""
        return [entry for entry in self if entry.task_id == task_id]
