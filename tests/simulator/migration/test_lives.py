"""The whole life of a task on each kind of server, operation by operation, as the guide tells it."""

from typing import Any

import httpx
import pytest

from sms_tui.simulator.world.scenario import Role
from tests.simulator.service import Service
from tests.simulator.worlds import client_of, operate, pass_time, scenario, world

_SYSTEMS = {
    "linux-file": ("LINUX_FILE", "LINUX_FILE"),
    "linux-block": ("LINUX_BLOCK", "LINUX_BLOCK"),
    "windows": ("WINDOWS", "WINDOWS_BLOCK"),
}
"""How sub-tasks name each kind of server, and what is copied."""
_LONG = 24 * 3600.0


def _server(system: str, **traits: Any) -> Service:
    role = Role("web", "READY", system=system, gigabytes=4, new_target=True, link_mbit=300, **traits)
    return world(scenario(role))


async def _shown(client: httpx.AsyncClient, service: Service) -> dict[str, Any]:
    answer = await client.get(f"/v3/tasks/{service.machine(0).server.task_id}")
    shown: dict[str, Any] = answer.json()
    return shown


async def _asked(client: httpx.AsyncClient, service: Service, operation: str, **more: object) -> None:
    answer = await operate(client, service.machine(0).server.task_id, operation, **more)
    assert (answer.status_code, answer.json()) == (200, {}), operation


async def _until(service: Service, state: str, source: str) -> list[tuple[str, str, str]]:
    """Wait; gives task state, source state and cycle as they came."""
    machine = service.machine(0)
    told = [(machine.state, machine.source_state, machine.cycle)]
    for _ in range(int(_LONG)):
        pass_time(service, 1)
        now = (machine.state, machine.source_state, machine.cycle)
        if now != told[-1]:
            told.append(now)
        if now[:2] == (state, source):
            return told
    raise AssertionError(told)


def _names(shown: dict[str, Any], *, begun: bool = True) -> list[str]:
    return [step["name"] for step in shown["sub_tasks"] if step["start_date"] or not begun]


@pytest.mark.anyio
@pytest.mark.parametrize("system", _SYSTEMS)
async def test_from_ready_to_deleted(system: str) -> None:
    flavour, copier = _SYSTEMS[system]
    service = _server(system)
    set_up = ["CREATE_CLOUD_SERVER", "SSL_CONFIG", "ATTACH_AGENT_IMAGE", f"FORMAT_DISK_{flavour}"]
    copied = [*set_up, f"MIGRATE_{copier}"]
    ending = [f"CONFIGURE_{flavour}", "DETTACH_AGENT_IMAGE"]
    async with client_of(service) as client:
        assert _names(await _shown(client, service), begun=False) == copied
        await _asked(client, service, "start")
        assert await _until(service, "SYNCING", "syncing") == [
            ("READY", "waiting", "replicating"),
            ("RUNNING", "initialize", "replicating"),
            ("RUNNING", "replicate", "replicating"),
            ("SYNCING", "syncing", "syncing"),
        ]
        pass_time(service, 5)
        assert _names(await _shown(client, service)) == [*copied, f"SYNC_{copier}"]
        await _asked(client, service, "clone_test")
        await _until(service, "SYNCING", "cloning")
        assert (await _until(service, "SYNCING", "syncing"))[-1] == ("SYNCING", "syncing", "syncing")
        assert (await _shown(client, service))["clone_server"]["clone_state"] == "FINISHED"
        await _asked(client, service, "test", is_need_consistency_check=None)
        assert await _until(service, "MIGRATE_SUCCESS", "finished") == [
            ("SYNCING", "syncing", "syncing"),
            ("SYNCING", "cutovering", "cutovering"),
            ("MIGRATE_SUCCESS", "finished", "cutovered"),
        ]
        shown = await _shown(client, service)
        assert _names(shown) == _names(shown, begun=False) == [*copied, f"SYNC_{copier}", *ending]
        assert all(step["progress"] == 100 and step["end_date"] for step in shown["sub_tasks"])
        await _asked(client, service, "restart", is_need_consistency_check=True)
        assert await _until(service, "SYNCING", "syncing") == [
            ("MIGRATE_SUCCESS", "finished", "cutovered"),
            ("SYNCING", "syncing", "syncing"),
        ]
        await _asked(client, service, "cutover")
        assert (await _until(service, "SYNC_SUCCESS", "finished"))[-1][2] == "cutovered"
        shown = await _shown(client, service)
        assert set(_names(shown)) == {*copied, f"SYNC_{copier}", *ending, "CHECK_CONSISTENCY"}
        await _asked(client, service, "clear")
        assert await _until(service, "SYNC_SUCCESS", "cleared") == [
            ("SYNC_SUCCESS", "finished", "cutovered"),
            ("SYNC_SUCCESS", "clearing", "cutovered"),
            ("SYNC_SUCCESS", "cleared", "cutovered"),
        ]
        task_id = service.machine(0).server.task_id
        refused = await operate(client, task_id, "restart")
        assert (refused.status_code, refused.json()["error_code"]) == (400, "SMS.1040")
        assert (await client.delete(f"/v3/tasks/{task_id}")).json() == {}
        assert (await _shown(client, service))["state"] == "DELETING"
        pass_time(service, 60)
        assert (await _shown(client, service))["error_code"] == "SMS.7703"


