"""The simulated service in a process of its own, so that tens of thousands of tasks take nobody's time.

It lives exactly as long as the process that started it holds its end of the socket.
"""

import asyncio
import gc
import os
import signal
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from sms_tui.simulator import frames

if TYPE_CHECKING:
    from sms_tui.simulator.asgi import Gateway
    from sms_tui.simulator.world import Service

_YOUNG, _ROUNDS, _NEVER = 50_000, 20, 1_000_000_000
"""Only new objects are looked through for garbage: the default looks at a large world over and over"""

_NICENESS = 5
"""A world of many tasks takes seconds to make: keys go first where there are few processors"""


def start(make: Callable[[], "Service"]) -> socket.socket:
    """Make and run a service in another process; our end of the line to it.

    To be called while this process has one thread. Closing the socket ends the service.
    """
    ours, theirs = socket.socketpair()
    if os.fork():
        theirs.close()
        return ours
    try:
        ours.close()
        _leave_terminal()
        os.nice(_NICENESS)
        gc.enable()
        gc.set_threshold(_YOUNG, _ROUNDS, _NEVER)
        asyncio.run(_serve(theirs, make()))
    finally:
        # Nothing of the process that we were copied from may be flushed, closed or printed here.
        os._exit(0)


def _leave_terminal() -> None:
    """Keys that end or stop a program are for the interface, and its end is ours."""
    for number in (signal.SIGINT, signal.SIGTSTP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)


async def _serve(line: socket.socket, service: "Service") -> None:
    from sms_tui.simulator.asgi import create_app

    app = create_app(service)
    reader, writer = await asyncio.open_connection(sock=line)
    frames.write(writer, frames.Greeting(0, service.credentials.token))
    answering: set[asyncio.Task[None]] = set()
    while True:
        try:
            question = await frames.read(reader, frames.Question)
        except (EOFError, ConnectionError):
            return
        task = asyncio.create_task(_answer(app, question, writer))
        answering.add(task)
        task.add_done_callback(answering.discard)


async def _answer(app: "Gateway", question: frames.Question, writer: asyncio.StreamWriter) -> None:
    from sms_tui.simulator.asgi import ConnectionLost

    collected = _Collected(question)
    try:
        await app(collected.scope, collected.receive, collected.send)
    except ConnectionLost:
        collected.status = 0
    frames.write(
        writer, frames.Reply(question.number, collected.status, collected.headers, b"".join(collected.body))
    )


class _Collected:
    """One request as the application sees it, and the answer as far as it came."""

    def __init__(self, question: frames.Question) -> None:
        path, _, query = question.target.partition("?")
        self._body = question.body
        self.scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": question.method,
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode("ascii"),
            "query_string": query.encode("ascii"),
            "root_path": "",
            "headers": [
                (name.lower().encode("latin-1"), value.encode("latin-1"))
                for name, value in question.headers.items()
            ],
        }
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body: list[bytes] = []

    async def receive(self) -> dict[str, Any]:
        """The whole request, at once."""
        return {"type": "http.request", "body": self._body, "more_body": False}

    async def send(self, message: Any) -> None:
        """Take one part of the answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {
                name.decode("latin-1").lower(): value.decode("latin-1") for name, value in message["headers"]
            }
        else:
            self.body.append(message.get("body", b""))
