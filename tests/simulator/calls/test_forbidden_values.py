"""Values that the API's rules forbid are refused with 400 and a code, and change nothing."""

from typing import Any

import httpx
import pytest

from tests.simulator.worlds import client_of, operate, world

_ALL_DAY = {"start": "00:00", "end": "23:59"}
_BAD_BUCKETS = (
    "", "lo", "a" * 64, "Logs", "log_s", "-logs", "logs.", "lo gs", "../logs", "l\u00f6gs",
    "log\u0663", "logs\n", 7, True, ["logs"],
)  # fmt: skip


def _is_refused(answer: httpx.Response) -> bool:
    body = answer.json()
    return answer.status_code == 400 and bool(body["error_code"] and body["error_msg"])


@pytest.mark.anyio
@pytest.mark.parametrize(
    "rule",
    [
        {"speed": True},
        {"speed": False},
        {"speed": ""},
        {"speed": "100"},
        {"speed": "\u0661\u0660\u0660"},
        {"speed": []},
        {"speed": [100]},
        {"speed": {}},
        {"speed": 10.5},
        {"speed": 10**30},
        {"speed": 1, "over_speed_threshold": True},
        {"speed": 1, "over_speed_threshold": ""},
        {"speed": 1, "over_speed_threshold": []},
        {"speed": 1, "over_speed_threshold": -0.5},
        {"speed": 1, "start": "\u0660\u0668:\u0660\u0660"},
        {"speed": 1, "end": "\uff12\uff10:00"},
        {"speed": 1, "start": 8},
        {"speed": 1, "start": ["08:00"]},
    ],
)
async def test_speed_rules_that_cannot_be_are_refused(rule: dict[str, Any]) -> None:
    service = world("calm")
    path = f"/v3/tasks/{service.machine(0).server.task_id}/speed-limit"
    async with client_of(service) as client:
        assert _is_refused(await client.post(path, json={"speed_limit": [_ALL_DAY | rule]}))
        assert (await client.get(path)).json() == {"speed_limit": []}


@pytest.mark.anyio
async def test_a_speed_may_be_left_out_since_2022() -> None:
    for name, taken in (("calm", True), ("year-2022", False)):
        service = world(name)
        path = f"/v3/tasks/{service.machine(0).server.task_id}/speed-limit"
        async with client_of(service) as client:
            answer = await client.post(path, json={"speed_limit": [_ALL_DAY]})
        assert (answer.status_code == 200) == taken


@pytest.mark.anyio
@pytest.mark.parametrize("bucket", _BAD_BUCKETS)
async def test_names_that_no_bucket_can_have_are_refused(bucket: Any) -> None:
    service = world("calm")
    machine = service.machine(2)
    async with client_of(service) as client:
        path = f"/v3/tasks/{machine.server.task_id}/log"
        assert _is_refused(await client.post(path, json={"log_bucket": bucket}))
        answer = await operate(client, machine.server.task_id, "collect_log", param={"bucket": bucket})
        assert _is_refused(answer)
    assert machine.order is None


@pytest.mark.anyio
@pytest.mark.parametrize("bucket", ["log", "sms-logs.example-1", "0" * 63])
async def test_names_that_buckets_can_have_are_taken(bucket: str) -> None:
    service = world("calm")
    machine = service.machine(2)
    async with client_of(service) as client:
        path = f"/v3/tasks/{machine.server.task_id}/log"
        assert (await client.post(path, json={"log_bucket": bucket})).status_code == 200


@pytest.mark.anyio
@pytest.mark.parametrize("expire", [True, 299, 64_801, "3600", 3600.5, [], None])
async def test_lives_of_share_links_beyond_the_limits_are_refused(expire: Any) -> None:
    service = world("calm")
    path = f"/v3/tasks/{service.machine(2).server.task_id}/log"
    async with client_of(service) as client:
        assert _is_refused(await client.post(path, json={"log_bucket": "logs", "log_expire": expire}))


@pytest.mark.anyio
@pytest.mark.parametrize("template", ["none", "", 7, True, ["x"], "../../etc/passwd", "a" * 300])
async def test_a_clone_takes_only_a_template_that_is_there(template: Any) -> None:
    service = world("calm")
    machine = service.force_state("w1-app-03", "SYNCING")
    async with client_of(service) as client:
        assert _is_refused(await operate(client, machine.server.task_id, "clone_test", template_id=template))
        known = (await client.get("/v3/vm/templates")).json()["templates"][0]["id"]
        answer = await operate(client, machine.server.task_id, "clone_test", template_id=known)
        assert answer.status_code == 200


@pytest.mark.anyio
@pytest.mark.parametrize("flag", ["switch_hce", "is_need_consistency_check"])
@pytest.mark.parametrize("value", ["true", "", 1, 0, [], {}])
async def test_a_flag_is_true_or_false_and_nothing_else(flag: str, value: Any) -> None:
    service = world("calm")
    machine = service.machine(0)
    async with client_of(service) as client:
        assert _is_refused(await operate(client, machine.server.task_id, "start", **{flag: value}))
        assert (await operate(client, machine.server.task_id, "start", **{flag: None})).status_code == 200


@pytest.mark.anyio
@pytest.mark.parametrize(
    "path", ["/v3/tasks", "/v3/sources", "/v3/errors", "/v3/vm/templates", "/v3/migprojects"]
)
@pytest.mark.parametrize(
    "query",
    [
        "limit=-1", "limit=", "limit=%2B1", "limit=1.5", "limit=true", "limit=99999999999999999999",
        "limit=%D9%A1", "limit=%EF%BC%91", "limit=1%202",
        "offset=-1", "offset=", "offset=65536", "offset=99999999999999999999", "offset=%D9%A1",
    ],
)  # fmt: skip
async def test_pages_beyond_the_limits_are_refused(path: str, query: str) -> None:
    offset = "" if query.startswith("offset") else "&offset=0"
    async with client_of(world()) as client:
        assert _is_refused(await client.get(f"{path}?{query}{offset}"))


@pytest.mark.anyio
@pytest.mark.parametrize(
    "setting",
    [
        {"config_key": ""},
        {"config_key": 7},
        {"config_key": "NUM_PROCESS_SYNC", "config_value": 4},
        {"config_key": "NUM_PROCESS_SYNC", "config_value": ["4"]},
        {"config_key": "NUM_PROCESS_SYNC", "config_value": "4", "config_status": 0},
    ],
)
async def test_settings_that_cannot_be_are_refused(setting: dict[str, Any]) -> None:
    service = world("calm")
    path = f"/v3/tasks/{service.machine(0).server.task_id}/configuration-setting"
    async with client_of(service) as client:
        assert _is_refused(await client.post(path, json={"configurations": [setting]}))
        assert (await client.get(path)).json()["configurations"] == []


@pytest.mark.anyio
@pytest.mark.parametrize("project", [{}, {"name": ""}, {"name": 7}, {"name": "p", "use_public_ip": "no"}])
async def test_names_that_no_project_can_have_are_refused(project: dict[str, Any]) -> None:
    async with client_of(world()) as client:
        assert _is_refused(await client.post("/v3/migprojects", json=project))
        assert (await client.get("/v3/migprojects")).json()["count"] == 1
