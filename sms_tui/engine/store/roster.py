"""The tasks themselves: per id one entry with its row and the read it came from."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct, field

from sms_tui.domain.rows import Pending, Row
from sms_tui.domain.situation import Situation
from sms_tui.domain.task import Task
from sms_tui.engine.store.merging import looks_different, stands_alike
from sms_tui.engine.store.news import News

_MOVING = frozenset({Situation.LAUNCHING, Situation.CLONING, Situation.TRANSITION})


class Reading(Struct, frozen=True):
    """One question to the service, numbered when it is asked: of two answers the higher number counts.

    The first pages of a session were asked for earlier than that, but nothing else can have been.
    """

    number: int
    at: float
    """Epoch seconds"""


class Sighting(Struct, eq=False):
    """The newest reading that showed some tasks: one object for all of a page, moved on in one go."""

    reading: Reading
    strays: set[str] = field(default_factory=set)
    """Ids of tasks on that page that have to be looked at when it comes again, changed or not"""
    left: int = 0
    """How many tasks of the page were not looked at yet"""
    is_alone: bool = False
    """Whether it was one task, read by itself"""


class Entry(Struct, gc=False, eq=False):
    """What is kept of one task; the garbage collector skips it (`gc=False`), as none holds another."""

    row: Row
    sighting: Sighting
    listed: Task | None = None
    """The list's own object that the task was made of: the same object again brings no news"""
    names_state: bool = False
    """Whether the task's own answers tell the state of its source"""
    curve: bytes = b""
    """Speeds seen, for the `SpeedHistory`"""
    noted: int = 0
    """The round of the last of them"""

    @property
    def reading(self) -> Reading:
        """The newest read that told something about the task."""
        return self.sighting.reading

    def see(self, sighting: Sighting) -> None:
        """Note that a newer read showed the task."""
        if self.sighting is not sighting:
            self.look_again()
            self.sighting = sighting

    def look_again(self) -> None:
        """Have what the list tells next of the task merged, even if it told the same before."""
        self.sighting.strays.add(self.row.task.id)


class Known(Mapping[str, Task]):
    """The tasks in a roster's entries, by id."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = entries

    def __getitem__(self, task_id: str) -> Task:
        return self._entries[task_id].row.task

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, task_id: object) -> bool:
        return task_id in self._entries


class Roster:
    """Tasks by id; every change of one goes into the news."""

    def __init__(
        self, news: News, now: Callable[[], float], known_beside: Callable[[str], tuple[Pending, bool]]
    ) -> None:
        self._news = news
        self._now = now
        self._known_beside = known_beside
        self._entries: dict[str, Entry] = {}
        self.entries: Mapping[str, Entry] = self._entries
        """What is kept of each task, by id"""
        self.entry: Callable[[str], Entry | None] = self._entries.get
        """What is kept of one task, by its id"""
        self._by_source: dict[str, str] | None = None
        """Made when it is first asked for, since most services name the task beside the source"""
        self.tasks: Mapping[str, Task] = Known(self._entries)
        """Every task, by id"""
        self.situations: Counter[Situation] = Counter()
        """How many tasks are in each situation"""
        self.active = 0
        """How many tasks there are in which something moves"""
        self.longest_name = 0
        """Letters of the longest name seen, those counted twice that may take two cells"""
        self.moving: set[str] = set()
        """Ids of tasks that are on their way from one state to another, worth a look each time"""

    def rows(self) -> list[Row]:
        """Every task as a row, in no order."""
        return [entry.row for entry in self._entries.values()]

    def id_of_source(self, source_id: str) -> str:
        """The id of the task that moves a source; empty if there is none."""
        if self._by_source is None:
            self._by_source = {row.task.source.id: row.task.id for row in self.rows()}
        return self._by_source.get(source_id, "")

    def unread_since(self, reading: Reading) -> list[str]:
        """Ids of the tasks that neither `reading` nor a newer one has shown."""
        number = reading.number
        return [task_id for task_id, entry in self._entries.items() if entry.reading.number < number]

    def add(self, task: Task, sighting: Sighting) -> Entry:
        """Take a task that is not here yet."""
        entry = Entry(self._row(task, last_change(task, self._now()), sighting.reading.at), sighting)
        self._entries[task.id] = entry
        self._measure(task.name)
        self._file(None, task)
        self._news.added(entry.row)
        return entry

    def put(self, entry: Entry, task: Task) -> Task | None:
        """Put `task` in the place of what is known of it; returns that if the log may have to tell of it."""
        row = entry.row
        old = row.task
        if task == old:
            return None
        if task.name != old.name:
            self._measure(task.name)
        changed_at = self._now() if looks_different(old, task) else row.changed_at
        entry.row = Row(task, changed_at, row.pending, row.watched, entry.reading.at)
        self._news.updated(entry.row)
        if stands_alike(old, task):
            return None
        self._file(old, task)
        return old

    def redraw(self, task_id: str) -> None:
        """Make the row of a task anew after something beside the task changed."""
        entry = self._entries.get(task_id)
        if entry is not None:
            row = self._row(entry.row.task, entry.row.changed_at, entry.row.as_of)
            if row != entry.row:
                entry.row = row
                self._news.updated(row)

    def drop(self, task_id: str) -> None:
        """Forget a task."""
        entry = self._entries.pop(task_id)
        entry.look_again()
        self._file(entry.row.task, None)
        self._news.removed(task_id)

    def _file(self, old: Task | None, new: Task | None) -> None:
        """Keep counts and ids in step with a task that came, went or no longer `stands_alike`."""
        for task, step in ((old, -1), (new, 1)):
            if task is not None:
                self.situations[task.situation] += step
                self.active += step * task.is_active
        if old is not None:
            self.moving.discard(old.id)
        if new is not None and new.situation in _MOVING:
            self.moving.add(new.id)
        if self._by_source is not None:
            if old is not None:
                self._by_source.pop(old.source.id, None)
            if new is not None:
                self._by_source[new.source.id] = new.id

    def _measure(self, name: str) -> None:
        self.longest_name = max(self.longest_name, len(name) * (1 if name.isascii() else 2))

    def _row(self, task: Task, changed_at: float, as_of: float) -> Row:
        return Row(task, changed_at, *self._known_beside(task.id), as_of)


def last_change(task: Task, now: float) -> float:
    """When a task that is seen for the first time last changed, by its own dates."""
    dates = [task.created_ms, task.started_ms, task.finished_ms]
    if task.stage is not None:
        dates += [task.stage.started_ms, task.stage.ended_ms]
    latest = max((date for date in dates if date is not None), default=None)
    return now if latest is None else min(latest / 1000, now)
