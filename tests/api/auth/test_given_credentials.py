"""Credentials as they are given: what cannot be sent is found before anything is, and nothing locks a key."""

import re

import httpx
import pytest

from sms_tui.api.auth.authority import LOCK_OUT_SECONDS, token_problem
from sms_tui.api.settings import KeyCredentials, PasswordCredentials, TokenCredentials
from sms_tui.domain.outcome import Outcome, TroubleKind
from sms_tui.domain.secret import Secret
from tests.api.rig import (
    FIXTURES,
    KEY_CREDENTIALS,
    SECRET_KEY,
    TOKEN,
    Time,
    client,
    date_header,
    failing,
    read_overview,
    send_stop,
)

pytestmark = pytest.mark.anyio
EXPIRED = (FIXTURES / "error_apigw_401.json").read_bytes()
BAD_SIGNATURE = (FIXTURES / "error_apigw_401_signature.json").read_bytes()


@pytest.mark.parametrize("token", ["", "a b", "line\n", "tab\t", "ключ", "x" * 16_385, "\x7f", "a\u00a0b"])
async def test_a_token_that_cannot_be_sent_is_found_before_anything_is(token: str) -> None:
    def never(request: httpx.Request) -> httpx.Response:
        raise AssertionError("nothing may be sent")

    assert token_problem(token)
    with failing(TroubleKind.LOCAL):
        async with client(never, credentials=TokenCredentials(Secret(token))):
            pass


@pytest.mark.parametrize("token", ["x", "x" * 16_384, "~!MII+/=", "ÿ¡"])
def test_tokens_that_can_be_sent(token: str) -> None:
    assert token_problem(token) is None


async def test_an_endless_token_is_sent_as_it_is_and_never_renewed() -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["X-Auth-Token"])
        return httpx.Response(401, content=EXPIRED)

    async with client(answer) as sms:
        with failing(TroubleKind.SIGN_IN, match="set SMS_TUI_TOKEN and start again"):
            await read_overview(sms)
        assert sms.token_expires_at() is None
    assert seen == [TOKEN]


async def test_a_signed_request_carries_its_identity() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={})

    temporary = KeyCredentials("AK", Secret(SECRET_KEY), Secret("temporary"), domain_id="d")
    for credentials in (KEY_CREDENTIALS, temporary):
        async with client(answer, credentials=credentials) as sms:
            await read_overview(sms)
            assert await send_stop(sms) is Outcome.ACCEPTED
    assert not [request for request in seen if "X-Auth-Token" in request.headers]
    assert [request.headers["X-Sdk-Date"] for request in seen] == ["20220805T061320Z"] * 4
    first, write, last, _ = seen
    assert first.headers["X-Project-Id"] == KEY_CREDENTIALS.project_id
    assert "SignedHeaders=host;x-project-id;x-sdk-date," in first.headers["Authorization"]
    assert "SignedHeaders=content-type;host;x-project-id;x-sdk-date," in write.headers["Authorization"]
    assert (last.headers["X-Domain-Id"], last.headers["X-Security-Token"]) == ("d", "temporary")
    assert "x-security-token" in last.headers["Authorization"]


async def test_a_refused_signature_is_never_repeated() -> None:
    time, seen = Time(), []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.method)
        return httpx.Response(401, content=BAD_SIGNATURE, headers=date_header(time.now() - 17 * 60))

    async with client(answer, time=time, credentials=KEY_CREDENTIALS) as sms:
        with failing(TroubleKind.SIGN_IN) as caught:
            await read_overview(sms)
        assert re.search(r"clock, which is 17 min fast", caught.value.trouble.sentence)
        for _ in range(10):
            with failing(TroubleKind.SIGN_IN, match="refused the last signature"):
                await read_overview(sms)
            assert await send_stop(sms) is Outcome.NOT_SENT
        assert seen == ["GET"]
        time.passed += LOCK_OUT_SECONDS + 1
        assert await send_stop(sms) is Outcome.REJECTED
    assert seen == ["GET", "POST"]


@pytest.mark.parametrize(
    "credentials",
    [
        KeyCredentials("", Secret("x")),
        KeyCredentials("AK", Secret("")),
        KeyCredentials("A\nK", Secret("x")),
        KeyCredentials("AK", Secret("x"), project_id="ä\n"),
        KeyCredentials("AK", Secret("x"), security_token=Secret("odd…")),
        KeyCredentials("AK", Secret("x"), security_token=Secret("a\r\nX-Evil: 1")),
        PasswordCredentials("", Secret("x"), "d"),
        PasswordCredentials("u", Secret(""), "d"),
        PasswordCredentials("u", Secret("x"), ""),
    ],
)
async def test_incomplete_credentials_are_found_before_anything_is_sent(credentials: object) -> None:
    with failing(TroubleKind.LOCAL):
        async with client(lambda _: httpx.Response(500), credentials=credentials):
            pass


async def test_being_known_and_not_allowed_is_something_else() -> None:
    denied = (FIXTURES / "error_sms_403.json").read_bytes()
    async with client(lambda _: httpx.Response(403, content=denied)) as sms:
        with failing(TroubleKind.DENIED, match="sms:server:manageTask"):
            await read_overview(sms)
