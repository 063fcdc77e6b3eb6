"""Sending one operation: read again, judged again, written down, sent once, and shown as what it is."""

import asyncio
from pathlib import Path

import pytest

from sms_tui.domain.operations import (
    COLLECT_LOG,
    DELETE,
    START,
    STOP,
    Operation,
)
from sms_tui.domain.outcome import Outcome
from sms_tui.domain.task import Server, Task
from sms_tui.engine.journal import reader as journal_reader
from sms_tui.engine.journal.journal import JournalError
from sms_tui.engine.mode import EngineSettings, Mode
from sms_tui.engine.sending.policy import Order, Policy
from tests.engine.rig import confirm, submit
from tests.engine.scripted import Reply, Scripted, held, staged, task, trouble

pytestmark = pytest.mark.anyio


async def test_the_task_is_read_again_right_before_each_sending(tmp_path: Path) -> None:
    service = Scripted()
    service.add(*(task(name) for name in "abc"))
    service.takes_effect = False
    async with staged(tmp_path, service) as stage:
        service.calls.clear()
        submit(stage, STOP, *"abc", policy=Policy(Order.ONE_BY_ONE))
        await stage.clock.settle()
        steps = [call for call in service.calls if call == "send" or call.startswith("task")]
        assert steps == ["task a", "send", "task b", "send", "task c", "send"]


