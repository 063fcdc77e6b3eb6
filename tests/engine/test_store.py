"""The store: what is newer counts, half a list removes nothing, and the news are enough to keep a copy."""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from sms_tui.domain.operations import COLLECT_LOG, DELETE, START, STOP
from sms_tui.domain.outcome import Outcome
from sms_tui.domain.rows import COLUMNS
from sms_tui.domain.situation import Situation
from sms_tui.domain.steps import eta_seconds
from sms_tui.domain.task import Clone, Server, SourceFacts, SubTask, Task, TaskDetail
from sms_tui.engine.event_log import EventLog
from sms_tui.engine.record import OperationRecord
from sms_tui.engine.store import Reading, Store
from tests.engine.scripted import task

NOW = 1_700_000_000.0


def make_store(now: Callable[[], float] = lambda: NOW) -> tuple[Store, EventLog]:
    log = EventLog(now)
    return Store(log, now), log


def later() -> Callable[[], float]:
    """A clock that is ten seconds later with each look, so that no list lags behind a read of one task."""
    moments = count(NOW, 10)
    return lambda: next(moments)


def sweep(store: Store, tasks: Sequence[Task], *, is_whole: bool = True) -> Reading:
    reading = store.begin()
    store.intake.page(tasks, reading)
    end(store, reading, is_whole=is_whole)
    return reading


def end(store: Store, reading: Reading, *, is_whole: bool) -> None:
    """The list of `reading` lacks those that neither it nor anything newer has shown."""
    numbers = {task_id: store.reading(task_id).number for task_id in store.tasks}  # type: ignore[union-attr]
    lacking = sorted(task_id for task_id, number in numbers.items() if number < reading.number)
    assert store.intake.end(reading, is_whole=is_whole) == lacking


def test_an_older_answer_never_overwrites_a_newer_one() -> None:
    store, _ = make_store()
    older, newer = store.begin(), store.begin()
    store.intake.detail(TaskDetail(task("a", "SYNCING"), {}, NOW), newer)
    store.intake.page([task("a", "RUNNING")], older)
    store.intake.detail(TaskDetail(task("a", "READY"), {}, NOW), older)
    store.intake.facts([SourceFacts("source-a", "a", connected=False)], older)
    assert store.tasks["a"].state_text == "SYNCING"
    assert store.tasks["a"].connected is None
    assert store.details["a"].task.state_text == "SYNCING"


def test_a_slow_read_does_not_win_because_it_arrived_late() -> None:
    store, _ = make_store()
    slow = store.begin()
    sweep(store, [task("a", "SYNCING")])
    store.intake.detail(TaskDetail(task("a", "RUNNING"), {}, NOW + 60), slow)
    assert store.tasks["a"].state_text == "SYNCING"


def test_a_task_is_gone_when_two_whole_lists_in_a_row_lack_it() -> None:
    store, _ = make_store()
    both = [task("a"), task("b")]
    sweep(store, both)
    sweep(store, [both[0]])
    assert set(store.tasks) == {"a", "b"}
    sweep(store, both)
    sweep(store, [both[0]])
    assert set(store.tasks) == {"a", "b"}
    sweep(store, [both[0]])
    assert set(store.tasks) == {"a"}


def test_a_list_with_an_unreadable_row_proves_no_absence() -> None:
    store, _ = make_store()
    sweep(store, [task("a"), task("b")])
    for _ in range(5):
        sweep(store, [task("a")], is_whole=False)
    assert set(store.tasks) == {"a", "b"}


def test_a_read_that_shows_the_task_counts_against_its_absence() -> None:
    store, _ = make_store()
    sweep(store, [task("a"), task("b")])
    sweep(store, [task("a")])
    store.intake.detail(TaskDetail(task("b"), {}, NOW), store.begin())
    sweep(store, [task("a")])
    assert "b" in store.tasks


def test_our_own_delete_needs_one_list_only() -> None:
    store, _ = make_store()
    sweep(store, [task("a"), task("b")])
    delete = OperationRecord("op", DELETE, DELETE.label, "b", "name-b", task("b"), Outcome.ACCEPTED)
    store.set_pending(delete)
    sweep(store, [task("a")])
    assert set(store.tasks) == {"a"}


