"""Lists of source servers: filters, and what becomes of a source with its task."""

import pytest

from tests.simulator.lists import sources_of, tasks_of
from tests.simulator.worlds import changed, client_of, pass_time, world


@pytest.mark.anyio
async def test_sources_are_filtered() -> None:
    service = world("war-room")
    server = service.machine(4).server
    clone = service.find("w1-ad-fs-06").clone
    assert await sources_of(service, connected="false") == {"proxy-16"}
    assert len(await sources_of(service, connected="true")) == 25
    assert await sources_of(service, state="cloning") == {"app-12"}
    assert await sources_of(service, state="unavailable") == {"legacy-25", "legacy-26"}
    assert await sources_of(service, migration_cycle="checking") == {"legacy-25", "legacy-26"}
    assert await sources_of(service, name="erp") == {"erp-db-05"}
    assert await sources_of(service, ip=server.ip) == {"erp-db-05"}
    assert await sources_of(service, ip=server.ip[:-1]) == set()
    assert await sources_of(service, ip=server.ip, ipv6="2001:db8::1") == {"erp-db-05"}
    assert await sources_of(service, ipv6="2001:db8::1") == set()
    assert await sources_of(service, id=server.source_id) == {"erp-db-05"}
    assert await sources_of(service, id=server.source_id, name="web") == set()
    assert await sources_of(service, vm_id=server.vm_id) == {"erp-db-05"}
    assert await sources_of(service, vm_id=clone.vm_id) == {"ad-fs-06"}
    assert await sources_of(service, vm_id="") == await sources_of(service)
    assert len(await sources_of(service, enterprise_project_id="0")) == 26
    assert len(await sources_of(service, enterprise_project_id="all_granted_eps")) == 26
    assert await sources_of(service, enterprise_project_id="another") == set()
    assert await sources_of(service, is_consistency_result_exist="true") == set()
    pass_time(service, 7200)
    assert await sources_of(service, is_consistency_result_exist="true") == {"app-04"}
    assert len(await sources_of(service, is_consistency_result_exist="false")) == 25
    assert len(await sources_of(service)) == 26


@pytest.mark.anyio
async def test_a_source_state_is_found_in_either_spelling() -> None:
    service = world(changed("war-room", upper_case=True))
    assert await sources_of(service, state="initialize") == {"queue-22"}
    assert await sources_of(service, state="INIT") == {"queue-22"}
    assert await sources_of(service, state="CLONING") == {"app-12"}


@pytest.mark.anyio
async def test_sources_of_a_migration_project() -> None:
    service = world("calm")
    async with client_of(service) as client:
        [default] = (await client.get("/v3/migprojects")).json()["migprojects"]
        made = (await client.post("/v3/migprojects", json={"name": "wave-2"})).json()["id"]

        async def members(project: str) -> set[str]:
            answer = (await client.get("/v3/sources", params={"migproject": project})).json()
            return {source["name"] for source in answer["source_servers"]}

        path = f"/v3/sources/{service.machine(2).server.source_id}"
        assert (len(await members(default["id"])), await members(made)) == (6, set())
        assert (await client.put(path, json={"migprojectid": "none"})).status_code == 400
        assert (await client.put(path, json={"migprojectid": made})).status_code == 200
        assert (len(await members(default["id"])), await members(made)) == (5, {"app-03"})
        service.fail("w1-app-03", "SMS.0807")
        for project, failed in ((made, 1), (default["id"], 0)):
            query = {"offset": 0, "migproject": project}
            assert (await client.get("/v3/errors", params=query)).json()["count"] == failed
        query = {"offset": 0, "enterprise_project_id": "another"}
        assert (await client.get("/v3/errors", params=query)).json()["count"] == 0


@pytest.mark.anyio
@pytest.mark.parametrize(
    "query",
    [
        "state=STATE_X",
        "migration_cycle=none",
        "connected=maybe",
        "connected=1",
        "is_consistency_result_exist=x",
    ],
)
async def test_sources_that_cannot_be_asked_for(query: str) -> None:
    async with client_of(world()) as client:
        answer = await client.get(f"/v3/sources?{query}")
        assert (answer.status_code, answer.json()["error_code"]) == (400, "APIGW.0106")


