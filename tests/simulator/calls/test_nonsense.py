"""Whatever is sent, the service answers with JSON and a status that blames the sender."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulator.worlds import client_of, world

_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
)
_FIELD_NAMES = (
    "operation", "param", "params", "bucket", "template_id", "ids", "speed_limit", "start", "end",
    "speed", "over_speed_threshold", "log_bucket", "log_expire", "configurations", "config_key",
    "config_value", "name", "migprojectid", "template", "syncing", "isdefault",
    "is_need_consistency_check", "auth", "identity", "methods", "password", "user", "domain", "scope",
    "project",
)  # fmt: skip
_NAMES = st.sampled_from(_FIELD_NAMES)
_WORDS = st.sampled_from(["start", "collect_log", "clone_test", "08:00", "20:00", "logs", "NUM_PROCESS_SYNC"])
_JSON = st.recursive(
    _SCALARS | _WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=5),
    max_leaves=12,
)
_BODIES = st.dictionaries(_NAMES, _JSON, max_size=6)
_FILTER_NAMES = (
    "limit", "offset", "state", "name", "id", "ip", "ipv6", "connected", "migration_cycle",
    "migproject", "source_server_id", "enterprise_project_id", "is_consistency_result_exist", "vm_id",
    "config_key", "region", "availability_zone",
)  # fmt: skip
_FILTERS = st.sampled_from(_FILTER_NAMES)
_WRITES = (
    ("POST", "/v3/tasks/{task}/action"), ("POST", "/v3/tasks/{task}/log"), ("PUT", "/v3/tasks/{task}"),
    ("POST", "/v3/tasks/{task}/speed-limit"), ("POST", "/v3/tasks/{task}/configuration-setting"),
    ("POST", "/v3/tasks/delete"), ("POST", "/v3/sources/delete"), ("PUT", "/v3/sources/{source}"),
    ("POST", "/v3/vm/templates"), ("PUT", "/v3/vm/templates/{template}"), ("POST", "/v3/vm/templates/delete"),
    ("POST", "/v3/migprojects"), ("PUT", "/v3/migprojects/{project}"), ("POST", "/v3/auth/tokens"),
)  # fmt: skip
_READS = (
    "/v3/tasks", "/v3/sources", "/v3/errors", "/v3/vm/templates", "/v3/migprojects",
    "/v3/tasks/{task}/configuration-setting", "/v3/projects",
)  # fmt: skip


def _judge(answer: Any) -> None:
    assert answer.status_code in {200, 400, 401, 404}, answer.text
    told = answer.json()
    if answer.status_code == 400:
        assert "error" in told or (told["error_code"] and told["error_msg"])


@pytest.mark.anyio
@pytest.mark.parametrize(("method", "path"), _WRITES)
@settings(max_examples=12, deadline=None)
@given(body=_BODIES)
async def test_no_nonsense_in_a_body_breaks_the_service(method: str, path: str, body: dict[str, Any]) -> None:
    service = world("calm")
    server = service.machine(3).server
    async with client_of(service) as client:
        project = service.projects[0]["id"]
        template = next(iter(service.templates))
        place = path.format(task=server.task_id, source=server.source_id, template=template, project=project)
        _judge(await client.request(method, place, json=body))
        _judge(await client.get("/v3/tasks"))
        _judge(await client.get("/v3/sources", params={"name": "a"}))
        _judge(await client.get("/v3/vm/templates", params={"name": "a"}))


@pytest.mark.anyio
@pytest.mark.parametrize("path", _READS)
@settings(max_examples=20, deadline=None)
@given(
    query=st.dictionaries(_FILTERS, st.text(max_size=12) | _WORDS | st.sampled_from(["0", "5", "-1", "true"]))
)
async def test_no_nonsense_in_a_query_breaks_the_service(path: str, query: dict[str, str]) -> None:
    service = world("infeasible")
    async with client_of(service) as client:
        _judge(await client.get(path.format(task=service.machine(0).server.task_id), params=query))