@pytest.mark.anyio
@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("system", _SYSTEMS)
async def test_without_syncing_the_target_is_launched_at_once(system: str, check: bool) -> None:
    flavour, copier = _SYSTEMS[system]
    service = _server(system, syncing=False, check=check)
    names = ["CREATE_CLOUD_SERVER", "SSL_CONFIG", "ATTACH_AGENT_IMAGE", f"FORMAT_DISK_{flavour}"]
    names += [f"MIGRATE_{copier}", *(["CHECK_CONSISTENCY"] if check else [])]
    names += [f"CONFIGURE_{flavour}", "DETTACH_AGENT_IMAGE"]
    async with client_of(service) as client:
        assert _names(await _shown(client, service), begun=False) == names
        await _asked(client, service, "start")
        assert await _until(service, "MIGRATE_SUCCESS", "finished") == [
            ("READY", "waiting", "replicating"),
            ("RUNNING", "initialize", "replicating"),
            ("RUNNING", "replicate", "replicating"),
            ("RUNNING", "cutovering", "cutovering"),
            ("MIGRATE_SUCCESS", "finished", "cutovered"),
        ]
        assert _names(await _shown(client, service)) == names


@pytest.mark.anyio
@pytest.mark.parametrize("system", _SYSTEMS)
@pytest.mark.parametrize(
    ("situation", "resumed"),
    [
        ("set-up", ("RUNNING", "initialize", "replicating")),
        ("RUNNING", ("RUNNING", "replicate", "replicating")),
        ("scanning", ("SYNCING", "syncing", "syncing")),
        ("SYNCING", ("SYNCING", "syncing", "syncing")),
        ("resting", ("SYNCING", "syncing", "syncing")),
        ("comparing", ("SYNCING", "cutovering", "cutovering")),
        ("cutovering", ("SYNCING", "cutovering", "cutovering")),
        ("checking", ("SYNCING", "cutovering", "cutovering")),
    ],
)
async def test_a_pause_is_resumed_where_it_was(
    system: str, situation: str, resumed: tuple[str, str, str]
) -> None:
    service = _server(system)
    task_id = service.machine(0).server.task_id
    machine = service.force_state(task_id, situation)
    cycle = machine.cycle
    steps = [step.name for step in machine.subtasks]
    async with client_of(service) as client:
        await _asked(client, service, "stop")
        told = await _until(service, "ABORT", "stopped")
        assert told[-2:] == [("ABORTING", "stopping", cycle), ("ABORT", "stopped", cycle)]
        before = machine.replication.copied
        pass_time(service, 3600)
        assert machine.replication.copied == before
        assert set(steps) <= {step.name for step in machine.subtasks}
        await _asked(client, service, "start")
        assert (await _until(service, *resumed[:2]))[-1] == resumed
        pass_time(service, 12 * 3600)
    assert machine.state == ("MIGRATE_SUCCESS" if resumed[1] == "cutovering" else "SYNCING")
    assert machine.replication.copied >= before


@pytest.mark.anyio
@pytest.mark.parametrize("system", _SYSTEMS)
async def test_the_network_is_measured_where_data_was_being_moved(system: str) -> None:
    for situation, code in (
        ("set-up", ""),
        ("RUNNING", ""),
        ("SYNCING", ""),
        ("resting", ""),
        ("cutovering", ""),
        ("MIGRATE_FAIL", "SMS.0807"),
        ("MIGRATE_FAIL", "SMS.1105"),
        ("SYNC_FAIL", "SMS.0806"),
    ):
        service = _server(system)
        task_id = service.machine(0).server.task_id
        service.force_state(task_id, situation, code=code)
        async with client_of(service) as client:
            if not code:
                await _asked(client, service, "stop")
                pass_time(service, 120)
            answer = await operate(client, task_id, "network_check")
        moved = situation != "set-up" and code != "SMS.1105"
        assert (answer.status_code == 200) == moved, (situation, code)


@pytest.mark.anyio
@pytest.mark.parametrize("system", _SYSTEMS)
async def test_a_failed_synchronization_is_rolled_back_or_resumed(system: str) -> None:
    for operation, ending in (
        ("sync_failed_rollback", ("SYNC_F_ROLLBACK_SUCCESS", "stopped")),
        ("start", ("SYNCING", "syncing")),
    ):
        service = _server(system)
        service.force_state(service.machine(0).server.task_id, "SYNC_FAIL")
        async with client_of(service) as client:
            assert (await _shown(client, service))["source_server"]["state"] == "error"
            await _asked(client, service, operation)
            told = await _until(service, *ending)
            assert (await _shown(client, service))["error_json"] == ""
        states = [state for state, _, _ in told]
        assert ("SYNC_F_ROLLBACKING" in states) == (operation == "sync_failed_rollback")


@pytest.mark.anyio
@pytest.mark.parametrize("system", _SYSTEMS)
async def test_a_drill_moves_nothing(system: str) -> None:
    service = _server(system)
    async with client_of(service) as client:
        await _asked(client, service, "migration_test")
        assert [source for _, source, _ in await _until(service, "READY", "premiged")] == [
            "waiting", "premigready", "premiging", "premiged",
        ]  # fmt: skip
        shown = await _shown(client, service)
        assert (shown["start_date"], shown["total_time"], _names(shown)) == (None, 0, [])
        await _asked(client, service, "start")
        await _until(service, "SYNCING", "syncing")


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("situation", "taken"),
    [
        ("READY", True), ("ABORT", True), ("SYNCING", True), ("resting", True), ("RUNNING", False),
        ("cloning", False), ("cutovering", False), ("MIGRATE_SUCCESS", False), ("MIGRATE_FAIL", False),
    ],
)  # fmt: skip
async def test_settings_change_while_a_task_waits(situation: str, taken: bool) -> None:
    service = _server("linux-file")
    task_id = service.machine(0).server.task_id
    service.force_state(task_id, situation)
    setting = {"config_key": "NUM_PROCESS_SYNC", "config_value": "4"}
    async with client_of(service) as client:
        path = f"/v3/tasks/{task_id}/configuration-setting"
        answer = await client.post(path, json={"configurations": [setting]})
    assert (answer.status_code == 200) == taken
