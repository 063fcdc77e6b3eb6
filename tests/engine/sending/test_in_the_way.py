"""What stands in the way of another operation on the same task, and what does not."""

from pathlib import Path

import pytest

from sms_tui.domain.operations import CLONE_TEST, COLLECT_LOG, STOP, TEST
from sms_tui.domain.outcome import Outcome
from tests.engine.rig import VirtualClock, submit
from tests.engine.scripted import Reply, Scripted, held, staged, start, task

pytestmark = pytest.mark.anyio


async def test_two_programs_on_one_task_send_one_after_the_other_or_not(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a"))
    clock = VirtualClock()
    folder = tmp_path / "journal"
    stages = [await start(folder, service, clock) for _ in range(2)]
    gate = held(service, "send")
    batches = [submit(stage, STOP, "a") for stage in stages]
    await clock.settle()
    assert len(service.ledger) == 1
    gate.set()
    await clock.settle()
    outcomes = sorted(batch.records[0].outcome for batch in batches)
    assert outcomes[-1] is Outcome.NOT_SENT
    assert len(service.ledger) == 1
    for stage in stages:
        await stage.stop()


async def test_tasks_with_an_operation_under_way_are_left_out_of_a_plan(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a"), task("b"))
    async with staged(tmp_path, service) as stage:
        held(service, "send")
        submit(stage, STOP, "a")
        await stage.clock.settle()
        plan = stage.engine.dispatcher.plan(STOP, ["a", "b"])
        assert plan.ids == ("b",)
        assert [(left.task.id, left.reason) for left in plan.left_out] == [("a", "Pause is under way.")]


async def test_an_upload_of_logs_stands_in_nobodys_way(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a", log_status="INIT"))
    async with staged(tmp_path, service) as stage:
        submit(stage, COLLECT_LOG, "a", bucket="logs")
        await stage.clock.settle()
        submit(stage, STOP, "a")
        await stage.clock.settle()
        assert [request.operation for request in service.ledger] == [COLLECT_LOG, STOP]


async def test_a_pause_is_possible_while_the_outcome_of_another_operation_is_unknown(tmp_path: Path) -> None:
    service = Scripted(reply=Reply.LOST)
    service.add(task("a"))
    async with staged(tmp_path, service) as stage:
        submit(stage, COLLECT_LOG, "a", bucket="logs")
        await stage.clock.settle()
        service.reply = Reply.ACCEPTED
        batch = submit(stage, STOP, "a")
        await stage.clock.settle()
        assert batch.records[0].outcome in {Outcome.ACCEPTED, Outcome.CONFIRMED}


async def test_a_pause_warns_of_what_was_accepted_and_may_begin_any_moment(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a", "SYNCING"))
    service.takes_effect = False
    async with staged(tmp_path, service) as stage:
        assert not stage.engine.dispatcher.plan(STOP, ["a"]).targets[0].warnings
        submit(stage, TEST, "a")
        await stage.clock.settle()
        (target,) = stage.engine.dispatcher.plan(STOP, ["a"]).targets
        assert target.warnings == ("Launch target (cut over) was accepted and waits to be confirmed.",)


async def test_what_was_accepted_and_not_seen_yet_keeps_other_operations_away(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a", "SYNCING"))
    service.takes_effect = False
    async with staged(tmp_path, service) as stage:
        early = stage.engine.dispatcher.plan(CLONE_TEST, ["a"])
        assert submit(stage, STOP, "a").records[0].label == "Pause"
        await stage.clock.settle()
        (left,) = stage.engine.dispatcher.plan(CLONE_TEST, ["a"]).left_out
        assert "was accepted and waits to be confirmed" in left.reason
        assert "waits to be confirmed" in str(stage.engine.dispatcher.submit(early, early.word))
        assert len(service.ledger) == 1
