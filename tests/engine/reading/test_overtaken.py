"""A read of one task that takes longer than the refreshes beside it: what is newer counts, whoever asks."""

import asyncio
from pathlib import Path

import pytest

from sms_tui.domain.operations import START
from sms_tui.domain.outcome import Outcome, Trouble, TroubleKind
from sms_tui.domain.task import Task, TaskDetail, TaskState
from sms_tui.engine.event_log import EventLog
from sms_tui.engine.store.store import Store
from tests.engine.rig import confirm, submit
from tests.engine.scripted import Scripted, Stage, held, staged, task

pytestmark = pytest.mark.anyio
NOW = 1_700_000_000.0


async def refreshed(stage: Stage) -> None:
    stage.engine.poller.wake(by_operator=True)
    await stage.clock.settle()


async def test_who_asked_gets_the_newer_task_and_not_what_was_read_long_ago(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a", "ABORT"))
    async with staged(tmp_path, service) as stage:
        await stage.engine.read_task("a")
        await stage.clock.advance(300)
        service.move("a", "RUNNING")
        gate = held(service, "task a", once=True)
        reading = asyncio.create_task(stage.engine.read_task("a"))
        await stage.clock.settle()
        await stage.clock.advance(1)
        await refreshed(stage)
        gate.set()
        answer = await reading
        assert isinstance(answer, TaskDetail)
        assert answer.task.state is TaskState.RUNNING
        assert answer.read_at == stage.clock.now()


async def test_nothing_is_sent_on_an_old_picture(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a", "ABORT"))
    async with staged(tmp_path, service) as stage:
        await stage.engine.read_task("a")
        plan = stage.engine.dispatcher.plan(START, ["a"])
        service.move("a", "RUNNING")
        gate = held(service, "task a", once=True)
        batch = confirm(stage, plan)
        await stage.clock.settle()
        await refreshed(stage)
        gate.set()
        await stage.clock.settle()
        assert batch.records[0].outcome is Outcome.NOT_SENT
        assert service.ledger == []


async def test_of_a_task_that_is_gone_by_now_nothing_old_is_told(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a"), task("b"))
    async with staged(tmp_path, service) as stage:
        gate = held(service, "task a", once=True)
        reading = asyncio.create_task(stage.engine.read_task("a"))
        await stage.clock.settle()
        del service.tasks["a"]
        await stage.engine.read_task("a")
        assert list(stage.engine.store.tasks) == ["b"]
        for _ in range(3):
            await refreshed(stage)
        service.add(task("a"))
        gate.set()
        answer = await reading
        assert isinstance(answer, Trouble)
        assert answer.kind is TroubleKind.NOT_FOUND
        assert list(stage.engine.store.tasks) == ["b"]


async def test_a_late_word_that_a_task_is_gone_takes_no_newer_one_away(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a"))
    async with staged(tmp_path, service) as stage:
        gate, known = held(service, "task a", once=True), service.tasks.pop("a")
        reading = asyncio.create_task(stage.engine.read_task("a"))
        await stage.clock.settle()
        service.add(known)
        await stage.engine.read_task("a")
        gate.set()
        await reading
        assert list(stage.engine.store.tasks) == ["a"]


def told(store: Store, *tasks: Task) -> list[str]:
    """Read a list; the ids that it lacks."""
    reading = store.begin()
    store.intake.page(tasks, reading)
    return store.intake.end(reading, is_whole=True)


def test_a_list_that_lags_takes_no_row_back() -> None:
    moment = [NOW]
    store = Store(EventLog(lambda: moment[0]), lambda: moment[0])
    told(store, task("a", "ABORTING"), task("b"))
    moment[0] += 2
    store.intake.detail(TaskDetail(task("a", "ABORT"), {}, moment[0]), store.begin())
    for seconds, state in ((1, "ABORT"), (3, "ABORT"), (2, "ABORTING")):
        moment[0] += seconds
        assert told(store, task("a", "ABORTING"), task("b")) == []
        assert store.tasks["a"].state_text == state
    assert told(store, task("b")) == ["a"]


def test_a_task_that_lags_and_goes_hides_no_other_that_is_missing() -> None:
    store = Store(EventLog(lambda: NOW), lambda: NOW)
    told(store, task("a"), task("b"), task("c"))
    store.intake.detail(TaskDetail(task("a"), {}, NOW), store.begin())
    reading = store.begin()
    store.intake.page([task("a"), task("b")], reading)
    store.intake.remove("a", "is gone", store.begin())
    assert store.intake.end(reading, is_whole=True) == ["c"]


def test_after_a_sending_the_list_may_be_the_first_to_show_it() -> None:
    store = Store(EventLog(lambda: NOW), lambda: NOW)
    told(store, task("a", "RUNNING"))
    store.intake.detail(TaskDetail(task("a", "RUNNING"), {}, NOW), store.begin())
    store.intake.sent("a")
    told(store, task("a", "ABORTING"))
    assert store.tasks["a"].state_text == "ABORTING"


def test_a_list_that_was_asked_for_before_a_task_takes_nothing_of_it_back() -> None:
    moment = [NOW]
    store = Store(EventLog(lambda: moment[0]), lambda: moment[0])
    told(store, task("a", "RUNNING"), task("b"))
    slow = store.begin()
    moment[0] += 3
    store.intake.detail(TaskDetail(task("a", "ABORT"), {}, moment[0]), store.begin())
    store.intake.page([task("a", "RUNNING"), task("b")], slow)
    assert store.tasks["a"].state_text == "ABORT"


def test_a_clock_that_is_set_back_makes_no_list_lag() -> None:
    moment = [NOW]
    store = Store(EventLog(lambda: moment[0]), lambda: moment[0])
    store.intake.detail(TaskDetail(task("a", "RUNNING"), {}, NOW), store.begin())
    moment[0] -= 3600
    told(store, task("a", "ABORT"))
    assert store.tasks["a"].state_text == "ABORT"


async def test_an_answer_that_a_machine_slept_over_is_asked_for_again(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a", "READY"))
    async with staged(tmp_path, service) as stage:
        gate = held(service, "task a", once=True)
        submit(stage, START, "a")
        await stage.clock.settle()
        stage.clock.suspended += 30
        service.calls.clear()
        gate.set()
        await stage.clock.settle()
        assert service.calls[:2] == ["task a", "send"]