def test_a_delete_that_had_no_effect_is_no_reason_to_believe_one_list_later() -> None:
    store, _ = make_store()
    sweep(store, [task("a"), task("b")])
    delete = OperationRecord("op", DELETE, DELETE.label, "b", "name-b", task("b"), Outcome.ACCEPTED)
    store.set_pending(delete)
    delete.settled_at = NOW
    store.set_pending(delete)
    sweep(store, [task("a")])
    assert set(store.tasks) == {"a", "b"}
    sweep(store, [task("a")])
    assert set(store.tasks) == {"a"}


def test_a_sighting_in_a_list_that_is_not_whole_counts_against_an_absence_too() -> None:
    store, _ = make_store(later())
    sweep(store, [task("a"), task("b")])
    sweep(store, [task("a")])
    sweep(store, [task("a"), task("b")], is_whole=False)
    sweep(store, [task("a")])
    assert set(store.tasks) == {"a", "b"}
    sweep(store, [task("a")])
    assert set(store.tasks) == {"a"}


def test_a_list_that_was_begun_earlier_does_not_bring_a_deleted_task_back() -> None:
    store, _ = make_store()
    sweep(store, [task("a")])
    under_way = store.begin()
    store.intake.remove("a", "is gone", store.begin())
    store.intake.page([task("a")], under_way)
    assert not store.tasks
    store.intake.end(under_way, is_whole=True)
    sweep(store, [task("a")])
    assert set(store.tasks) == {"a"}


def test_what_the_list_does_not_tell_is_kept() -> None:
    store, _ = make_store(later())
    listed = task("a", syncing=True, log_status="INIT", clone=Clone("vm", "clone"))
    sweep(store, [listed])
    read = task(
        "a",
        connected=True,
        remain_seconds=60,
        started_ms=5,
        region="r",
        project="p",
        subtasks=(SubTask("MIGRATE_LINUX_FILE", 5.0),),
        clone=Clone("vm", "clone", "CREATING"),
    )
    store.intake.detail(TaskDetail(read, {}, NOW), store.begin())
    sweep(store, [replace(listed, speed=7.0)])
    known = store.tasks["a"]
    assert (known.syncing, known.log_status, known.connected, known.due) == (True, "INIT", True, NOW + 80)
    assert (known.started_ms, known.region, known.project, known.speed) == (5, "r", "p", 7.0)
    assert known.clone == Clone("vm", "clone", "CREATING")
    assert known.subtasks == ()
    assert store.details["a"].task.subtasks == read.subtasks


@pytest.mark.parametrize("by_itself", [True, False])
def test_what_was_said_to_remain_goes_by_until_it_is_said_anew(by_itself: bool) -> None:
    moment = [NOW]
    store, _ = make_store(lambda: moment[0])

    def tell(remain_seconds: int) -> None:
        if by_itself:
            read = task("a", remain_seconds=remain_seconds)
            store.intake.detail(TaskDetail(read, {}, moment[0]), store.begin())
        else:
            store.intake.facts([SourceFacts("source-a", "a", remain_seconds=remain_seconds)], store.begin())

    def left() -> float | None:
        return eta_seconds(store.tasks["a"], moment[0])

    sweep(store, [task("a")])
    tell(600)
    assert left() == 600
    for passed in (100, 200, 300):
        moment[0] = NOW + passed
        sweep(store, [task("a", speed=float(passed))])
        assert left() == 600 - passed
    before = store.tasks["a"]
    moment[0] += 10
    tell(291)
    assert store.tasks["a"].due == before.due
    tell(900)
    assert left() == 900


def test_rows_are_sorted_by_what_is_left_and_not_by_when_they_changed() -> None:
    moment = [NOW]
    store, _ = make_store(lambda: moment[0])
    sweep(store, [task("a"), task("b")])
    moment[0] += 3600
    sweep(store, [task("a"), task("b", replicated=5)])
    facts = [
        SourceFacts(f"source-{name}", name, remain_seconds=left) for name, left in (("a", 60), ("b", 90))
    ]
    store.intake.facts(facts, store.begin())
    rows = {row.task.id: row for row in store.rows()}
    assert [COLUMNS["eta"].value(rows[name]) for name in "ab"] == [60, 90]


