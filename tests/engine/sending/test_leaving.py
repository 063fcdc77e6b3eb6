"""The end of the program while it sends: what is under way gets its answer, the rest is not sent."""

import asyncio
from pathlib import Path

import pytest

from sms_tui.domain.operations import (
    STOP,
)
from sms_tui.domain.outcome import Outcome
from sms_tui.engine.record import Batch
from sms_tui.engine.sending.policy import Order, Policy
from tests.engine.rig import VirtualClock, submit
from tests.engine.scripted import Reply, Scripted, Stage, held, start, task

pytestmark = pytest.mark.anyio


async def test_leaving_waits_for_the_answer_that_is_on_its_way(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a"), task("b"))
    clock = VirtualClock()
    stage = await start(tmp_path, service, clock)
    gate = held(service, "send")
    batch = submit(stage, STOP, "a", "b", policy=Policy(Order.ONE_BY_ONE))
    await clock.settle()
    stage.work.cancel()
    await clock.advance(5)
    assert not stage.work.done()
    gate.set()
    await clock.settle()
    assert stage.work.done()
    assert [record.outcome for record in batch.records] == [Outcome.ACCEPTED, Outcome.NOT_SENT]
    await stage.stop()


async def test_leaving_does_not_wait_longer_than_ten_seconds(tmp_path: Path) -> None:
    service = Scripted(reply=Reply.HANGS)
    service.add(task("a"))
    clock = VirtualClock()
    stage = await start(tmp_path, service, clock)
    batch = submit(stage, STOP, "a")
    await clock.settle()
    stage.work.cancel()
    await clock.advance(9.9)
    assert not stage.work.done()
    await clock.advance(0.2)
    assert stage.work.done()
    assert batch.records[0].outcome is Outcome.UNKNOWN
    found = batch.records[0].trouble
    assert found is not None
    assert "program ended" in found.sentence
    assert found.may_have_executed
    await stage.stop()
    assert service.given_up == 1, "the request went on behind the back of everybody"


async def test_who_is_leaving_takes_no_further_word(tmp_path: Path) -> None:
    service = Scripted(reply=Reply.HANGS)
    service.add(task("a"), task("b"))
    stage = await start(tmp_path, service)
    submit(stage, STOP, "a")
    await stage.clock.settle()
    plan = stage.engine.dispatcher.plan(STOP, ["b"])
    stage.work.cancel()
    await stage.clock.settle()
    assert stage.engine.dispatcher.submit(plan, plan.word) == "This session is ending: nothing is sent."
    await stage.stop()


def test_a_loop_that_is_taken_down_leaves_the_outcome_unknown(tmp_path: Path) -> None:
    async def session() -> tuple[Stage, Batch]:
        service = Scripted(reply=Reply.HANGS)
        service.add(task("a"))
        stage = await start(tmp_path, service)
        batch = submit(stage, STOP, "a")
        await stage.clock.settle()
        return stage, batch

    stage, batch = asyncio.run(session())
    stage.engine.close()
    assert batch.records[0].outcome is Outcome.UNKNOWN


async def test_leaving_before_anything_began_leaves_nothing_in_doubt(tmp_path: Path) -> None:
    service = Scripted()
    service.add(*(task(name) for name in "abc"))
    clock = VirtualClock()
    stage = await start(tmp_path, service, clock)
    held(service, "task a")
    batch = submit(stage, STOP, *"abc", policy=Policy(Order.ONE_BY_ONE))
    stage.work.cancel()
    await stage.stop()
    assert {record.outcome for record in batch.records} == {Outcome.NOT_SENT}
    assert service.ledger == []


async def test_a_batch_under_way_is_kept_for_its_end_however_many_follow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sms_tui.engine.sending.dispatcher._MOST_BATCHES", 3)
    service = Scripted()
    service.add(*(task(name) for name in "abcde"))
    clock = VirtualClock()
    stage = await start(tmp_path, service, clock)
    gate = held(service, "task a")
    first = submit(stage, STOP, "a")
    others = []
    for name in "bcde":
        others.append(submit(stage, STOP, name))
        await clock.settle()
    assert stage.engine.dispatcher.batches == [first, *others[-2:]]
    gate.set()
    await stage.stop()


async def test_leaving_during_the_second_read_sends_nothing(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a"))
    clock = VirtualClock()
    stage = await start(tmp_path, service, clock)
    held(service, "task a")
    batch = submit(stage, STOP, "a")
    await clock.settle()
    stage.work.cancel()
    await clock.settle()
    assert stage.work.done()
    assert batch.records[0].outcome is Outcome.NOT_SENT
    assert service.ledger == []
    await stage.stop()
