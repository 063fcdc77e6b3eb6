"""Which answers a store believes: none over a newer one, and half a list proves no absence."""

from msgspec.structs import replace

from sms_tui.domain.operations import DELETE
from sms_tui.domain.outcome import Outcome
from sms_tui.domain.task import SourceFacts, TaskDetail
from sms_tui.engine.record import OperationRecord
from tests.engine.scripted import task
from tests.engine.stores import NOW, later, make_store, sweep


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


def test_a_list_that_may_lag_is_believed_in_what_only_lists_tell() -> None:
    """The task under the cursor is read by itself after each list: its logs stayed as they were for good."""
    store, _ = make_store()
    sweep(store, [replace(task("a", "RUNNING"), log_status="INIT")])
    store.intake.detail(TaskDetail(task("a", "SYNCING"), {}, NOW), store.begin())
    store.intake.page([replace(task("a", "RUNNING"), log_status="UPLOADED")], store.begin())
    assert (store.tasks["a"].state_text, store.tasks["a"].log_status) == ("SYNCING", "UPLOADED")


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
