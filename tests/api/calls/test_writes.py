"""One confirmation, one attempt on the wire, and an outcome that claims no more than the attempt proves."""

import asyncio
from collections.abc import Callable

import httpx
import pytest

from sms_tui.api.answers.replies import Hints
from sms_tui.api.auth.authority import Outgoing, Permit
from sms_tui.api.calls.outcomes import answer_to
from sms_tui.api.client import SmsClient
from sms_tui.api.network.transport import Reply
from sms_tui.domain.operations import COLLECT_LOG, DELETE, START, STOP, Operation
from sms_tui.domain.outcome import Answer, Outcome, TroubleKind
from tests.api.rig import (
    FIXTURES,
    TASK_ID,
    TOKEN,
    ByteServer,
    Talk,
    Time,
    always,
    client,
    plain,
    read_overview,
)

pytestmark = pytest.mark.anyio
THROTTLED = (FIXTURES / "error_apigw_429.json").read_bytes()
REFUSAL = (FIXTURES / "error_sms_400_disconnected.json").read_bytes()
NO_SUCH_CALL = (FIXTURES / "error_apigw_404.json").read_bytes()


async def send(sms: SmsClient, operation: Operation = STOP, **parameters: str) -> Answer:
    return await sms.send(sms.prepare(operation, TASK_ID, parameters))


