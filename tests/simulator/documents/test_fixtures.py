"""What the simulator writes has the fields of recorded answers, no fewer and no others."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from sms_tui.simulator.migration.machine import measure_network
from tests.simulator.worlds import changed, client_of, operate, pass_time, world

_FIXTURES = Path(__file__).parents[2] / "fixtures"
_SHOWN_NOW = (
    "ready_linux_file", "running_linux_file", "running_windows_block", "syncing_linux_block",
    "syncing_windows_block",
    "failed_linux_file", "failed_windows_block", "finished_linux_file", "finished_windows_block",
)  # fmt: skip


def _fixture(name: str) -> Any:
    return json.loads((_FIXTURES / f"{name}.json").read_text())


def _paths(value: object, prefix: str = "") -> set[str]:
    """Every path of member names in a value; the items of a list count as one."""
    if isinstance(value, list):
        return set().union(*(_paths(item, prefix) for item in value))
    if not isinstance(value, dict):
        return set()
    own = {f"{prefix}.{name}" for name in value}
    return own.union(*(_paths(item, f"{prefix}.{name}") for name, item in value.items()))


def _agree(
    written: Iterable[object], recorded: Iterable[object], *, nullable: tuple[str, ...] = (), more: str = "-"
) -> None:
    """Nothing is written that was never recorded, except under `more`; what is in every record is there."""
    written_paths, recorded_paths = [_paths(each) for each in written], [_paths(each) for each in recorded]
    assert written_paths
    known = set().union(*recorded_paths)
    always = {path for path in set.intersection(*recorded_paths) if not path.startswith(nullable or ("-",))}
    for every in written_paths:
        paths = {path for path in every if not path.startswith(more)}
        assert paths <= known, paths - known
        assert always <= paths, always - paths


@pytest.mark.anyio
async def test_the_list_of_tasks_has_the_shape_of_the_fixtures() -> None:
    service = world("war-room")
    service.force_state("w3-backup-24", "DELETING")
    measure_network(service.machine(3))
    async with client_of(service) as client:
        for _ in range(3):
            pass_time(service, 600)
            answer = (await client.get("/v3/tasks", params={"limit": 200})).json()
            assert set(answer) == {"count", "tasks"}
            _agree(
                answer["tasks"],
                _fixture("list_tasks")["tasks"],
                nullable=(".sub_tasks.", ".clone_server."),
            )


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["calm", "war-room"])
async def test_a_task_by_itself_has_the_shape_of_the_fixtures(name: str) -> None:
    service = world(name)
    recorded = [_fixture(f"show_task_{each}") for each in _SHOWN_NOW]
    async with client_of(service) as client:
        tasks = (await client.get("/v3/tasks")).json()["tasks"]
        shown = [(await client.get(f"/v3/tasks/{task['id']}")).json() for task in tasks]
    _agree(shown, recorded)


@pytest.mark.anyio
async def test_a_task_as_in_2022_has_the_shape_of_the_fixtures() -> None:
    service = world(changed("calm", epoch="2022"))
    async with client_of(service) as client:
        listed = (await client.get("/v3/tasks")).json()["tasks"]
        shown = (await client.get(f"/v3/tasks/{listed[2]['id']}")).json()
    _agree([shown], [_fixture("show_task_2022_running_linux_file")])
    assert not any("subtask_info" in task for task in listed)


@pytest.mark.anyio
async def test_the_list_of_sources_has_the_shape_of_the_fixtures() -> None:
    service = world("war-room")
    async with client_of(service) as client:
        sources = (await client.get("/v3/sources")).json()["source_servers"]
    recorded = _fixture("list_sources")["source_servers"]
    with_task = [source for source in sources if source["current_task"]]
    without = [source for source in sources if not source["current_task"]]
    # No clone was being made when the list was recorded.
    clone = ".current_task.clone_server."
    _agree(with_task, [each for each in recorded if each["current_task"]], more=clone)
    _agree(without, recorded, nullable=(".current_task.", ".init_target_server.disks."))


@pytest.mark.anyio
async def test_a_source_by_itself_has_the_shape_of_the_fixture() -> None:
    service = world("calm")
    async with client_of(service) as client:
        sources = (await client.get("/v3/sources")).json()["source_servers"]
        shown = [(await client.get(f"/v3/sources/{each['id']}")).json() for each in sources]
    _agree(shown, [_fixture("show_source")])


@pytest.mark.anyio
async def test_one_source_that_failed_its_check() -> None:
    service = world("infeasible")
    async with client_of(service) as client:
        query = {"state": "unavailable"}
        sources = (await client.get("/v3/sources", params=query)).json()["source_servers"]
        shown = [(await client.get(f"/v3/sources/{each['id']}")).json() for each in sources]
    _agree(shown, [_fixture("show_source")], nullable=(".current_task", ".init_target_server.disks"))
    recorded = [each for each in _fixture("list_sources")["source_servers"] if each["state"] == "unavailable"]
    for listed, alone in zip(sources, shown, strict=True):
        assert listed["memory"] == alone["memory"] * 1_048_576
        assert {check["error_or_warn"] for check in listed["checks"]} == {"ERROR"}
        assert listed["checks"] == alone["checks"]
        assert all(set(check) == set(recorded[0]["checks"][0]) for check in listed["checks"])
        assert listed["totalsize"] > 0
    names = {check["error_code"]: check["name"] for each in sources for check in each["checks"]}
    for check in recorded[0]["checks"][:2]:
        assert names[check["error_code"]] == check["name"]


@pytest.mark.anyio
async def test_lists_of_2022_have_nothing_newer() -> None:
    newer = {"is_consistency_result_exist", "network_check_info", "special_config", "need_migration_test"}
    service = world("year-2022")
    measure_network(service.machine(2))
    rule = {"start": "08:00", "end": "20:00", "speed": 100}
    async with client_of(service) as client:
        for path, name in (("/v3/tasks", "tasks"), ("/v3/sources", "source_servers")):
            for item in (await client.get(path)).json()[name]:
                assert not newer & set(item)
        path = f"/v3/tasks/{service.machine(2).server.task_id}/speed-limit"
        assert (await client.post(path, json={"speed_limit": [rule]})).status_code == 200
        assert (await client.get(path)).json() == {"speed_limit": [rule]}


@pytest.mark.anyio
async def test_settings_show_in_the_list_of_tasks() -> None:
    service = world("calm")
    [recorded] = [task for task in _fixture("list_tasks")["tasks"] if task.get("special_config")]
    wanted = recorded["special_config"]
    async with client_of(service) as client:
        path = f"/v3/tasks/{service.machine(0).server.task_id}"
        body = {"configurations": wanted}
        assert (await client.post(f"{path}/configuration-setting", json=body)).status_code == 200
        first, second, *_ = (await client.get("/v3/tasks")).json()["tasks"]
        assert (first["special_config"], "special_config" in second) == (wanted, False)
        assert "special_config" not in (await client.get(path)).json()


@pytest.mark.anyio
async def test_a_new_target_is_made_by_a_template() -> None:
    service = world("war-room")
    async with client_of(service) as client:
        sources = (await client.get("/v3/sources")).json()["source_servers"]
        for source in sources:
            if task := source["current_task"]:
                shown = (await client.get(f"/v3/tasks/{task['id']}")).json()
                assert shown["vm_template_id"] == task["vm_template_id"]
                assert task["exist_server"] == (not task["vm_template_id"])
        template = next(task for task in sources if task["name"] == "backup-24")["current_task"]
        found = (await client.get(f"/v3/vm/templates/{template['vm_template_id']}")).json()["template"]
    assert found["region"] == template["region_id"]


@pytest.mark.anyio
async def test_a_failed_clone_tells_a_code_and_words() -> None:
    service = world("calm")
    machine = service.force_state("w1-app-03", "cloning")
    service.fail("w1-app-03", "SMS.0806")
    async with client_of(service) as client:
        clone = (await client.get(f"/v3/tasks/{machine.server.task_id}")).json()["clone_server"]
    assert clone["clone_error"].startswith("SMS.")
    assert " " in clone["error_msg"]


@pytest.mark.anyio
async def test_a_launch_makes_a_snapshot_of_each_disk() -> None:
    service = world("war-room")
    async with client_of(service) as client:
        for index in (0, 1):
            target = (await client.get(f"/v3/tasks/{service.machine(index).server.task_id}")).json()[
                "target_server"
            ]
            made = target["cutovered_snapshot_ids"].split(";")
            assert len(set(made)) == len(made) == len(target["disks"])


@pytest.mark.anyio
async def test_the_overview_has_the_shape_of_the_fixture_in_either_epoch() -> None:
    async with client_of(world("calm")) as client:
        _agree([(await client.get("/v3/sources/overview")).json()], [_fixture("overview")])
    async with client_of(world("year-2022")) as client:
        _agree([(await client.get("/v3/sources/overview")).json()], [_fixture("overview_2022")])


@pytest.mark.anyio
async def test_the_small_answers_have_the_shape_of_the_fixtures() -> None:
    service = world("war-room")
    checked = service.force_state("w1-app-04", "checking")
    rules = {"speed_limit": [{"start": "08:00", "end": "20:00", "speed": 100, "over_speed_threshold": 10.0}]}
    settings = {
        "configurations": [{"config_key": "NUM_PROCESS_SYNC", "config_value": "4", "config_status": ""}]
    }
    async with client_of(service) as client:
        path = f"/v3/tasks/{checked.server.task_id}"
        assert (await client.post(f"{path}/speed-limit", json=rules)).json() == _fixture("action_response")
        configured = f"/v3/tasks/{service.find('w3-backup-24').server.task_id}/configuration-setting"
        assert (await client.post(configured, json=settings)).json() == {}
        pass_time(service, 3600)
        answers = {
            "speed_limit": await client.get(f"{path}/speed-limit"),
            "configuration_setting": await client.get(configured),
            "consistency_result": await client.get(f"{path}/consistency-result"),
            "errors": await client.get("/v3/errors", params={"offset": 0}),
            "list_templates": await client.get("/v3/vm/templates"),
            "iam_list_projects_response": await client.get("/v3/projects"),
            "list_tasks_empty": await client.get("/v3/tasks", params={"name": "nobody"}),
        }
    for name, answer in answers.items():
        _agree([answer.json()], [_fixture(name)])
    found = json.loads(answers["consistency_result"].json()["result_list"][0])
    _agree([found], [json.loads(_fixture("consistency_result")["result_list"][0])])


@pytest.mark.anyio
async def test_refusals_have_the_shape_of_the_fixtures() -> None:
    service = world("war-room")
    cut_off = service.force_state("w1-web-01", "RUNNING")
    service.disconnect("w1-web-01")
    async with client_of(service) as client, client_of(world("read-only")) as reader:
        own = (await reader.get("/v3/tasks")).json()["tasks"][0]["id"]
        answers = {
            "error_sms_400_disconnected": await operate(client, cut_off.server.task_id, "stop"),
            "error_sms_task_not_found": await client.get("/v3/tasks/unheard-of"),
            "error_apigw_404": await client.get("/v3/nothing"),
            "error_apigw_401": await client.get("/v3/tasks", headers={"X-Auth-Token": "wrong"}),
            "error_sms_403": await operate(reader, own, "start"),
        }
    for name, answer in answers.items():
        _agree([answer.json()], [_fixture(name)])
        assert answer.json()["error_code"] == _fixture(name)["error_code"]


@pytest.mark.anyio
async def test_every_recorded_request_is_understood() -> None:
    for request in _fixture("requests"):
        service = world("calm")
        machine = service.force_state("w1-app-03", _BEFORE.get(request["name"], "MIGRATE_FAIL"))
        text = json.dumps(request).replace("b1c6cf6e-9927-5b40-98d0-1afee14df7ce", machine.server.task_id)
        text = text.replace("e8fa3ee8-2964-58ec-b27f-ead9e869ec1d", next(iter(service.templates)))
        sent = json.loads(text.replace("b58683ab-9373-58e6-8c3d-f776660dc265", machine.server.source_id))
        async with client_of(service) as client:
            answer = await client.request(sent["method"], sent["path"], json=sent["body"])
        assert answer.status_code == 200, (request["name"], answer.text)


_BEFORE = {
    "stop": "RUNNING",
    "launch target (2022 name)": "SYNCING",
    "launch target (2026 name)": "SYNCING",
    "clone (2022)": "SYNCING",
    "clone (2024+, template mandatory)": "SYNCING",
    "sync again after finish": "MIGRATE_SUCCESS",
    "roll back failed sync (2022 only)": "SYNC_FAIL",
}
