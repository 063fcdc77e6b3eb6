"""Credentials over time: one renewal however many wait, none that could lock a user or a key."""

import asyncio
import json
from contextlib import AbstractAsyncContextManager, suppress
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from sms_tui.api.auth.sign_in import PAUSE_SECONDS, request_body
from sms_tui.api.client import SmsClient
from sms_tui.api.errors import ApiError
from sms_tui.api.settings import PasswordCredentials
from sms_tui.domain.outcome import Outcome, TroubleKind
from sms_tui.domain.secret import Secret
from tests.api.rig import (
    FIXTURES,
    PASSWORD_CREDENTIALS,
    Iam,
    Time,
    client,
    failing,
    fixture,
    read_overview,
    send_stop,
)

pytestmark = pytest.mark.anyio
EXPIRED = (FIXTURES / "error_apigw_401.json").read_bytes()
WRONG_PASSWORD = httpx.Response(401, content=(FIXTURES / "error_iam_401.json").read_bytes())
HOUR = 3600.0


class Cloud:
    """Sign-in and service together; the service takes the newest token alone."""

    def __init__(self, **iam: float) -> None:
        self.time = Time()
        self.iam = Iam(self.time, **iam)
        self.used: list[str] = []
        self.writes = 0
        self.takes_none = False

    async def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "iam.example.com":
            await asyncio.sleep(0)
            return self.iam.answer(request)
        token = request.headers["X-Auth-Token"]
        self.used.append(token)
        self.writes += request.method == "POST"
        if self.takes_none or token != self.iam.issued[-1]:
            return httpx.Response(401, content=EXPIRED)
        return httpx.Response(200, json={"waiting": 1})

    def revoke(self) -> None:
        """Make the token in use worthless before its time."""
        self.iam.issued.append("revoked")

    def client(self, **changes: Any) -> AbstractAsyncContextManager[SmsClient]:
        chosen: dict[str, Any] = {"credentials": PASSWORD_CREDENTIALS, **changes}
        return client(self.answer, time=self.time, **chosen)


def test_the_request_is_the_published_one() -> None:
    sample = fixture("iam_token_request.json")
    credentials = PasswordCredentials(
        "migration-operator", Secret("example-password"), "example-domain", scope_project="ap-southeast-3"
    )
    assert request_body(credentials) == json.dumps(sample, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    ("scope", "sent"),
    [
        ({}, None),
        ({"scope_project": "p", "scope_domain": "d"}, {"project": {"name": "p"}}),
        ({"scope_project_id": "i", "scope_project": "p"}, {"project": {"id": "i"}}),
        ({"scope_domain": "d"}, {"domain": {"name": "d"}}),
    ],
)
def test_the_scope_is_the_project_or_the_domain_that_was_given(scope: dict[str, str], sent: object) -> None:
    document = json.loads(request_body(PasswordCredentials("u", Secret("p"), "d", **scope)))
    assert document["auth"].get("scope") == sent


async def test_one_token_serves_many_reads() -> None:
    cloud = Cloud()
    async with cloud.client() as sms:
        assert sms.token_expires_at() is None
        for _ in range(5):
            await read_overview(sms)
        assert sms.token_expires_at() == pytest.approx(cloud.time.now() + 24 * HOUR, abs=2)
    assert len(cloud.iam.bodies) == 1


@pytest.mark.parametrize("start", ["cold", "expired", "refused"])
async def test_two_hundred_at_once_renew_once(start: str) -> None:
    cloud = Cloud()
    async with cloud.client(endpoint="http://127.0.0.1") as sms:
        if start != "cold":
            await read_overview(sms)
            cloud.time.passed += 25 * HOUR if start == "expired" else HOUR
        if start == "refused":
            cloud.revoke()
        before = len(cloud.iam.bodies)
        await asyncio.gather(*(read_overview(sms) for _ in range(200)))
    assert len(cloud.iam.bodies) - before == 1


async def test_a_token_is_renewed_ten_minutes_ahead() -> None:
    cloud = Cloud()
    async with cloud.client() as sms:
        await read_overview(sms)
        cloud.time.passed += 24 * HOUR - 620
        await read_overview(sms)
        assert len(cloud.iam.bodies) == 1
        cloud.time.passed += 40
        await read_overview(sms)
    assert len(cloud.iam.bodies) == 2