def test_time_left_does_not_outlive_the_state_it_was_told_in() -> None:
    store, _ = make_store(later())
    store.intake.detail(TaskDetail(task("a", remain_seconds=60), {}, NOW), store.begin())
    sweep(store, [task("a", "ABORT")])
    assert store.tasks["a"].due is None


def test_the_end_of_a_former_round_is_not_shown_for_the_next_one() -> None:
    store, _ = make_store(later())
    store.intake.detail(TaskDetail(task("a", "MIGRATE_SUCCESS", finished_ms=9), {}, NOW), store.begin())
    sweep(store, [task("a", "MIGRATE_SUCCESS")])
    assert store.tasks["a"].finished_ms == 9
    sweep(store, [task("a", "SYNCING")])
    assert store.tasks["a"].finished_ms is None


def test_sources_tell_in_bulk_what_the_list_leaves_out() -> None:
    store, _ = make_store()
    sweep(store, [task("a"), task("b")])
    facts = [
        SourceFacts("source-a", "a", "replicate", "replicating", True, 5, 10, 60, 1, "r", "p"),
        SourceFacts("source-b", connected=False),
        SourceFacts("source-of-nobody", "c"),
    ]
    store.intake.facts(facts, store.begin())
    known = store.tasks["a"]
    assert (known.source.state, known.source.cycle) == ("replicate", "replicating")
    assert (known.connected, known.replicated, known.total, known.due) == (True, 5, 10, NOW + 60)
    assert store.tasks["b"].connected is False
    assert set(store.tasks) == {"a", "b"}


def test_two_lists_that_disagree_do_not_make_a_task_change_to_and_fro() -> None:
    store, log = make_store()
    listed = task("a", "SYNCING", source=Server("source-a", "host-a", state="syncing"))
    sweep(store, [listed])
    for _ in range(3):
        store.intake.facts([SourceFacts("source-a", "a", state="cutovering")], store.begin())
        sweep(store, [listed])
    assert store.tasks["a"].source.state == "syncing"
    assert log.since(0) == []


def test_the_first_list_is_no_news_and_later_changes_are_told_in_plain_words() -> None:
    store, log = make_store()
    sweep(store, [task("a"), task("b")])
    assert log.since(0) == []
    sweep(
        store, [task("a", "SYNCING"), task("b", "MIGRATE_FAIL", error='{"error_code":"SMS.3805"}'), task("c")]
    )
    assert [(event.task_name, event.text, event.severity) for event in log.since(0)] == [
        ("name-a", "full replication -> continuous synchronization", "information"),
        ("name-b", "full replication -> migration failed: SMS.3805", "error"),
        ("name-c", "new in the list: full replication", "information"),
    ]


def test_a_lost_agent_is_told() -> None:
    store, log = make_store()
    sweep(store, [task("a")])
    for connected in (True, False, True):
        store.intake.facts([SourceFacts("source-a", connected=connected)], store.begin())
    assert [event.text for event in log.since(0)] == ["agent lost", "agent connected again"]


def test_a_task_seen_first_changed_when_its_own_dates_say() -> None:
    store, _ = make_store()
    dated = task("a", created_ms=1000, started_ms=2000, stage=SubTask("MIGRATE_LINUX_FILE", 1.0, 3000))
    sweep(store, [dated, task("b")])
    assert store.row("a").changed_at == 3.0  # type: ignore[union-attr]
    assert store.row("b").changed_at == NOW  # type: ignore[union-attr]


