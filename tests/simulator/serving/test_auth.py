"""Signing in: tokens, signatures, and the ways in which both are refused."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from sms_tui.simulator.serving.auth import Request, signature
from sms_tui.simulator.world.clock import VirtualClock
from sms_tui.simulator.world.credentials import Credentials
from sms_tui.simulator.world.scenarios import SCENARIOS
from sms_tui.simulator.world.world import Service
from tests.simulator.worlds import SEED, changed, client_of, world

_VECTORS = json.loads((Path(__file__).parents[2] / "fixtures" / "signing_vectors.json").read_text())
_NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def _sign_in(known: Credentials, **other: str) -> dict[str, Any]:
    given = {"name": known.user, "password": known.password, "domain": known.domain} | other
    user = {"name": given["name"], "password": given["password"], "domain": {"name": given["domain"]}}
    return {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}}}


@pytest.mark.parametrize("vector", _VECTORS, ids=lambda each: each["name"])
def test_signatures_are_the_published_ones(vector: dict[str, Any]) -> None:
    header = vector["authorization"]
    names = header.partition("SignedHeaders=")[2].partition(",")[0].split(";")
    headers = {name.lower(): value for name, value in vector["headers_sent_before_signing"].items()}
    query = [(key, str(value)) for key, value in vector["query"]]
    request = Request(vector["method"], vector["path"], query, headers, vector["body"].encode())
    assert header.endswith("Signature=" + signature(vector["secret_key"], request, names))


def _signed(
    known: Credentials,
    at: datetime,
    *,
    secret: str = "",
    names: Sequence[str] = (),
    payload: str = "",
    **headers: str,
) -> httpx.Request:
    """A request for the first page, signed by a signer of this test's own."""
    sent = {
        "host": "sim",
        "x-sdk-date": at.strftime("%Y%m%dT%H%M%SZ"),
        "x-project-id": known.project_id,
    } | headers
    names = names or sorted(sent)
    lines = "".join(f"{name}:{sent[name]}\n" for name in names)
    listed = ";".join(names)
    payload = payload or hashlib.sha256(b"").hexdigest()
    canonical = f"GET\n/v3/tasks/\nlimit=5&name=w1%20%C3%BC\n{lines}\n{listed}\n{payload}"
    to_sign = f"SDK-HMAC-SHA256\n{sent['x-sdk-date']}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = (secret or known.sk).encode()
    digest = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    sent["authorization"] = f"SDK-HMAC-SHA256 Access={known.ak}, SignedHeaders={listed}, Signature={digest}"
    return httpx.Request("GET", "http://sim/v3/tasks?name=w1%20%C3%BC&limit=5", headers=sent)


@pytest.mark.anyio
async def test_a_right_signature_is_let_in() -> None:
    service = world()
    async with client_of(service, signed_in=False, wall=_NOON.timestamp) as client:
        assert (await client.send(_signed(service.credentials, _NOON))).status_code == 200


@pytest.mark.anyio
@pytest.mark.parametrize("minutes", [-16, 16])
async def test_a_clock_more_than_15_minutes_off_is_refused(minutes: int) -> None:
    service = world()
    async with client_of(service, signed_in=False, wall=_NOON.timestamp) as client:
        late = await client.send(_signed(service.credentials, _NOON + timedelta(minutes=minutes)))
        near = await client.send(_signed(service.credentials, _NOON + timedelta(minutes=minutes * 14 / 16)))
    assert (late.status_code, late.json()["error_code"], near.status_code) == (401, "APIGW.0301", 200)


@pytest.mark.anyio
async def test_a_client_may_sign_in_the_time_that_the_service_announces() -> None:
    service = world()
    virtual = datetime.fromtimestamp(service.now / 1000, UTC)
    async with client_of(service, signed_in=False, wall=_NOON.timestamp) as client:
        assert (await client.send(_signed(service.credentials, virtual))).status_code == 200


@pytest.mark.anyio
async def test_wrong_signatures_are_refused_and_lock_the_key() -> None:
    service = world()
    async with client_of(service, signed_in=False, wall=_NOON.timestamp) as client:
        for _ in range(5):
            wrong = await client.send(_signed(service.credentials, _NOON, secret="guessed"))
            assert (wrong.status_code, wrong.json()["error_code"]) == (401, "APIGW.0301")
        assert (await client.send(_signed(service.credentials, _NOON))).status_code == 401
        service.clock.advance(301)
        assert (await client.send(_signed(service.credentials, _NOON))).status_code == 200


@pytest.mark.anyio
async def test_a_signature_of_strange_letters_is_wrong() -> None:
    service = world()
    request = _signed(service.credentials, _NOON)
    before = request.headers["authorization"].partition("Signature=")[0]
    request.headers.encoding = "latin-1"
    request.headers["authorization"] = before + "Signature=éé"
    async with client_of(service, signed_in=False, wall=_NOON.timestamp) as client:
        answer = await client.send(request)
    assert (answer.status_code, answer.json()["error_code"]) == (401, "APIGW.0301")


