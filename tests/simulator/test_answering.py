"""The simulated service over a line, one frame for each answer."""

import asyncio
import socket
from typing import Any

import pytest

from sms_tui.simulator import answering, frames
from tests.simulator.worlds import world


@pytest.mark.anyio
async def test_whoever_asks_gets_an_answer_even_from_a_broken_service(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    def create(*_: object) -> Any:
        return broken

    monkeypatch.setattr(answering, "create_app", create)
    ours, theirs = socket.socketpair()
    at_work = asyncio.create_task(answering.answer_all(theirs, world()))
    reader, writer = await asyncio.open_connection(sock=ours)
    await frames.read(reader, frames.Greeting)
    frames.write(writer, frames.Question(7, "GET", "/v3/tasks", {}, b""))
    async with asyncio.timeout(30):
        reply = await frames.read(reader, frames.Reply)
    assert (reply.number, reply.status) == (7, 500)
    writer.close()
    await writer.wait_closed()
    await at_work
