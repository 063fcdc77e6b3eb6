"""The one copy of the truth: tasks by id as last read, what is pending on them, and how old all of it is.

Views hold ids and ask here. One listener is told that something changed; what changed is collected until
somebody drains it, so that no news can be lost however often it is told.
"""

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sms_tui.domain.freshness import SyncStatus
from sms_tui.domain.outcome import Outcome
from sms_tui.domain.query import Row
from sms_tui.domain.task import SourceFacts, Task, TaskDetail
from sms_tui.engine.event_log import EventLog
from sms_tui.engine.record import OperationRecord

_MOST_DETAILS = 200
_MOST_SPEEDS = 240
_MISSES_UNTIL_REMOVED = 2


@dataclass(slots=True)
class Change:
    """What changed since the last time somebody asked."""

    added: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    updated: set[str] = field(default_factory=set)
    status: bool = False

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.updated or self.status)


class Store:
    """Tasks by id, merged from the list, the list of sources, and reads of single tasks."""

    def __init__(self, log: EventLog, now: Callable[[], float], interval: float = 5.0) -> None:
        self._log = log
        self._now = now
        self._rows: dict[str, Row] = {}
        self._tasks: dict[str, Task] = {}
        self._read_at: dict[str, float] = {}
        self._misses: dict[str, int] = {}
        self._facts: dict[str, SourceFacts] = {}
        self._pending: dict[str, OperationRecord] = {}
        self._speeds: dict[str, array[float]] = {}
        self._change = Change()
        self._tell: Callable[[], None] = lambda: None
        self._details: dict[str, TaskDetail] = {}
        self._listed: dict[str, Task] = {}
        """The list's own object that a task was made of: the same object again brings no news"""
        self._deleted: set[str] = set()
        self._watched: frozenset[str] = frozenset()
        self._sync = SyncStatus(interval)

    @property
    def tasks(self) -> Mapping[str, Task]:
        """Every task known, by id."""
        return self._tasks

    @property
    def details(self) -> Mapping[str, TaskDetail]:
        """Tasks that were read by themselves lately, by id."""
        return self._details

    @property
    def sync(self) -> SyncStatus:
        """What the last refreshes brought."""
        return self._sync

    def rows(self) -> Iterable[Row]:
        """Every task as a row, in no order."""
        return self._rows.values()

    def row(self, task_id: str) -> Row | None:
        """One task as a row."""
        return self._rows.get(task_id)

    def read_at(self, task_id: str) -> float:
        """Epoch seconds at which the task was last read; 0 if never."""
        return self._read_at.get(task_id, 0.0)

    def speeds(self, task_id: str) -> Sequence[float]:
        """Speeds seen at the last polls while the task was active, Mbit/s, oldest first."""
        return self._speeds.get(task_id, ())

    def pending(self, task_id: str) -> OperationRecord | None:
        """The operation on the task that is not settled yet."""
        return self._pending.get(task_id)

    def pending_records(self) -> Iterable[OperationRecord]:
        """All operations that are not settled yet."""
        return self._pending.values()

    @property
    def watched(self) -> frozenset[str]:
        """Ids of tasks whose changes the operator wants to be told of."""
        return self._watched

    def watch(self, task_id: str, *, on: bool) -> None:
        """Watch a task, or stop watching it."""
        self._watched = self._watched | {task_id} if on else self._watched - {task_id}
        self._redraw(task_id)

    def listen(self, tell: Callable[[], None]) -> None:
        """Have `tell` called whenever something changed; there is one listener."""
        self._tell = tell

    def drain(self) -> Change:
        """Take what changed since the last call."""
        change, self._change = self._change, Change()
        return change

    def set_sync(self, sync: SyncStatus) -> None:
        """Take a new judgement of the last refreshes."""
        if sync != self._sync:
            self._sync = sync
            self._change.status = True
            self._tell()

    def merge(self, tasks: Iterable[Task], read_at: float) -> None:
        """Take tasks of a list that was asked for at `read_at`; newer knowledge of a task is kept."""
        for task in tasks:
            self._misses.pop(task.id, None)
            if self._read_at.get(task.id, 0.0) > read_at:
                continue
            if self._listed.get(task.id) is task:
                self._read_at[task.id] = read_at
                continue
            self._listed[task.id] = task
            self._put(self._with_facts(self._with_extras(task)), read_at)
        if self._change:
            self._tell()

    def merge_detail(self, detail: TaskDetail) -> None:
        """Take a task that was read by itself; what only the list tells is kept."""
        self._details.pop(detail.task.id, None)
        self._details[detail.task.id] = detail
        while len(self._details) > _MOST_DETAILS:
            del self._details[next(iter(self._details))]
        self._listed.pop(detail.task.id, None)
        known = self._tasks.get(detail.task.id)
        self._put(self._with_facts(_joined(detail.task, known)), detail.read_at)
        self._change.updated.add(detail.task.id)
        self._tell()

    def merge_facts(self, facts: Iterable[SourceFacts]) -> None:
        """Take what the list of source servers tells about tasks."""
        news = {fact.source_id: fact for fact in facts if self._facts.get(fact.source_id) != fact}
        self._facts.update(news)
        for task in list(self._tasks.values()) if news else ():
            if task.source.id in news:
                self._put(self._with_facts(task), self._read_at[task.id])
        if self._change:
            self._tell()

    def end_sweep(self, seen: set[str]) -> None:
        """Count the tasks that a whole list lacked; the second miss in a row removes them."""
        for task_id in [task_id for task_id in self._tasks if task_id not in seen]:
            self._misses[task_id] = self._misses.get(task_id, 0) + 1
            if self._misses[task_id] >= _MISSES_UNTIL_REMOVED or task_id in self._deleted:
                self.remove(task_id, "is no longer in the list")
        self._note_speeds()

    def remove(self, task_id: str, why: str) -> None:
        """Forget a task that the service no longer has."""
        row = self._rows.pop(task_id, None)
        if row is None:
            return
        for known in (self._tasks, self._read_at, self._misses, self._speeds, self._details, self._listed):
            known.pop(task_id, None)
        self._deleted.discard(task_id)
        self._change.added.discard(task_id)
        self._change.updated.discard(task_id)
        self._change.removed.add(task_id)
        self._log.add("state", why, task_id, row.task.name, "warning")
        self._tell()

    def expect_removal(self, task_id: str) -> None:
        """Our own delete was accepted: the next whole list that lacks the task removes it."""
        self._deleted.add(task_id)

    def set_pending(self, record: OperationRecord) -> None:
        """Show how far an operation is; a settled one is shown no longer."""
        if record.is_settled:
            self._pending.pop(record.task_id, None)
        else:
            self._pending[record.task_id] = record
        self._redraw(record.task_id)

    def _redraw(self, task_id: str) -> None:
        row = self._rows.get(task_id)
        if row is not None:
            self._rows[task_id] = self._row(row.task, row.changed_at)
            self._change.updated.add(task_id)
        self._change.status = True
        self._tell()

    def _put(self, task: Task, read_at: float) -> None:
        self._read_at[task.id] = read_at
        old = self._tasks.get(task.id)
        if old is task or old == task:
            return
        self._tasks[task.id] = task
        changed_at = _last_change(task, self._now()) if old is None else self._now()
        self._rows[task.id] = self._row(task, changed_at)
        if old is None:
            self._change.removed.discard(task.id)
            self._change.added.add(task.id)
        else:
            self._change.updated.add(task.id)
            self._tell_transition(old, task)

    def _row(self, task: Task, changed_at: float) -> Row:
        return Row(task, changed_at, _pending_words(self._pending.get(task.id)), task.id in self._watched)

    def _with_extras(self, task: Task) -> Task:
        """A task of the list, with what only a read by itself tells kept from the last one."""
        old = self._tasks.get(task.id)
        if old is None:
            return task
        detail = self._details.get(task.id)
        is_recent = detail is not None and self._now() - detail.read_at < 2 * self._sync.interval
        return replace(
            task,
            connected=old.connected if task.connected is None else task.connected,
            started_ms=task.started_ms or old.started_ms,
            finished_ms=task.finished_ms or old.finished_ms,
            region=task.region or old.region,
            project=task.project or old.project,
            replicated=old.replicated if task.replicated is None else task.replicated,
            total=old.total if task.total is None else task.total,
            remain_seconds=old.remain_seconds if is_recent else task.remain_seconds,
            subtasks=detail.task.subtasks if is_recent and detail else (),
        )

    def _with_facts(self, task: Task) -> Task:
        facts = self._facts.get(task.source.id)
        if facts is None or (facts.task_id and facts.task_id != task.id):
            return task
        if (
            task.source.cycle == facts.cycle
            and task.total == facts.total
            and (
                (task.connected, task.replicated, task.remain_seconds)
                == (facts.connected, facts.replicated, facts.remain_seconds)
            )
        ):
            return task
        return replace(
            task,
            source=replace(task.source, cycle=facts.cycle or task.source.cycle),
            connected=task.connected if facts.connected is None else facts.connected,
            replicated=task.replicated if facts.replicated is None else facts.replicated,
            total=task.total if facts.total is None else facts.total,
            remain_seconds=task.remain_seconds if facts.remain_seconds is None else facts.remain_seconds,
            started_ms=task.started_ms or facts.started_ms,
            region=task.region or facts.region,
            project=task.project or facts.project,
        )

    def _tell_transition(self, old: Task, new: Task) -> None:
        if old.state_text != new.state_text or old.situation is not new.situation:
            before, after = _described(old), _described(new)
            severity = "error" if new.is_failed else "information"
            self._log.add("state", f"{before} → {after}", new.id, new.name, severity)  # type: ignore[arg-type]
        if old.connected is not new.connected and new.connected is not None and old.connected is not None:
            text, severity = ("agent is back", "information") if new.connected else ("agent lost", "warning")
            self._log.add("state", text, new.id, new.name, severity)  # type: ignore[arg-type]

    def _note_speeds(self) -> None:
        for task in self._tasks.values():
            if task.is_active and task.speed is not None:
                speeds = self._speeds.setdefault(task.id, array("d"))
                speeds.append(task.speed)
                del speeds[: len(speeds) - _MOST_SPEEDS]
            elif self._speeds and not task.is_active:
                self._speeds.pop(task.id, None)


