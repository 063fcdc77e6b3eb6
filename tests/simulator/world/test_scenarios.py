"""Each scenario does what its name says."""

from collections import Counter

import httpx
import pytest

from sms_tui.simulator.migration import agent
from sms_tui.simulator.migration.machine import Machine
from sms_tui.simulator.serving.asgi import ConnectionLost
from sms_tui.simulator.world.scenarios import SCENARIOS
from sms_tui.simulator.world.servers import GIGABYTE
from tests.simulator.service import Service
from tests.simulator.worlds import client_of, operate, pass_time, world

_NAMED = (
    "calm", "war-room", "hundred", "bad-link", "never-converges", "auto-launch", "resync-disaster",
    "sync-fail-rollback", "windows-agent-restart", "throttled", "token-expires-mid-launch", "post-lost",
    "foreign-hand", "left-overs", "unknown-states", "terabyte-pause", "golden-16-minutes",
)  # fmt: skip


def _states(service: Service) -> Counter[str]:
    return Counter(machine.state for machine in service.machines(service.tasks, service.now))


def _ask(service: Service, name: str, operation: str) -> None:
    assert service.operate(service.find(name), operation, {}) is None


def test_all_are_there() -> None:
    assert set(_NAMED) <= set(SCENARIOS)
    assert all(name == each.name and each.about and each.cast for name, each in SCENARIOS.items())


def test_calm_nothing_fails() -> None:
    service = world("calm")
    assert service.size == 6
    _ask(service, "w1-web-01", "start")
    pass_time(service, 48 * 3600)
    assert not any("failed" in entry.cause for entry in service.chronicle)


@pytest.mark.anyio
async def test_war_room_is_in_the_middle_of_things() -> None:
    service = world("war-room")
    async with client_of(service) as client:
        tasks = (await client.get("/v3/tasks")).json()["tasks"]
        shown = [(await client.get(f"/v3/tasks/{task['id']}")).json() for task in tasks]
    assert Counter(task["name"][:2] for task in tasks) == {"w1": 8, "w2": 8, "w3": 8}
    assert len({task["region_id"] for task in shown}) == 2
    assert {"READY", "RUNNING", "SYNCING", "MIGRATE_SUCCESS", "MIGRATE_FAIL", "SYNC_FAIL", "ABORT"} <= {
        task["state"] for task in tasks
    }
    assert [task["name"] for task in shown if not task["connected"]] == ["w2-proxy-16"]
    copying = [task for task in shown if task["source_server"]["state"] == "replicate"]
    assert len({task["subtask_info"] for task in copying}) == len(copying) >= 4
    assert sum(task["migrate_speed"] > 0 for task in copying) >= 4
    assert all(task["start_date"] < service.now for task in copying)


def test_war_room_goes_on_by_itself() -> None:
    service = world("war-room")
    before = _states(service)
    pass_time(service, 1800)
    assert _states(service)["MIGRATE_SUCCESS"] > before["MIGRATE_SUCCESS"]


def test_hundred_has_realistic_failures_to_come() -> None:
    service = world("hundred")
    ill = [
        machine.latent_failure
        for machine in service.machines(range(100), service.now)
        if machine.latent_failure
    ]
    assert 5 <= len(ill) <= 25


def _can_strike(machine: Machine, code: str) -> bool:
    only = {
        "SMS.1807": {"linux-block", "windows"},
        "SMS.2802": {"windows"},
        "SMS.0212": {"windows"},
        "SMS.1414": {"linux-block", "windows"},
        "SMS.3102": {"linux-file", "linux-block"},
        "SMS.1904": {"windows"},
    }
    return code not in only or machine.server.role.system in only[code]


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_server_fails_of_what_its_system_does_not_have(name: str) -> None:
    service = world(name, tasks=400 if SCENARIOS[name].failures else None)
    machines = service.machines(range(service.size), service.now)
    assert all(_can_strike(each, each.error_code) for each in machines)
    assert all(_can_strike(each, each.latent_failure.cause.code) for each in machines if each.latent_failure)
    beats = [beat for beat in SCENARIOS[name].beats if beat.what == "fail"]
    assert all(_can_strike(machines[beat.index], beat.detail) for beat in beats)


