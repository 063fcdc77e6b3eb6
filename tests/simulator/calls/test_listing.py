"""Lists of tasks: pages, filters, and what rows hold."""

import json
from typing import Any

import pytest

from sms_tui.simulator.world.clock import VirtualClock
from sms_tui.simulator.world.scenario import Role
from sms_tui.simulator.world.scenarios import SCENARIOS
from tests.simulator.lists import tasks_of
from tests.simulator.service import Service
from tests.simulator.worlds import changed, client_of, no_wait, pass_time, scenario, world


@pytest.mark.anyio
async def test_pages_join_up() -> None:
    async with client_of(world("hundred")) as client:
        whole = await tasks_of(client, limit=200)
        pages = [await tasks_of(client, limit=30, offset=offset) for offset in (0, 30, 60, 90, 120)]
    assert [len(page) for page in pages] == [30, 30, 30, 10, 0]
    assert [task["id"] for page in pages for task in page] == [task["id"] for task in whole]
    assert len({task["id"] for task in whole}) == 100
    assert len({task["name"] for task in whole}) == 100


@pytest.mark.anyio
async def test_count_is_that_of_all_pages() -> None:
    async with client_of(world("hundred")) as client:
        answer = (await client.get("/v3/tasks", params={"limit": 3, "state": "READY"})).json()
    assert (answer["count"], len(answer["tasks"])) == (4, 3)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v3/tasks?limit=200", 200),
        ("/v3/tasks?limit=201", 400),
        ("/v3/tasks?limit=-1", 400),
        ("/v3/tasks?limit=many", 400),
        ("/v3/tasks?limit=0", 200),
        ("/v3/tasks?offset=65535", 200),
        ("/v3/tasks?offset=65536", 400),
        ("/v3/sources?limit=201", 400),
        ("/v3/errors", 400),
        ("/v3/errors?offset=0", 200),
        ("/v3/errors?offset=0&limit=101", 400),
    ],
)
async def test_limits_of_pages(path: str, status: int) -> None:
    async with client_of(world()) as client:
        answer = await client.get(path)
    assert answer.status_code == status
    if status == 400:
        assert answer.json()["error_code"] == "APIGW.0106"


@pytest.mark.anyio
async def test_tasks_are_filtered() -> None:
    service = world("war-room")
    async with client_of(service) as client:
        whole = await tasks_of(client, limit=200)
        one = whole[5]
        assert await tasks_of(client, id=one["id"]) == [one]
        assert await tasks_of(client, source_server_id=one["source_server"]["id"]) == [one]
        assert {task["name"] for task in await tasks_of(client, name="-db-")} == {
            task["name"] for task in whole if "-db-" in task["name"]
        }
        assert len(await tasks_of(client, enterprise_project_id=0)) == 24
        assert await tasks_of(client, enterprise_project_id="another") == []
        running = await tasks_of(client, state="RUNNING")
        assert {task["id"] for task in running} == {
            task["id"] for task in whole if task["state"] == "RUNNING"
        }


@pytest.mark.anyio
@pytest.mark.parametrize("state", ["SYNC_SUCCESS", "SYNC_FAIL", "SKIPPING", "RESETING", "STATE_X"])
async def test_states_that_cannot_be_asked_for(state: str) -> None:
    async with client_of(world()) as client:
        assert (await client.get("/v3/tasks", params={"state": state})).status_code == 400
    async with client_of(world(changed("calm", refuse_unknown_filter=False))) as client:
        assert await tasks_of(client, state=state) == []


@pytest.mark.anyio
async def test_a_state_asked_for_is_the_one_shown() -> None:
    service = world("war-room")
    machine = service.find("w2-web-09")
    machine.disguise = "STATE_X"
    async with client_of(service) as client:
        assert machine.server.task_id not in {task["id"] for task in await tasks_of(client, state="SYNCING")}
        machine.disguise = ""
        assert service.operate(machine, "stop", {}) is None
        seen = set()
        for _ in range(400):
            service.clock.advance(0.25)
            for state in ("SYNCING", "ABORTING", "ABORT"):
                told = {task["state"] for task in await tasks_of(client, state=state)}
                assert told <= {state}
            [listed] = await tasks_of(client, id=machine.server.task_id)
            [found] = await tasks_of(client, state=listed["state"], id=machine.server.task_id)
            seen.add((found["state"], machine.state))
    assert ("SYNCING", "ABORTING") in seen
    assert ("ABORT", "ABORT") in seen


@pytest.mark.anyio
async def test_rows_move_while_one_pages() -> None:
    service = world(changed("hundred", restless=True))
    async with client_of(service) as client:
        first = await tasks_of(client, limit=50)
        service.clock.advance(31)
        second = await tasks_of(client, limit=50, offset=50)
    twice = {task["id"] for task in first} & {task["id"] for task in second}
    assert len(twice) == 1


