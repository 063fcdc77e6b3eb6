"""What follows from an operation, step by step, until everything stands still."""

import pytest

from sms_tui.simulator.migration import failing
from tests.simulator.service import Service
from tests.simulator.worlds import client_of, operate, pass_time, world


def _steps(causes: list[tuple[str, str]]) -> list[str]:
    """The pairs of states, each once, in the order in which they came."""
    told: list[str] = []
    for state, source in causes:
        if not told or told[-1] != f"{state}/{source}":
            told.append(f"{state}/{source}")
    return told


async def _follow(situation: str, operation: str, seconds: float, **more: object) -> list[str]:
    service = world("calm")
    machine = service.force_state("w1-app-03", situation)
    service.chronicle.clear()
    async with client_of(service) as client:
        assert (await operate(client, machine.server.task_id, operation, **more)).status_code == 200
        pass_time(service, seconds)
    return _steps([(entry.after, entry.source) for entry in service.chronicle.of(machine.server.task_id)])


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("situation", "operation", "told"),
    [
        (
            "READY",
            "migration_test",
            ["READY/waiting", "READY/premigready", "RUNNING/premiging", "READY/premiged"],
        ),
        ("RUNNING", "stop", ["RUNNING/replicate", "ABORTING/stopping", "ABORT/stopped"]),
        ("cutovering", "stop", ["SYNCING/cutovering", "ABORTING/stopping", "ABORT/stopped"]),
        ("cloning", "stop", ["SYNCING/cloning", "ABORTING/stopping", "ABORT/stopped"]),
        ("SYNCING", "clone_test", ["SYNCING/syncing", "SYNCING/cloning", "SYNCING/syncing"]),
        ("SYNCING", "test", ["SYNCING/syncing", "SYNCING/cutovering", "MIGRATE_SUCCESS/finished"]),
        ("SYNCING", "cutover", ["SYNCING/syncing", "SYNCING/cutovering", "MIGRATE_SUCCESS/finished"]),
        ("MIGRATE_SUCCESS", "restart", ["MIGRATE_SUCCESS/finished", "SYNCING/syncing"]),
        (
            "MIGRATE_SUCCESS",
            "clear",
            ["MIGRATE_SUCCESS/finished", "MIGRATE_SUCCESS/clearing", "MIGRATE_SUCCESS/cleared"],
        ),
        (
            "SYNC_FAIL",
            "sync_failed_rollback",
            ["SYNC_FAIL/error", "SYNC_F_ROLLBACKING/error", "SYNC_F_ROLLBACK_SUCCESS/stopped"],
        ),
        ("SYNC_FAIL", "start", ["SYNC_FAIL/error", "SYNCING/syncing"]),
        (
            "checking",
            "skip",
            ["SYNCING/cutovering", "SKIPPING/skipping", "SYNCING/cutovering", "MIGRATE_SUCCESS/finished"],
        ),
    ],
)
async def test_states_on_the_way(situation: str, operation: str, told: list[str]) -> None:
    assert await _follow(situation, operation, 3600) == told


@pytest.mark.anyio
async def test_a_stopped_drill_leaves_a_task_that_has_not_begun() -> None:
    service = world("calm")
    machine = service.force_state("w1-app-03", "drilling")
    pass_time(service, 60)
    async with client_of(service) as client:
        assert (await operate(client, machine.server.task_id, "stop")).status_code == 200
        pass_time(service, 100)
    assert (machine.state, machine.source_state) == ("READY", "waiting")


@pytest.mark.anyio
async def test_a_clone_is_made_in_steps() -> None:
    service = world("calm")
    machine = service.force_state("w1-app-03", "SYNCING")
    seen = []
    async with client_of(service) as client:
        path = f"/v3/tasks/{machine.server.task_id}"
        await operate(client, machine.server.task_id, "clone_test")
        for _ in range(140):
            clone = (await client.get(path)).json()["clone_server"]
            seen += [clone["clone_state"]] if clone["clone_state"] not in seen else []
            service.clock.advance(5)
    assert seen == ["NOT_READY", "PREPARING", "CREATING", "FINISHED"]
    assert clone["vm_id"]


@pytest.mark.anyio
async def test_a_pause_spoils_the_clone() -> None:
    service = world("calm")
    machine = service.force_state("w1-app-03", "cloning")
    async with client_of(service) as client:
        await operate(client, machine.server.task_id, "stop")
        pass_time(service, 120)
        clone = (await client.get(f"/v3/tasks/{machine.server.task_id}")).json()["clone_server"]
    assert (clone["clone_state"], bool(clone["clone_error"])) == ("ERROR", True)


