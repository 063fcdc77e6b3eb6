"""When a task that a list lacks is really gone: a list that shifts can hide one that still exists."""

from collections.abc import Callable, Mapping

_MISSES_UNTIL_GONE = 2
_MOST_GONE = 10_000
"""So many ids are remembered: the answer to an old question may come when several lists were read since"""


class Absences:
    """Counts how many whole lists in a row lacked a task."""

    def __init__(self, is_being_deleted: Callable[[str], bool]) -> None:
        """`is_being_deleted`: our own delete was accepted, so that one list without the task is enough."""
        self._is_being_deleted = is_being_deleted
        self._misses: dict[str, tuple[int, int]] = {}
        """How many lists in a row lacked a task, and the number of the read that showed it last"""
        self._gone: dict[str, int] = {}

    def missed(self, lacking: Mapping[str, int]) -> list[str]:
        """Take what a whole list lacked, with the read that showed each last; returns what is gone by now.

        A sighting in between, be it in a list that was not whole, begins the count anew.
        """
        self._misses = {task_id: (self._count(task_id, seen) + 1, seen) for task_id, seen in lacking.items()}
        return [
            task_id
            for task_id, (misses, _) in self._misses.items()
            if misses >= _MISSES_UNTIL_GONE or self._is_being_deleted(task_id)
        ]

    def _count(self, task_id: str, seen: int) -> int:
        misses, seen_then = self._misses.get(task_id, (0, seen))
        return misses if seen_then == seen else 0

    def bury(self, task_id: str, number: int) -> None:
        """The read with `number` says that the task is gone: what older reads bring of it does not count."""
        self._misses.pop(task_id, None)
        self._gone.pop(task_id, None)
        self._gone[task_id] = number
        while len(self._gone) > _MOST_GONE:
            del self._gone[next(iter(self._gone))]

    def is_buried(self, task_id: str, number: int) -> bool:
        """Whether a newer read than the one with `number` found the task gone."""
        return self._gone.get(task_id, -1) >= number