@pytest.mark.anyio
async def test_2022_does_not_know_the_newer_filters() -> None:
    service = world("year-2022")
    newer = {"vm_id": "none", "ipv6": "none", "is_consistency_result_exist": "none"}
    assert len(await sources_of(service, **newer)) == 6


@pytest.mark.anyio
async def test_a_deleted_task_leaves_the_list_and_its_source_is_unconfigured() -> None:
    service = world("calm")
    machine = service.machine(0)
    async with client_of(service) as client:
        assert (await client.delete(f"/v3/tasks/{machine.server.task_id}")).status_code == 200
        shown = (await client.get(f"/v3/tasks/{machine.server.task_id}")).json()
        assert shown["state"] == "DELETING"
        service.clock.advance(60)
        assert len(await tasks_of(client)) == 5
        assert (await client.get(f"/v3/tasks/{machine.server.task_id}")).status_code == 404
        source = (await client.get(f"/v3/sources/{machine.server.source_id}")).json()
        assert (source["state"], source["migration_cycle"], source["current_task"]) == (
            "waiting",
            "setting",
            None,
        )
        service.clock.advance(60)
        assert (await client.get("/v3/sources/overview")).json()["unconfigured"] == 1


@pytest.mark.anyio
async def test_a_batch_is_deleted_whole_or_not_at_all() -> None:
    service = world("calm")
    ids = [service.machine(index).server.task_id for index in range(3)]
    async with client_of(service) as client:
        assert (await client.post("/v3/tasks/delete", json={"ids": ids})).json()["error_code"] == "SMS.7719"
        assert (await client.post("/v3/tasks/delete", json={"ids": [*ids[:2], "none"]})).status_code == 404
        assert (await client.post("/v3/tasks/delete", json={"ids": []})).status_code == 400
        service.clock.advance(60)
        assert len(await tasks_of(client)) == 6
        assert (await client.post("/v3/tasks/delete", json={"ids": ids[:2]})).status_code == 200
        service.clock.advance(60)
        assert len(await tasks_of(client)) == 4


@pytest.mark.anyio
async def test_a_source_is_renamed_and_deleted_with_its_task() -> None:
    service = world("calm")
    server = service.machine(0).server
    path = f"/v3/sources/{server.source_id}"
    async with client_of(service) as client:
        assert (await client.put(path, json={"name": "front-door"})).status_code == 200
        assert (await tasks_of(client))[0]["source_server"]["name"] == "front-door"
        assert (await client.put(path, json={"name": ""})).status_code == 400
        running = service.machine(2).server.source_id
        refused = await client.post("/v3/sources/delete", json={"ids": [running, server.source_id]})
        assert refused.json()["error_code"] == "SMS.7719"
        assert (await client.delete(path)).status_code == 200
        service.clock.advance(60)
        assert (await client.get(path)).status_code == 404
        assert len(await tasks_of(client)) == 5


@pytest.mark.anyio
async def test_a_source_that_failed_its_check_is_shown_renamed_and_deleted() -> None:
    service = world("infeasible")
    async with client_of(service) as client:
        query = {"state": "unavailable"}
        first, second, *rest = (await client.get("/v3/sources", params=query)).json()["source_servers"]
        path = f"/v3/sources/{first['id']}"
        assert (await client.put(path, json={"name": "attic"})).status_code == 200
        assert (await client.get(path)).json()["name"] == "attic"
        running = {"ids": [first["id"], "none"]}
        assert (await client.post("/v3/sources/delete", json=running)).status_code == 404
        assert (await client.get(path)).status_code == 200
        assert (await client.delete(path)).status_code == 200
        batch = {"ids": [second["id"], service.machine(0).server.source_id]}
        assert (await client.post("/v3/sources/delete", json=batch)).status_code == 200
        for call in (client.get, client.delete):
            assert (await call(path)).status_code == 404
        service.clock.advance(61)
        assert (await client.get("/v3/sources/overview")).json()["unavailable"] == len(rest)
        kept = (await client.get("/v3/sources")).json()["source_servers"]
        assert [each["id"] for each in kept] == [each["id"] for each in rest]
