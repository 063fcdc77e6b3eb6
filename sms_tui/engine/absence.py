"""When a task that a list lacks is really gone: a shifting list can hide one that is still there."""

from collections.abc import Collection

_MISSES_UNTIL_GONE = 2


class Absences:
    """Counts how many whole lists in a row lacked a task."""

    def __init__(self) -> None:
        self._misses: dict[str, int] = {}
        self._expected: set[str] = set()
        self._gone: dict[str, int] = {}

    def expect(self, task_id: str) -> None:
        """Our own delete was accepted: one list without the task is enough."""
        self._expected.add(task_id)

    def missed(self, lacking: Collection[str]) -> list[str]:
        """Take what a whole list lacked; those that are gone by now."""
        self._misses = {task_id: self._misses.get(task_id, 0) + 1 for task_id in lacking}
        return [
            task_id
            for task_id, misses in self._misses.items()
            if misses >= _MISSES_UNTIL_GONE or task_id in self._expected
        ]

    def bury(self, task_id: str, number: int) -> None:
        """The read with `number` says that the task is gone: what older reads bring of it does not count."""
        self._misses.pop(task_id, None)
        self._expected.discard(task_id)
        self._gone[task_id] = number

    def is_buried(self, task_id: str, number: int) -> bool:
        """Whether a newer read than the one with `number` found the task gone."""
        return self._gone.get(task_id, -1) >= number

    def exhume(self, before: int) -> None:
        """No answer to a read older than `before` can come any more."""
        self._gone = {task_id: number for task_id, number in self._gone.items() if number >= before}

    def seen(self, task_id: str) -> None:
        """A read shows that the task is there."""
        self._misses.pop(task_id, None)