@pytest.mark.anyio
async def test_a_stranger_cannot_lock_the_key() -> None:
    service = world()
    async with client_of(service, signed_in=False, wall=_NOON.timestamp) as client:
        for _ in range(7):
            request = _signed(service.credentials, _NOON)
            request.headers["authorization"] = request.headers["authorization"].replace("Access=", "Access=X")
            assert (await client.send(request)).status_code == 401
        assert (await client.send(_signed(service.credentials, _NOON))).status_code == 200


@pytest.mark.anyio
async def test_a_signed_header_must_arrive_as_it_was_sent() -> None:
    service = world()
    async with client_of(service, signed_in=False, wall=_NOON.timestamp) as client:
        request = _signed(service.credentials, _NOON)
        request.headers["x-project-id"] = "another"
        assert (await client.send(request)).status_code == 401


@pytest.mark.anyio
@pytest.mark.parametrize(
    "header", [{"x-project-id": "own"}, {"x-sdk-content-sha256": hashlib.sha256(b"").hexdigest()}]
)
async def test_what_tells_scope_or_payload_must_be_signed(header: dict[str, str]) -> None:
    service = world()
    request = _signed(service.credentials, _NOON)
    own = {name: value.replace("own", service.credentials.project_id) for name, value in header.items()}
    request.headers.update(own)
    without = request.headers["authorization"].replace(";x-project-id", "")
    async with client_of(service, signed_in=False, wall=_NOON.timestamp) as client:
        assert (await client.send(request)).status_code == (200 if "x-project-id" in own else 401)
        request.headers["authorization"] = without
        assert (await client.send(request)).status_code == 401


@pytest.mark.anyio
async def test_a_body_is_what_was_signed() -> None:
    service = world()
    other = hashlib.sha256(b"something else").hexdigest()
    request = _signed(service.credentials, _NOON, payload=other, **{"x-sdk-content-sha256": other})
    async with client_of(service, signed_in=False, wall=_NOON.timestamp) as client:
        assert (await client.send(request)).status_code == 401


@pytest.mark.anyio
@pytest.mark.parametrize("names", [["host"], ["x-sdk-date"], ["x-sdk-date", "x-project-id", "host"]])
async def test_names_of_signed_headers_are_complete_and_sorted(names: list[str]) -> None:
    service = world()
    request = _signed(service.credentials, _NOON, names=names)
    if "x-project-id" not in names:
        del request.headers["x-project-id"]
    async with client_of(service, signed_in=False, wall=_NOON.timestamp) as client:
        assert (await client.send(request)).status_code == 401


@pytest.mark.anyio
async def test_a_strange_scope_is_refused() -> None:
    service = world()
    strange = {"x-domain-id": "f" * 32}
    async with client_of(service, signed_in=False, wall=_NOON.timestamp) as client:
        assert (await client.send(_signed(service.credentials, _NOON, **strange))).status_code == 401


@pytest.mark.anyio
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Auth-Token": "unheard-of"},
        {"Authorization": "Basic abc"},
        {"Authorization": "SDK-HMAC-SHA256 Access=x", "X-Sdk-Date": "20261123T120000Z"},
    ],
)
async def test_nobody_comes_in_without_a_key(headers: dict[str, str]) -> None:
    async with client_of(world(), signed_in=False, wall=_NOON.timestamp) as client:
        answer = await client.get("/v3/tasks", headers=headers)
    assert (answer.status_code, answer.json()["error_code"]) == (401, "APIGW.0301")


