"""The views on the board: each has a key or a name of its own."""

from collections.abc import Mapping

import pytest

from sms_tui.config import SavedView, Settings
from sms_tui.domain.situation import Situation
from sms_tui.domain.sorting import at_once
from sms_tui.domain.task import Server, Task, TaskState
from sms_tui.domain.views import BUILT_IN_VIEWS, View
from sms_tui.engine.event_log import EventLog
from sms_tui.engine.store.store import Store
from sms_tui.state import KeptView, State
from sms_tui.ui.board.board import Board, views_of
from sms_tui.ui.board.last_view import restore_last_view
from sms_tui.ui.board.shown import Shown
from sms_tui.ui.table.column_choice import ColumnChoice
from sms_tui.ui.wording.empty_table import why_empty

NOW = 1_700_000_000.0


def now() -> float:
    """No test here is about time."""
    return 0.0


def test_a_view_without_a_key_takes_none_that_a_later_one_asks_for() -> None:
    free = next(key for key in "123456789" if key not in views_of(Settings(), {}, now))
    views = views_of(
        Settings(views={"mine": SavedView("mine"), "night": SavedView("night", key=free)}),
        {},
        now,
    )
    assert views[free].name == "night"
    assert "mine" in [view.name for view in views.values()]


def key_named(views: Mapping[str, View], name: str) -> str:
    """The only key under which a view of that name can be found."""
    board = Board(Shown(Store(EventLog(now), now)), views, now)
    assert board.view_names().count(name) == 1
    return board.key_of(name)


@pytest.mark.parametrize("built_in", BUILT_IN_VIEWS)
def test_a_view_with_the_name_of_a_built_in_one_takes_its_place(built_in: str) -> None:
    name = BUILT_IN_VIEWS[built_in].name
    configured = views_of(Settings(views={name: SavedView(name, sort="speed")}), {}, now)
    kept = views_of(Settings(), {name: KeptView(sort="speed")}, now)
    for views in (configured, kept):
        assert key_named(views, name) == built_in
        assert views[built_in].sort.column == "speed"
        assert len(views) == len(BUILT_IN_VIEWS)


def test_a_view_with_the_name_of_a_built_in_one_has_the_key_that_it_asks_for() -> None:
    views = views_of(
        Settings(views={"mine": SavedView("mine"), "failed": SavedView("failed", sort="speed", key="8")}),
        {},
        now,
    )
    assert key_named(views, "failed") == "8"
    assert views["8"].sort.column == "speed"
    assert views["3"].name == "mine"


def test_there_is_always_a_view_to_begin_with() -> None:
    views = views_of(Settings(views={"all": SavedView("all", sort="speed", key="8")}), {}, now)
    assert key_named(views, "all") == "0"
    assert views["0"].sort.column == "speed"


def test_a_view_of_young_tasks_is_looked_at_again_as_time_passes() -> None:
    times = [NOW]
    clock = lambda: times[-1]  # noqa: E731
    store = Store(EventLog(now), clock)
    young = SavedView("young", filter="age<5m", key="7")
    kept = {"kept": KeptView(base="young"), "old": KeptView(filter="!age<5m")}
    views = views_of(Settings(views={"young": young}), kept, clock)
    board = Board(Shown(store), views, clock)
    store.intake.page([Task("id-1", "web-01", TaskState.RUNNING, "RUNNING")], store.begin())
    shown = []
    for passed in (0, 301):
        times.append(NOW + passed)
        for name in ("young", "kept", "old", "all"):
            board.choose_view(board.key_of(name))
            assert board.note_time() is (name != "all")
            at_once(board.arranging())
            shown.append(board.order)
    one = ["id-1"]
    assert shown == [one, one, [], one, [], [], one, one]
    board.choose_view(board.key_of("young"))
    at_once(board.arranging())
    times.append(NOW)
    assert board.note_time()
    at_once(board.arranging())
    assert board.order == one


@pytest.mark.parametrize("kept", [KeptView(filter="state!=failed"), KeptView(base="gone")])
def test_a_kept_view_that_is_no_longer_understood_shows_nothing_and_says_why(kept: KeptView) -> None:
    """From another version, or made on a view of another configuration; it showed all that can be marked."""
    store = Store(EventLog(now), now)
    board = Board(Shown(store), views_of(Settings(), {"night": kept}, now), now)
    store.intake.page([Task("id-1", "web-01", TaskState.RUNNING, "RUNNING")], store.begin())
    board.choose_view(board.key_of("night"))
    at_once(board.arranging())
    assert board.order == []
    assert ":drop-view night" in why_empty(Shown(store), board)


def test_problems_and_the_typed_filter_stack() -> None:
    store = Store(EventLog(now), now)
    board = Board(Shown(store), views_of(Settings(), {}, now), now)
    failed, running = TaskState.MIGRATE_FAIL, TaskState.RUNNING
    tasks = [Task("a", "web-01", running, "RUNNING"), Task("b", "web-02", failed, "MIGRATE_FAIL")]
    store.intake.page([*tasks, Task("c", "db-01", failed, "MIGRATE_FAIL")], store.begin())
    board.problems_only = True
    at_once(board.arranging())
    assert board.order == ["c", "b"]
    board.type_filter("web")
    at_once(board.arranging())
    assert [row.task.name for row in board.rows()] == ["web-02"]


@pytest.mark.parametrize("chosen", [(), ("name", "eta")])
def test_columns_chosen_in_a_view_with_its_own_are_those_of_the_next_start(chosen: tuple[str, ...]) -> None:
    state = State(view="left-overs")
    columns = ColumnChoice(state, {})
    if chosen:
        columns.choose(chosen, {})
    board = Board(Shown(Store(EventLog(now), now)), views_of(Settings(), {}, now), now)
    after = ColumnChoice(state, {})
    restore_last_view(board, after, state)
    assert after.names == (chosen or board.view.columns)
    after.take_view(board.view.columns)
    assert after.names == board.view.columns
    assert state.columns_are_of_view


def test_the_header_counts_as_running_and_failed_what_the_views_of_these_names_show() -> None:
    store = Store(EventLog(now), now)
    sources = ("", "cutovering", "cloning", "clearing", "premiging")
    tasks = [
        Task(
            f"{state}-{source}", "web", state, state.value, source=Server(f"s-{state}-{source}", state=source)
        )
        for state in TaskState
        for source in sources
    ]
    store.intake.page(tasks, store.begin())
    shown = Shown(store)
    board = Board(shown, BUILT_IN_VIEWS, now)
    for _ in range(2):
        counts, rows = board.counts(), shown.rows()
        for name, count in (("running", counts.running), ("failed", counts.failed)):
            assert count == sum(map(board.views[board.key_of(name)].shows, rows))
        # None of these is counted as running as well.
        assert counts.syncing == sum(task.situation is Situation.CONTINUOUS for task in tasks)
        shown.hold()
