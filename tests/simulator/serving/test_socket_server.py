"""The simulated service over a line, one frame for each answer."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from sms_tui.api.network.transport import Call, Watch
from sms_tui.cli.demo import ProcessWire
from sms_tui.cli.demo_page import URL, DemoPage
from sms_tui.simulator.serving import socket_frames, socket_server
from tests.simulator.worlds import world


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every request meets a fault of the service itself."""

    async def fails(*_: object) -> None:
        raise ZeroDivisionError("of the service")

    def create(*_: object) -> Any:
        return fails

    monkeypatch.setattr(socket_server, "create_app", create)


@asynccontextmanager
async def _line() -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    ours, theirs = socket.socketpair()
    at_work = asyncio.create_task(socket_server.answer_all(theirs, world()))
    reader, writer = await asyncio.open_connection(sock=ours)
    async with asyncio.timeout(30):
        await socket_frames.read(reader, socket_frames.Greeting)
        yield reader, writer
    writer.close()
    await writer.wait_closed()
    await at_work


@pytest.mark.anyio
@pytest.mark.usefixtures("broken")
async def test_whoever_asks_gets_an_answer_even_from_a_broken_service() -> None:
    async with _line() as (reader, writer):
        socket_frames.write(writer, socket_frames.Question(7, "GET", "/v3/tasks", {}, b""))
        reply = await socket_frames.read(reader, socket_frames.Reply)
    assert (reply.number, reply.status, reply.body) == (7, 500, b"")
    assert "ZeroDivisionError: of the service" in reply.fault
    assert "line " in reply.fault


@pytest.mark.anyio
@pytest.mark.usefixtures("broken")
async def test_the_demo_logs_what_broke_and_writes_nothing_to_the_terminal(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for is_logged in (True, False):
        if not is_logged:
            # As without --debug-log: what nobody handles, Python writes to stderr.
            monkeypatch.setattr(logging.root, "handlers", [])
        async with _line() as (reader, writer):
            service = ProcessWire(reader, writer)
            call = Call("GET", f"{URL}/v3/tasks", {})
            status, _, body = await service.round_trip(call, {}, Watch())
            await service.close()
        assert (status, body) == (500, b"")
    assert capfd.readouterr() == ("", "")
    [record] = caplog.records
    assert (record.levelname, record.name) == ("ERROR", "sms_tui.cli.demo_page")
    assert "ZeroDivisionError: of the service" in record.getMessage()


def test_the_first_page_of_the_demo_logs_what_broke_too(caplog: pytest.LogCaptureFixture) -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        page = DemoPage(type("Service", (), {"line": ours})())
        socket_frames.send(theirs, socket_frames.Greeting(0, "token"))
        socket_frames.send(theirs, socket_frames.Reply(0, 500, {}, b"", "ValueError: early"))
        page.start()
        page.await_ready()
        assert socket_frames.receive(theirs, socket_frames.Question).target.startswith("/v3/tasks?")
    ours.close()
    assert "ValueError: early" in caplog.text