@pytest.mark.anyio
async def test_a_failure_spoils_the_clone() -> None:
    service = world("calm")
    machine = service.force_state("w1-app-03", "cloning")
    service.fail("w1-app-03", "SMS.0806")
    pass_time(service, 3600)
    async with client_of(service) as client:
        clone = (await client.get(f"/v3/tasks/{machine.server.task_id}")).json()["clone_server"]
    assert (machine.state, clone["clone_state"], bool(clone["clone_error"])) == ("SYNC_FAIL", "ERROR", True)


@pytest.mark.anyio
async def test_a_skipped_check_proves_nothing() -> None:
    for operation, results in (("skip", 0), ("", 1)):
        service = world("calm")
        machine = service.force_state("w1-app-03", "checking")
        async with client_of(service) as client:
            if operation:
                assert (await operate(client, machine.server.task_id, operation)).status_code == 200
            pass_time(service, 3600)
            answer = await client.get(f"/v3/tasks/{machine.server.task_id}/consistency-result")
        assert len(answer.json()["result_list"]) == results


@pytest.mark.anyio
@pytest.mark.parametrize("wanted", [True, False])
async def test_a_check_can_be_asked_for_at_the_start(wanted: bool) -> None:
    service = world("auto-launch")
    machine = service.find("w1-app-05")
    async with client_of(service) as client:
        await operate(client, machine.server.task_id, "start", is_need_consistency_check=wanted)
        pass_time(service, 4 * 3600)
        shown = (await client.get(f"/v3/tasks/{machine.server.task_id}")).json()
    assert shown["state"] == "MIGRATE_SUCCESS"
    assert ("CHECK_CONSISTENCY" in {step["name"] for step in shown["sub_tasks"]}) == wanted
    names = [step["name"] for step in shown["sub_tasks"] if step["start_date"]]
    assert not wanted or names.index("CHECK_CONSISTENCY") > names.index("MIGRATE_LINUX_FILE")


@pytest.mark.anyio
async def test_a_cut_over_snapshot_is_kept_until_the_next_launch_replaces_it() -> None:
    service = world("calm")
    machine = service.force_state("w1-app-03", "SYNCING")
    kept = []
    async with client_of(service) as client:
        for operation in ("", "test", "restart", "test", "clear"):
            if operation:
                assert (await operate(client, machine.server.task_id, operation)).status_code == 200
            pass_time(service, 60 if operation == "restart" else 3600)
            shown = (await client.get(f"/v3/tasks/{machine.server.task_id}")).json()
            kept.append(shown["target_server"]["cutovered_snapshot_ids"])
    before, first, syncing, second, cleared = kept
    assert before == cleared == ""
    assert first == syncing != ""
    assert second not in {first, ""}


@pytest.mark.anyio
async def test_a_network_check_measures_and_slows_the_neighbours() -> None:
    service = world("calm")
    machine = service.force_state("w1-web-01", "ABORT")
    before = machine.site.share_mbit
    async with client_of(service) as client:
        assert (await operate(client, machine.server.task_id, "network_check")).status_code == 200
        pass_time(service, 60)
        assert machine.site.share_mbit < before
        assert machine.state == "ABORT"
        pass_time(service, 300)
        found = (await client.get(f"/v3/tasks/{machine.server.task_id}")).json()["network_check_info"]
    assert found["evaluation_result"] == "success"
    assert 0 < found["migration_speed"] <= machine.server.role.link_mbit


@pytest.mark.anyio
async def test_an_operation_waits_for_a_lost_agent() -> None:
    service = world("calm")
    machine = service.force_state("w1-app-03", "SYNCING")
    async with client_of(service) as client:
        await operate(client, machine.server.task_id, "stop")
        service.disconnect("w1-app-03")
        pass_time(service, 600)
        assert machine.state == "SYNCING"
        service.reconnect("w1-app-03")
        pass_time(service, 120)
    assert machine.state == "ABORT"


def test_a_lost_agent_copies_nothing() -> None:
    service = world("calm")
    machine = service.machine(2)
    service.disconnect("w1-app-03")
    copy = machine.replication.transfer
    assert copy is not None
    moved = copy.moved_at(service.now)
    pass_time(service, 3600)
    assert copy.moved_at(service.now) == moved
    service.reconnect("w1-app-03")
    pass_time(service, 60)
    assert copy.moved_at(service.now) > moved


