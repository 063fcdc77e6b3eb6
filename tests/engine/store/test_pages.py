"""Looking only at what differs in a page comes to the same as looking at every task, whatever happens."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from msgspec.structs import replace

from sms_tui.domain.task import SourceFacts, Task, TaskDetail
from sms_tui.engine.event_log import EventLog
from sms_tui.engine.store import pages
from sms_tui.engine.store.pages import Opened
from sms_tui.engine.store.roster import Reading
from sms_tui.engine.store.store import Store
from tests.conftest import Tried
from tests.engine.scripted import task

IDS = tuple("abcdefgh")
STATES = ("RUNNING", "RUNNING", "SYNCING", "MIGRATE_FAIL")
OBJECTS = {
    (task_id, version): replace(task(task_id, state), speed=float(version))
    for task_id in IDS
    for version, state in enumerate(STATES)
}
"""What the reader makes of a document: the same one gives the same object"""
LAYOUTS = (
    ("abc", "def", "gh"),
    ("abc", "def", "gh"),
    ("abd", "efg", "h"),
    ("bac", "dfe"),
    ("abc", "d", "bgh"),
    ("abc", "", "gh"),
    ("abc", "def", ""),
)
AT_ONCE = 2
counted: Counter[str] = Counter()


def store() -> Store:
    return Store(EventLog(lambda: 0.0), lambda: 1000.0)


class Readers(RuleBasedStateMachine):
    """A store that looks at every task beside one that is told page by page; both get the same answers."""

    def __init__(self) -> None:
        super().__init__()
        self.plain, self.quick = store(), store()
        self.versions = dict.fromkeys(IDS, 0)
        self.under_way: list[Reading] = []
        self.sweep: Reading | None = None
        self.waiting: list[tuple[int, tuple[Task, ...]]] = []
        self.parts: list[list[Task]] = []
        self.opened: Opened | None = None

    def begin(self) -> Reading:
        counted["readings"] += 1
        reading = self.quick.begin()
        assert self.plain.begin() == reading
        return reading

    @rule(ids=st.lists(st.sampled_from(IDS), max_size=3), version=st.integers(0, 3))
    def move_on(self, ids: list[str], version: int) -> None:
        """Some tasks are other than they were."""
        self.versions |= dict.fromkeys(ids, version)

    @precondition(lambda self: self.sweep is None)
    @rule(layout=st.sampled_from(LAYOUTS))
    def begin_sweep(self, layout: tuple[str, ...]) -> None:
        """Somebody asks for the list."""
        self.sweep = self.begin()
        listed = [tuple(OBJECTS[task_id, self.versions[task_id]] for task_id in page) for page in layout]
        self.waiting = list(enumerate(listed))

    @precondition(lambda self: self.waiting and not self.parts)
    @rule()
    def page(self) -> None:
        """A page comes: looked at in one go, or in parts between which anything may happen."""
        index, tasks = self.waiting.pop(0)
        assert self.sweep is not None
        self.opened = self.quick.intake.opened(index, tasks, self.sweep)
        counted["alike"] += self.opened.alike
        if self.opened.tasks is tasks:
            self.parts = [list(tasks[start : start + AT_ONCE]) for start in range(0, len(tasks), AT_ONCE)]
        else:
            counted["few"] += len(self.opened.tasks)
            self.quick.intake.page(self.opened.tasks, self.sweep, self.opened.sighting)
            self.plain.intake.page(tasks, self.sweep)

    @precondition(lambda self: self.parts)
    @rule()
    def part(self) -> None:
        """A part of a page that has to be looked at as a whole."""
        assert self.sweep is not None
        assert self.opened is not None
        part = self.parts.pop(0)
        self.quick.intake.page(part, self.sweep, self.opened.sighting)
        self.plain.intake.page(part, self.sweep)

    @precondition(lambda self: self.sweep and not self.waiting and not self.parts)
    @rule(is_whole=st.booleans())
    def end(self, is_whole: bool) -> None:
        """The list was read to its end; both find the same tasks missing."""
        assert self.sweep is not None
        lacking = [each.intake.end(self.sweep, is_whole=is_whole) for each in (self.plain, self.quick)]
        assert lacking[0] == lacking[1]
        counted["missed"] += len(lacking[0])
        self.sweep = None

    @precondition(lambda self: self.sweep)
    @rule()
    def fail(self) -> None:
        """The sweep comes to no end."""
        self.sweep, self.waiting, self.parts = None, [], []

    @precondition(lambda self: self.sweep is None)
    @rule(layout=st.sampled_from(LAYOUTS))
    def sweep_undisturbed(self, layout: tuple[str, ...]) -> None:
        """Most lists come with nothing in between."""
        self.begin_sweep(layout)
        self.go_on()

    @precondition(lambda self: self.sweep)
    @rule()
    def go_on(self) -> None:
        """The rest of the list comes with nothing in between."""
        while self.waiting or self.parts:
            (self.part if self.parts else self.page)()
            self.same()
        self.end(is_whole=True)

    @rule()
    def ask(self) -> None:
        """A question whose answer takes its time."""
        self.under_way.append(self.begin())

    @precondition(lambda self: self.under_way)
    @rule(place=st.integers(0, 9), task_id=st.sampled_from(IDS), version=st.integers(0, 3))
    def answer(self, place: int, task_id: str, version: int) -> None:
        """A task read by itself."""
        reading = self.under_way.pop(place % len(self.under_way))
        for each in (self.plain, self.quick):
            each.intake.detail(TaskDetail(OBJECTS[task_id, version], {}, 0.0), reading)

    @precondition(lambda self: self.under_way)
    @rule(place=st.integers(0, 9), ids=st.lists(st.sampled_from(IDS), max_size=3), size=st.integers(1, 3))
    def facts(self, place: int, ids: list[str], size: int) -> None:
        """The list of sources tells more."""
        reading = self.under_way.pop(place % len(self.under_way))
        for each in (self.plain, self.quick):
            each.intake.facts(
                [SourceFacts("s", task_id, connected=size > 1, total=size) for task_id in ids], reading
            )

    @precondition(lambda self: self.under_way)
    @rule(place=st.integers(0, 9), task_id=st.sampled_from(IDS))
    def gone(self, place: int, task_id: str) -> None:
        """The service does not know a task any more."""
        reading = self.under_way.pop(place % len(self.under_way))
        for each in (self.plain, self.quick):
            each.intake.remove(task_id, "is gone", reading)

    @invariant()
    def same(self) -> None:
        """Nobody who asks either store can tell which one it is."""
        plain, quick = self.plain, self.quick
        assert list(plain.tasks.keys()) == list(quick.tasks.keys())
        for task_id in plain.tasks:
            assert plain.row(task_id) == quick.row(task_id)
            assert plain.reading(task_id) == quick.reading(task_id)
            assert list(plain.speeds(task_id)) == list(quick.speeds(task_id))
        assert (plain.active, +plain.situations) == (quick.active, +quick.situations)
        news, same_news = plain.drain(), quick.drain()
        assert (news.added, news.removed, news.updated) == (
            same_news.added,
            same_news.removed,
            same_news.updated,
        )


def test_any_order_of_answers(monkeypatch: pytest.MonkeyPatch, tried: Tried) -> None:
    counted.clear()
    monkeypatch.setattr(pages, "MOST_AT_ONCE", AT_ONCE)
    run_state_machine_as_test(
        Readers,
        settings=settings(
            max_examples=100, stateful_step_count=60, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert min(counted[what] for what in ("alike", "few", "missed")) > 10
    tried(2, counted["readings"])
