"""The quota of servers that migrate at once: who counts, who waits, who is refused."""

from collections import Counter

import pytest

from sms_tui.simulator.world.scenario import Role
from tests.simulator.service import Service
from tests.simulator.worlds import client_of, operate, pass_time, scenario, world

_WAITING = Role("web", "READY", gigabytes=12, syncing=False)
_BUSY = Role("app", "resting", gigabytes=40)
_DONE = Role("db", "MIGRATE_SUCCESS", gigabytes=4)


def _states(service: Service) -> Counter[str]:
    return Counter(service.machine(index).state for index in service.tasks)


def _crowded(*more: Role, waits: bool) -> Service:
    return world(scenario(_BUSY, *more, concurrent=1, quota_waits=waits))


@pytest.mark.parametrize(("role", "operation"), [(_WAITING, "start"), (_DONE, "restart")])
def test_past_the_quota_it_is_refused(role: Role, operation: str) -> None:
    service = _crowded(role, waits=False)
    no = service.operate(service.machine(1), operation, {})
    assert no is not None
    assert (no.status, no.code) == (400, "SMS.6526")
    assert service.operate(service.machine(0), "stop", {}) is None
    pass_time(service, 120)
    assert service.operate(service.machine(1), operation, {}) is None


@pytest.mark.parametrize(("role", "operation"), [(_WAITING, "start"), (_DONE, "restart")])
def test_past_the_quota_it_waits_for_its_turn(role: Role, operation: str) -> None:
    service = _crowded(role, waits=True)
    machine = service.machine(1)
    before = machine.state
    assert service.operate(machine, operation, {}) is None
    pass_time(service, 3600)
    assert machine.state == before
    told = [entry.cause for entry in service.chronicle.of(machine.server.task_id)]
    assert told == [f"{operation} accepted", f"{operation} waits for its turn"]
    assert service.operate(service.machine(0), "stop", {}) is None
    pass_time(service, 120)
    assert machine.state in {"RUNNING", "SYNCING"}


def test_a_second_start_like_the_first_is_ignored_even_when_the_quota_is_used_up() -> None:
    service = world(scenario(_WAITING, _WAITING, concurrent=1))
    machine = service.machine(0)
    assert service.operate(machine, "start", {}) is None
    assert service.operate(machine, "start", {}) is None
    no = service.operate(service.machine(1), "start", {})
    assert no is not None
    assert no.code == "SMS.6526"


@pytest.mark.anyio
async def test_what_waits_for_its_turn_can_be_deleted() -> None:
    service = _crowded(_WAITING, _WAITING, waits=True)
    waiting, other = service.machine(1), service.machine(2)
    async with client_of(service) as client:
        for machine in (waiting, other):
            assert (await operate(client, machine.server.task_id, "start")).status_code == 200
        # The agent has not fetched it yet: what contradicts it is refused.
        assert (await client.delete(f"/v3/tasks/{waiting.server.task_id}")).status_code == 400
        pass_time(service, 90)
        assert (await client.delete(f"/v3/tasks/{waiting.server.task_id}")).status_code == 200
        assert (await client.delete(f"/v3/sources/{other.server.source_id}")).status_code == 200
        pass_time(service, 90)
    assert _states(service) == {"SYNCING": 1}


def test_a_lost_agent_gives_its_turn_away() -> None:
    service = _crowded(_WAITING, _WAITING, waits=True)
    first, second = service.machine(1), service.machine(2)
    assert service.operate(first, "start", {}) is None
    assert service.operate(second, "start", {}) is None
    pass_time(service, 90)
    service.disconnect(first.server.task_id)
    assert service.operate(service.machine(0), "stop", {}) is None
    pass_time(service, 120)
    assert (first.state, second.state) == ("READY", "RUNNING")
    service.reconnect(first.server.task_id)
    pass_time(service, 90)
    assert first.state == "READY"
    pass_time(service, 4 * 3600)
    assert (first.state, second.state) == ("MIGRATE_SUCCESS", "MIGRATE_SUCCESS")


def test_those_that_skip_a_check_go_on_counting() -> None:
    service = _crowded(_WAITING, waits=False)
    machine = service.force_state(service.machine(0).server.task_id, "SKIPPING")
    assert machine.state == "SKIPPING"
    assert service.operate(service.machine(1), "start", {}) is not None
