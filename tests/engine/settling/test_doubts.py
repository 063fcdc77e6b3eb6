"""Several operations on one task: what is unknown of one stays unknown, whatever becomes of the next."""

import asyncio
from pathlib import Path

import pytest

from sms_tui.domain.operations import COLLECT_LOG, OPERATIONS, START, STOP, TEST, Operation
from sms_tui.domain.outcome import Outcome
from sms_tui.engine.journal.journal import Identity, Journal
from sms_tui.engine.journal.open_ends import is_orphaned
from sms_tui.engine.mode import EngineSettings
from sms_tui.engine.sending.policy import Order, Policy
from tests.engine.rig import ENDPOINT, VirtualClock, confirm, submit
from tests.engine.scripted import WHO, Reply, Scripted, Stage, held, staged, start, task, trouble

pytestmark = pytest.mark.anyio


async def sent(stage: Stage, operation: Operation) -> Outcome:
    batch = submit(stage, operation, "a")
    await stage.clock.settle()
    return batch.records[0].outcome


async def doubtful(stage: Stage, service: Scripted, reply: Reply) -> None:
    """A launch whose outcome is unknown, and a pause after it that is answered with `reply`."""
    service.reply = Reply.LOST
    assert await sent(stage, TEST) is Outcome.UNKNOWN
    service.reply = reply
    await sent(stage, STOP)


@pytest.mark.parametrize("reply", [Reply.REJECTED, Reply.LOST, Reply.ACCEPTED])
async def test_a_doubt_outlives_the_pause_that_may_pass_it(tmp_path: Path, reply: Reply) -> None:
    service = Scripted()
    service.add(task("a", "SYNCING"))
    service.takes_effect = False
    async with staged(tmp_path, service) as stage:
        await doubtful(stage, service, reply)
        store = stage.engine.store
        assert TEST in [record.operation for record in store.pending_records("a")]
        assert stage.engine.dispatcher.plan(TEST, ["a"]).targets == ()
        row = store.row("a")
        assert row is not None
        if reply is Reply.REJECTED:
            assert row.pending.words == "unknown: launch target (cut over)"
    assert [request.operation for request in service.ledger] == [TEST, STOP]


