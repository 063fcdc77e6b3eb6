"""What the store tells: to its listener, to the log, and of operations beside the state."""

import pytest

from sms_tui.domain.operations import COLLECT_LOG, START, STOP
from sms_tui.domain.outcome import Outcome
from sms_tui.domain.task import SourceFacts, SubTask, TaskDetail
from sms_tui.engine.record import OperationRecord
from tests.engine.scripted import task
from tests.engine.stores import NOW, make_store, sweep


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
        pending = store.row("a").pending  # type: ignore[union-attr]
        assert pending.words == text
        assert pending.in_doubt == ("resume" if record.outcome is Outcome.UNKNOWN else "")
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
    assert store.row("a").pending.words == ""  # type: ignore[union-attr]
