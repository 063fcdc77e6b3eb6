"""How answers enter the store.

An older answer never replaces a newer one, and an incomplete list never removes a task.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from msgspec import structs

from sms_tui.domain.sentence import sentence
from sms_tui.domain.task import SourceFacts, Task, TaskDetail
from sms_tui.engine.event_log import EventLog
from sms_tui.engine.store.absence import Absences
from sms_tui.engine.store.history import SpeedHistory
from sms_tui.engine.store.merging import completed, dated, informed, joined
from sms_tui.engine.store.news import News
from sms_tui.engine.store.pages import Opened, Pages
from sms_tui.engine.store.roster import Entry, Reading, Roster, Sighting
from sms_tui.engine.store.transitions import appeared, transitions

_MOST_DETAILS = 64
_LIST_LAGS = 5.0
"""Seconds by which the service's list may lag behind its answer about a single task"""


class Intake:
    """Merges the list, the list of sources and reads of single tasks into the roster."""

    def __init__(
        self,
        roster: Roster,
        news: News,
        log: EventLog,
        history: SpeedHistory,
        details: dict[str, TaskDetail],
        is_being_deleted: Callable[[str], bool],
    ) -> None:
        self._roster = roster
        self._news = news
        self._log = log
        self._history = history
        self._details = details
        self._absences = Absences(is_being_deleted)
        self._pages = Pages()
        self._list_number = 0
        """Number of the reading of which a page was taken last"""
        self._shown = 0
        """At least so many tasks were last shown by that reading; if that is all there are, it lacks none"""
        self._lagging: set[str] = set()
        """Tasks that it showed so soon after a read of their own that the list may be behind that"""
        self.is_first = True
        """Whether no whole list was read yet, so that every task is new"""

    def opened(self, index: int, tasks: Sequence[Task], reading: Reading) -> Opened:
        """Compare a page of the list with the last one in its place; what of it `page` has to take."""
        self._begin(reading)
        opened = self._pages.opened(index, tasks, reading)
        self._shown += opened.alike
        return opened

    def page(self, tasks: Collection[Task], reading: Reading, sighting: Sighting | None = None) -> None:
        """Take tasks of the list, by themselves or of an opened page; what newer answers told is kept."""
        self._begin(reading)
        sighting = sighting or Sighting(reading)
        for task in tasks:
            if self._take(task, sighting):
                sighting.strays.discard(task.id)
                self._shown += 1
            else:
                sighting.strays.add(task.id)
        sighting.left -= len(tasks)
        self._news.tell()

    def _take(self, task: Task, sighting: Sighting) -> bool:
        """Take one task as the list has it, unless something newer is known or the same was taken already."""
        entry, number = self._roster.entry(task.id), sighting.reading.number
        if entry is None:
            return self._add(task, sighting) is not None
        is_older = entry.reading.number < number
        if not is_older and not (entry.sighting is sighting and task.id in sighting.strays):
            return False
        if is_older and self._may_lag(entry, sighting.reading):
            self._lagging.add(task.id)
            self._shown += 1
            self._history.note(entry, task)
            self._put(entry, completed(entry.row.task, task))
            return False
        entry.see(sighting)
        if entry.listed is not task:
            self._list(entry, task)
            self._put(entry, joined(task, entry.row.task))
        return True

    @staticmethod
    def _may_lag(entry: Entry, reading: Reading) -> bool:
        """Whether a list may still show an older state than a read of the single task did."""
        return entry.sighting.is_alone and 0 <= reading.at - entry.reading.at < _LIST_LAGS

    def _begin(self, reading: Reading) -> None:
        if reading.number != self._list_number:
            self._list_number, self._shown, self._lagging = reading.number, 0, set()

    def detail(self, detail: TaskDetail, reading: Reading) -> TaskDetail | None:
        """Take a task that was read by itself; None if a newer answer is here already."""
        task = dated(detail.task, reading.at)
        sighting = Sighting(reading, is_alone=True)
        entry = self._roster.entry(task.id) or self._add(task, sighting)
        if entry is None or entry.reading.number > reading.number:
            return None
        if entry.reading.number == self._list_number:
            self._shown -= 1
        entry.see(sighting)
        self._put(entry, joined(task, entry.row.task))
        entry.listed = None
        # Its age counts from the question, since the answer may have been under way for long.
        whole = structs.replace(entry.row.task, subtasks=task.subtasks)
        known = replace(detail, task=whole, read_at=reading.at)
        self._keep(known)
        self._news.updated(entry.row)
        self._news.tell()
        return known

    def sent(self, task_id: str) -> None:
        """A request that changes the task was sent, so the list may now be the first to show a change."""
        if (entry := self._roster.entry(task_id)) is not None:
            entry.sighting.is_alone = False

    def facts(self, facts: Iterable[SourceFacts], reading: Reading) -> None:
        """Take what the list of source servers tells about tasks."""
        for fact in facts:
            entry = self._roster.entry(fact.task_id or self._roster.id_of_source(fact.source_id))
            if entry is None or entry.reading.number > reading.number:
                continue
            task = informed(entry.row.task, fact, reading.at, names_state=entry.names_state)
            if task is not entry.row.task:
                entry.listed = None
                entry.look_again()
                self._put(entry, task)
        self._news.tell()

    def end(self, reading: Reading, *, is_whole: bool) -> list[str]:
        """Take the end of a list; returns the ids that it lacks and that nothing newer has shown.

        Only a list that `is_whole`, with no row that could not be read, counts as a proof of absence: what
        two such lists in a row lack is gone.
        """
        # Nearly always it lacks nothing; then a long list need not be gone through.
        is_complete = reading.number == self._list_number and self._shown == len(self._roster.tasks)
        older = [] if is_complete else sorted({*self._roster.unread_since(reading)} - self._lagging)
        for task_id in self._absences.missed(self._last_shown(older)) if is_whole else ():
            self.remove(task_id, sentence("is no longer in the list"), reading)
        self._pages.end(reading)
        self._history.end_round()
        self.is_first = False
        return older

    def _last_shown(self, task_ids: Iterable[str]) -> Mapping[str, int]:
        """The number of the read that showed each task last."""
        entries = {task_id: self._roster.entry(task_id) for task_id in task_ids}
        return {task_id: entry.reading.number for task_id, entry in entries.items() if entry is not None}

    def remove(self, task_id: str, why: str, reading: Reading) -> None:
        """Forget a task that the service no longer has, as the answer to `reading` told."""
        entry = self._roster.entry(task_id)
        if entry is None or self._is_newer(task_id, reading):
            return
        if entry.reading.number == self._list_number or task_id in self._lagging:
            self._shown -= 1
        self._lagging.discard(task_id)
        self._absences.bury(task_id, reading.number)
        self._details.pop(task_id, None)
        self._roster.drop(task_id)
        self._log.add("state", why, task_id, entry.row.task.name, "warning")
        self._news.tell()

    def _is_newer(self, task_id: str, reading: Reading) -> bool:
        entry = self._roster.entry(task_id)
        return entry is not None and entry.reading.number > reading.number

    def _add(self, task: Task, sighting: Sighting) -> Entry | None:
        if self._absences.is_buried(task.id, sighting.reading.number):
            return None
        entry = self._roster.add(joined(task, None), sighting)
        self._list(entry, task)
        if not self.is_first:
            self._log.add("state", appeared(task), task.id, task.name)
        return entry

    def _list(self, entry: Entry, task: Task) -> None:
        """Note what the list itself says of a task."""
        entry.listed, entry.names_state = task, bool(task.source.state)
        self._history.note(entry, task)

    def _put(self, entry: Entry, task: Task) -> None:
        old = self._roster.put(entry, task)
        for text, severity in transitions(old, task) if old else ():
            self._log.add("state", text, task.id, task.name, severity)

    def _keep(self, detail: TaskDetail) -> None:
        self._details.pop(detail.task.id, None)
        self._details[detail.task.id] = detail
        while len(self._details) > _MOST_DETAILS:
            del self._details[next(iter(self._details))]