@pytest.mark.anyio
async def test_only_windows_lacks_vss_and_drivers() -> None:
    async with client_of(world("infeasible")) as client:
        found = (await client.get("/v3/sources", params={"state": "unavailable"})).json()["source_servers"]
    systems = {each["checks"][0]["error_code"]: each["os_type"] for each in found}
    assert {code for code, system in systems.items() if system == "WINDOWS"} == {"SMS.6511", "SMS.6533"}
    assert all(each["os_version"].startswith("WINDOWS") == (each["os_type"] == "WINDOWS") for each in found)


@pytest.mark.anyio
async def test_bad_link_is_slow_and_loses_things() -> None:
    service = world("bad-link")
    waited: list[float] = []
    lost = 0

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    async with client_of(service, sleep=sleep) as client:
        for _ in range(300):
            try:
                await client.get("/v3/tasks")
            except ConnectionLost:
                lost += 1
    assert min(waited) >= 0.8
    assert 2 <= lost <= 25
    pass_time(service, 3600)
    causes = Counter(entry.cause for entry in service.chronicle)
    assert causes["failed with SMS.0807"] == 4 == causes["the agent recovered by itself"]


def test_never_converges() -> None:
    service = world("never-converges")
    machine = service.machine(0)
    rounds = {}
    for _ in range(720):
        pass_time(service, 60)
        if copy := machine.replication.transfer:
            rounds[machine.replication.round] = copy.goal
    sizes = [rounds[number] for number in sorted(rounds)]
    assert sizes[-1] > 5 * sizes[0]
    assert machine.state == "SYNCING"


def test_auto_launch_needs_nobody() -> None:
    service = world("auto-launch")
    pass_time(service, 6 * 3600)
    assert _states(service) == {"MIGRATE_SUCCESS": 4, "READY": 1}
    assert not any("accepted" in entry.cause for entry in service.chronicle)


def test_resync_disaster_overwrites_and_the_check_tells() -> None:
    service = world("resync-disaster")
    _ask(service, "w1-shop-01", "restart")
    pass_time(service, 600)
    _ask(service, "w1-shop-01", "test")
    pass_time(service, 12 * 3600)
    machine = service.find("w1-shop-01")
    assert machine.state == "SYNC_SUCCESS"
    assert any("overwriting" in entry.cause for entry in service.chronicle)
    found = machine.consistency[0]["consistency_result"]
    assert isinstance(found, list)
    assert found[0]["num_target_more_files"] == 0
    assert found[0]["num_different_files"] > 0


def test_sync_fail_rollback() -> None:
    service = world("sync-fail-rollback")
    pass_time(service, 700)
    assert _states(service)["SYNC_FAIL"] == 3
    _ask(service, "w1-erp-01", "sync_failed_rollback")
    pass_time(service, 300)
    assert service.find("w1-erp-01").state == "SYNC_F_ROLLBACK_SUCCESS"


def test_windows_agent_restart() -> None:
    service = world("windows-agent-restart")
    pass_time(service, 130)
    assert not service.machine(0).connected
    pass_time(service, 400)
    machines = service.machines(range(3), service.now)
    assert [machine.error_code for machine in machines] == ["SMS.0212", "SMS.1414", ""]
    assert all(machine.connected for machine in machines)
    _ask(service, "w1-ad-01", "start")
    pass_time(service, 3600)
    assert machines[0].error_code == "SMS.0212"
    assert machines[2].state in {"RUNNING", "SYNCING"}


@pytest.mark.parametrize("situation", ["ABORT", "MIGRATE_FAIL", "SYNC_FAIL"])
def test_what_stood_still_while_its_agent_restarted_cannot_go_on(situation: str) -> None:
    service = world("windows-agent-restart")
    for name, goes_on in (("w1-sql-02", False), ("w1-web-03", True)):
        machine = service.force_state(name, situation)
        agent.restart_agent(machine, service.now)
        pass_time(service, 90)
        _ask(service, name, "start")
        pass_time(service, 90)
        assert (machine.state in {"RUNNING", "SYNCING"}) == goes_on
        assert machine.error_code == (
            "" if goes_on else "SMS.1414" if situation == "SYNC_FAIL" else "SMS.0212"
        )


