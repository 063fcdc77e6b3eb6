"""A service with many tasks in a process of its own: pages written beforehand, a fixed delay, TLS if wanted.

It answers as fast as a socket can, so that what is measured is the client.
"""

import asyncio
import json
import multiprocessing
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import parse_qs

from sms_tui.simulator.calls.task_list import Rows
from sms_tui.simulator.world.clock import VirtualClock
from sms_tui.simulator.world.scenarios import SCENARIOS
from sms_tui.simulator.world.world import Service

TLS = Path(__file__).parents[1] / "api" / "tls"
AUTHORITY = TLS / "authority.pem"
PAGE = 200
_TARGET = re.compile(rb"GET (\S+) HTTP/1.1\r\n")


@contextmanager
def serving(
    tasks: int, *, delay: float = 0.03, tls: bool = False, churn: float = 0.0
) -> Iterator[dict[str, str]]:
    """The environment of a client of `tasks` tasks; each answer takes `delay` seconds.

    `churn` is the share of tasks whose speed changes from one sweep to the next.
    """
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=_run, args=(theirs, tasks, delay, tls, churn), daemon=True
    )
    process.start()
    theirs.close()  # So that its death is the end of the line here.
    try:
        port = ours.recv()
        scheme = "https" if tls else "http"
        yield {
            "SMS_TUI_ENDPOINT": f"{scheme}://127.0.0.1:{port}",
            "SMS_TUI_TOKEN": "made-up-token",
            **({"SSL_CERT_FILE": str(AUTHORITY)} if tls else {}),
        }
    finally:
        process.terminate()
        process.join()


def _run(line: Connection, tasks: int, delay: float, tls: bool, churn: float) -> None:
    asyncio.run(_serve(line, Pages(tasks, churn), delay, tls))


class Pages:
    """All answers, ready to be sent."""

    def __init__(self, tasks: int, churn: float) -> None:
        rows = Rows(Service(SCENARIOS["war-room"], 1, VirtualClock(0), tasks=tasks))
        self._even = [self._page(rows, offset) for offset in range(0, max(tasks, 1), PAGE)]
        self._odd = [self._changed(page, churn) for page in self._even]
        self._alone = {
            task["id"]: json.dumps(task).encode() for page in self._even for task in json.loads(page)["tasks"]
        }
        self._sweeps = 0

    @staticmethod
    def _page(rows: Rows, offset: int) -> bytes:
        return rows.page({}, offset, PAGE)

    @staticmethod
    def _changed(page: bytes, churn: float) -> bytes:
        document = json.loads(page)
        for task in document["tasks"][: round(len(document["tasks"]) * churn)]:
            task["migrate_speed"] = (task["migrate_speed"] or 0) + 1
        return json.dumps(document, separators=(",", ":")).encode()

    def answer(self, target: bytes) -> bytes:
        """The body for a request's target."""
        path, _, query = target.decode().partition("?")
        if path == "/v3/sources":
            return b'{"count":0,"source_servers":[]}'
        if path != "/v3/tasks":
            return self._alone.get(path.rpartition("/")[2], b"{}")
        offset = int(parse_qs(query).get("offset", ["0"])[0])
        self._sweeps += offset == 0
        return (self._even, self._odd)[self._sweeps % 2][offset // PAGE]


async def _serve(line: Connection, pages: Pages, delay: float, tls: bool) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                match = _TARGET.match(head)
                body = pages.answer(match[1] if match else b"")
                await asyncio.sleep(delay)
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                    % len(body)
                )
                writer.write(body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    context = None
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(TLS / "good.pem")
    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=context)
    line.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()
