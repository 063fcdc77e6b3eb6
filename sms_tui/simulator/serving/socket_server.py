"""Serves the simulated service over a socket, with one frame per answer."""

import asyncio
import socket
from traceback import format_exc
from typing import Any
from urllib.parse import unquote

from sms_tui.simulator.serving import socket_frames
from sms_tui.simulator.serving.asgi import ConnectionLost, Gateway, create_app
from sms_tui.simulator.world.world import Service


async def answer_all(line: socket.socket, service: Service) -> None:
    """Answer until the other end closes the line."""
    app = create_app(service)
    reader, writer = await asyncio.open_connection(sock=line)
    socket_frames.write(writer, socket_frames.Greeting(0, service.credentials.token))
    answering: set[asyncio.Task[None]] = set()
    while True:
        try:
            question = await socket_frames.read(reader, socket_frames.Question)
        except (EOFError, ConnectionError):
            writer.close()
            return
        task = asyncio.create_task(_answer(app, question, writer))
        answering.add(task)
        task.add_done_callback(answering.discard)


async def _answer(app: Gateway, question: socket_frames.Question, writer: asyncio.StreamWriter) -> None:
    try:
        reply = await _reply(app, question)
    except ConnectionLost:
        reply = socket_frames.Reply(question.number, 0, {}, b"")
    except Exception:  # noqa: BLE001 - whatever went wrong here, whoever asked must not wait for ever
        reply = socket_frames.Reply(question.number, 500, {}, b"", format_exc())
    socket_frames.write(writer, reply)


async def _reply(app: Gateway, question: socket_frames.Question) -> socket_frames.Reply:
    collected = _Collected(question)
    await app(collected.scope, collected.receive, collected.send)
    return socket_frames.Reply(question.number, collected.status, collected.headers, b"".join(collected.body))


class _Collected:
    """One request as the application sees it, and the answer as far as it came."""

    def __init__(self, question: socket_frames.Question) -> None:
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