@pytest.mark.anyio
async def test_throttled() -> None:
    service = world("throttled")
    async with client_of(service) as client:
        answers = [await client.get("/v3/tasks") for _ in range(10)]
        refused = [answer for answer in answers if answer.status_code == 429]
        assert len(refused) == 7
        assert refused[0].json()["error_code"] == "APIGW.0308"
        assert "limit:3,time:1 second" in refused[0].json()["error_msg"]
        assert refused[0].headers["Retry-After"] == "2"
        assert (await client.get("/v3/sources")).status_code == 200
        service.clock.advance(1)
        assert (await client.get("/v3/tasks")).status_code == 200
        for status in (200, 429):
            answer = await operate(client, service.machine(0).server.task_id, "start")
            assert answer.status_code == status
    assert len([entry for entry in service.chronicle if entry.cause.startswith("start")]) == 1


@pytest.mark.anyio
async def test_every_api_is_throttled_by_itself() -> None:
    service = world("throttled")
    tasks = [service.machine(index).server.task_id for index in range(3)]
    template = next(iter(service.templates))
    async with client_of(service) as client:
        for path in ("/v3/tasks", "/v3/sources/overview", "/v3/sources", "/v3/vm/templates", "/v3/nothing"):
            told = [(await client.get(path)).status_code for _ in range(4)]
            assert told == [404 if path == "/v3/nothing" else 200] * 3 + [429], path
        one_of_each = ["/v3/tasks/{}", "/v3/tasks/{}/speed-limit", "/v3/sources/{}", "/v3/vm/templates/{}"]
        for path in one_of_each:
            ids = [template, template, "none", "other"] if "templates" in path else [*tasks, "none"]
            told = [(await client.get(path.format(each))).status_code for each in ids]
            assert (429 in told[:3], told[3]) == (False, 429), path


@pytest.mark.anyio
async def test_token_expires_mid_launch() -> None:
    service = world("token-expires-mid-launch")
    task_id = service.machine(0).server.task_id
    async with client_of(service) as client:
        assert (await operate(client, task_id, "test")).status_code == 200
        service.clock.advance(1199)
        assert (await client.get("/v3/tasks")).status_code == 200
        service.clock.advance(2)
        assert (await client.get("/v3/tasks")).status_code == 401
        assert service.find(task_id).source_state == "cutovering"


@pytest.mark.anyio
async def test_post_lost_takes_effect_all_the_same() -> None:
    service = world("post-lost")
    first, second = service.machine(0).server.task_id, service.machine(1).server.task_id
    async with client_of(service) as client:
        with pytest.raises(ConnectionLost):
            await operate(client, first, "start")
        assert (await operate(client, second, "start")).status_code == 200
        with pytest.raises(ConnectionLost):
            await client.delete(f"/v3/tasks/{service.machine(5).server.task_id}")
        service.clock.advance(60)
        states = {task["id"]: task["state"] for task in (await client.get("/v3/tasks")).json()["tasks"]}
    assert (states[first], states[second], len(states)) == ("RUNNING", "RUNNING", 5)


def test_foreign_hand() -> None:
    service = world("foreign-hand")
    pass_time(service, 360)
    assert service.machine(2).state == "ABORT"
    assert service.machine(0).source_state == "cutovering"
    assert not any("accepted" in entry.cause for entry in service.chronicle)


@pytest.mark.anyio
async def test_left_overs() -> None:
    service = world("left-overs")
    async with client_of(service) as client:
        fresh = await operate(client, service.find("w1-new-web-07").server.task_id, "start")
        assert fresh.json()["error_code"] == "SMS.7605"
    ages = [
        (service.now - machine.server.created_ms) / 86_400_000
        for machine in service.machines(range(6), service.now)
    ]
    assert min(ages) >= 9
    assert _states(service) == {
        "MIGRATE_FAIL": 2,
        "ABORT": 2,
        "SYNC_FAIL": 1,
        "MIGRATE_SUCCESS": 1,
        "READY": 1,
    }


