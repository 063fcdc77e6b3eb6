"""What holds the rest of a batch back, and what goes although something was left out."""

from pathlib import Path

import pytest

from sms_tui.domain.operations import (
    RESUME_LABEL,
    START,
    STOP,
    TEST,
)
from sms_tui.domain.outcome import Outcome
from sms_tui.engine.sending.policy import Order, Policy
from tests.engine.rig import confirm, submit
from tests.engine.scripted import Reply, Scripted, held, staged, task, trouble

pytestmark = pytest.mark.anyio


async def test_no_more_than_the_limit_are_in_flight(tmp_path: Path) -> None:
    service = Scripted()
    service.add(*(task(f"t{number}") for number in range(20)))
    async with staged(tmp_path, service) as stage:
        gate = held(service, "send")
        submit(stage, STOP, *service.tasks)
        await stage.clock.settle(200)
        assert len(service.ledger) == 4
        gate.set()
        await stage.clock.settle(400)
        assert len(service.ledger) == 20


async def test_an_irreversible_batch_stops_when_one_turns_impossible_on_the_way(tmp_path: Path) -> None:
    service = Scripted()
    service.add(*(task(name, "SYNCING") for name in "abc"))
    async with staged(tmp_path, service) as stage:
        plan = stage.engine.dispatcher.plan(TEST, "abc")

        async def fail_b(name: str) -> None:
            if name == "send":
                service.move("b", "SYNC_FAIL")

        service.before = fail_b
        batch = confirm(stage, plan, Policy(Order.ONE_BY_ONE))
        await stage.clock.settle(200)
        assert [request.task_id for request in service.ledger] == ["a"]
        assert [record.outcome for record in batch.records][1:] == [Outcome.NOT_SENT] * 2


@pytest.mark.parametrize(
    ("reply", "severity"),
    [
        (Reply.ACCEPTED, "information"),
        (Reply.REJECTED, "error"),
        (Reply.LOST, "error"),
        (Reply.UNREACHABLE, "warning"),
    ],
)
async def test_an_answer_is_told_as_loudly_as_it_matters(tmp_path: Path, reply: Reply, severity: str) -> None:
    service = Scripted(reply=reply)
    service.takes_effect = False
    service.add(task("a"))
    async with staged(tmp_path, service) as stage:
        submit(stage, STOP, "a")
        await stage.clock.settle()
        assert stage.engine.log.since(0)[-1].severity == severity


async def test_a_careful_batch_halts_on_an_unknown_outcome(tmp_path: Path) -> None:
    service = Scripted(reply=Reply.LOST)
    service.add(*(task(name, "SYNCING") for name in "abc"))
    async with staged(tmp_path, service) as stage:
        batch = submit(stage, TEST, *"abc")
        await stage.clock.settle(200)
        assert len(service.ledger) == 1
        outcomes = [record.outcome for record in batch.records]
        assert outcomes == [Outcome.UNKNOWN, Outcome.NOT_SENT, Outcome.NOT_SENT]
        assert stage.engine.dispatcher.failed_plan(batch).ids == ("b", "c")


async def test_a_canary_that_fails_lets_nobody_follow(tmp_path: Path) -> None:
    service = Scripted(reply=Reply.REJECTED)
    service.add(*(task(name) for name in "abc"))
    async with staged(tmp_path, service) as stage:
        batch = submit(stage, STOP, *"abc", policy=Policy(Order.CANARY))
        await stage.clock.advance(10)
        assert len(service.ledger) == 1
        assert batch.is_done


async def test_a_canary_that_was_rejected_proves_nothing_though_somebody_else_moved_its_task(
    tmp_path: Path,
) -> None:
    service = Scripted(reply=Reply.REJECTED)
    service.add(*(task(name) for name in "abc"))
    async with staged(tmp_path, service) as stage:

        async def moved_meanwhile(name: str) -> None:
            if name == "send":
                service.move("a", "ABORT")
                await stage.engine.poller.refresh()

        service.before = moved_meanwhile
        submit(stage, STOP, *"abc", policy=Policy(Order.CANARY))
        await stage.clock.advance(10)
        assert [request.task_id for request in service.ledger] == ["a"]


async def test_a_batch_that_is_stopped_during_the_second_read_sends_nothing(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a"))
    async with staged(tmp_path, service) as stage:
        gate = held(service, "task a")
        batch = submit(stage, STOP, "a")
        await stage.clock.settle()
        batch.stop()
        gate.set()
        await stage.clock.settle()
        assert service.ledger == []
        assert batch.records[0].outcome is Outcome.NOT_SENT


async def test_what_is_halted_during_the_second_read_is_told_once(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a"))
    async with staged(tmp_path, service) as stage:
        gate = held(service, "task a")
        batch = submit(stage, STOP, "a")
        await stage.clock.settle()
        stage.engine.dispatcher.halt(batch)
        gate.set()
        await stage.clock.settle()
        assert service.ledger == []
        assert sum("not sent: stopped by the operator" in text for text in stage.log()) == 1


async def test_while_the_tasks_are_read_for_the_first_time_nothing_goes_that_cannot_be_repeated(
    tmp_path: Path,
) -> None:
    service = Scripted(page_size=1)
    service.add(task("a"), task("b"))
    gate = held(service, "page 1")
    async with staged(tmp_path, service) as stage:
        plan = stage.engine.dispatcher.plan(STOP, ["a"])
        assert "still being read" in str(stage.engine.dispatcher.submit(plan, plan.word))
        gate.set()
        await stage.clock.settle()
        submit(stage, STOP, "a")


async def test_what_waits_for_its_turn_is_not_confirmed_by_what_somebody_else_did(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a"), task("b"))
    async with staged(tmp_path, service) as stage:
        gate = held(service, "send")
        batch = submit(stage, STOP, "a", "b", policy=Policy(Order.ONE_BY_ONE))
        await stage.clock.settle()
        service.move("b", "ABORT")
        await stage.clock.advance(10)
        assert stage.engine.store.tasks["b"].state_text == "ABORT"
        assert batch.records[1].outcome is Outcome.QUEUED
        gate.set()
        await stage.clock.settle()
        assert batch.records[1].outcome is Outcome.NOT_SENT


async def test_what_the_operator_halted_says_so_whatever_the_check_of_all_finds(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a", "SYNCING"), task("b", "SYNCING"))
    async with staged(tmp_path, service) as stage:
        gate = held(service, "task a")
        batch = submit(stage, TEST, "a", "b")
        await stage.clock.settle()
        stage.engine.dispatcher.halt(batch)
        service.read_trouble = trouble()
        gate.set()
        await stage.clock.settle()
        assert {str(record.trouble and record.trouble.sentence) for record in batch.records} == {
            "stopped by the operator"
        }


async def test_what_can_go_goes_although_others_were_left_out_and_a_resume_is_called_one(
    tmp_path: Path,
) -> None:
    service = Scripted()
    service.add(task("a", "ABORT"), task("b", "READY"), task("c", "ABORTING"))
    async with staged(tmp_path, service) as stage:
        resumed = submit(stage, START, "a", "c")
        begun = submit(stage, START, "b")
        assert [record.task_id for record in resumed.records] == ["a"]
        assert (resumed.records[0].label, begun.records[0].label) == (RESUME_LABEL, START.label)
        await stage.clock.settle()
        assert len(service.ledger) == 2
