"""Speed limits: what is taken, when it bites, and what happens where nothing can hold the speed down."""

from typing import Any

import httpx
import pytest

from sms_tui.simulator.world.scenario import Role
from tests.simulator.service import Service
from tests.simulator.worlds import client_of, pass_time, scenario, world

_ALL_DAY = {"start": "00:00", "end": "23:59"}


async def _set(client: httpx.AsyncClient, service: Service, rules: list[Any]) -> httpx.Response:
    path = f"/v3/tasks/{service.machine(0).server.task_id}/speed-limit"
    return await client.post(path, json={"speed_limit": rules})


@pytest.mark.anyio
async def test_a_limit_bites_after_some_minutes() -> None:
    service = world(scenario(Role("web", "RUNNING", 5, gigabytes=900)))
    copy = service.machine(0).replication.transfer
    assert copy
    async with client_of(service) as client:
        assert (await _set(client, service, [_ALL_DAY | {"speed": 50}])).status_code == 200
        shown = (await client.get(f"/v3/tasks/{service.machine(0).server.task_id}")).json()
        assert shown["speed_limit"] == 50
        pass_time(service, 290)
        assert copy.mbit_at(service.now) > 70
        pass_time(service, 320)
        assert 5 < copy.mbit_at(service.now) <= 50
        assert (await _set(client, service, [])).status_code == 200
        pass_time(service, 700)
        assert copy.mbit_at(service.now) > 70


@pytest.mark.anyio
async def test_rules_change_with_the_time_of_day() -> None:
    service = world(scenario(Role("web", "RUNNING", 5, gigabytes=900), diurnal=False))
    rules = [{"start": "03:00", "end": "03:59", "speed": 20}, {"start": "04:00", "end": "05:00", "speed": 0}]
    async with client_of(service) as client:
        await _set(client, service, rules)
    speeds = []
    for _ in range(4):
        pass_time(service, 3000)
        copy = service.machine(0).replication.transfer
        assert copy
        speeds.append(copy.mbit_at(service.now))
    assert speeds[0] > 60
    assert speeds[1] <= 20
    assert speeds[2] > 60


@pytest.mark.anyio
@pytest.mark.parametrize(("threshold", "code"), [(10.0, "SMS.9007"), (0.0, "")])
async def test_without_traffic_control_only_the_threshold_stops_it(threshold: float, code: str) -> None:
    service = world(scenario(Role("web", "RUNNING", 5, gigabytes=900, has_tc=False)))
    async with client_of(service) as client:
        await _set(client, service, [_ALL_DAY | {"speed": 30, "over_speed_threshold": threshold}])
    pass_time(service, 1200)
    machine = service.machine(0)
    assert (machine.error_code, machine.state) == (code, "ABORT" if code else "RUNNING")


@pytest.mark.anyio
@pytest.mark.parametrize(
    "rules",
    [
        [7],
        [{"start": "8:00", "end": "20:00", "speed": 1}],
        [{"start": "08:00", "end": "24:00", "speed": 1}],
        [{"start": "08:00", "end": "08:60", "speed": 1}],
        [{"start": "08:00"}],
        [_ALL_DAY | {"speed": 1001}],
        [_ALL_DAY | {"speed": -1}],
        [_ALL_DAY | {"speed": "fast"}],
        [_ALL_DAY | {"speed": 1, "over_speed_threshold": 101}],
        [_ALL_DAY | {"speed": 1}] * 6,
    ],
)
async def test_rules_that_make_no_sense_are_refused(rules: list[Any]) -> None:
    service = world("calm")
    async with client_of(service) as client:
        assert (await _set(client, service, rules)).status_code == 400
        path = f"/v3/tasks/{service.machine(0).server.task_id}/speed-limit"
        assert (await client.get(path)).json() == {"speed_limit": []}


def test_ten_copies_share_one_uplink() -> None:
    alone = world(scenario(Role("web", "RUNNING", 5, gigabytes=900, utilisation=0.7), site_mbit=400, noise=0))
    crowd = world(
        scenario(*(Role("web", "RUNNING", 5, gigabytes=900, utilisation=0.7),) * 8, site_mbit=400, noise=0)
    )
    speeds = []
    for service in (alone, crowd):
        pass_time(service, 60)
        copy = service.machine(0).replication.transfer
        assert copy
        speeds.append(copy.mbit_at(service.now))
    assert speeds[1] == pytest.approx(speeds[0] / 8, rel=0.01)
