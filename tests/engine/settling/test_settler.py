"""Settling: read at 1, 2, 4, 8 and every 15 seconds, say what was seen, claim nothing else, send nothing."""

import asyncio
from pathlib import Path

import httpx
import pytest

from sms_tui.domain.operations import COLLECT_LOG, DELETE, NETWORK_CHECK, SPEED_LIMIT, START, STOP, Operation
from sms_tui.domain.outcome import Outcome, TroubleKind
from sms_tui.domain.speed_limit import SpeedRule
from sms_tui.engine.journal import reader as journal_reader
from sms_tui.engine.mode import EngineSettings
from sms_tui.engine.record import OperationRecord
from tests.engine.rig import Service, fault, running, submit
from tests.engine.scripted import Reply, Scripted, Stage, staged, task, trouble

pytestmark = pytest.mark.anyio
SELDOM = EngineSettings(interval=10_000.0, idle_interval=10_000.0)


async def sent(stage: Stage, operation: Operation, task_id: str = "a", **parameters: str) -> OperationRecord:
    batch = submit(stage, operation, task_id, **parameters)
    await stage.clock.settle()
    return batch.records[0]


async def test_an_unknown_outcome_is_read_after_1_3_7_15_and_30_seconds(tmp_path: Path) -> None:
    service = Scripted(reply=Reply.LOST)
    service.add(task("a"))
    async with staged(tmp_path, service, settings=SELDOM) as stage:
        record = await sent(stage, STOP)
        began = stage.clock.monotonic()
        moments: list[float] = []

        async def note(name: str) -> None:
            if name == "task a":
                moments.append(round(stage.clock.monotonic() - began, 3))

        service.before = note
        await stage.clock.advance(70)
        assert moments == [1, 3, 7, 15, 30, 45, 60]
        assert record.outcome is Outcome.UNKNOWN
        service.move("a", "ABORT")
        await stage.clock.advance(10)
        assert (record.outcome, record.state_after) == (Outcome.CONFIRMED, "ABORT")
        assert record.evidence == "RUNNING -> ABORT"
        assert len(service.ledger) == 1


async def test_an_effect_that_a_refresh_shows_needs_no_read(tmp_path: Path) -> None:
    service = Scripted(reply=Reply.APPLIED_AND_LOST)
    service.add(task("a"))
    async with staged(tmp_path, service) as stage:
        service.read_trouble = None
        record = await sent(stage, STOP)
        assert record.outcome is Outcome.CONFIRMED
        assert service.calls.count("task a") == 2  # once before sending, once because it is moving


async def test_other_work_goes_on_while_what_a_refresh_confirms_is_written_down(tmp_path: Path) -> None:
    service = Scripted()
    service.takes_effect = False
    service.add(*(task(f"t{number:03}") for number in range(250)))
    async with staged(tmp_path, service, settings=SELDOM) as stage:
        batch = submit(stage, STOP, *service.tasks)
        while not batch.is_done:
            await stage.clock.settle()
        for task_id in service.tasks:
            service.move(task_id, "ABORT")
        confirmed, on_disk = [0], [0]
        work = asyncio.create_task(stage.engine.poller.refresh())
        while not work.done():
            await asyncio.sleep(0)
            if (count := len(batch.records_with(Outcome.CONFIRMED))) != confirmed[-1]:
                confirmed.append(count)
                on_disk.append(sum(line["kind"] == "confirmed" for line in journal_reader.merged(tmp_path)))
        assert confirmed == [0, 100, 200, 250]
        assert on_disk == confirmed