def closing(*pieces: bytes, abort: bool = False) -> Talk:
    """Send pieces, then close or reset the connection."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bool:
        for piece in pieces:
            writer.write(piece)
        if abort:
            writer.transport.abort()
        return False

    return talk


async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bool:
    await asyncio.Event().wait()
    return False


BEHAVIOURS: dict[str, tuple[Talk, Outcome]] = {
    "silence": (hang, Outcome.UNKNOWN),
    "reset after the request": (closing(abort=True), Outcome.UNKNOWN),
    "closed after the request": (closing(), Outcome.UNKNOWN),
    "reset before the body": (
        closing(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", abort=True),
        Outcome.UNKNOWN,
    ),
    "half a status line": (closing(b"HTTP/1.1 2"), Outcome.UNKNOWN),
    "a cut body": (closing(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"), Outcome.UNKNOWN),
    "another protocol": (closing(b"220 mail.example.com\r\n"), Outcome.UNKNOWN),
    "200 empty": (always(plain(b"")), Outcome.ACCEPTED),
    "200 object": (always(plain(b"{}")), Outcome.ACCEPTED),
    "200 with an error": (always(plain(b'{"error_code":"","error_msg":"no"}')), Outcome.UNKNOWN),
    "200 with a fault": (always(plain(b'{"errorCode":"FAULT"}')), Outcome.UNKNOWN),
    "200 with no error": (
        always(plain(b'{"error_code":null,"error_msg":"","message":"ok"}')),
        Outcome.ACCEPTED,
    ),
    "204": (always(b"HTTP/1.1 204 No Content\r\n\r\n"), Outcome.ACCEPTED),
    "200 page": (always(plain(b"{}", content_type="text/html")), Outcome.UNKNOWN),
    "200 text": (always(plain(b"OK")), Outcome.UNKNOWN),
    "two answers in one": (always(plain(b"{}") + plain(REFUSAL, "400 Bad")), Outcome.ACCEPTED),
    "on the way": (
        closing(b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"),
        Outcome.UNKNOWN,
    ),
    "on the way, and 200": (always(b"HTTP/1.1 100 Continue\r\n\r\n" + plain(b"{}")), Outcome.ACCEPTED),
    "101": (always(b"HTTP/1.1 101 Other\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"), Outcome.UNKNOWN),
    "300": (always(plain(b"{}", "300 Choose")), Outcome.UNKNOWN),
    "302": (always(plain(b"", "302 Found", "Location: https://login.example.net/\r\n")), Outcome.UNKNOWN),
    "307": (always(plain(b"", "307 Again", "Location: /v3/tasks\r\n")), Outcome.UNKNOWN),
    "400 coded": (always(plain(REFUSAL, "400 Bad Request")), Outcome.REJECTED),
    "400 page": (always(plain(b"<html>", "400 Bad Request", content_type="text/html")), Outcome.UNKNOWN),
    "401 coded": (
        always(plain((FIXTURES / "error_apigw_401.json").read_bytes(), "401 No")),
        Outcome.REJECTED,
    ),
    "401 empty": (always(plain(b"", "401 No")), Outcome.UNKNOWN),
    "403 coded": (always(plain((FIXTURES / "error_sms_403.json").read_bytes(), "403 No")), Outcome.REJECTED),
    "404 coded": (always(plain(NO_SUCH_CALL, "404 Not Found")), Outcome.REJECTED),
    "407": (always(plain(b"", "407 Proxy")), Outcome.UNKNOWN),
    "408": (always(plain(REFUSAL, "408 Timeout")), Outcome.UNKNOWN),
    "409 coded": (
        always(plain(b'{"error_code":"SMS.1038","error_msg":"x"}', "409 Conflict")),
        Outcome.REJECTED,
    ),
    "429 coded": (always(plain(THROTTLED, "429 Slow")), Outcome.REJECTED),
    "500": (always(plain(REFUSAL, "500 Oops")), Outcome.UNKNOWN),
    "502": (always(plain(b"<html>", "502 Bad Gateway", content_type="text/html")), Outcome.UNKNOWN),
    "503": (always(plain(b"", "503 Busy", "Retry-After: 7\r\n")), Outcome.UNKNOWN),
    "504": (always(plain(b"", "504 Late")), Outcome.UNKNOWN),
}


@pytest.mark.parametrize("name", BEHAVIOURS)
@pytest.mark.parametrize("operation", [STOP, DELETE])
async def test_one_attempt_and_what_it_proves(name: str, operation: Operation) -> None:
    talk, outcome = BEHAVIOURS[name]
    async with (
        ByteServer(talk) as server,
        client(None, endpoint=server.url, write_timeout=1.0 if talk is hang else 20.0) as sms,
    ):
        answer = await send(sms, operation)
    assert answer.outcome is outcome
    assert len(server.requests) == 1
    assert (answer.trouble is None) is (outcome is Outcome.ACCEPTED)
    if answer.trouble and outcome is Outcome.UNKNOWN:
        said = answer.trouble.sentence
        assert not any(urged in said for urged in ("try again", "repeat it")), "it may be in effect"
    assert TOKEN not in repr(answer)


async def test_the_bytes_of_a_write() -> None:
    async with ByteServer(always(plain(b"{}"))) as server, client(None, endpoint=server.url) as sms:
        await send(sms, START)
        await send(sms, DELETE)
    start, delete = server.requests
    head, _, body = start.partition(b"\r\n\r\n")
    assert head.startswith(f"POST /v3/tasks/{TASK_ID}/action HTTP/1.1\r\n".encode())
    assert body == b'{"operation":"start"}'
    assert f"x-auth-token: {TOKEN}".encode().lower() in head.lower()
    assert b"content-type: application/json" in head.lower()
    assert delete.startswith(f"DELETE /v3/tasks/{TASK_ID} HTTP/1.1\r\n".encode())
    assert b"content-type" not in delete.lower()
    assert len(server.connections) == 2


async def test_a_connection_used_for_reading_is_never_used_for_writing() -> None:
    async with ByteServer(always(plain(b"{}"))) as server, client(None, endpoint=server.url) as sms:
        await read_overview(sms)
        await asyncio.gather(*(send(sms) for _ in range(3)), read_overview(sms))
        await read_overview(sms)
    used_for = [
        {request.split(b" ")[0] for request in connection.requests} for connection in server.connections
    ]
    assert {frozenset(kinds) for kinds in used_for} == {frozenset({b"GET"}), frozenset({b"POST"})}
    assert used_for.count({b"POST"}) == 3, "each write has one of its own"


async def test_a_port_that_refuses_means_not_sent() -> None:
    async with ByteServer(always(b"")) as server:
        url = server.url
    async with client(None, endpoint=url) as sms:
        answer = await send(sms)
    assert answer.outcome is Outcome.NOT_SENT
    assert answer.trouble is not None
    assert answer.trouble.kind is TroubleKind.UNREACHABLE


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (httpx.ConnectError("x"), Outcome.NOT_SENT),
        (httpx.ConnectTimeout("x"), Outcome.NOT_SENT),
        (httpx.PoolTimeout("x"), Outcome.NOT_SENT),
        (httpx.ProxyError("407"), Outcome.NOT_SENT),
        (httpx.ReadTimeout("x"), Outcome.UNKNOWN),
        (httpx.WriteTimeout("x"), Outcome.UNKNOWN),
        (httpx.ReadError("x"), Outcome.UNKNOWN),
        (httpx.WriteError("x"), Outcome.UNKNOWN),
        (httpx.RemoteProtocolError("x"), Outcome.UNKNOWN),
        (httpx.LocalProtocolError("x"), Outcome.UNKNOWN),
        (ConnectionResetError(), Outcome.UNKNOWN),
        (TimeoutError(), Outcome.UNKNOWN),
    ],
)
async def test_failures_without_an_answer(error: Exception, outcome: Outcome) -> None:
    attempts = 0

    def fail(request: httpx.Request) -> httpx.Response:
        nonlocal attempts
        attempts += 1
        raise error

    async with client(fail) as sms:
        answer = await send(sms)
    assert (answer.outcome, attempts) == (outcome, 1)


async def test_a_proxy_that_does_not_let_us_through_means_not_sent() -> None:
    for talk in (
        always(plain(b"", "407 Proxy Authentication Required")),
        closing(),
        closing(abort=True),
        hang,
    ):
        async with (
            ByteServer(talk) as proxy,
            client(None, proxy=proxy.url, write_timeout=1.0) as sms,
        ):
            answer = await send(sms)
        assert answer.outcome is Outcome.NOT_SENT
        assert [request.split(b" ")[0] for request in proxy.requests] == [b"CONNECT"]
        assert TOKEN.encode() not in b"".join(proxy.requests)


async def test_a_throttled_write_is_rejected_and_the_pause_kept() -> None:
    time, sent = Time(), []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(time.passed)
        return httpx.Response(429, content=THROTTLED, headers={"Retry-After": "9"})

    async with client(answer, time=time) as sms:
        first = await send(sms)
        second = await send(sms)
        time.passed += 8.7
        late = await send(sms)
        time.passed += 0.3
        third = await send(sms)
    assert [first.outcome, second.outcome, third.outcome] == [
        Outcome.REJECTED,
        Outcome.NOT_SENT,
        Outcome.REJECTED,
    ]
    assert second.trouble is not None
    assert second.trouble.retry_after == 9
    assert late.trouble is not None
    assert "a pause of 1 s" in late.trouble.sentence, "half a moment is not none"
    assert sent == [0, 9]


async def test_a_write_that_waits_for_its_turn_is_not_sent_after_a_pause_that_comes_up() -> None:
    """What was read of the task right before would be as old as the pause is long."""
    time, sent = Time(), []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(time.passed)
        return httpx.Response(200, json={})

    async def throttled_meanwhile(seconds: float) -> None:
        time.passed += seconds
        if seconds < 1:
            sms._writer._access.lane.hold(60.0)

    async with client(answer, time=time, requests_per_second=5.0) as sms:
        for _ in range(10):
            assert (await send(sms)).outcome is Outcome.ACCEPTED
        sms._writer._access.lane._sleep = throttled_meanwhile
        late = await send(sms)
    assert late.outcome is Outcome.NOT_SENT
    assert late.trouble is not None
    assert late.trouble.retry_after == 60
    assert len(sent) == 10


async def test_a_write_that_signs_in_is_not_sent_in_a_pause_that_came_up_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={})

    async with client(answer) as sms:
        access = sms._writer._access
        permit = access.authority.permit

        async def late(outgoing: Outgoing, *, writing: bool) -> Permit:
            access.lane.hold(60.0)
            return await permit(outgoing, writing=writing)

        monkeypatch.setattr(access.authority, "permit", late)
        assert (await send(sms)).outcome is Outcome.NOT_SENT
    assert sent == []


async def test_a_write_that_was_decided_on_before_the_machine_slept_is_not_sent_after_it() -> None:
    time = Time()

    async def sleeps(_: float) -> None:
        time.suspended += 3600.0

    async with (
        ByteServer(always(plain(b"{}"))) as server,
        client(None, endpoint=server.url, time=time) as sms,
    ):
        lane = sms._writer._access.lane
        lane._next, lane._sleep = time.monotonic() + 5.0, sleeps
        answer = await send(sms)
    assert answer.outcome is Outcome.NOT_SENT
    assert server.requests == []


async def test_reads_do_not_delay_a_write() -> None:
    time = Time()
    async with client(lambda _: httpx.Response(200, json={}), time=time) as sms:
        for _ in range(12):
            await read_overview(sms)
        passed = time.passed
        assert (await send(sms)).outcome is Outcome.ACCEPTED
    assert time.passed == passed > 0


async def test_many_writes_keep_the_rate_as_well() -> None:
    time = Time()
    async with client(lambda _: httpx.Response(200, json={}), time=time, requests_per_second=5.0) as sms:
        for _ in range(30):
            await send(sms)
    assert time.passed == pytest.approx((30 - 10) / 5, abs=0.2)


@pytest.mark.parametrize("log_api", ["action", "endpoint"])
@pytest.mark.parametrize("body", [NO_SUCH_CALL, b'{"error_code":"SMS.0001","error_msg":"x"}'])
async def test_a_missing_log_call_names_the_setting_and_tries_nothing_else(log_api: str, body: bytes) -> None:
    paths: list[str] = []

    def missing(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.path)
        return httpx.Response(404, content=body)

    async with client(missing, log_api=log_api) as sms:
        answer = await send(sms, COLLECT_LOG, bucket="sms-logs")
    assert answer.outcome is Outcome.REJECTED
    assert answer.trouble is not None
    assert "`log_api`" in answer.trouble.sentence
    assert len(paths) == 1


async def test_the_answer_carries_what_support_asks_for() -> None:
    async with client(lambda _: httpx.Response(200, json={}, headers={"X-Request-Id": "r-1"})) as sms:
        answer = await send(sms)
    assert (answer.outcome, answer.status, answer.request_id) == (Outcome.ACCEPTED, 200, "r-1")


def test_what_an_answer_took_is_told_to_the_millisecond() -> None:
    reply = Reply(200, {"content-type": "application/json"}, b"{}", 0.0, 12.3456)
    assert answer_to(reply, "sms.example.com", now=0.0, hints=Hints()).elapsed_ms == 12_346


async def test_a_request_for_another_endpoint_is_not_sent() -> None:
    def never(request: httpx.Request) -> httpx.Response:
        raise AssertionError("nothing may be sent")

    async with client(never, endpoint="https://sms.example.com.evil.example") as other:
        foreign = other.prepare(STOP, TASK_ID, {})
    async with client(never) as sms:
        assert (await sms.send(foreign)).outcome is Outcome.NOT_SENT


async def test_a_prefix_of_the_endpoint_is_kept() -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        return httpx.Response(200, json={})

    async with client(answer, endpoint="https://gate.example.com/sms/") as sms:
        await send(sms)
        await read_overview(sms)
    assert seen == [
        f"https://gate.example.com/sms/v3/tasks/{TASK_ID}/action",
        "https://gate.example.com/sms/v3/sources/overview",
    ]


async def test_a_cancelled_write_is_the_callers_to_judge() -> None:
    async with ByteServer(hang) as server, client(None, endpoint=server.url) as sms:
        call = asyncio.ensure_future(send(sms))
        await server.arrived.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
    assert len(server.requests) == 1


ECHOES: list[Callable[[httpx.Request], httpx.Response]] = [
    lambda request: httpx.Response(
        400, json={"error_code": "SMS.1", "error_msg": request.headers["X-Auth-Token"]}
    ),
    lambda request: httpx.Response(400, json={"error_code": "SMS.1038", "error_msg": f"bad {TOKEN[:20]}"}),
    lambda request: httpx.Response(500, text=TOKEN, headers={"X-Request-Id": TOKEN}),
    lambda request: httpx.Response(302, headers={"Location": f"https://{TOKEN}.example/"}),
]


@pytest.mark.parametrize("echo", ECHOES)
async def test_a_server_that_echoes_a_secret_does_not_get_it_shown(
    echo: Callable[[httpx.Request], httpx.Response],
) -> None:
    async with client(echo) as sms:
        answer = await send(sms)
    assert TOKEN[:16] not in repr(answer)