async def test_a_task_that_cannot_be_read_again_is_not_sent_to(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a"))
    async with staged(tmp_path, service) as stage:
        service.read_trouble = trouble()
        batch = submit(stage, STOP, "a")
        await stage.clock.settle()
        assert batch.records[0].outcome is Outcome.NOT_SENT
        assert "could not be read again" in batch.records[0].trouble.sentence  # type: ignore[union-attr]
        assert service.ledger == []
    queued, left_out = journal_reader.merged(tmp_path)
    assert (queued["kind"], left_out["kind"]) == ("queued", "not-sent")
    assert "could not be read again" in str(left_out["reason"])


async def test_the_log_says_why_an_operation_was_rejected_before_it_says_how_fast(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a"))
    service.reply = Reply.REJECTED
    async with staged(tmp_path, service) as stage:
        submit(stage, STOP, "a")
        await stage.clock.settle()
        assert "pause (stop) rejected: The service failed, as the test wants it. 0 ms" in stage.log()


def moved(state: str, source_state: str = "") -> Task:
    return task("a", state, source=Server("source-a", "host-a", state=source_state))


@pytest.mark.parametrize(
    ("operation", "confirmed", "found", "is_sent"),
    [
        (START, moved("ABORT"), moved("READY"), False),
        (START, moved("READY"), moved("ABORT"), True),
        (STOP, moved("SYNCING", "syncing"), moved("SYNCING", "cutovering"), False),
        (STOP, moved("SYNCING", "cutovering"), moved("SYNCING", "cutovering"), True),
        (STOP, moved("SYNCING"), moved("SYNCING", "cutovering"), True),
    ],
    ids=["formats", "resumes", "launching since", "launching", "a list that tells of no launch"],
)
async def test_what_would_do_other_than_was_confirmed_for_that_task_is_not_sent(
    tmp_path: Path, operation: Operation, confirmed: Task, found: Task, is_sent: bool
) -> None:
    """Whatever else is in the batch: a start of others formats disks."""
    service = Scripted()
    service.takes_effect = False
    service.add(confirmed, task("b", "READY" if operation is START else "RUNNING"))
    async with staged(tmp_path, service) as stage:
        plan = stage.engine.dispatcher.plan(operation, "ab")
        service.add(found)
        record, other = confirm(stage, plan).records
        await stage.clock.settle()
        assert [request.task_id for request in service.ledger] == (["a", "b"] if is_sent else ["b"])
        assert other.outcome is Outcome.ACCEPTED
        assert ("needs another confirmation" in str(record.trouble)) is not is_sent


async def test_a_journal_that_breaks_in_mid_batch_stops_what_follows(tmp_path: Path) -> None:
    service = Scripted()
    service.add(*(task(name) for name in "abc"))
    async with staged(tmp_path, service) as stage:
        append = stage.journal.append

        def break_at_second(kind: str, op_id: str, fields: object) -> None:
            if kind == "sent" and service.ledger:
                stage.journal.problem = "the disk is full"
                raise JournalError(stage.journal.problem)
            append(kind, op_id, fields)  # type: ignore[arg-type]

        stage.journal.append = break_at_second  # type: ignore[method-assign,assignment]
        batch = submit(stage, STOP, *"abc", policy=Policy(Order.ONE_BY_ONE))
        await stage.clock.settle()
        assert len(service.ledger) == 1
        assert [record.outcome for record in batch.records][1:] == [Outcome.NOT_SENT] * 2
        assert [record.sent_at is None for record in batch.records] == [False, True, True]
        assert stage.engine.blocked() == "the disk is full"


async def test_an_outcome_that_cannot_be_written_is_shown_all_the_same(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a"))
    async with staged(tmp_path, service) as stage:
        append_all = stage.journal.append_all

        def no_outcome(kind: str, entries: object) -> None:
            if kind == "accepted":
                raise JournalError("the disk is full")
            append_all(kind, entries)  # type: ignore[arg-type]

        stage.journal.append_all = no_outcome  # type: ignore[method-assign,assignment]
        batch = submit(stage, STOP, "a")
        await stage.clock.settle()
        assert batch.records[0].outcome in {Outcome.ACCEPTED, Outcome.CONFIRMED}
        assert "the disk is full" in stage.log()


async def test_a_dry_run_sends_and_writes_nothing_and_shows_the_request(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a"))
    folder = tmp_path / "journal"
    async with staged(folder, service, mode=Mode(dry_run=True)) as stage:
        batch = submit(stage, STOP, "a")
        await stage.clock.settle()
        assert batch.records[0].outcome is Outcome.NOT_SENT
        assert any("dry run" in text and "/v3/tasks/a/action stop" in text for text in stage.log())
    assert service.ledger == []
    assert list(folder.glob("*.jsonl")) == []


async def test_a_read_only_engine_has_nothing_to_send_with(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a"))
    async with staged(tmp_path, service, mode=Mode(read_only=True)) as stage:
        assert stage.engine.dispatcher._runner is None
        plan = stage.engine.dispatcher.plan(STOP, ["a"])
        assert "read-only" in str(stage.engine.dispatcher.submit(plan, "y"))


async def test_deletes_are_one_request_for_each_task(tmp_path: Path) -> None:
    service = Scripted()
    service.add(*(task(name, "READY") for name in "abc"))
    async with staged(tmp_path, service) as stage:
        batch = submit(stage, DELETE, "a", "b")
        await stage.clock.advance(5)
        assert [request.task_id for request in service.ledger] == ["a", "b"]
        assert {record.outcome for record in batch.records} == {Outcome.CONFIRMED}
        assert set(stage.engine.store.tasks) == {"c"}


async def test_idle_means_that_nothing_is_queued_in_flight_or_being_read(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a"))
    async with staged(tmp_path, service) as stage:
        await stage.engine.idle()
        gate = held(service, "send")
        batch = submit(stage, STOP, "a")
        waiting = asyncio.create_task(stage.engine.idle())
        await stage.clock.settle()
        assert not waiting.done()
        gate.set()
        await stage.clock.settle()
        assert waiting.done()
        assert batch.is_done


async def test_a_journal_that_broke_since_the_word_was_given_lets_nothing_out(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a"))
    async with staged(tmp_path, service) as stage:
        gate = held(service, "task a")
        batch = submit(stage, STOP, "a")
        await stage.clock.settle()
        stage.journal.problem = "the disk is full"
        gate.set()
        await stage.clock.settle()
        assert service.ledger == []
        assert "the disk is full" in batch.records[0].trouble.sentence  # type: ignore[union-attr]


async def test_the_journal_keeps_the_task_as_it_was_right_before(tmp_path: Path) -> None:
    service = Scripted(reply=Reply.REJECTED)
    service.add(task("a"))
    async with staged(tmp_path, service) as stage:
        plan = stage.engine.dispatcher.plan(STOP, ["a"])
        service.move("a", "SYNCING")
        confirm(stage, plan)
        await stage.clock.settle()
    (sent,) = (record for record in journal_reader.merged(tmp_path) if record["kind"] == "sent")
    assert sent["state_before"] == "SYNCING"
    assert sent["baseline"]["state"] == "SYNCING"  # type: ignore[index]


async def test_after_our_own_delete_one_list_without_the_task_is_enough(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a", "READY"), task("b", "READY"))
    async with staged(tmp_path, service) as stage:

        async def no_more_reads(name: str) -> None:
            if name == "send":
                service.read_trouble = trouble()

        service.before = no_more_reads
        submit(stage, DELETE, "a")
        service.calls.clear()
        await stage.clock.settle()
        assert service.calls.count("page 0") == 1
        assert set(stage.engine.store.tasks) == {"b"}


@pytest.mark.parametrize(("operation", "reply"), [(STOP, Reply.ACCEPTED), (DELETE, Reply.REJECTED)])
async def test_one_list_without_the_task_is_not_enough_after_anything_else(
    tmp_path: Path, operation: Operation, reply: Reply
) -> None:
    service = Scripted(reply=reply)
    service.add(task("a", "RUNNING" if operation is STOP else "READY"), task("b"))
    async with staged(tmp_path, service, settings=EngineSettings(interval=10_000.0)) as stage:

        async def gone_by_itself(name: str) -> None:
            if name == "send":
                service.read_trouble = trouble()
                service.takes_effect = False
                service.tasks.pop("a", None)

        service.before = gone_by_itself
        submit(stage, operation, "a")
        await stage.clock.settle()
        await stage.engine.poller.refresh()
        assert service.ledger
        assert set(stage.engine.store.tasks) == {"a", "b"} or service.calls.count("page 0") > 2


async def test_a_request_that_cannot_be_made_is_not_sent_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Scripted()
    service.add(task("a"))
    async with staged(tmp_path, service) as stage:

        def unfit(*_: object) -> None:
            raise ValueError("this id cannot be part of a URL")

        monkeypatch.setattr(service, "prepare", unfit)
        batch = submit(stage, STOP, "a")
        await stage.clock.settle()
        assert batch.records[0].outcome is Outcome.NOT_SENT
        assert "cannot be part of a URL" in batch.records[0].trouble.sentence  # type: ignore[union-attr]
        assert service.ledger == []


async def test_parameters_that_cannot_be_are_refused_before_anything_is_queued(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a"))
    async with staged(tmp_path, service) as stage:
        plan = stage.engine.dispatcher.plan(COLLECT_LOG, ["a"], {"bucket": "Not A Bucket"})
        assert "not a bucket name" in str(stage.engine.dispatcher.submit(plan, "y"))
        assert stage.engine.dispatcher.batches == []


async def test_a_change_seen_before_the_request_left_is_no_evidence(tmp_path: Path) -> None:
    service = Scripted(reply=Reply.LOST)
    service.add(task("a"))
    async with staged(tmp_path, service, settings=EngineSettings(interval=9e9, idle_interval=9e9)) as stage:
        gate = held(service, "task a")
        batch = submit(stage, STOP, "a")
        await stage.clock.settle()
        between = stage.engine.store.begin()
        gate.set()
        service.list_trouble = trouble()
        await stage.clock.settle()
        assert batch.records[0].outcome is Outcome.UNKNOWN
        stage.engine.store.intake.page([task("a", "ABORTING")], between)
        await stage.engine._settler.judge_all()
        assert batch.records[0].outcome is Outcome.UNKNOWN
        stage.engine.store.intake.page([task("a", "ABORTING")], stage.engine.store.begin())
        await stage.engine._settler.judge_all()
        assert batch.records[0].outcome is Outcome.CONFIRMED


async def test_what_is_on_its_way_is_shown_as_sent_with_its_own_times(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a"))
    async with staged(tmp_path, service) as stage:
        reading = held(service, "task a")
        said = stage.clock.now()
        record = submit(stage, STOP, "a").records[0]
        await stage.clock.advance(2)
        assert (record.outcome, record.sent_at) == (Outcome.QUEUED, None)
        sending = held(service, "send")
        reading.set()
        await stage.clock.settle()
        assert stage.engine.store.pending("a") is record
        assert (record.outcome, record.queued_at, record.sent_at) == (Outcome.SENT, said, said + 2)
        assert stage.log()[-1] == "pause (stop) sending"
        await stage.clock.advance(3)
        sending.set()
        await stage.clock.settle()
        assert record.answered_at == said + 5
    written = list(journal_reader.merged(tmp_path))
    assert [each["kind"] for each in written] == ["queued", "sent", "accepted", "confirmed"]
    assert {each["queued_at"] for each in written} == {said}
    assert [each["sent_at"] for each in written] == [None, *[said + 2] * 3]
    assert [(each.get("request_id"), each.get("status")) for each in written[2:]] == [("r1", 200)] * 2
