"""The tasks as the screen shows them: current, or as they were when the operator held the screen.

Table, detail, board and header ask here. Operations and dialogs judge by the store, which always goes on.
"""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from sms_tui.domain.freshness import SyncStatus
from sms_tui.domain.rows import Row
from sms_tui.domain.situation import Situation
from sms_tui.domain.task import TaskDetail
from sms_tui.engine.record import OperationRecord
from sms_tui.engine.store.history import SpeedsOf
from sms_tui.engine.store.store import Store


class _Held(Struct, frozen=True):
    """All that is shown of tasks, at one moment."""

    rows: Mapping[str, Row]
    details: Mapping[str, TaskDetail]
    speeds: SpeedsOf
    situations: Mapping[Situation, int]
    active: int
    sync: SyncStatus


class Shown:
    """A store to look at; while it is held nothing in it changes but what time does."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held: _Held | None = None

    @property
    def is_held(self) -> bool:
        """Whether what is shown is what was, not what is."""
        return self._held is not None

    def hold(self) -> None:
        """Show from now on what is known at this moment."""
        store = self._store
        rows = {row.task.id: row for row in store.rows()}
        self._held = _Held(
            rows,
            dict(store.details),
            store.speeds_now(),
            dict(store.situations),
            store.active,
            store.sync,
        )

    def release(self) -> None:
        """Show what is known by now, and what comes."""
        self._held = None

    @property
    def total(self) -> int:
        """How many tasks there are."""
        return len(self._held.rows if self._held else self._store.tasks)

    @property
    def is_known(self) -> bool:
        """Whether any of the list was read, be it that it is empty."""
        return bool(self.total) or self.sync.synced_at is not None

    @property
    def situations(self) -> Mapping[Situation, int]:
        """How many tasks are in each situation."""
        return (self._held or self._store).situations

    @property
    def active(self) -> int:
        """How many tasks there are in which something moves."""
        return (self._held or self._store).active

    @property
    def sync(self) -> SyncStatus:
        """How old what is shown is; whether the service answers is told as it is in any case."""
        sync = self._store.sync
        if self._held is None:
            return sync
        return replace(
            self._held.sync, failures=sync.failures, failing_since=sync.failing_since, trouble=sync.trouble
        )

    def rows(self) -> Sequence[Row]:
        """Every task as a row, in no order."""
        return list(self._held.rows.values()) if self._held else self._store.rows()

    def row(self, task_id: str) -> Row | None:
        """One task as a row."""
        return self._held.rows.get(task_id) if self._held else self._store.row(task_id)

    def rows_of(self, task_ids: Iterable[str]) -> Sequence[Row]:
        """Those of these tasks that there are as rows, in the same order."""
        found = map(self.row, task_ids)
        return [row for row in found if row is not None]

    def detail(self, task_id: str) -> TaskDetail | None:
        """One task as it was read by itself, if it was lately."""
        return (self._held or self._store).details.get(task_id)

    def speeds(self, task_id: str) -> Sequence[float]:
        """Speeds seen while the task was active, Mbit/s, oldest first."""
        return (self._held or self._store).speeds(task_id)

    def pending_records(self) -> Sequence[OperationRecord]:
        """The operations that are not settled yet: no held screen hides what was sent from it."""
        return self._store.pending_records()
