"""The list of sub-tasks that a task shows; it grows with each stage, so positions in it mean nothing."""

from collections.abc import Iterable, Iterator

from msgspec import Struct


class SubTask(Struct):
    """A sub-task as listed; `progress` is what it stood at when it was last left."""

    name: str
    started: int | None = None
    ended: int | None = None
    progress: int = 0


class SubTasks:
    """Sub-tasks by name, in the order in which they came up."""

    __slots__ = ("_listed", "_planned")

    def __init__(self, names: Iterable[str]) -> None:
        self._planned = tuple(names)
        self.reset()

    def __iter__(self) -> Iterator[SubTask]:
        return iter(self._listed.values())

    def get(self, name: str) -> SubTask | None:
        """The sub-task of that name, if it is listed."""
        return self._listed.get(name)

    def open(self, name: str, now: int) -> None:
        """Begin a sub-task, or take it up again; a new round of a completed one begins anew."""
        if not name:
            return
        shown = self._listed.setdefault(name, SubTask(name))
        if shown.started is None or shown.ended is not None:
            shown.started = now
            shown.ended = None
            shown.progress = 0

    def close(self, now: int) -> None:
        """Complete what is open."""
        for shown in self._listed.values():
            if shown.started is not None and shown.ended is None:
                shown.ended = now
                shown.progress = 100

    def put(self, name: str, started: int, ended: int) -> None:
        """List a sub-task as completed in the past; several steps of one sub-task are put one by one."""
        before = self._listed.get(name)
        begun = before.started if before and before.ended == started else None
        self._listed[name] = SubTask(name, started if begun is None else begun, ended, 100)

    def reset(self) -> None:
        """List what is planned from the start, and nothing of it begun."""
        self._listed = {name: SubTask(name) for name in self._planned}
