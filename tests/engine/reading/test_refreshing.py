"""Refreshing: one at a time, page by page, honest about its own pace, and never in the way of the keys."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from sms_tui.api.answers.task_page import TaskPage
from sms_tui.domain.freshness import Freshness
from sms_tui.domain.outcome import TroubleKind
from sms_tui.domain.task import Server, SourceFacts
from sms_tui.engine.mode import EngineSettings, Mode
from sms_tui.engine.reading import sweeper
from tests.engine.scripted import Scripted, Stage, held, staged, task, trouble

pytestmark = pytest.mark.anyio


def slow(service: Scripted, stage_seconds: float, name: str = "page") -> list[Stage]:
    """Let every call of that name take so long; the stage is put into the list that is returned."""
    stages: list[Stage] = []

    async def wait(called: str) -> None:
        if called.startswith(name) and stages:
            await stages[0].clock.sleep(stage_seconds)

    service.before = wait
    return stages


async def test_two_refreshes_never_overlap(tmp_path: Path) -> None:
    service = Scripted(page_size=2)
    service.add(*(task(f"t{number}") for number in range(9)))
    async with staged(tmp_path, service) as stage:
        slow(service, 3.0).append(stage)
        for _ in range(30):
            stage.engine.refresh()
            await stage.clock.advance(1.7)
        assert service.most_sweeping == 1
        assert service.calls.count("page 4") >= 3


async def test_a_refresh_from_outside_waits_for_the_one_under_way(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a"))
    async with staged(tmp_path, service) as stage:
        slow(service, 3.0).append(stage)
        await stage.clock.advance(6)
        other = asyncio.create_task(stage.engine.poller.refresh())
        await stage.clock.advance(10)
        assert other.done()
        assert service.most_sweeping == 1


async def test_tasks_on_the_move_are_read_together_and_the_next_list_waits_for_one_of_them(
    tmp_path: Path,
) -> None:
    service = Scripted()
    service.add(*(task(f"t{number}", "ABORTING") for number in range(6)))
    async with staged(tmp_path, service) as stage:
        slow(service, 3.0, "task").append(stage)
        stage.engine.refresh()
        await stage.clock.settle()
        await stage.clock.advance(3)
        rounds = stage.engine.store.sync.rounds
        service.calls.clear()
        stage.engine.refresh()
        await stage.clock.settle()
        assert sorted(service.calls) == ["page 0", "sources", *(f"task t{number}" for number in range(6))]
        stage.engine.refresh()
        await stage.clock.advance(3)
        assert stage.engine.store.sync.rounds == rounds + 2


async def test_a_first_load_shows_each_page_as_it_comes(tmp_path: Path) -> None:
    service = Scripted(page_size=2)
    service.add(*(task(f"t{number}") for number in range(6)))
    gate = held(service, "page 2")
    async with staged(tmp_path, service) as stage:
        assert len(stage.engine.store.tasks) == 4
        assert stage.engine.store.sync.pages_done == 2
        assert stage.engine.store.sync.freshness(stage.clock.now()) is Freshness.LOADING
        gate.set()
        await stage.clock.settle()
        assert len(stage.engine.store.tasks) == 6
        assert stage.engine.store.sync.freshness(stage.clock.now()) is Freshness.FRESH


async def test_other_work_goes_on_between_slices_of_a_page(tmp_path: Path) -> None:
    service = Scripted()
    service.add(*(task(f"t{number:03}") for number in range(200)))
    async with staged(tmp_path, service) as stage:
        changes: list[int] = []
        stage.engine.store.drain()
        stage.engine.store.listen(lambda: changes.append(len(stage.engine.store.drain().updated)))
        service.add(*(task(f"t{number:03}", "SYNCING") for number in range(200)))
        stage.engine.refresh()
        await stage.clock.settle()
        assert [count for count in changes if count] == [50, 50, 50, 50]


async def test_a_thousand_failures_of_every_kind_do_not_end_it(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a"))
    kinds = [kind for kind in TroubleKind if kind is not TroubleKind.NOT_FOUND]
    async with staged(tmp_path, service) as stage:
        for number in range(1000):
            service.list_trouble = trouble(kinds[number % len(kinds)])
            await stage.clock.advance(40)
        assert stage.engine.store.sync.failures >= 1000
        service.list_trouble = None
        await stage.clock.advance(40)
        assert stage.engine.store.sync.failures == 0


async def test_a_five_minute_outage_costs_few_requests(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a"))
    async with staged(tmp_path, service) as stage:
        service.list_trouble = trouble(TroubleKind.UNREACHABLE)
        service.calls.clear()
        await stage.clock.advance(300)
        assert len(service.calls) <= 15
        service.list_trouble = None
        await stage.clock.advance(30)
        service.calls.clear()
        await stage.clock.advance(60)
        assert service.calls.count("page 0") >= 10


async def test_only_an_operator_goes_before_what_the_service_asked_for(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a"))
    async with staged(tmp_path, service) as stage:
        service.list_trouble = trouble(TroubleKind.THROTTLED, retry_after=60.0)
        await stage.clock.advance(5)
        service.calls.clear()
        stage.engine.poller.wake()
        await stage.clock.advance(59)
        assert service.calls == []
        stage.engine.refresh()
        await stage.clock.settle()
        assert service.calls == ["page 0"]


async def test_a_wake_that_had_to_wait_is_granted_as_soon_as_the_service_allows(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a", "READY"))
    async with staged(tmp_path, service) as stage:
        service.list_trouble = trouble(TroubleKind.THROTTLED, retry_after=7.0)
        stage.engine.refresh()
        await stage.clock.settle()
        service.list_trouble = None
        stage.engine.poller.wake()
        service.calls.clear()
        await stage.clock.advance(6.9)
        assert service.calls == []
        await stage.clock.advance(0.2)
        assert service.calls[0] == "page 0"


@pytest.mark.parametrize("seconds", [0.0, 1.0, 20.0])
async def test_a_list_is_fresh_as_long_as_the_next_one_is_not_late(tmp_path: Path, seconds: float) -> None:
    service = Scripted()
    service.add(task("a"))
    async with staged(tmp_path, service) as stage:
        slow(service, seconds).append(stage)
        await stage.clock.advance(200)
        for _ in range(400):
            await stage.clock.advance(0.5)
            sync = stage.engine.store.sync
            assert sync.freshness(stage.clock.now()) is Freshness.FRESH
            assert (sync.age(stage.clock.now()) or 0) <= sync.interval + 0.001


async def test_a_service_that_hangs_makes_the_picture_stale(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a"))
    async with staged(tmp_path, service) as stage:
        slow(service, 1000.0).append(stage)
        await stage.clock.advance(20)
        assert stage.engine.store.sync.freshness(stage.clock.now()) is Freshness.STALE


async def test_an_unreadable_row_is_said_once_and_hides_no_other(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a"), task("b"))
    async with staged(tmp_path, service) as stage:
        del service.tasks["b"]
        service.broken = ("An entry of the list is not a task.",)
        await stage.clock.advance(4)
        assert stage.log().count("An entry of the list is not a task.") == 0
        await stage.clock.advance(2)
        # The row may be the one that cannot be read: the task is asked for by itself, and is gone.
        assert set(stage.engine.store.tasks) == {"a"}
        await stage.clock.advance(20)
        assert stage.log().count("An entry of the list is not a task.") == 1


async def test_what_a_list_hides_is_read_by_itself_in_turn_whatever_else_is_on_the_move(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Scripted()
    source = Server("source", "host", state="cutovering")
    service.add(*(task(f"moving-{number:02}", "SYNCING", source=source) for number in range(12)))
    service.add(*(task(f"hidden-{number:02}") for number in range(12)))
    async with staged(tmp_path, service) as stage:

        async def without_the_hidden() -> AsyncGenerator[TaskPage, None]:
            shown = tuple(each for each in service.tasks.values() if each.id.startswith("moving"))
            yield TaskPage(shown, ("An entry of the list is not a task.",), 24, 0, None, last=True)

        monkeypatch.setattr(service, "pages", without_the_hidden)
        service.calls.clear()
        for _ in range(2):
            await stage.engine.poller.refresh()
        assert {f"task hidden-{number:02}" for number in range(12)} <= set(service.calls)


async def test_a_list_that_the_machine_slept_over_is_as_old_as_its_question(tmp_path: Path) -> None:
    service = Scripted(page_size=1)
    service.add(task("a"), task("b"))
    async with staged(tmp_path, service) as stage:
        gate = held(service, "page 1")
        stage.engine.refresh()
        await stage.clock.settle()
        stage.clock.suspended += 3600
        gate.set()
        await stage.clock.settle()
        sync, now = stage.engine.store.sync, stage.clock.now()
        assert sync.failures == 0
        assert (sync.age(now), sync.freshness(now)) == (3600, Freshness.STALE)


async def test_what_was_said_is_not_remembered_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sms_tui.engine.reading.sweeper._MOST_NOTED", 5)
    service = Scripted()
    async with staged(tmp_path, service) as stage:
        for number in (*range(20), 19, 0):
            service.broken = (f"An entry of the list is not a task: {number}.",)
            stage.engine.poller.wake(by_operator=True)
            await stage.clock.settle()
        assert stage.log().count("An entry of the list is not a task: 19.") == 1
        assert stage.log().count("An entry of the list is not a task: 0.") == 2


async def test_sources_are_read_each_time_while_that_is_cheap_and_seldom_when_not(tmp_path: Path) -> None:
    service = Scripted(facts=[SourceFacts("source-a", "a", connected=True)])
    service.add(task("a"))
    async with staged(tmp_path, service) as stage:
        assert stage.engine.store.tasks["a"].connected is True
        await stage.clock.advance(20)
        assert service.calls.count("sources") == 5
        slow(service, 2.0, "sources").append(stage)
        await stage.clock.advance(5)
        service.calls.clear()
        await stage.clock.advance(25)
        assert service.calls.count("sources") <= 1
        assert service.calls.count("page 0") >= 4


async def test_a_denied_list_of_sources_is_said_once_and_costs_no_freshness(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a"))
    service.read_trouble = trouble(TroubleKind.DENIED)
    async with staged(tmp_path, service) as stage:
        await stage.clock.advance(200)
        assert service.calls.count("sources") == 1
        assert sum("source servers" in text for text in stage.log()) == 1
        assert stage.engine.store.sync.freshness(stage.clock.now()) is Freshness.FRESH


async def test_sources_that_fail_in_the_same_way_are_said_once_though_each_request_has_its_id(
    tmp_path: Path,
) -> None:
    service = Scripted()
    service.add(task("a"))
    async with staged(tmp_path, service) as stage:
        for number in range(3):
            service.read_trouble = replace(
                trouble(TroubleKind.SERVER), sentence=f"HTTP 500. Request {number}."
            )
            await stage.clock.advance(200)
        assert service.calls.count("sources") >= 3
        assert sum("source servers" in text for text in stage.log()) == 1


async def test_tasks_on_the_move_are_read_by_themselves_in_turn(tmp_path: Path) -> None:
    service = Scripted()
    source = Server("source", "host", state="cutovering")
    service.add(*(task(f"t{number:02}", "SYNCING", source=source) for number in range(12)))
    async with staged(tmp_path, service) as stage:
        await stage.clock.advance(6)
        assert set(stage.engine.store.details) == set(service.tasks)


async def test_the_task_in_focus_is_read_when_the_cursor_rests_and_not_on_its_way(tmp_path: Path) -> None:
    service = Scripted()
    service.add(*(task(f"t{number}") for number in range(5)))
    async with staged(tmp_path, service) as stage:
        for number in range(5):
            stage.engine.focus(f"t{number}")
            await stage.clock.advance(0.05)
        await stage.clock.advance(0.2)
        assert [call for call in service.calls if call.startswith("task")] == ["task t4"]
        await stage.clock.advance(5)
        assert service.calls.count("task t4") == 2


async def test_a_read_that_finds_nothing_removes_the_task_at_once(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a"), task("b"))
    async with staged(tmp_path, service) as stage:
        del service.tasks["b"]
        stage.engine.focus("b")
        await stage.clock.advance(0.3)
        assert set(stage.engine.store.tasks) == {"a"}


async def test_the_pace_can_be_changed_while_it_runs(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a"))
    async with staged(tmp_path, service, settings=EngineSettings(interval=60)) as stage:
        stage.engine.poller.interval = 2.0
        stage.engine.refresh()
        service.calls.clear()
        await stage.clock.advance(20.5)
        assert service.calls.count("page 0") == 11


async def test_a_bug_ends_the_engine_instead_of_a_quiet_stop(tmp_path: Path) -> None:
    service = Scripted()
    service.add(task("a"))

    async def bug(called: str) -> None:
        raise RuntimeError("a bug")

    async with staged(tmp_path, service) as stage:
        service.before = bug
        await stage.clock.advance(6)
        assert stage.work.done()
        error = stage.work.exception()
        assert isinstance(error, BaseExceptionGroup)
        assert error.subgroup(RuntimeError) is not None
        stage.work = asyncio.create_task(asyncio.sleep(0))


@pytest.mark.parametrize(("ahead", "said"), [(7200.0, "120 min slow"), (-3600.0, "60 min fast"), (30.0, "")])
async def test_a_clock_that_is_off_is_said_once(tmp_path: Path, ahead: float, said: str) -> None:
    async with staged(tmp_path, Scripted(clock_offset_seconds=ahead)) as stage:
        await stage.clock.advance(120)
        lines = [line for line in stage.log() if "This machine's clock" in line]
        assert len(lines) == bool(said)
        assert all(said in line for line in lines)


@pytest.mark.parametrize(("simulated", "is_local"), [(True, False), (False, True)])
async def test_a_simulated_service_may_have_a_time_of_its_own(
    tmp_path: Path, simulated: bool, is_local: bool
) -> None:
    service = Scripted(clock_offset_seconds=7200.0, is_local=is_local)
    async with staged(tmp_path, service, mode=Mode(simulated=simulated)) as stage:
        assert not [line for line in stage.log() if "This machine's clock" in line]


async def test_ever_new_tasks_are_refused_once_no_account_can_have_so_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeper, "_MOST_TASKS", 100)
    service = Scripted(broken=("one of them cannot be read",))
    async with staged(tmp_path, service) as stage:
        for sweep in range(6):
            service.tasks = {}
            service.add(*(task(f"{sweep}-{number}") for number in range(60)))
            await stage.engine.poller.refresh()
        assert 100 < len(stage.engine.store.tasks) <= 150
        told = stage.engine.store.sync.trouble
        assert told is not None
        assert "is longer than a list can be" in told.sentence
        service.broken, service.tasks = (), {}
        service.add(*(task(f"0-{number}") for number in range(60)))
        for _ in range(2):
            assert await stage.engine.poller.refresh() is None
        assert len(stage.engine.store.tasks) == 60