def test_a_number_that_moves_by_itself_is_no_change_of_the_task() -> None:
    moments = iter(range(100))
    store, _ = make_store(lambda: float(next(moments)))
    sweep(store, [task("a", created_ms=0, speed=1.0, remain_seconds=50)])
    sweep(store, [task("a", created_ms=0, speed=2.0, remain_seconds=40)])
    assert store.row("a").changed_at == 0.0  # type: ignore[union-attr]
    assert store.tasks["a"].speed == 2.0
    sweep(store, [task("a", "SYNCING", created_ms=0)])
    assert store.row("a").changed_at > 0  # type: ignore[union-attr]


@pytest.mark.parametrize("state", ["READY", "RUNNING", "SYNCING", "ABORT", "MIGRATE_SUCCESS"])
def test_two_lists_that_say_the_same_again_are_no_news(state: str) -> None:
    store, _ = make_store()
    listed = [task("a", state)]
    facts = [SourceFacts("source-a", "a", "", "", True, 5, 10, 0, 20, "eu", "shop")]
    for _ in range(2):
        store.drain()
        sweep(store, listed)
        store.intake.facts(facts, store.begin())
    assert not store.drain()


def test_speeds_are_kept_while_active_and_bounded() -> None:
    store, _ = make_store()
    for number in range(500):
        sweep(store, [task("a", speed=float(number)), task("b")])
    assert list(store.speeds("a")) == [float(number) for number in range(380, 500)]
    assert list(store.speeds("b")) == []
    sweep(store, [task("a", "ABORT", speed=0.0)])
    assert list(store.speeds("a")) == []


def test_documents_of_tasks_read_by_themselves_are_bounded() -> None:
    store, _ = make_store()
    for number in range(200):
        store.intake.detail(TaskDetail(task(f"t{number}"), {}, NOW), store.begin())
    assert len(store.details) == 64
    assert "t199" in store.details


def test_who_listens_is_called_only_when_something_changed() -> None:
    store, _ = make_store()
    heard: list[int] = []
    store.listen(lambda: heard.append(1))
    tasks = [task("a")]
    sweep(store, tasks)
    assert heard
    store.drain()
    heard.clear()
    sweep(store, tasks)
    sweep(store, [task("a")])
    assert heard == []
    store.watch(["a"], on=True)
    assert store.row("a").watched  # type: ignore[union-attr]
    assert store.drain().updated.keys() == {"a"}


def record_of(operation: object, label: str, outcome: Outcome) -> OperationRecord:
    return OperationRecord("op", operation, label, "a", "name-a", task("a"), outcome)  # type: ignore[arg-type]


def test_what_is_pending_stands_beside_the_real_state() -> None:
    store, _ = make_store()
    sweep(store, [task("a")])
    words = {
        "pausing…": record_of(STOP, STOP.label, Outcome.SENT),
        "resuming…": record_of(START, "Resume", Outcome.ACCEPTED),
        "starting…": record_of(START, START.label, Outcome.SENT),
        "queued: pause": record_of(STOP, STOP.label, Outcome.QUEUED),
        "unknown: resume": record_of(START, "Resume", Outcome.UNKNOWN),
        "uploading logs…": record_of(COLLECT_LOG, COLLECT_LOG.label, Outcome.ACCEPTED),
    }
    for text, record in words.items():
        store.set_pending(record)
        assert store.row("a").pending == text  # type: ignore[union-attr]
        assert store.tasks["a"].state_text == "RUNNING"


def test_an_operation_that_is_settled_does_not_hide_a_newer_one() -> None:
    store, _ = make_store()
    sweep(store, [task("a")])
    logs, stop = (record_of(op, op.label, Outcome.ACCEPTED) for op in (COLLECT_LOG, STOP))
    store.set_pending(logs)
    store.set_pending(stop)
    logs.settled_at = NOW
    store.set_pending(logs)
    assert store.pending("a") is stop
    stop.settled_at = NOW
    store.set_pending(stop)
    assert store.row("a").pending == ""  # type: ignore[union-attr]


