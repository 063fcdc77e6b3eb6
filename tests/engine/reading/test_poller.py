"""The poller: one refresh at a time, at the pace of what is going on, and no failure that ends it."""

from pathlib import Path

import httpx
import pytest

from sms_tui.domain.freshness import Freshness
from tests.engine.rig import Service, VirtualClock, fault, running

pytestmark = pytest.mark.anyio


async def test_reads_at_once_and_again_after_the_interval(tmp_path: Path) -> None:
    service = Service()
    service.add("a")
    async with running(tmp_path, service) as rig:
        assert (service.sweeps, set(rig.engine.store.tasks)) == (1, {"a"})
        await rig.clock.advance(4.9)
        assert service.sweeps == 1
        await rig.clock.advance(0.2)
        assert service.sweeps == 2


async def test_slows_down_while_nothing_is_active(tmp_path: Path) -> None:
    service = Service()
    service.add("a", "READY")
    async with running(tmp_path, service) as rig:
        await rig.clock.advance(29)
        assert service.sweeps == 1
        await rig.clock.advance(2)
        assert service.sweeps == 2


async def test_a_refresh_by_hand_does_not_wait_and_never_overlaps(tmp_path: Path) -> None:
    service = Service()
    service.add("a", "READY")
    async with running(tmp_path, service) as rig:
        for _ in range(5):
            rig.engine.refresh()
        await rig.clock.settle()
        assert service.sweeps == 2


async def test_a_thousand_failures_do_not_end_it_and_are_said_once(tmp_path: Path) -> None:
    service = Service(on_list=lambda request: fault(404, "APIGW.0101"))
    async with running(tmp_path, service) as rig:
        while rig.engine.store.sync.failures < 1000:
            await rig.clock.advance(600)
        assert rig.engine.store.sync.freshness(rig.clock.now()) is Freshness.OFFLINE
        said = [event for event in rig.engine.log.since(0) if event.kind == "connection"]
        assert len(said) == 1
        service.add("a")
        service.on_list = None
        await rig.clock.advance(600)
        assert set(rig.engine.store.tasks) == {"a"}
        assert rig.engine.store.sync.freshness(rig.clock.now()) is not Freshness.OFFLINE
        assert "The service answers again." in [event.text for event in rig.engine.log.since(0)]


async def test_backs_off_and_comes_back_to_its_pace(tmp_path: Path) -> None:
    service = Service()
    service.add("a")
    async with running(tmp_path, service) as rig:
        service.on_list = lambda request: fault(403, "SMS.9004")
        await rig.clock.advance(5.1)
        gaps = []
        for _ in range(4):
            before, count = rig.clock.monotonic(), service.sweeps
            while service.sweeps == count:
                await rig.clock.advance(0.5)
            gaps.append(round(rig.clock.monotonic() - before))
        assert gaps == sorted(gaps)
        assert gaps[-1] > gaps[0]
        service.on_list = None
        await rig.clock.advance(300)
        count = service.sweeps
        await rig.clock.advance(50)
        assert service.sweeps - count in {9, 10, 11}


async def test_waits_as_long_as_the_service_asks(tmp_path: Path) -> None:
    service = Service()
    service.add("a")
    async with running(tmp_path, service) as rig:
        service.on_list = lambda request: httpx.Response(
            429, json={"error_code": "APIGW.0308", "error_msg": "slow"}, headers={"Retry-After": "90"}
        )
        await rig.clock.advance(6)
        count = len([request for request in service.requests if request.url.path == "/v3/tasks"])
        await rig.clock.advance(80)
        later = len([request for request in service.requests if request.url.path == "/v3/tasks"])
        assert later == count


async def test_half_a_list_removes_nothing_and_two_whole_ones_do(tmp_path: Path) -> None:
    service = Service()
    for number in range(450):
        service.add(f"t{number:03}")
    async with running(tmp_path, service) as rig:
        assert len(rig.engine.store.tasks) == 450

        def cut_off(request: httpx.Request) -> httpx.Response:
            return (
                service.listed(request) if request.url.params["offset"] == "0" else fault(404, "APIGW.0101")
            )

        service.on_list = cut_off
        await rig.clock.advance(20)
        assert len(rig.engine.store.tasks) == 450
        service.on_list = None
        del service.tasks["t007"]
        rig.engine.refresh()
        await rig.clock.settle(400)
        assert "t007" in rig.engine.store.tasks
        rig.engine.refresh()
        await rig.clock.settle(400)
        assert "t007" not in rig.engine.store.tasks


async def test_a_task_in_focus_is_read_by_itself(tmp_path: Path) -> None:
    service = Service()
    service.add("a")
    service.add("b")
    async with running(tmp_path, service) as rig:
        rig.engine.focus("b")
        await rig.clock.advance(1)
        assert set(rig.engine.store.details) == {"b"}
        assert rig.engine.store.tasks["b"].connected is True


async def test_data_grows_stale_when_the_service_hangs(tmp_path: Path) -> None:
    service = Service()
    service.add("a")
    async with running(tmp_path, service) as rig:
        assert rig.engine.store.sync.freshness(rig.clock.now()) is Freshness.FRESH
        service.on_list = lambda request: fault(500, "APIGW.0601")
        await rig.clock.advance(16)
        assert rig.engine.store.sync.freshness(rig.clock.now()) is Freshness.STALE


async def test_a_service_is_silent_since_it_was_asked_and_not_since_we_gave_up(tmp_path: Path) -> None:
    service, clock, asked = Service(), VirtualClock(), list[float]()

    def late(_request: httpx.Request) -> httpx.Response:
        asked.append(clock.now())
        clock._elapsed += 20
        return fault(404, "APIGW.0101")

    service.on_list = late
    async with running(tmp_path, service, clock=clock) as rig:
        await clock.advance(100)
        sync = rig.engine.store.sync
        assert sync.freshness(clock.now()) is Freshness.OFFLINE
        assert sync.failing_since == sync.began_at == asked[0]


async def test_what_becomes_known_has_not_changed(tmp_path: Path) -> None:
    service = Service()
    service.add("a", "READY", create_date=1_600_000_000_000)
    async with running(tmp_path, service) as rig:
        before = rig.engine.store.row("a")
        rig.engine.focus("a")
        await rig.clock.advance(2)
        after = rig.engine.store.row("a")
        assert before is not None
        assert after is not None
        assert after.task.connected is True
        assert after.changed_at == before.changed_at == 1_600_000_000


async def test_data_does_not_grow_stale_because_the_last_task_came_to_rest(tmp_path: Path) -> None:
    service = Service()
    service.add("a")

    def paused_meanwhile(request: httpx.Request) -> httpx.Response:
        service.add("a", "ABORT")
        return service.shown(request)

    service.on_show = paused_meanwhile
    async with running(tmp_path, service) as rig:
        rig.engine.focus("a")
        rig.engine.refresh()
        for _ in range(120):
            await rig.clock.advance(0.5)
            assert rig.engine.store.sync.freshness(rig.clock.now()) is Freshness.FRESH
        assert rig.engine.store.tasks["a"].state_text == "ABORT"
