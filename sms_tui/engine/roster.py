"""The tasks themselves: one entry for each id, with the row that is drawn of it and the read it came from."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sms_tui.domain.query import Row
from sms_tui.domain.task import Situation, Task, TaskState
from sms_tui.engine.merging import looks_different
from sms_tui.engine.news import News

_MOVING = frozenset({Situation.LAUNCHING, Situation.CLONING, Situation.TRANSITION})


@dataclass(frozen=True, slots=True)
class Reading:
    """One question to the service, numbered when it is asked: of two answers the higher number counts."""

    number: int
    at: float
    """Epoch seconds"""


class Entry:
    """What is kept of one task; there may be tens of thousands."""

    __slots__ = ("listed", "names_state", "reading", "row")

    def __init__(self, row: Row, reading: Reading) -> None:
        self.row = row
        self.reading = reading
        self.listed: Task | None = None
        """The list's own object that the task was made of: the same object again brings no news"""
        self.names_state = False
        """Whether the task's own answers tell the state of its source"""


class Roster:
    """Tasks by id; every change of one goes into the news."""

    def __init__(
        self, news: News, now: Callable[[], float], words: Callable[[str], tuple[str, bool]]
    ) -> None:
        self._news = news
        self._now = now
        self._words = words
        self._tasks: dict[str, Task] = {}
        self._entries: dict[str, Entry] = {}
        self._by_source: dict[str, str] = {}
        self.states: Counter[TaskState] = Counter()
        """How many tasks are in each state"""
        self.active: set[str] = set()
        """Ids of tasks in which something moves"""
        self.moving: set[str] = set()
        """Ids of tasks that are on their way from one state to another, worth a look each time"""

    @property
    def tasks(self) -> Mapping[str, Task]:
        """Every task, by id."""
        return self._tasks

    def rows(self) -> list[Row]:
        """Every task as a row, in no order."""
        return [entry.row for entry in self._entries.values()]

    def entry(self, task_id: str) -> Entry | None:
        """What is kept of one task."""
        return self._entries.get(task_id)

    def id_of_source(self, source_id: str) -> str:
        """The id of the task that moves a source; empty if there is none."""
        return self._by_source.get(source_id, "")

    def add(self, task: Task, reading: Reading) -> Entry:
        """Take a task that is not here yet."""
        entry = Entry(self._row(task, last_change(task, self._now())), reading)
        self._entries[task.id] = entry
        self._set(task)
        self._news.added(task.id)
        return entry

    def put(self, entry: Entry, task: Task) -> Task | None:
        """Let `task` take the place of what is known of it; what was known, if that was different."""
        old = entry.row.task
        if task == old:
            return None
        changed_at = self._now() if looks_different(old, task) else entry.row.changed_at
        entry.row = self._row(task, changed_at)
        self._set(task)
        self._news.updated(task.id)
        return old

    def redraw(self, task_id: str) -> None:
        """Make the row of a task anew after something beside the task changed."""
        entry = self._entries.get(task_id)
        if entry is not None:
            row = self._row(entry.row.task, entry.row.changed_at)
            if row != entry.row:
                entry.row = row
                self._news.updated(task_id)

    def drop(self, task_id: str) -> None:
        """Forget a task."""
        task = self._tasks.pop(task_id)
        self.states[task.state] -= 1
        del self._entries[task_id]
        self._by_source.pop(task.source.id, None)
        self.active.discard(task_id)
        self.moving.discard(task_id)
        self._news.removed(task_id)

    def _set(self, task: Task) -> None:
        if (old := self._tasks.get(task.id)) is not None:
            self.states[old.state] -= 1
        self.states[task.state] += 1
        self._tasks[task.id] = task
        self._by_source[task.source.id] = task.id
        (self.active.add if task.is_active else self.active.discard)(task.id)
        (self.moving.add if task.situation in _MOVING else self.moving.discard)(task.id)

    def _row(self, task: Task, changed_at: float) -> Row:
        return Row(task, changed_at, *self._words(task.id))


def last_change(task: Task, now: float) -> float:
    """When a task that is seen for the first time last changed, by its own dates."""
    dates = [task.created_ms, task.started_ms, task.finished_ms]
    if task.stage is not None:
        dates += [task.stage.started_ms, task.stage.ended_ms]
    latest = max((date for date in dates if date is not None), default=None)
    return now if latest is None else min(latest / 1000, now)
