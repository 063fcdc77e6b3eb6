"""What goes on the wire for each operation, and what can never become a request."""

import json
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_tui.api.calls.requests import RequestMaker
from sms_tui.api.network.origin import parse_origin
from sms_tui.domain.operations import (
    COLLECT_LOG,
    DELETE,
    OPERATIONS,
    RESTART,
    SPEED_LIMIT,
    START,
    STOP,
    Operation,
)
from tests.api.rig import ENDPOINT, TASK_ID, fixture, settings

SAMPLES = {sample["name"]: sample for sample in fixture("requests.json")}
TEMPLATE = "e8fa3ee8-2964-58ec-b27f-ead9e869ec1d"
BUCKET = {"bucket": "sms-logs-example"}
CASES: dict[str, tuple[str, dict[str, str], dict[str, Any]]] = {
    "start": ("start", {}, {}),
    "stop": ("stop", {}, {}),
    "launch target (2022 name)": ("test", {}, {}),
    "launch target (2026 name)": ("cutover", {}, {}),
    "clone (2022)": ("clone_test", {}, {}),
    "clone (2024+, template mandatory)": ("clone_test", {"template_id": TEMPLATE}, {}),
    "sync again after finish": ("restart", {"is_need_consistency_check": "true"}, {}),
    "roll back failed sync (2022 only)": ("sync_failed_rollback", {}, {}),
    "collect log, schema spelling (2022 only)": ("collect_log", BUCKET, {}),
    "collect log, example spelling (2022 only)": ("collect_log", BUCKET, {"param_key": "params"}),
    "collect log (2022-09+)": ("collect_log", BUCKET, {"log_api": "endpoint"}),
    "set speed rules": ("speed_limit", {"rules": "08:00-20:00=100@10"}, {}),
    "delete one task": ("delete", {}, {}),
}
NOT_OURS = {"delete tasks", "delete sources"}


def maker(**changes: Any) -> RequestMaker:
    return RequestMaker(parse_origin(ENDPOINT, "endpoint"), settings(**changes))


def body_of(operation: Operation, parameters: dict[str, str], **changes: Any) -> Any:
    return json.loads(maker(**changes).prepare(operation, TASK_ID, parameters).body)


def test_every_published_sample_is_compared() -> None:
    assert set(SAMPLES) == set(CASES) | NOT_OURS


@pytest.mark.parametrize("name", CASES)
def test_request_is_the_published_one(name: str) -> None:
    operation, parameters, changes = CASES[name]
    sample = SAMPLES[name]
    request = maker(**changes).prepare(OPERATIONS[operation], TASK_ID, parameters)
    assert request.method == sample["method"]
    assert request.url == ENDPOINT + sample["path"]
    assert request.body == (
        json.dumps(sample["body"], separators=(",", ":")).encode() if sample["body"] else b""
    )


@pytest.mark.parametrize("name", sorted(set(OPERATIONS) - {"collect_log", "speed_limit", "delete"}))
def test_an_action_without_parameters_is_its_name_and_nothing_else(name: str) -> None:
    request = maker().prepare(OPERATIONS[name], TASK_ID, {})
    assert request.body == f'{{"operation":"{name}"}}'.encode()


def test_flags_are_truth_values_beside_the_operation() -> None:
    given_flags = {"switch_hce": "true", "is_need_consistency_check": "false"}
    assert body_of(START, given_flags) == {
        "operation": "start",
        "switch_hce": True,
        "is_need_consistency_check": False,
    }


def test_both_spellings_can_be_sent_at_once() -> None:
    assert body_of(COLLECT_LOG, BUCKET, param_key="both") == {
        "operation": "collect_log",
        "param": BUCKET,
        "params": BUCKET,
    }


def test_parameters_without_a_value_are_not_sent() -> None:
    assert body_of(RESTART, {"is_need_consistency_check": ""}) == {"operation": "restart"}


def test_the_life_of_a_share_link_goes_with_the_log_endpoint_alone() -> None:
    assert body_of(COLLECT_LOG, BUCKET, log_api="endpoint", log_expire=3600) == {
        "log_bucket": "sms-logs-example",
        "log_expire": 3600,
    }
    assert "log_expire" not in json.dumps(body_of(COLLECT_LOG, BUCKET, log_expire=3600))


def test_no_rules_remove_all() -> None:
    assert body_of(SPEED_LIMIT, {"rules": ""}) == {"speed_limit": []}


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        (COLLECT_LOG, {}),
        (COLLECT_LOG, {"bucket": ""}),
        (COLLECT_LOG, {"bucket": "Nope_"}),
        (SPEED_LIMIT, {}),
        (SPEED_LIMIT, {"rules": "nonsense"}),
        (START, {"switch_hce": "maybe"}),
    ],
)
def test_wrong_parameters_never_become_a_request(operation: Operation, parameters: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        maker().prepare(operation, TASK_ID, parameters)


HOSTILE = [
    "",
    ".",
    "..",
    "../servers/1",
    "a/b",
    "a\\b",
    "a?b",
    "a#b",
    "a%2fb",
    "a\nb",
    "a\x00b",
    "\u202e",
    "x" * 256,
]


@pytest.mark.parametrize("task_id", HOSTILE)
def test_an_id_that_could_change_the_path_is_refused(task_id: str) -> None:
    with pytest.raises(ValueError):
        maker().prepare(STOP, task_id, {})


_near_paths = st.text(st.sampled_from("./\\?#%:;@&=+ 2eEfFa\t\n\u2024é"), max_size=12)


@given(st.one_of(st.text(max_size=40), _near_paths), st.sampled_from([STOP, DELETE, SPEED_LIMIT]))
def test_whatever_the_id_the_path_is_ours_or_there_is_no_request(task_id: str, operation: Operation) -> None:
    try:
        request = maker().prepare(operation, task_id, {"rules": ""})
    except ValueError:
        return
    url = httpx.URL(request.url)
    suffix = {STOP: "/action", DELETE: "", SPEED_LIMIT: "/speed-limit"}[operation]
    assert (url.scheme, url.host, url.query) == ("https", "sms.example.com", b"")
    prefix, rest = "/v3/tasks/", url.raw_path.decode()
    assert rest.startswith(prefix)
    assert rest.endswith(suffix)
    segment = rest[len(prefix) : len(rest) - len(suffix)]
    assert "/" not in segment
    assert unquote(segment) == task_id


def test_the_permission_of_an_operation_is_known() -> None:
    assert maker().prepare(STOP, TASK_ID, {}).permission == "sms:server:manageTask"
    assert maker().prepare(DELETE, TASK_ID, {}).permission == "sms:server:deleteTask"
