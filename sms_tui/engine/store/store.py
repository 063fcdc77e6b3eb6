"""The one copy of the truth: tasks by id as last read, what is pending on them, and how old all of it is.

Views hold ids and ask here; answers come in through `intake`. One listener is told that something has
changed, and fetches the changes when it suits.
"""

from collections.abc import Callable, Collection, Mapping, Sequence, Set
from itertools import chain

from sms_tui.domain.freshness import SyncStatus
from sms_tui.domain.operations import DELETE
from sms_tui.domain.outcome import Outcome
from sms_tui.domain.rows import NOTHING_PENDING, Pending, Row
from sms_tui.domain.situation import Situation
from sms_tui.domain.task import Task, TaskDetail
from sms_tui.engine.event_log import EventLog
from sms_tui.engine.record import OperationRecord
from sms_tui.engine.store.history import SpeedHistory, SpeedsOf
from sms_tui.engine.store.intake import Intake
from sms_tui.engine.store.news import Change, News
from sms_tui.engine.store.roster import Reading, Roster


class Store:
    """Tasks, their details, operations on them, and the state of the refreshes."""

    def __init__(self, log: EventLog, now: Callable[[], float], interval: float = 5.0) -> None:

        def known_beside(task_id: str) -> tuple[Pending, bool]:
            """What its row tells beside the task: what is pending on it, and whether it is watched."""
            record = self.pending(task_id)
            return record.pending if record else NOTHING_PENDING, task_id in self._watched

        def is_being_deleted(task_id: str) -> bool:
            records = self.pending_records(task_id)
            return any((each.operation, each.outcome) == (DELETE, Outcome.ACCEPTED) for each in records)

        self._now = now
        self._numbers = 0
        self._news = News()
        self._roster = Roster(self._news, now, known_beside)
        self._history = SpeedHistory()
        self.tasks: Mapping[str, Task] = self._roster.tasks
        """Every task known, by id"""
        self.moving: Set[str] = self._roster.moving
        """Ids of tasks on their way from one state to another: launching, cloning, pausing and so on"""
        self.situations: Mapping[Situation, int] = self._roster.situations
        """How many tasks are in each situation"""
        details: dict[str, TaskDetail] = {}
        self.details: Mapping[str, TaskDetail] = details
        """Tasks that were read by themselves lately, by id"""
        self._pending: dict[str, list[OperationRecord]] = {}
        """By task, oldest first: one that is settled must not take an older doubt with it"""
        self._watched: frozenset[str] = frozenset()
        self._sync = SyncStatus(interval)
        self.intake = Intake(self._roster, self._news, log, self._history, details, is_being_deleted)

    @property
    def active(self) -> int:
        """How many tasks there are in which something moves."""
        return self._roster.active

    @property
    def sync(self) -> SyncStatus:
        """What the last refreshes brought."""
        return self._sync

    @property
    def watched(self) -> frozenset[str]:
        """Ids of tasks whose changes the operator wants to be told of."""
        return self._watched

    def rows(self) -> Sequence[Row]:
        """Every task as a row, in no order."""
        return self._roster.rows()

    def row(self, task_id: str) -> Row | None:
        """One task as a row."""
        entry = self._roster.entry(task_id)
        return entry.row if entry else None

    def reading(self, task_id: str) -> Reading | None:
        """The newest read that told something about the task."""
        entry = self._roster.entry(task_id)
        return entry.reading if entry else None

    def speeds(self, task_id: str) -> Sequence[float]:
        """Speeds seen at the last refreshes while the task was active, Mbit/s, oldest first."""
        entry = self._roster.entry(task_id)
        return self._history.of(entry) if entry else ()

    def speeds_now(self) -> SpeedsOf:
        """What `speeds` tells at this moment, to be asked whatever comes later."""
        return self._history.kept(self._roster.entries)

    def longest_name(self) -> int:
        """About how many cells the longest name of a task takes."""
        return self._roster.longest_name

    def pending(self, task_id: str) -> OperationRecord | None:
        """The newest operation on the task that is not settled yet."""
        records = self._pending.get(task_id)
        return records[-1] if records else None

    def pending_records(self, task_id: str | None = None) -> Sequence[OperationRecord]:
        """The operations on the task, or on all, that are not settled yet, those of one task oldest first."""
        if task_id is not None:
            return tuple(self._pending.get(task_id, ()))
        return list(chain.from_iterable(self._pending.values()))

    def watch(self, task_ids: Collection[str], *, on: bool) -> None:
        """Watch tasks, or stop watching them."""
        self._watched = self._watched.union(task_ids) if on else self._watched.difference(task_ids)
        for task_id in task_ids:
            self._roster.redraw(task_id)
        self._news.tell()

    def listen(self, tell: Callable[[], None]) -> None:
        """Have `tell` called whenever something changed; there is one listener."""
        self._news.listen(tell)

    def drain(self, most: int | None = None) -> Change:
        """Take what changed since the last call; of updates the first `most`, and the rest the next time."""
        return self._news.drain(most)

    def begin(self) -> Reading:
        """Number a question that is about to be asked."""
        self._numbers += 1
        return Reading(self._numbers, self._now())

    def set_sync(self, sync: SyncStatus) -> None:
        """Take a new judgement of the last refreshes."""
        if sync != self._sync:
            self._sync = sync
            self._news.status()
            self._news.tell()

    def set_pending(self, record: OperationRecord) -> None:
        """Show how far an operation is; a settled one is shown no longer."""
        records = self._pending.setdefault(record.task_id, [])
        if record.is_settled:
            records[:] = [other for other in records if other is not record]
        elif all(other is not record for other in records):
            records.append(record)
        if not records:
            del self._pending[record.task_id]
        self._roster.redraw(record.task_id)
        self._news.status()
        self._news.tell()