@pytest.mark.parametrize(
    "situation",
    ["set-up", "scanning", "resting", "comparing", "checking", "cutovering", "cloning", "drilling"],
)
def test_without_an_agent_all_work_stands_still(situation: str) -> None:
    def passing(service: Service) -> list[tuple[str, str, str]]:
        told = [(entry.cause, entry.after, entry.source) for entry in service.chronicle]
        return [each for each in told if "the agent is" not in each[0]]

    lonely, other = world("calm"), world("calm")
    machine = lonely.force_state("w1-app-03", situation)
    other.force_state("w1-app-03", situation)
    lonely.disconnect("w1-app-03")
    seen = [(step.name, step.progress) for step in machine.subtasks], machine.progress(lonely.now)
    before = passing(lonely)
    pass_time(lonely, 3 * 3600)
    assert passing(lonely) == before
    assert seen == ([(step.name, step.progress) for step in machine.subtasks], machine.progress(lonely.now))
    lonely.reconnect("w1-app-03")
    assert machine.progress(lonely.now) == seen[1]
    pass_time(lonely, 900)
    pass_time(other, 900)
    assert passing(lonely) == passing(other)


@pytest.mark.anyio
async def test_logs_wait_for_a_lost_agent() -> None:
    service = world("calm")
    machine = service.find("w1-app-03")
    async with client_of(service) as client:
        await operate(client, machine.server.task_id, "collect_log", param={"bucket": "logs"})
        while machine.logs.status != "UPLOADING":
            pass_time(service, 1)
        service.disconnect("w1-app-03")
        pass_time(service, 3600)
        assert machine.logs.status == "UPLOADING"
        service.reconnect("w1-app-03")
        pass_time(service, 90)
    assert machine.logs.status == "UPLOADED"


def test_a_cause_that_must_be_fixed_strikes_again_until_it_is() -> None:
    service = world("calm")
    machine = service.find("w1-app-03")
    service.force_state("w1-app-03", "MIGRATE_FAIL", code="SMS.1404")
    for healed in (False, True):
        if healed:
            failing.fix(service.find("w1-app-03"))
        assert service.operate(machine, "start", {}) is None
        pass_time(service, 7200)
        assert (machine.state == "SYNCING") == healed
    assert machine.error == ""


def test_a_placed_cause_strikes_again_until_somebody_has_mended_it() -> None:
    service = world("calm")
    machine = service.force_state("w1-app-03", "MIGRATE_FAIL", code="SMS.1105")
    service.chronicle.clear()
    assert service.operate(machine, "start", {}) is None
    pass_time(service, 590)
    assert "failed with SMS.1105" in {entry.cause for entry in service.chronicle}
    pass_time(service, 2400)
    assert service.operate(machine, "start", {}) is None
    pass_time(service, 7200)
    assert machine.state == "SYNCING"


def test_a_cause_is_forgotten_with_what_was_placed() -> None:
    service = world("calm")
    service.force_state("w1-app-03", "MIGRATE_FAIL", code="SMS.1105")
    machine = service.force_state("w1-app-03", "SYNCING")
    pass_time(service, 7200)
    assert machine.state == "SYNCING"


def test_somebody_else_may_delete_a_task() -> None:
    service = world("calm")
    service.remove("w1-app-03")
    assert len(service.tasks) == 5
    with pytest.raises(KeyError):
        service.find("w1-app-03")


@pytest.mark.anyio
async def test_total_time_is_counted_anew_when_a_finished_task_is_restarted() -> None:
    service = world("calm")
    machine = service.find("w1-ad-06")
    path = f"/v3/tasks/{machine.server.task_id}"
    async with client_of(service) as client:
        before = (await client.get(path)).json()["total_time"]
        assert before > 600_000
        assert (await operate(client, machine.server.task_id, "restart")).status_code == 200
        pass_time(service, 300)
        shown = (await client.get(path)).json()
    assert shown["state"] == "SYNCING"
    assert 200_000 < shown["total_time"] <= 300_000


def test_a_drill_is_no_work_on_the_migration() -> None:
    service = world("calm")
    machine = service.find("w1-web-01")
    assert service.operate(machine, "migration_test", {}) is None
    pass_time(service, 1200)
    assert (machine.source_state, machine.worked.total_ms(service.now)) == ("premiged", 0)


def test_time_goes_on_where_a_task_is_placed_as_it_stood() -> None:
    service = world("calm")
    machine = service.force_state("w1-app-03", "RUNNING")
    before = machine.worked.total_ms(service.now)
    pass_time(service, 60)
    assert machine.worked.total_ms(service.now) == before + 60_000