@pytest.mark.parametrize("skew", [-20 * 60.0, 20 * 60.0, 48 * HOUR])
async def test_the_services_clock_counts_and_not_ours(skew: float) -> None:
    cloud = Cloud(skew=skew)
    async with cloud.client() as sms:
        await read_overview(sms)
        assert sms.token_expires_at() == pytest.approx(cloud.time.now() + 24 * HOUR, abs=2)
        cloud.time.passed += 23 * HOUR
        await read_overview(sms)
    assert len(cloud.iam.bodies) == 1


async def test_a_token_ages_while_the_machine_is_suspended() -> None:
    cloud = Cloud()
    async with cloud.client() as sms:
        await read_overview(sms)
        cloud.time.suspended += 24 * HOUR
        await read_overview(sms)
    assert len(cloud.iam.bodies) == 2


async def test_a_token_ages_although_somebody_sets_the_clock_back() -> None:
    cloud = Cloud()
    async with cloud.client() as sms:
        await read_overview(sms)
        cloud.time.suspended -= 48 * HOUR
        cloud.time.passed += 24 * HOUR
        await read_overview(sms)
    assert len(cloud.iam.bodies) == 2


async def test_short_tokens_are_not_renewed_with_every_call() -> None:
    cloud = Cloud(life=20)
    async with cloud.client() as sms:
        for _ in range(10):
            await read_overview(sms)
            cloud.time.passed += 1
    assert len(cloud.iam.bodies) == 1


@pytest.mark.parametrize("left", [300.0, -3600.0])
async def test_a_token_that_is_due_when_it_comes_causes_no_loop(left: float) -> None:
    time, signed_in = Time(), 0

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal signed_in
        if request.url.host != "iam.example.com":
            return httpx.Response(200, json={"waiting": 1})
        signed_in += 1
        dates = {
            name: datetime.fromtimestamp(time.now() + left - ago, UTC).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
            for name, ago in (("expires_at", 0), ("issued_at", 24 * HOUR))
        }
        return httpx.Response(201, json={"token": dates}, headers={"X-Subject-Token": "T" * 40})

    async with client(answer, time=time, credentials=PASSWORD_CREDENTIALS) as sms:
        for _ in range(20):
            if left > 0:
                await read_overview(sms)
            else:
                with failing(TroubleKind.SIGN_IN, match="expires too soon"):
                    await read_overview(sms)
            time.passed += 1
        assert signed_in == 1
        time.passed += PAUSE_SECONDS
        with suppress(ApiError):
            await read_overview(sms)
        assert signed_in == 2


async def test_a_write_never_goes_out_with_less_than_five_minutes() -> None:
    cloud = Cloud()
    async with cloud.client() as sms:
        await read_overview(sms)
        cloud.time.passed += 24 * HOUR - 240
        cloud.iam.failures = [httpx.Response(503)]
        assert await send_stop(sms) is Outcome.NOT_SENT
        assert cloud.writes == 0
        await read_overview(sms)
        cloud.time.passed += 31
        assert await send_stop(sms) is Outcome.ACCEPTED
    assert cloud.writes == 1


async def test_between_five_and_ten_minutes_a_failing_renewal_does_not_stop_work() -> None:
    cloud = Cloud()
    async with cloud.client() as sms:
        await read_overview(sms)
        cloud.time.passed += 24 * HOUR - 480
        cloud.iam.failures = [httpx.ConnectError("down")]
        assert await send_stop(sms) is Outcome.ACCEPTED


async def test_a_refused_token_is_renewed_once_for_a_read() -> None:
    cloud = Cloud()
    async with cloud.client() as sms:
        await read_overview(sms)
        cloud.time.passed += HOUR
        cloud.revoke()
        assert await read_overview(sms) == {"waiting": 1}
    assert len(cloud.iam.bodies) == 2


async def test_a_token_that_is_refused_as_soon_as_it_comes_is_renewed_once_too() -> None:
    cloud = Cloud()
    async with cloud.client() as sms:
        await read_overview(sms)
        cloud.revoke()
        assert await read_overview(sms) == {"waiting": 1}
    assert len(cloud.iam.bodies) == 2


async def test_however_soon_tokens_end_each_that_worked_is_renewed() -> None:
    cloud = Cloud()
    async with cloud.client() as sms:
        for _ in range(3):
            await read_overview(sms)
            cloud.time.passed += 1
            cloud.revoke()
        await read_overview(sms)
    assert len(cloud.iam.bodies) == 4


async def test_a_service_that_takes_no_token_causes_no_loop() -> None:
    cloud = Cloud()
    cloud.takes_none = True
    async with cloud.client() as sms:
        for _ in range(20):
            with failing(TroubleKind.SIGN_IN):
                await read_overview(sms)
            cloud.time.passed += 1
    assert len(cloud.iam.bodies) == 2