@pytest.mark.anyio
async def test_progress_and_errors_hold_the_known_traps() -> None:
    service = world(scenario(Role("web", "RUNNING", 50, gigabytes=9)), tasks=300)
    numbers: set[object] = set()
    async with client_of(service) as client:
        for index in range(300):
            service.force_state(service.machine(index).server.task_id, "RUNNING", percent=30)
        for _ in range(60):
            service.clock.advance(30)
            for offset in (0, 200):
                for task in await tasks_of(client, limit=200, offset=offset):
                    numbers.update(step["progress"] for step in task["sub_tasks"])
        for index in range(300):
            service.force_state(service.machine(index).server.task_id, "MIGRATE_FAIL", code="SMS.0805")
        errors = [
            task["error_json"]
            for offset in (0, 200)
            for task in await tasks_of(client, limit=200, offset=offset)
        ]
    assert numbers & {101, 102, 103}
    assert max(map(len, errors)) == 255
    assert "" in errors
    assert sum(map(_is_json, errors)) > 200
    assert any(error and not _is_json(error) for error in errors)


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


@pytest.mark.anyio
async def test_progress_is_null_at_first_for_some() -> None:
    service = world(scenario(Role("web", "READY")), tasks=200)
    async with client_of(service) as client:
        for index in range(200):
            assert service.operate(service.machine(index), "start", {}) is None
        service.clock.advance(25)
        shy = [
            task["name"]
            for task in await tasks_of(client, limit=200)
            if any(step["progress"] is None for step in task["sub_tasks"])
        ]
        assert 2 <= len(shy) <= 25
        service.clock.advance(120)
        steps = [step for task in await tasks_of(client, limit=200) for step in task["sub_tasks"]]
    assert all(step["progress"] is not None for step in steps)


@pytest.mark.anyio
async def test_churn_bounds_the_rows_that_change() -> None:
    real = [0.0]
    clock = VirtualClock(speed=60, monotonic=lambda: real[0])
    service = Service(SCENARIOS["war-room"], 7, clock, tasks=2000, churn=0.05)
    changed_rows = []
    async with client_of(service, sleep=no_wait) as client:
        before: list[dict[str, Any]] = []
        for _ in range(8):
            real[0] += 1.0
            rows = [
                task
                for offset in range(0, 2000, 200)
                for task in await tasks_of(client, limit=200, offset=offset)
            ]
            changed_rows.append(sum(old != new for old, new in zip(before, rows, strict=False)))
            before = rows
    assert all(60 <= count <= 180 for count in changed_rows[1:]), changed_rows


@pytest.mark.anyio
async def test_the_same_numbers_whoever_else_is_there() -> None:
    small, large = world("war-room"), world("war-room", tasks=5000)
    for service in (small, large):
        pass_time(service, 600)
    async with client_of(small) as one, client_of(large) as other:
        assert (await tasks_of(one, limit=24)) == (await tasks_of(other, limit=24))


@pytest.mark.anyio
async def test_the_51st_project_is_refused() -> None:
    async with client_of(world()) as client:
        codes = [
            (await client.post("/v3/migprojects", json={"name": f"p{number}"})).status_code
            for number in range(50)
        ]
        assert codes == [200] * 49 + [400]
        projects = (await client.get("/v3/migprojects", params={"limit": 100})).json()["migprojects"]
        assert len({project["id"] for project in projects}) == 50
        refused = await client.post("/v3/migprojects", json={"name": "one-more"})
        assert refused.json()["error_code"] == "SMS.8115"
        assert (await client.delete(f"/v3/migprojects/{projects[7]['id']}")).status_code == 200
        assert (await client.post("/v3/migprojects", json={"name": "one-more"})).status_code == 200


@pytest.mark.anyio
async def test_what_remains_is_that_of_the_whole_full_replication() -> None:
    service = world(scenario(Role("a", gigabytes=500, link_mbit=100), noise=0.0, diurnal=False))
    machine = service.machine(0)
    told = []
    async with client_of(service) as client:
        path = f"/v3/tasks/{machine.server.task_id}"
        before = (await client.get(path)).json()
        assert (before["remain_seconds"], before["estimate_complete_time"]) == (0, None)
        assert service.operate(machine, "start", {}) is None
        while machine.state != "SYNCING":
            pass_time(service, 60)
            shown = (await client.get(path)).json()
            told.append((service.now, shown["remain_seconds"], shown["estimate_complete_time"]))
        shown = (await client.get(path)).json()
    assert (shown["remain_seconds"], shown["estimate_complete_time"]) == (None, None)
    ended = machine.changed_ms
    running = [each for each in told if each[0] < ended and each[1]]
    assert len(running) > 500
    assert all(abs(now + left * 1000 - ended) < 300_000 for now, left, _ in running)
    assert all(done in {None, now + left * 1000} for now, left, done in running)
