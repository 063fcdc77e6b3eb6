"""The early read: one request and no more, by the client's own rules, and silent where it fails."""

import asyncio
import json
from typing import Any

import pytest

from sms_tui.api.client import open_client
from sms_tui.api.early.pages import EarlyPages
from sms_tui.api.errors import ApiError
from tests.api.certificates import AUTHORITY, serving
from tests.api.rig import (
    KEY_CREDENTIALS,
    PASSWORD_CREDENTIALS,
    TOKEN,
    ByteServer,
    Talk,
    always,
    fixture,
    plain,
    settings,
)

pytestmark = pytest.mark.anyio
PAGE = plain(json.dumps({"count": 1, "tasks": [fixture("list_tasks.json")["tasks"][0]]}).encode())


async def read(server: ByteServer, environ: dict[str, str] | None = None, **changes: Any) -> list[str]:
    """The names that a client with an early read sees."""
    chosen = settings(**{"endpoint": server.url, **changes})
    early = EarlyPages(chosen, environ or {})
    early.start()
    async with open_client(chosen, environ=environ or {}, early=early) as sms:
        return [task.name async for page in sms.pages() for task in page.tasks]


async def test_the_page_is_asked_for_once() -> None:
    async with ByteServer(always(PAGE)) as server:
        assert len(await read(server)) == 1
    (request,) = server.requests
    assert request.startswith(b"GET /v3/tasks?limit=200&offset=0 HTTP/1.1\r\n")
    assert f"X-Auth-Token: {TOKEN}".encode() in request
    assert b"Accept-Encoding: identity" in request


async def test_a_key_signs_it() -> None:
    async with ByteServer(always(PAGE)) as server:
        assert len(await read(server, credentials=KEY_CREDENTIALS)) == 1
    (request,) = server.requests
    assert b"Authorization: SDK-HMAC-SHA256" in request


async def test_a_password_is_left_to_the_client() -> None:
    async with ByteServer(always(PAGE)) as server:
        early = EarlyPages(settings(endpoint=server.url, credentials=PASSWORD_CREDENTIALS), {})
        early.start()
        assert await early.context() is None
        await early._first.answer.value()
    assert server.requests == []


async def test_a_refusal_is_the_clients_to_judge() -> None:
    refused = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\n{}"
    async with ByteServer(always(refused)) as server:
        with pytest.raises(ApiError, match="SMS_TUI_TOKEN"):
            await read(server)
    assert len(server.requests) == 1


def first(odd: bytes) -> Talk:
    """Answer the first request oddly and the others as usual."""
    seen: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bool:
        seen.append(request)
        writer.write(odd if len(seen) == 1 else PAGE)
        await writer.drain()
        return len(seen) > 1

    return talk


@pytest.mark.parametrize(
    "odd",
    [
        b"",
        b"no http at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        plain(json.dumps({"count": 1, "tasks": [{"id": "t1", "name": TOKEN}]}).encode()),
    ],
)
async def test_what_is_odd_is_asked_for_again(odd: bytes) -> None:
    async with ByteServer(first(odd)) as server:
        assert len(await read(server)) == 1
    assert len(server.requests) == 2


@pytest.mark.parametrize(("name", "bundle"), [("good", AUTHORITY), ("other", AUTHORITY), ("good", None)])
async def test_whoever_is_not_proven_gets_no_byte(name: str, bundle: str | None) -> None:
    async with ByteServer(always(PAGE), serving(name)) as server:
        https = f"https://127.0.0.1:{server.port}"
        if name == "good" and bundle:
            assert len(await read(server, endpoint=https, ca_bundle=bundle)) == 1
            assert len(server.requests) == 1
        else:
            with pytest.raises(ApiError, match=r"is (not trusted|not valid now|for another host)"):
                await read(server, endpoint=https, ca_bundle=bundle)
            assert server.requests == []


async def test_it_leaves_proxies_and_packed_answers_to_the_client() -> None:
    proxied = settings(endpoint="https://sms.example.com", proxy="http://127.0.0.1:9")
    for chosen in (proxied, settings(endpoint="http://127.0.0.1:9", compressed=True)):
        early = EarlyPages(chosen, {})
        early.start()
        assert await early._first.answer.value() is None
