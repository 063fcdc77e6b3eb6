"""Bytes on real connections: what leaves, what is allowed to come back, and for how long."""

import asyncio
import gzip
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_tui.api.errors import ApiError
from sms_tui.api.network.bodies import PAGE, BodyError, read_body
from sms_tui.api.network.http import HttpWire, open_wire
from sms_tui.api.network.transport import Call, Channel, Reply
from sms_tui.domain.outcome import TroubleKind
from tests.api.rig import ByteServer, Talk, always, failing, plain
from tests.patience import loop_time

pytestmark = pytest.mark.anyio
OK = plain(b"{}")


async def exchange(talk: Talk, **call: Any) -> tuple[Reply, ByteServer]:
    """One GET against `talk` over a real connection."""
    async with ByteServer(talk) as server:
        channel = new_channel(compressed=call.pop("compressed", False))
        try:
            return await channel.exchange(Call("GET", server.url + "/v3/tasks", {}, **call)), server
        finally:
            await channel.close()


def new_channel(*, compressed: bool = False, reuse: bool = True) -> Channel:
    return Channel(
        open_wire(None, None, reuse=reuse),
        "sms.example.com",
        now=loop_time,
        monotonic=loop_time,
        compressed=compressed,
    )


def then(*pieces: bytes, wait: Callable[[], Awaitable[None]] | None = None, endless: bytes = b"") -> Talk:
    """Send pieces, then for ever `endless` or nothing at all."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bool:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        while endless:
            writer.write(endless)
            await writer.drain()
        if wait:
            await wait()
        return False

    return talk


async def forever() -> None:
    await asyncio.Event().wait()


async def test_the_bytes_of_a_read() -> None:
    _, server = await exchange(always(OK))
    [request] = server.requests
    lines = request.decode().split("\r\n")
    assert lines[0] == "GET /v3/tasks HTTP/1.1"
    names = {line.split(":")[0].lower() for line in lines[1:] if line}
    assert names == {"host", "user-agent", "accept", "accept-encoding"}
    assert "accept-encoding: identity" in request.decode().lower()


async def test_reads_share_a_connection_and_cookies_are_not_kept() -> None:
    async with ByteServer(always(plain(b"{}", headers="Set-Cookie: a=b\r\n"))) as server:
        channel = new_channel()
        for _ in range(3):
            await channel.exchange(Call("GET", server.url + "/", {}))
        await channel.close()
    assert len(server.connections) == 1
    assert b"cookie" not in b"".join(server.requests).lower()


async def test_a_second_answer_to_one_request_is_not_taken_for_the_answer_to_the_next() -> None:
    numbers = iter(range(9))

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bool:
        number = next(numbers)
        writer.write(plain(b'{"number":%d}' % number) + (plain(b'{"old":1}') if number == 0 else b""))
        await writer.drain()
        return True

    async with ByteServer(talk) as server:
        channel = new_channel()
        answers = [await channel.exchange(Call("GET", server.url + "/", {})) for _ in range(3)]
        await channel.close()
    assert [answer.body for answer in answers] == [b'{"number":%d}' % number for number in range(3)]
    assert [len(connection.requests) for connection in server.connections] == [1, 2]


async def test_what_was_asked_before_the_machine_slept_does_not_leave_after_it() -> None:
    channel = new_channel()
    moments = iter((0.0, 3600.0))
    channel._now = lambda: next(moments)
    async with ByteServer(always(OK)) as server:
        with failing(TroubleKind.TIMED_OUT) as caught:
            await channel.exchange(Call("POST", server.url + "/", {}, b"{}"))
        await channel.close()
    assert not caught.value.trouble.may_have_executed
    assert server.requests == []


async def test_writes_have_a_fresh_connection_each() -> None:
    async with ByteServer(always(OK)) as server:
        channel = new_channel(reuse=False)
        for _ in range(3):
            await channel.exchange(Call("POST", server.url + "/", {}, b"{}"))
        await asyncio.gather(*(channel.exchange(Call("POST", server.url + "/", {}, b"{}")) for _ in range(4)))
        await channel.close()
    assert [len(connection.requests) for connection in server.connections] == [1] * 7


@pytest.mark.parametrize("status", ["301 x", "302 x", "303 x", "307 x", "308 x"])
async def test_no_redirect_is_followed(status: str) -> None:
    async with ByteServer(always(OK)) as other:
        answer = plain(b"", status, f"Location: {other.url}/\r\n")
        reply, server = await exchange(always(answer))
    assert reply.status == int(status[:3])
    assert len(server.requests) == 1
    assert other.connections == []


DRIPS = {
    "silence": then(wait=forever),
    "half a status line": then(b"HTTP/1.1 2", wait=forever),
    "headers that never end": then(b"HTTP/1.1 200 OK\r\nX: y\r\n", wait=forever),
    "a body that never ends": then(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n1", wait=forever),
    "a chunk that never ends": then(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n1", wait=forever
    ),
}


@pytest.mark.parametrize("name", DRIPS)
async def test_the_deadline_is_for_the_whole_call(name: str) -> None:
    with failing(TroubleKind.TIMED_OUT) as caught:
        await exchange(DRIPS[name], seconds=0.5)
    assert caught.value.trouble.may_have_executed


async def test_a_body_that_drips_for_ever_meets_the_deadline() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bool:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.005)

    with failing(TroubleKind.TIMED_OUT):
        await exchange(drip, seconds=0.1)


HUGE = 200 * 1024 * 1024
TOO_MUCH = {
    "told": then(f"HTTP/1.1 200 OK\r\nContent-Length: {HUGE}\r\n\r\n".encode(), endless=b" " * 65_536),
    "untold": then(b"HTTP/1.1 200 OK\r\n\r\n", endless=b" " * 65_536),
    "chunked": then(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", endless=b"8\r\n12345678\r\n" * 5000
    ),
    "headers": then(b"HTTP/1.1 200 OK\r\n", endless=b"X-Fill: " + b"y" * 8000 + b"\r\n"),
    "one header": then(b"HTTP/1.1 200 OK\r\nX: ", endless=b"y" * 65_536),
    "interim answers": then(endless=b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\n" * 1000),
    "gzip": then(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n"
        + gzip.compress(b" " * (32 * 1024 * 1024))
    ),
}


@pytest.mark.parametrize("name", TOO_MUCH)
async def test_floods_are_cut_off(name: str) -> None:
    with pytest.raises(ApiError) as caught:
        await exchange(TOO_MUCH[name], seconds=0.3)
    assert caught.value.trouble.may_have_executed


async def test_headers_are_bounded() -> None:
    with failing(TroubleKind.NONSENSE, match="KiB of headers"):
        await exchange(always(plain(b"{}", headers="X: " + "y" * 70_000 + "\r\n")))


BROKEN = {
    "nothing": then(),
    "half a head": then(b"HTTP/1.1 200 OK\r\nContent"),
    "a short body": then(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123"),
    "a bad chunk": then(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"),
    "a cut chunk": then(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12"),
    "another protocol": then(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "two lengths": then(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{} "),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_broken_answers_are_one_sentence_and_prove_nothing(name: str) -> None:
    with failing(TroubleKind.UNREACHABLE) as caught:
        await exchange(BROKEN[name])
    assert caught.value.trouble.may_have_executed
    assert "sms.example.com" in caught.value.trouble.sentence
    assert caught.value.__context__ is None


@pytest.mark.parametrize("name", ["nothing", "half a head", "a short body", "a cut chunk"])
async def test_an_end_before_the_whole_answer_is_not_called_another_protocol(name: str) -> None:
    with failing(TroubleKind.UNREACHABLE, match="closed the connection without a whole answer"):
        await exchange(BROKEN[name])


async def test_what_came_instead_of_http_is_not_repeated() -> None:
    with failing(TroubleKind.UNREACHABLE, match=r"not HTTP \(illegal status line\);"):
        await exchange(then(b"220 mail.example.com ESMTP\r\n\r\n"))


async def test_gzip_is_unpacked_within_the_limit() -> None:
    packed = gzip.compress(b'{"a":1}' * 1000)
    reply, server = await exchange(
        always(plain(packed, headers="Content-Encoding: gzip\r\n")), compressed=True
    )
    assert reply.body == b'{"a":1}' * 1000
    assert b"accept-encoding: gzip" in server.requests[0].lower()


@pytest.mark.parametrize(
    ("body", "encoding"),
    [(b"not packed", "gzip"), (gzip.compress(b"x" * 5000, mtime=0)[:20], "gzip"), (b"x", "br")],
)
async def test_packing_that_cannot_be_undone_is_one_sentence(body: bytes, encoding: str) -> None:
    with failing(TroubleKind.NONSENSE):
        await exchange(always(plain(body, headers=f"Content-Encoding: {encoding}\r\n")))


async def test_an_answer_in_crumbs_leaves_others_their_turn_and_comes_to_an_end() -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def chunks() -> AsyncIterator[bytes]:
        while True:
            yield b" "

    keys = asyncio.create_task(others())
    with pytest.raises(BodyError, match="crumbs"):
        await read_body(chunks(), "", PAGE)
    keys.cancel()
    assert turns > 50


async def test_of_64_mib_no_more_is_read_than_the_limit() -> None:
    fed = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal fed
        for _ in range(64):
            fed += 1
            yield b" " * 1024 * 1024

    with pytest.raises(BodyError, match="larger than 16 MiB"):
        await read_body(chunks(), "", PAGE)
    assert fed == 17


@pytest.mark.parametrize("packed", [False, True])
async def test_a_body_of_exactly_the_limit_is_read(packed: bool) -> None:
    body = bytes(range(256)) * 4096

    async def chunks() -> AsyncIterator[bytes]:
        yield gzip.compress(body) if packed else body

    assert await read_body(chunks(), "gzip" if packed else "", len(body)) == body
    with pytest.raises(BodyError, match="larger than"):
        await read_body(chunks(), "gzip" if packed else "", len(body) - 1)


async def test_a_bomb_is_stopped_before_it_is_large() -> None:
    fed = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal fed
        bomb = gzip.compress(b" " * PAGE)
        for start in range(0, len(bomb), 1024):
            fed += 1
            yield bomb[start : start + 1024]

    with pytest.raises(BodyError, match="larger than 1 MiB"):
        await read_body(chunks(), "gzip", 1024 * 1024)
    assert fed <= 3


@given(body=st.binary(max_size=300_000), size=st.integers(1, 5000), tail=st.binary(max_size=5))
async def test_packed_bodies_come_out_as_they_went_in(body: bytes, size: int, tail: bytes) -> None:
    packed = gzip.compress(body) + tail

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(packed), size):
            yield packed[start : start + size]

    assert await read_body(chunks(), "gzip", 300_000) == body


async def test_refused_connections_prove_that_nothing_left() -> None:
    async with ByteServer(always(OK)) as server:
        url = server.url
    channel = new_channel()
    with failing(TroubleKind.UNREACHABLE) as caught:
        await channel.exchange(Call("POST", url, {}, b"x"))
    await channel.close()
    assert not caught.value.trouble.may_have_executed


async def test_a_reset_after_the_request_proves_nothing() -> None:
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bool:
        writer.transport.abort()
        return False

    with pytest.raises(ApiError) as caught:
        await exchange(reset)
    assert caught.value.trouble.may_have_executed


async def test_what_a_stand_in_transport_does_not_report_proves_nothing() -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("gone")

    channel = Channel(HttpWire(httpx.MockTransport(fail)), "h", now=loop_time, monotonic=loop_time)
    with failing(TroubleKind.UNREACHABLE) as caught:
        await channel.exchange(Call("POST", "https://h/", {}, b"x"))
    assert caught.value.trouble.may_have_executed


async def test_a_url_that_cannot_be_is_a_local_fault() -> None:
    channel = new_channel()
    with pytest.raises(ApiError) as caught:
        await channel.exchange(Call("GET", "https://\x00/", {}))
    assert caught.value.trouble.kind is TroubleKind.LOCAL
    assert not caught.value.trouble.may_have_executed


async def test_cancelling_a_call_is_not_swallowed() -> None:
    async with ByteServer(then(wait=forever)) as server:
        channel = new_channel()
        call = asyncio.ensure_future(channel.exchange(Call("GET", server.url, {})))
        await server.arrived.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await channel.close()


async def test_the_librarys_loggers_stay_silent_at_debug(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await exchange(always(plain(b"{}", headers="X-Subject-Token: CANARY\r\n")))
    assert "CANARY" not in caplog.text
    assert not [record for record in caplog.records if record.name.startswith(("httpx", "httpcore"))]