async def test_a_read_that_was_begun_before_the_sending_proves_nothing(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a"), task("b", "READY"))
    async with staged(tmp_path, service, settings=SELDOM) as stage:
        early = stage.engine.store.begin()
        service.reply = Reply.LOST
        record = await sent(stage, STOP)
        stage.engine.store.intake.page([task("a", "ABORTING")], early)
        await stage.engine._settler.judge_all()
        assert record.outcome is Outcome.UNKNOWN


async def test_accepted_without_an_effect_says_so_at_the_end_of_the_window(tmp_path: Path) -> None:
    service = Scripted(reply=Reply.ACCEPTED)
    service.add(task("a", "READY"))
    service.takes_effect = False
    async with staged(tmp_path, service) as stage:
        record = await sent(stage, START)
        await stage.clock.advance(590)
        assert not record.is_settled
        await stage.clock.advance(30)
        assert (record.outcome, record.is_settled) == (Outcome.ACCEPTED, True)
        assert record.evidence == "still READY after 600 s; no effect seen"
        assert stage.engine.store.pending("a") is None
    last = list(journal_reader.merged(tmp_path))[-1]
    assert (last["kind"], last["by"], last["evidence"]) == ("resolved", "reading", record.evidence)


@pytest.mark.parametrize("reply", [Reply.ACCEPTED, Reply.LOST])
async def test_what_nothing_could_be_read_of_is_not_called_without_effect(
    tmp_path: Path, reply: Reply
) -> None:
    service = Scripted(reply=reply)
    service.add(task("a", "READY"))
    service.takes_effect = False
    async with staged(tmp_path, service) as stage:
        record = await sent(stage, START)
        service.read_trouble = service.list_trouble = trouble()
        await stage.clock.advance(620)
        assert record.evidence.startswith("nothing could be read at the end of 600 s: The service failed")
        assert (stage.engine.store.pending("a") is None) is (reply is Reply.ACCEPTED)


async def test_reading_goes_on_while_the_service_fails(tmp_path: Path) -> None:
    service = Scripted(reply=Reply.APPLIED_AND_LOST)
    service.add(task("a"))
    async with staged(tmp_path, service) as stage:
        service.list_trouble = trouble()
        record = await sent(stage, STOP)
        service.read_trouble = trouble(TroubleKind.UNREACHABLE)
        await stage.clock.advance(120)
        assert record.outcome is Outcome.UNKNOWN
        service.read_trouble = None
        await stage.clock.advance(16)
        assert record.outcome is Outcome.CONFIRMED


async def test_logs_that_do_not_begin_to_upload_are_said_after_half_a_minute(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a", log_status="INIT"))
    async with staged(tmp_path, service) as stage:
        record = await sent(stage, COLLECT_LOG, bucket="logs")
        await stage.clock.advance(29)
        assert not record.is_settled
        await stage.clock.advance(17)
        assert record.is_settled
        assert "seems to have had no effect" in stage.log()[-1]
        assert "agent 25.1.0 or newer and a bucket of this account" in stage.log()[-1]


async def test_logs_that_upload_are_confirmed_by_the_list(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a", log_status="INIT"))
    async with staged(tmp_path, service) as stage:
        record = await sent(stage, COLLECT_LOG, bucket="logs")
        service.add(task("a", log_status="UPLOADING"))
        await stage.clock.advance(8)
        assert record.outcome is Outcome.CONFIRMED


async def test_an_upload_that_failed_is_told_as_failed(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a", log_status="INIT"))
    async with staged(tmp_path, service) as stage:
        record = await sent(stage, COLLECT_LOG, bucket="logs")
        service.add(task("a", log_status="UPLOAD_FAIL"))
        await stage.clock.advance(8)
        assert (record.outcome, record.is_settled) == (Outcome.ACCEPTED, True)
        assert record.evidence == "accepted, and failed since: logs INIT -> UPLOAD_FAIL"
        assert stage.engine.dispatcher.failed_plan(stage.engine.dispatcher.batches[0]).ids == ()


async def test_an_upload_that_was_under_way_already_proves_nothing(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a", log_status="UPLOADING"))
    async with staged(tmp_path, service) as stage:
        record = await sent(stage, COLLECT_LOG, bucket="logs")
        service.add(task("a", log_status="UPLOADED"))
        await stage.clock.advance(46)
        assert (record.outcome, record.is_settled) == (Outcome.ACCEPTED, True)
        assert "cannot tell" in record.evidence


async def test_offline_nobody_claims_that_logs_had_no_effect(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a", log_status="INIT"))
    async with staged(tmp_path, service) as stage:
        record = await sent(stage, COLLECT_LOG, bucket="logs")
        service.list_trouble = service.read_trouble = trouble()
        await stage.clock.advance(120)
        assert not record.is_settled


async def test_speed_rules_are_confirmed_by_reading_them(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a"))
    async with staged(tmp_path, service) as stage:
        record = await sent(stage, SPEED_LIMIT, rules="08:00-20:00=100")
        await stage.clock.advance(2)
        assert record.outcome is Outcome.ACCEPTED

        async def rules(task_id: str) -> tuple[SpeedRule, ...]:
            return (SpeedRule("08:00", "20:00", 100),)

        service.speed_limit = rules  # type: ignore[method-assign]
        await stage.clock.advance(3)
        assert record.outcome is Outcome.CONFIRMED


async def test_what_the_operator_settled_while_its_rules_were_read_is_not_settled_again(
    tmp_path: Path,
) -> None:
    service = Scripted(reply=Reply.LOST)
    service.add(task("a"))
    async with staged(tmp_path, service, settings=SELDOM) as stage:
        record = await sent(stage, SPEED_LIMIT, rules="")
        hold = asyncio.Event()

        async def before(name: str) -> None:
            if name == "rules a":
                await hold.wait()

        service.before = before
        await stage.clock.advance(2)
        assert stage.engine.dispatcher.resolve("a")
        hold.set()
        await stage.clock.settle()
        assert (record.outcome, record.evidence) == (Outcome.UNKNOWN, "settled by the operator")
    kinds = [each["kind"] for each in journal_reader.merged(tmp_path)]
    assert kinds == ["queued", "sent", "unknown", "resolved"]


async def test_speed_rules_that_do_not_come_are_not_waited_for(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a"))
    async with staged(tmp_path, service) as stage:
        assert await stage.engine.speed_rules("a", 2) == ()

        async def never(task_id: str) -> tuple[SpeedRule, ...]:
            await asyncio.Event().wait()
            raise AssertionError("nobody ends the waiting")

        service.speed_limit = never  # type: ignore[method-assign]
        asked = asyncio.ensure_future(stage.engine.speed_rules("a", 2))
        await stage.clock.advance(1)
        assert not asked.done()
        await stage.clock.advance(1)
        assert await asked is None


async def test_what_no_read_can_show_is_over_when_accepted_and_open_when_unknown(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a", "ABORT"), task("b", "ABORT"))
    async with staged(tmp_path, service) as stage:
        accepted = await sent(stage, NETWORK_CHECK)
        assert (accepted.outcome, accepted.is_settled) == (Outcome.ACCEPTED, True)
        service.reply = Reply.LOST
        unknown = await sent(stage, NETWORK_CHECK, "b")
        assert (unknown.outcome, unknown.is_settled) == (Outcome.UNKNOWN, False)
        assert "cannot tell" in unknown.evidence
        assert stage.engine.dispatcher.resolve("b")
        assert unknown.is_settled
    told = [
        (each["task"], each["kind"], each.get("evidence", "")) for each in journal_reader.merged(tmp_path)
    ]
    assert told[2:4] == [
        ("a", "accepted", ""),
        ("a", "resolved", "accepted; reading the task cannot show more"),
    ]
    assert told[6:] == [
        ("b", "unknown", ""),
        ("b", "unknown", "outcome unknown, and reading the task cannot tell"),
        ("b", "resolved", "settled by the operator"),
    ]
    ends = [each["by"] for each in journal_reader.merged(tmp_path) if each["kind"] == "resolved"]
    assert ends == ["reading", "operator"]


@pytest.mark.parametrize("operation", [STOP, DELETE])
async def test_a_task_that_is_gone_ends_the_search(tmp_path: Path, operation: object) -> None:
    service = Scripted(reply=Reply.LOST)
    service.add(task("a", "RUNNING" if operation is STOP else "READY"))
    async with staged(tmp_path, service, settings=SELDOM) as stage:
        record = await sent(stage, operation)
        del service.tasks["a"]
        await stage.clock.advance(2)
        assert record.is_settled
        assert record.outcome is (Outcome.CONFIRMED if operation is DELETE else Outcome.UNKNOWN)
        assert stage.engine.store.tasks == {}


async def test_many_operations_do_not_crowd_out_the_refreshes(tmp_path: Path) -> None:
    service = Scripted()
    service.add(*(task(f"t{number:03}") for number in range(100)))
    async with staged(tmp_path, service, settings=SELDOM) as stage:
        service.takes_effect = False
        submit(stage, STOP, *service.tasks)
        await stage.clock.settle(1000)
        assert len(service.ledger) == 100
        service.calls.clear()
        await stage.clock.advance(14)
        assert len([call for call in service.calls if call.startswith("task")]) <= 60


async def test_an_operator_can_look_again_on_demand(tmp_path: Path) -> None:
    service = Scripted(reply=Reply.LOST)
    service.add(task("a"))
    async with staged(tmp_path, service, settings=SELDOM) as stage:
        record = await sent(stage, STOP)
        await stage.clock.advance(700)
        assert "probably not applied" in record.evidence
        assert await stage.engine.settle("a") is None
        assert stage.engine.store.pending("a") is not None
        service.move("a", "ABORT")
        assert await stage.engine.settle("a") is None
        assert stage.engine.store.pending("a") is None
        assert record.outcome is Outcome.CONFIRMED


async def test_a_call_that_is_missing_is_no_task_that_is_gone(tmp_path: Path) -> None:
    service = Service()
    service.add("a", "RUNNING")
    service.on_write = lambda _: httpx.Response(504, text="too late")

    def shown(request: httpx.Request) -> httpx.Response:
        return fault(404, "SMS.2001") if request.url.path.endswith("speed-limit") else service.shown(request)

    service.on_show = shown
    async with running(tmp_path, service) as rig:
        batch = submit(rig, SPEED_LIMIT, "a", rules="08:00-20:00=100")
        await rig.clock.advance(5)
        assert batch.records[0].outcome is Outcome.UNKNOWN
        assert not batch.records[0].is_settled
        del service.tasks["a"]
        await rig.clock.advance(20)
        assert batch.records[0].evidence == "the task no longer exists"