@pytest.mark.anyio
async def test_a_password_gives_a_token_that_lives_a_day() -> None:
    service = world()
    async with client_of(service, signed_in=False) as client:
        answer = await client.post("/v3/auth/tokens", json=_sign_in(service.credentials))
        assert answer.status_code == 201
        expires = datetime.fromisoformat(answer.json()["token"]["expires_at"])
        assert expires.timestamp() * 1000 == service.now + 86_400_000
        client.headers["X-Auth-Token"] = answer.headers["X-Subject-Token"]
        service.clock.advance(86_399)
        assert (await client.get("/v3/tasks")).status_code == 200
        service.clock.advance(2)
        answer = await client.get("/v3/tasks")
    assert (answer.status_code, answer.json()["error_code"]) == (401, "APIGW.0301")
    assert "token expires, expires_at:" in answer.json()["error_msg"]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("scenario", "speed", "hours"),
    [
        ("calm", 60, 24 * 60),
        ("calm", 0.5, 12),
        ("calm", 0, 24),
        ("token-expires-mid-launch", 60, 1 / 3),
    ],
)
async def test_the_announced_token_lives_a_day_of_real_time_unless_tokens_are_the_story(
    scenario: str, speed: float, hours: float
) -> None:
    service = Service(SCENARIOS[scenario], SEED, VirtualClock(speed, monotonic=lambda: 0.0))
    async with client_of(service) as client:
        service.clock.advance(hours * 3600 - 1)
        assert (await client.get("/v3/tasks")).status_code == 200
        service.clock.advance(2)
        assert (await client.get("/v3/tasks")).status_code == 401


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("scope", "kind"),
    [
        ({"project": {"name": "ap-southeast-3"}}, "project"),
        ({"project": {"id": "own"}}, "project"),
        ({"domain": {"name": "example-domain"}}, "domain"),
        (None, "domain"),
        ({"project": {"name": "nowhere"}}, None),
        ({"domain": {"name": "nobody"}}, None),
    ],
)
async def test_a_token_is_for_the_scope_that_was_asked_for(
    scope: dict[str, Any] | None, kind: str | None
) -> None:
    service = world()
    body = _sign_in(service.credentials)
    if scope:
        body["auth"]["scope"] = json.loads(
            json.dumps(scope).replace('"own"', f'"{service.credentials.project_id}"')
        )
    async with client_of(service, signed_in=False) as client:
        answer = await client.post("/v3/auth/tokens", json=body)
    assert answer.status_code == (201 if kind else 404)
    assert kind is None or kind in answer.json()["token"]


@pytest.mark.anyio
async def test_five_wrong_passwords_lock_the_user() -> None:
    service = world()
    async with client_of(service, signed_in=False) as client:
        for _ in range(5):
            answer = await client.post(
                "/v3/auth/tokens", json=_sign_in(service.credentials, password="guess")
            )
            assert (answer.status_code, answer.json()["error"]["code"]) == (401, 401)
        locked = await client.post("/v3/auth/tokens", json=_sign_in(service.credentials))
        assert (locked.status_code, locked.json()["error_code"]) == (401, "IAM.0061")
        service.clock.advance(301)
        assert (await client.post("/v3/auth/tokens", json=_sign_in(service.credentials))).status_code == 201


@pytest.mark.anyio
@pytest.mark.parametrize("stranger", [{"name": "nobody"}, {"domain": "elsewhere"}])
async def test_a_stranger_cannot_lock_the_user(stranger: dict[str, str]) -> None:
    service = world()
    async with client_of(service, signed_in=False) as client:
        for _ in range(6):
            answer = await client.post("/v3/auth/tokens", json=_sign_in(service.credentials, **stranger))
            assert (answer.status_code, answer.json()["error"]["code"]) == (401, 401)
        assert (await client.post("/v3/auth/tokens", json=_sign_in(service.credentials))).status_code == 201


@pytest.mark.anyio
async def test_a_body_that_is_none_is_a_bad_request() -> None:
    async with client_of(world(), signed_in=False) as client:
        for body in (b"", b"{}", b'{"auth":{"identity":7}}', b'{"a":' * 50_000 + b"1" + b"}" * 50_000):
            answer = await client.post("/v3/auth/tokens", content=body)
            assert (answer.status_code, answer.json()["error"]["title"]) == (400, "Bad Request")


@pytest.mark.anyio
async def test_projects_and_domains_can_be_looked_up() -> None:
    service = world()
    async with client_of(service) as client:
        found = (await client.get("/v3/projects", params={"name": "ap-southeast-3"})).json()["projects"]
        assert [project["id"] for project in found] == [service.credentials.project_id]
        assert (await client.get("/v3/projects", params={"name": "nowhere"})).json()["projects"] == []
        domains = (await client.get("/v3/auth/domains")).json()["domains"]
        assert [domain["name"] for domain in domains] == [service.credentials.domain]
        assert (await client.get("/v3/projects", headers={"X-Auth-Token": "no"})).status_code == 401


@pytest.mark.anyio
async def test_a_user_who_may_only_read_is_told_the_permission() -> None:
    service = world(changed("calm", read_only_user=True))
    path = f"/v3/tasks/{service.machine(0).server.task_id}"
    async with client_of(service) as client:
        assert (await client.get(path)).status_code == 200
        for method, url, body in (
            ("POST", f"{path}/action", {"operation": "start"}),
            ("POST", f"{path}/speed-limit", {"speed_limit": []}),
            ("POST", f"{path}/log", {"log_bucket": "logs"}),
            ("DELETE", path, None),
        ):
            answer = await client.request(method, url, json=body)
            assert (answer.status_code, answer.json()["error_code"]) == (403, "SMS.9004")
            assert "sms:server:" in answer.json()["details"][0]["error_msg"]


def test_no_secret_shows_in_a_repr() -> None:
    known = world().credentials
    assert not any(secret in repr(known) for secret in (known.token, known.password, known.sk))