async def test_a_refused_write_is_rejected_not_repeated_and_the_next_one_has_a_new_token() -> None:
    cloud = Cloud()
    async with cloud.client() as sms:
        await read_overview(sms)
        cloud.time.passed += HOUR
        cloud.revoke()
        assert await send_stop(sms) is Outcome.REJECTED
        assert (cloud.writes, len(cloud.iam.bodies)) == (1, 1)
        assert await send_stop(sms) is Outcome.ACCEPTED
    assert (cloud.writes, len(cloud.iam.bodies)) == (2, 2)


async def test_a_wrong_password_is_tried_once() -> None:
    cloud = Cloud()
    cloud.iam.failures = [WRONG_PASSWORD] * 50
    async with cloud.client() as sms:
        for _ in range(20):
            with failing(TroubleKind.SIGN_IN) as caught:
                await read_overview(sms)
            assert await send_stop(sms) is Outcome.NOT_SENT
            cloud.time.passed += HOUR
    assert len(cloud.iam.bodies) == 1
    assert "iam.example.com" in caught.value.trouble.sentence


@pytest.mark.parametrize(
    ("status", "body", "advice"),
    [
        (401, {"error_code": "IAM.0061", "error_msg": "Locked"}, "wait until it is unlocked"),
        (
            404,
            {"error_code": "IAM.0004", "error_msg": "No project"},
            "correct user, password, domain or scope",
        ),
        (404, {"error": {"code": 404, "message": "No project"}}, "correct user, password, domain or scope"),
        (400, {"error": {"code": 400, "message": "Bad"}}, "correct user, password, domain or scope"),
    ],
)
async def test_what_the_sign_in_refuses_is_corrected_in_the_profile_and_not_sent_again(
    status: int, body: dict[str, Any], advice: str
) -> None:
    cloud = Cloud()
    cloud.iam.failures = [httpx.Response(status, json=body) for _ in range(2)]
    async with cloud.client() as sms:
        for _ in range(2):
            with failing(TroubleKind.SIGN_IN, match=advice):
                await read_overview(sms)
            cloud.time.passed += HOUR
    assert len(cloud.iam.bodies) == 1


async def test_two_hundred_waiting_for_a_wrong_password_try_it_once() -> None:
    cloud = Cloud()
    cloud.iam.failures = [WRONG_PASSWORD] * 500
    async with cloud.client(endpoint="http://127.0.0.1") as sms:
        results = await asyncio.gather(*(read_overview(sms) for _ in range(200)), return_exceptions=True)
    assert {result.trouble.kind for result in results} == {TroubleKind.SIGN_IN}
    assert len(cloud.iam.bodies) == 1


async def test_a_sign_in_that_is_down_is_asked_every_thirty_seconds_at_most() -> None:
    cloud = Cloud()
    cloud.iam.failures = [httpx.Response(503) for _ in range(1000)]
    async with cloud.client() as sms:
        for _ in range(60):
            with pytest.raises(ApiError):
                await read_overview(sms)
            cloud.time.passed += 5
    assert len(cloud.iam.bodies) <= cloud.time.passed / 30 + 1


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(
            200, text="<html>sign in to the network</html>", headers={"Content-Type": "text/html"}
        ),
        httpx.Response(201, json={"token": {}}),
        httpx.Response(201, json={}, headers={"X-Subject-Token": ""}),
        httpx.Response(201, json={}, headers={"X-Subject-Token": "x" * 16_385}),
        httpx.Response(302, headers={"Location": "https://elsewhere.example"}),
        httpx.Response(404, text="nothing here"),
    ],
)
async def test_an_odd_answer_to_a_sign_in_is_one_sentence(answer: httpx.Response) -> None:
    cloud = Cloud()
    cloud.iam.failures = [answer]
    async with cloud.client() as sms:
        with pytest.raises(ApiError) as caught:
            await read_overview(sms)
    assert "iam.example.com" in caught.value.trouble.sentence
    assert cloud.used == []


@pytest.mark.parametrize("body", [{}, {"token": []}, {"token": {"expires_at": "soon"}}, [], {"token": None}])
async def test_a_token_without_dates_is_used_for_a_day(body: object) -> None:
    cloud = Cloud()
    cloud.iam.issued.append("plain")
    cloud.iam.failures = [httpx.Response(201, json=body, headers={"X-Subject-Token": "plain"})]
    async with cloud.client() as sms:
        await read_overview(sms)
        assert sms.token_expires_at() == pytest.approx(cloud.time.now() + 24 * HOUR)
