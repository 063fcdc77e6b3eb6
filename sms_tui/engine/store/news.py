"""What has changed since the listener last asked, and the listener that is told to ask."""

from collections.abc import Callable
from itertools import islice

from msgspec import Struct, field

from sms_tui.domain.rows import Row


class Change(Struct):
    """What changed since the last time somebody asked; no id is in two of the collections."""

    added: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    updated: dict[str, Row] = field(default_factory=dict)
    """In the order in which they came: of thousands, those beside each other lie together in memory"""
    status: bool = False

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.updated or self.status)

    def is_about(self, task_id: str | None) -> bool:
        """Whether that task came, went or looks different."""
        return task_id in self.updated or task_id in self.added or task_id in self.removed

    def merge(self, later: "Change") -> None:
        """Add what changed later; whether an id came or went is for the reader to look up by then."""
        self.added |= later.added
        self.removed |= later.removed
        self.updated |= later.updated
        self.status = self.status or later.status


class News:
    """Collects changes for one listener, who may be slow: sums are kept, not steps."""

    def __init__(self) -> None:
        self._change = Change()
        self._listener: Callable[[], None] = lambda: None

    def listen(self, listener: Callable[[], None]) -> None:
        """Have `listener` called whenever something changed."""
        self._listener = listener

    def drain(self, most: int | None = None) -> Change:
        """Take what changed since the last call; of updates the first `most`, and the rest the next time."""
        change, self._change = self._change, Change()
        if most is not None and len(change.updated) > most:
            rest = self._change.updated = change.updated
            change.updated = {task_id: rest.pop(task_id) for task_id in list(islice(rest, most))}
        return change

    def added(self, row: Row) -> None:
        """A task has appeared; one that left and returned before the listener asked counts as never gone."""
        task_id = row.task.id
        if task_id in self._change.removed:
            self._change.removed.discard(task_id)
            self._change.updated[task_id] = row
        else:
            self._change.added.add(task_id)

    def updated(self, row: Row) -> None:
        """A task looks different."""
        if row.task.id not in self._change.added:
            self._change.updated[row.task.id] = row

    def removed(self, task_id: str) -> None:
        """A task is gone; one that came and went before the listener asked counts as never there."""
        self._change.updated.pop(task_id, None)
        if task_id in self._change.added:
            self._change.added.discard(task_id)
        else:
            self._change.removed.add(task_id)

    def status(self) -> None:
        """Something other than a task changed."""
        self._change.status = True

    def tell(self) -> None:
        """Call the listener, if there is anything to ask for."""
        if self._change:
            self._listener()