def _joined(read: Task, listed: Task | None) -> Task:
    """A task read by itself, with what only the list tells kept from before."""
    if listed is None:
        return read
    return replace(
        read,
        syncing=listed.syncing if read.syncing is None else read.syncing,
        log_status=read.log_status or listed.log_status,
        replicated=listed.replicated if read.replicated is None else read.replicated,
        total=listed.total if read.total is None else read.total,
        source=replace(
            read.source,
            state=read.source.state or listed.source.state,
            cycle=read.source.cycle or listed.source.cycle,
        ),
    )


def _described(task: Task) -> str:
    word = task.state_text or "no state"
    situation = task.situation.value
    return word if situation == "unknown" else f"{word} ({situation})"


def _pending_words(record: OperationRecord | None) -> str:
    if record is None:
        return ""
    if record.outcome is Outcome.UNKNOWN:
        return f"unknown: {record.operation.label.lower()}"
    return f"{record.operation.doing}…"


def _last_change(task: Task, now: float) -> float:
    """When a task that is seen for the first time last changed, by its own dates."""
    dates = [task.created_ms, task.started_ms, task.finished_ms]
    if task.stage is not None:
        dates += [task.stage.started_ms, task.stage.ended_ms]
    latest = max((date for date in dates if date is not None), default=None)
    return now if latest is None else min(latest / 1000, now)
