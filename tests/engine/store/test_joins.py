"""What list, sources and single reads tell of a task is one task in the store."""

import pytest
from msgspec.structs import replace

from sms_tui.domain.rows import COLUMNS
from sms_tui.domain.steps import eta_seconds
from sms_tui.domain.task import Clone, Server, SourceFacts, SubTask, TaskDetail
from tests.engine.scripted import task
from tests.engine.stores import NOW, later, make_store, sweep


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