@pytest.mark.anyio
async def test_unknown_states() -> None:
    service = world("unknown-states")

    async def seen(client: httpx.AsyncClient) -> tuple[set[str], set[str], set[str]]:
        tasks = (await client.get("/v3/tasks")).json()["tasks"]
        steps = {step["name"] for task in tasks for step in task["sub_tasks"]}
        return {task["state"] for task in tasks}, steps, {task["source_server"]["state"] for task in tasks}

    async with client_of(service) as client:
        states, steps, sources = await seen(client)
        assert "STATE_X" not in states
        assert "VERIFY_LICENCE" in steps
        assert sources == {"REPLICATE", "SYNCING"}
        service.clock.advance(90)
        states, _, _ = await seen(client)
        assert "STATE_X" in states
        service.force_state("w1-app-01", "set-up")
        _, _, sources = await seen(client)
        assert "INIT" in sources


def test_a_state_nobody_knows_can_be_paused() -> None:
    service = world("calm")
    machine = service.force_state("w1-app-03", "STATE_X")
    assert machine.disguise == "STATE_X"
    _ask(service, "w1-app-03", "stop")
    pass_time(service, 120)
    assert machine.state == "ABORT"


def test_terabyte_pause() -> None:
    service = world("terabyte-pause")
    machine = service.machine(0)
    _ask(service, "w1-dwh-01", "stop")
    pass_time(service, 120)
    assert machine.replication.copied > 1200 * GIGABYTE
    _ask(service, "w1-dwh-01", "start")
    pass_time(service, 90)
    assert machine.state == "RUNNING"
    assert machine.replication.replicated_at(service.now) < 200 * GIGABYTE


def test_quota_lets_the_others_wait() -> None:
    service = world("quota")
    for index in range(6):
        assert service.operate(service.machine(index), "start", {}) is None
    pass_time(service, 90)
    assert _states(service)["RUNNING"] == 3
    for _ in range(120):
        pass_time(service, 60)
        assert _states(service)["RUNNING"] <= 3
    assert _states(service) == {"MIGRATE_SUCCESS": 6}


@pytest.mark.anyio
async def test_megabytes_are_an_eighth_of_megabits() -> None:
    speeds = []
    for name in ("calm", "megabytes"):
        async with client_of(world(name)) as client:
            speeds.append([task["migrate_speed"] for task in (await client.get("/v3/tasks")).json()["tasks"]])
    assert any(speeds[0])
    assert speeds[1] == pytest.approx([speed / 8 for speed in speeds[0]], abs=0.01)


@pytest.mark.anyio
async def test_nasty_weather_comes_with_outages() -> None:
    service = world("nasty")
    statuses: Counter[int] = Counter()
    kinds = set()
    async with client_of(service) as client:
        for _ in range(900):
            service.clock.advance(5)
            try:
                answer = await client.get("/v3/sources/overview")
            except ConnectionLost:
                continue
            statuses[answer.status_code] += 1
            if answer.status_code == 503:
                kinds.add(answer.headers["content-type"].partition(";")[0])
    assert statuses[503] == pytest.approx(24, abs=4)
    assert kinds == {"text/html"}
    assert statuses[200] > 800


@pytest.mark.anyio
async def test_what_began_before_the_clock_has_a_past() -> None:
    service = world("war-room")
    async with client_of(service) as client:
        tasks = (await client.get("/v3/tasks")).json()["tasks"]
        for task in tasks:
            shown = (await client.get(f"/v3/tasks/{task['id']}")).json()
            begun = [step["start_date"] for step in task["sub_tasks"] if step["start_date"]]
            if shown["start_date"] is None:
                assert task["state"] == "READY"
                continue
            assert shown["start_date"] <= min(begun)
            assert task["total_time"] > 60_000
            assert begun == sorted(begun)
            if shown["finish_date"]:
                ends = [step["end_date"] for step in task["sub_tasks"] if step["end_date"]]
                assert max(ends) <= shown["finish_date"] <= service.now