async def test_a_pause_that_may_pass_a_doubt_says_what_is_in_doubt(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a", "SYNCING"))
    service.takes_effect = False
    async with staged(tmp_path, service) as stage:
        assert stage.engine.dispatcher.plan(STOP, ["a"]).targets[0].warnings == ()
        service.reply = Reply.LOST
        assert await sent(stage, STOP) is Outcome.UNKNOWN
        (said,) = stage.engine.dispatcher.plan(STOP, ["a"]).targets[0].warnings
        assert said.startswith("The outcome of Pause is unknown")
        assert stage.engine.dispatcher.resolve("a")
        assert stage.engine.dispatcher.plan(STOP, ["a"]).targets[0].warnings == ()


async def test_the_operator_settles_all_that_is_unknown_of_a_task(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a", "SYNCING"))
    service.takes_effect = False
    async with staged(tmp_path, service) as stage:
        await doubtful(stage, service, Reply.LOST)
        assert len(stage.engine.store.pending_records("a")) == 2
        assert stage.engine.dispatcher.resolve("a")
        assert stage.engine.store.pending_records("a") == ()
        assert not stage.engine.dispatcher.resolve("a")


async def test_the_operator_s_word_is_about_what_is_unknown_alone(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a", "SYNCING"))
    service.takes_effect = False
    async with staged(tmp_path, service) as stage:
        assert await sent(stage, TEST) is Outcome.ACCEPTED
        service.reply = Reply.HANGS
        assert await sent(stage, STOP) is Outcome.SENT
        assert not stage.engine.dispatcher.resolve("a")
        assert [record.operation for record in stage.engine.store.pending_records("a")] == [TEST, STOP]


async def test_a_look_settles_what_it_shows_and_leaves_the_rest_in_doubt(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a", "SYNCING"))
    service.takes_effect = False
    async with staged(tmp_path, service) as stage:
        await doubtful(stage, service, Reply.LOST)
        service.move("a", "ABORT")
        assert await stage.engine.settle("a") is None
        assert [record.operation for record in stage.engine.store.pending_records("a")] == [TEST]


async def test_what_a_list_showed_before_an_earlier_run_was_known_of_proves_nothing(tmp_path: Path) -> None:
    clock, service = VirtualClock(), Scripted()
    service.page_size, service.takes_effect = 1, False
    service.add(task("a", "ABORT"), task("b", "RUNNING"))
    here = await start(tmp_path, service, clock)
    await clock.advance(1)
    gone = await start(tmp_path, service, clock)
    await clock.advance(1)
    slow = held(service, "page 1", once=True)
    here.engine.refresh()
    await clock.settle()
    service.move("a", "RUNNING")
    await gone.engine.read_task("a")
    service.reply = Reply.LOST
    assert await sent(gone, STOP) is Outcome.UNKNOWN
    gone.kill()
    service.read_trouble = trouble()
    (record,) = here.engine._recovery.adopt()
    slow.set()
    await clock.settle()
    assert record.outcome is Outcome.UNKNOWN
    await here.stop()


async def test_an_irreversible_batch_stays_whole_where_another_program_is_in_doubt_of_one_task(
    tmp_path: Path,
) -> None:
    clock, service = VirtualClock(), Scripted(reply=Reply.LOST)
    service.takes_effect = False
    service.add(task("a", "SYNCING"), task("b", "SYNCING"))
    there = await start(tmp_path, service, clock)
    here = await start(tmp_path, service, clock)
    await clock.advance(1)
    assert await sent(there, TEST) is Outcome.UNKNOWN
    service.reply = Reply.ACCEPTED
    batch = submit(here, TEST, "b", "a")
    await clock.settle()
    assert [request.task_id for request in service.ledger] == ["a"]
    assert {record.outcome for record in batch.records} == {Outcome.NOT_SENT}
    assert "whose outcome is unknown" in str(batch.records[1].trouble)
    assert there.engine._task_gates.enter("b", passes_doubt=False) is None, "nothing is under way there"
    await here.stop()
    await there.stop()


async def test_what_is_queued_waits_for_what_a_killed_program_left_open(tmp_path: Path) -> None:
    clock, service = VirtualClock(), Scripted()
    service.takes_effect = False
    service.add(task("a", "READY"), task("b", "READY"))
    gone = await start(tmp_path, service, clock)
    await clock.advance(1)
    service.reply = Reply.HANGS
    submit(gone, START, "a")
    await clock.settle()
    here = await start(tmp_path, service, clock)
    await clock.advance(1)
    service.reply = Reply.ACCEPTED
    gate = held(service, "send")
    batch = submit(here, START, "b", "a", policy=Policy(Order.ONE_BY_ONE))
    await clock.settle()
    gone.kill()
    gate.set()
    await clock.settle()
    assert [request.task_id for request in service.ledger] == ["a", "b"]
    assert batch.records[1].outcome is Outcome.NOT_SENT
    assert "is unknown" in str(batch.records[1].trouble)
    await here.stop()


async def test_what_a_program_sent_after_one_looked_is_not_taken_for_queued(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, service = VirtualClock(), Scripted()
    service.takes_effect = False
    service.add(task("a", "READY"))
    there = await start(tmp_path, service, clock)
    await clock.advance(1)
    held(service, "task a")
    plan = there.engine.dispatcher.plan(START, ["a"])
    batch = confirm(there, plan)
    await clock.settle()
    looked: list[Path] = []

    def late(path: Path) -> bool:
        if not looked:
            looked.append(path)
            there.engine._books.sent(batch.records[0], service.prepare(START, "a", {}))
            there.kill()
        return is_orphaned(path)

    monkeypatch.setattr("sms_tui.engine.journal.open_ends.is_orphaned", late)
    here = await start(tmp_path, service, clock)
    service.before = None
    await clock.advance(1)
    assert "is unknown" in str(here.engine.dispatcher.submit(plan, plan.word))
    await clock.settle()
    assert service.ledger == []
    (record,) = here.engine.store.pending_records("a")
    assert record.outcome is Outcome.UNKNOWN
    await here.stop()


async def test_an_open_end_of_an_operation_that_nobody_knows_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, service = VirtualClock(), Scripted(reply=Reply.LOST)
    service.takes_effect = False
    service.add(task("a", "SYNCING"))
    there = await start(tmp_path, service, clock)
    await clock.advance(1)
    assert await sent(there, TEST) is Outcome.UNKNOWN
    there.kill()
    known = {name: operation for name, operation in OPERATIONS.items() if operation is not TEST}
    monkeypatch.setattr("sms_tui.engine.settling.recovery.OPERATIONS", known)
    here = await start(tmp_path, service, clock)
    assert any("test of an earlier run is unresolved" in line for line in here.log())
    await here.stop()


async def test_what_was_read_before_an_old_doubt_was_known_of_is_no_reason_to_give_it_up(
    tmp_path: Path,
) -> None:
    clock, service = VirtualClock(), Scripted()
    service.add(task("a"))
    seldom = EngineSettings(interval=10_000.0, idle_interval=10_000.0)
    here = await start(tmp_path, service, clock, settings=seldom)
    await clock.advance(1)
    gone = Journal(tmp_path, WHO, clock.now)
    gone.open()
    gone.append("sent", "op", {"operation": "stop", "task": "a", "baseline": {"state": "RUNNING"}})
    gone.close()
    await clock.advance(700)
    service.read_trouble = trouble()
    (record,) = here.engine._recovery.adopt()
    await clock.advance(20)
    assert record.evidence == ""
    service.read_trouble = None
    await clock.advance(20)
    assert record.evidence.startswith("still RUNNING after 600 s")
    await here.stop()


@pytest.mark.parametrize("is_seen", [True, False])
async def test_what_another_profile_sent_to_the_same_task_is_in_the_way_here_too(
    tmp_path: Path, is_seen: bool
) -> None:
    clock, service = VirtualClock(), Scripted(reply=Reply.LOST)
    service.takes_effect = False
    service.add(task("a", "READY"), task("b", "READY"))
    there = await start(tmp_path, service, clock)
    await clock.advance(1)
    assert await sent(there, START) is Outcome.UNKNOWN
    there.kill()
    service.reply = Reply.ACCEPTED
    if not is_seen:
        del service.tasks["a"]
    who = Identity("operator", "host", "another", ENDPOINT, "project", "0")
    here = await start(tmp_path, service, clock, journal=Journal(tmp_path, who, clock.now))
    await clock.advance(1)
    submit(here, START, "a", "b")
    await clock.settle()
    assert [request.task_id for request in service.ledger] == ["a", "b"]
    assert bool(here.engine.store.pending_records("a")) is is_seen
    await here.stop()


async def test_keys_have_their_turn_while_a_start_takes_over_thousands_and_nothing_slips_through(
    tmp_path: Path,
) -> None:
    clock, service = VirtualClock(), Scripted()
    names = [f"t{number}" for number in range(60)]
    service.add(*(task(name) for name in names))
    gone = Journal(tmp_path, WHO, clock.now)
    gone.open()
    told = {"operation": "start", "task_name": "name", "baseline": {"state": "RUNNING"}}
    gone.append_all("sent", [(name, {**told, "task": name}) for name in names])
    gone.close()
    stage = await start(tmp_path, service, clock, is_in_a_hurry=True)
    store, dispatcher = stage.engine.store, stage.engine.dispatcher
    assert 0 < len(store.pending_records()) < len(names)
    assert "page 0" not in service.calls, "what is open is shown before anything else"
    store.intake.page(list(service.tasks.values()), store.begin())
    last = dispatcher.plan(COLLECT_LOG, names[-1:], {"bucket": "logs"})
    assert last.ids == ("t59",)
    assert "is unknown" in str(dispatcher.submit(last, last.word))
    assert len(store.pending_records()) == len(names)
    stage.engine.yield_point.give_way(lambda: False)
    while "page 0" not in service.calls:  # noqa: ASYNC110 - a yield point waits by the clock
        await asyncio.sleep(0)
    await clock.advance(1)
    assert sum("earlier run" in line for line in stage.log()) == len(names)
    assert service.ledger == []
    await stage.stop()


async def test_a_session_that_is_ending_takes_no_more_orders(tmp_path: Path) -> None:
    service = Scripted(reply=Reply.HANGS)
    service.add(task("a", "SYNCING"), task("b", "SYNCING"))
    stage = await start(tmp_path, service)
    dispatcher = stage.engine.dispatcher
    first = submit(stage, STOP, "a")
    await stage.clock.settle()
    stage.work.cancel()
    await stage.clock.settle()
    assert first.records[0].outcome is Outcome.SENT, "it is still waited for"
    assert dispatcher.submit(dispatcher.plan(STOP, ["b"]), "y") == "This session is ending: nothing is sent."
    await stage.stop()
    assert len(service.ledger) == 1
