"""Which operation is taken in which situation: a table of its own against the simulator's answers."""

import pytest

from tests.simulator.worlds import client_of, operate, pass_time, world

_OPERATIONS = (
    "start", "stop", "test", "cutover", "clone_test", "restart", "sync_failed_rollback", "collect_log",
    "network_check", "migration_test", "skip", "clear", "delete", "speed_limit",
)  # fmt: skip
_AFTER = {"collect_log", "speed_limit"}
_MATRIX = {
    "READY": {"start", "migration_test", "delete", "speed_limit"},
    "drilling": {"stop", "speed_limit"},
    "RUNNING": {"stop", *_AFTER},
    "SYNCING": {"stop", "test", "cutover", "clone_test", *_AFTER},
    "cloning": {"stop", *_AFTER},
    "cutovering": {"stop", *_AFTER},
    "checking": {"stop", "skip", *_AFTER},
    "ABORT": {"start", "network_check", "delete", *_AFTER},
    "MIGRATE_FAIL": {"start", "network_check", "delete", *_AFTER},
    "SYNC_FAIL": {"start", "network_check", "sync_failed_rollback", "delete", *_AFTER},
    "MIGRATE_SUCCESS": {"restart", "clear", "delete", *_AFTER},
    "SYNC_SUCCESS": {"restart", "clear", "delete", *_AFTER},
    "cleared": {"delete", *_AFTER},
    "SYNC_F_ROLLBACK_SUCCESS": {"delete", *_AFTER},
    "ABORTING": set(),
    "SKIPPING": set(),
    "RESETING": set(),
    "SYNC_F_ROLLBACKING": set(),
    "clearing": set(),
    "DELETING": set(),
}
_CODES = {"stop": "SMS.1038", "start": "SMS.1039", "restart": "SMS.1040", "delete": "SMS.7719"}


@pytest.mark.anyio
@pytest.mark.parametrize("operation", _OPERATIONS)
@pytest.mark.parametrize("situation", _MATRIX)
async def test_the_service_takes_what_the_table_of_operations_allows(situation: str, operation: str) -> None:
    status, code = await _try(situation, operation)
    if operation in _MATRIX[situation]:
        assert (status, code) == (200, None)
    else:
        assert (status, code) == (400, _CODES.get(operation, "SMS.1038"))


@pytest.mark.anyio
@pytest.mark.parametrize("operation", _OPERATIONS)
@pytest.mark.parametrize("situation", _MATRIX)
async def test_without_its_agent_the_service_refuses_what_needs_it(situation: str, operation: str) -> None:
    status, code = await _try(situation, operation, connected=False)
    # Without an agent there is nothing that a deletion could disturb.
    deleted = operation == "delete" and situation != "DELETING"
    taken = deleted or (operation == "clear" and "clear" in _MATRIX[situation])
    needs_agent = operation not in {"clear", "delete"}
    assert (status == 200) == taken
    assert (code == "SMS.6603") == needs_agent


async def _try(situation: str, operation: str, *, connected: bool = True) -> tuple[int, str | None]:
    service = world("calm")
    machine = service.force_state("w1-app-03", situation)
    if situation == "drilling":
        pass_time(service, 60)
    task_id = machine.server.task_id
    if not connected:
        service.disconnect("w1-app-03")
    async with client_of(service) as client:
        if operation == "delete":
            answer = await client.delete(f"/v3/tasks/{task_id}")
        elif operation == "speed_limit":
            answer = await client.post(f"/v3/tasks/{task_id}/speed-limit", json={"speed_limit": []})
        else:
            answer = await operate(client, task_id, operation, param={"bucket": "logs"})
    return answer.status_code, answer.json().get("error_code")


@pytest.mark.anyio
@pytest.mark.parametrize("progress", [2, 4, 5, 50, 95, 97])
async def test_a_check_can_be_skipped_between_5_and_95_percent(progress: int) -> None:
    service = world("calm")
    machine = service.force_state("w1-app-03", "checking", percent=progress + 0.5)
    async with client_of(service) as client:
        answer = await operate(client, machine.server.task_id, "skip")
    assert (answer.status_code == 200) == (5 <= progress <= 95)


@pytest.mark.anyio
async def test_a_second_like_it_is_ignored_and_a_contrary_one_refused() -> None:
    service = world("calm")
    machine = service.force_state("w1-app-03", "SYNCING")
    async with client_of(service) as client:
        answers = [
            (await operate(client, machine.server.task_id, operation)).status_code
            for operation in ("stop", "stop", "test", "stop")
        ]
    assert answers == [200, 200, 400, 200]
    pass_time(service, 120)
    assert machine.state == "ABORT"
    assert [entry.after for entry in service.chronicle if entry.cause == "stop"] == ["ABORTING"]


@pytest.mark.anyio
@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b"{}", b'{"operation":7}', b'{"operation":"explode"}', b'{"operation":"delete"}'],
)
async def test_what_is_no_operation_is_refused(body: bytes) -> None:
    service = world("calm")
    async with client_of(service) as client:
        path = f"/v3/tasks/{service.machine(0).server.task_id}/action"
        assert (await client.post(path, content=body)).status_code == 400


@pytest.mark.anyio
@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"a":' * 50_000 + b"1" + b"}" * 50_000], ids=["lists", "objects"]
)
async def test_a_body_nested_too_deep_is_a_bad_request(body: bytes) -> None:
    async with client_of(world("calm")) as client:
        answer = await client.post("/v3/tasks/delete", content=body)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "APIGW.0106")


@pytest.mark.anyio
async def test_2022_knows_seven_operations_and_no_newer_path() -> None:
    service = world("year-2022")
    task_id = service.machine(0).server.task_id
    async with client_of(service) as client:
        for operation in ("cutover", "network_check", "migration_test", "skip", "clear"):
            answer = await operate(client, task_id, operation)
            assert (answer.status_code, answer.json()["error_code"]) == (400, "APIGW.0106")
        answer = await client.post(f"/v3/tasks/{task_id}/log", json={"log_bucket": "logs"})
        assert (answer.status_code, answer.json()["error_code"]) == (404, "APIGW.0101")
        answer = await operate(client, task_id, "start")
        assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.anyio
@pytest.mark.parametrize(("strict", "taken"), [(False, {"param", "params"}), (True, {"param"})])
async def test_the_log_bucket_is_in_param(strict: bool, taken: set[str]) -> None:
    for name in ("param", "params", "parameter"):
        service = world("year-2022" if strict else "calm")
        machine = service.machine(2)
        async with client_of(service) as client:
            answer = await operate(
                client, machine.server.task_id, "collect_log", **{name: {"bucket": "logs"}}
            )
        assert (answer.status_code == 200) == (name in taken)