IDS = st.sampled_from("abcdef")
STATES = st.sampled_from(["READY", "RUNNING", "SYNCING", "MIGRATE_FAIL", "ABORTING", "SOMETHING_NEW"])
MOVING = {Situation.LAUNCHING, Situation.CLONING, Situation.TRANSITION}
LISTS = st.dictionaries(IDS, STATES, max_size=6)
STEPS = st.one_of(
    st.tuples(st.just("sweep"), LISTS),
    st.tuples(st.just("half"), LISTS),
    st.tuples(st.just("detail"), st.tuples(IDS, STATES)),
    st.tuples(st.just("late"), st.tuples(LISTS, LISTS, IDS, st.permutations("abcde"))),
    st.tuples(st.just("gone"), IDS),
    st.tuples(st.just("watch"), IDS),
    st.tuples(st.just("facts"), st.tuples(IDS, st.booleans())),
    st.tuples(st.just("drain"), st.none() | st.integers(1, 3)),
)


def do(store: Store, what: str, value: object) -> None:
    match what, value:
        case "sweep", dict():
            sweep(store, [task(one, state) for one, state in value.items()])
        case "half", dict():
            store.intake.page([task(one, state) for one, state in value.items()], store.begin())
        case "late", (first, second, task_id, order):
            overlapping(store, first, second, task_id, order)
        case "detail", (task_id, state):
            store.intake.detail(TaskDetail(task(task_id, state), {}, NOW), store.begin())
        case "gone", str():
            store.intake.remove(value, "is gone", store.begin())
        case "watch", str():
            store.watch([value], on=value not in store.watched)
        case "facts", (task_id, connected):
            store.intake.facts([SourceFacts(f"source-{task_id}", connected=connected)], store.begin())


def overlapping(
    store: Store, first: dict[str, str], second: dict[str, str], task_id: str, order: Sequence[str]
) -> None:
    """Two lists, a read and a removal at the same time, their answers in any order."""
    older, newer = store.begin(), store.begin()
    answers = {
        "a": lambda: store.intake.page([task(one, state) for one, state in first.items()], older),
        "b": lambda: store.intake.page([task(one, state) for one, state in second.items()], newer),
        "c": lambda: store.intake.detail(TaskDetail(task(task_id), {}, NOW), newer),
        "d": lambda: store.intake.remove(task_id, "is gone", newer),
        "e": lambda: store.intake.page([task(one, state) for one, state in second.items()], older),
    }
    for name in order:
        answers[name]()
    end(store, older, is_whole=False)
    end(store, newer, is_whole=True)


@settings(max_examples=400, deadline=None)
@given(st.lists(STEPS, max_size=30))
def test_news_applied_to_a_copy_give_the_store(steps: list[tuple[str, object]]) -> None:
    store, _ = make_store(later())
    copy: dict[str, object] = {}

    def catch_up(most: int | None = None) -> None:
        change = store.drain(most)
        assert most is None or len(change.updated) <= most
        updated = change.updated.keys()
        assert not change.added & updated
        assert not change.removed & (change.added | updated)
        assert not change.added & copy.keys()
        assert (change.removed | updated) <= copy.keys()
        for task_id in change.removed:
            del copy[task_id]
        for task_id, row in change.updated.items():
            assert store.row(task_id) is row
        for task_id in change.added | updated:
            copy[task_id] = store.row(task_id)

    for what, value in steps:
        do(store, what, value)
        if what == "drain":
            catch_up(value)  # type: ignore[arg-type]
    catch_up()
    assert copy == {row.task.id: row for row in store.rows()}
    assert dict(store.tasks.items()) == {row.task.id: row.task for row in store.rows()}
    assert store.active == sum(one.is_active for one in store.tasks.values())
    assert store.moving == {one.id for one in store.tasks.values() if one.situation in MOVING}
    assert +Counter(store.states) == Counter(one.state for one in store.tasks.values())


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), STATES), min_size=1, max_size=10), st.randoms())
def test_answers_in_any_order_leave_the_newest(answers: list[tuple[int, str]], chance: object) -> None:
    store, _ = make_store()
    readings = [store.begin() for _ in range(10)]
    newest = dict(answers)
    shuffled = list(newest.items())
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    for number, state in shuffled:
        store.intake.detail(TaskDetail(task("a", state), {}, NOW), readings[number])
    assert store.tasks["a"].state_text == newest[max(newest)]
