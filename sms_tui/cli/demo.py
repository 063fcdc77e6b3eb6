"""The demo: the whole program on a simulated service in a child process, without network or traces."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from itertools import count

from sms_tui.api.client import open_client
from sms_tui.api.network.transport import Call, Watch
from sms_tui.api.settings import ConnectionSettings, TokenCredentials
from sms_tui.cli.arguments import Overrides
from sms_tui.cli.demo_page import DEMO, URL, DemoPage, note_fault
from sms_tui.cli.engine import open_journal
from sms_tui.cli.environment import Environment
from sms_tui.domain.secret import Secret
from sms_tui.engine import Engine
from sms_tui.engine.mode import EngineSettings, Mode
from sms_tui.simulator.serving import socket_frames

_INTERVAL = 2.0
_TASKS_A_SECOND = 5000
"""Limits polling of large demos, since both sides share one machine"""
_LARGEST_WAITING = 1 << 20
"""Bytes of answers that may lie here unread: a page has less than half of it"""


class ProcessWire:
    """A wire to the service in the child process; a reply that it loses counts as a lost connection."""

    failures: tuple[type[Exception], ...] = (OSError,)

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._numbers = count(1)
        self._waiting: dict[int, asyncio.Future[socket_frames.Reply]] = {}
        self._hearing = asyncio.create_task(self._hear())

    async def round_trip(
        self, call: Call, headers: Mapping[str, str], _watch: Watch
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Ask once; raises `ConnectionError` where no answer comes."""
        if self._hearing.done():
            raise ConnectionResetError("the simulated service has ended")
        number = next(self._numbers)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        target = call.url.removeprefix(URL)
        socket_frames.write(
            self._writer, socket_frames.Question(number, call.method, target, dict(headers), call.body)
        )
        try:
            reply = await answer
        finally:
            self._waiting.pop(number, None)
        note_fault(reply)
        if not reply.status:
            raise ConnectionResetError("connection lost")
        return reply.status, reply.headers, reply.body

    async def close(self) -> None:
        """Stop listening; the socket is closed by whoever opened it."""
        self._hearing.cancel()
        with suppress(asyncio.CancelledError):
            await self._hearing

    async def _hear(self) -> None:
        try:
            while True:
                reply = await socket_frames.read(self._reader, socket_frames.Reply)
                if (answer := self._waiting.get(reply.number)) and not answer.done():
                    answer.set_result(reply)
        except (EOFError, OSError):
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(ConnectionResetError("the simulated service has ended"))


@asynccontextmanager
async def open_demo(page: DemoPage, overrides: Overrides, here: Environment) -> AsyncIterator[Engine]:
    """The demo's engine; `here` has to be neutral, and its folder one that goes away."""
    async with AsyncExitStack() as stack:
        token = await page.token()
        reader, writer = await asyncio.open_connection(sock=page.service.line, limit=_LARGEST_WAITING)
        stack.callback(writer.close)
        settings = ConnectionSettings(
            endpoint=URL,
            iam_endpoint=URL,
            credentials=TokenCredentials(Secret(token)),
        )
        wire = ProcessWire(reader, writer)
        client = await stack.enter_async_context(open_client(settings, environ={}, wire=wire, early=page))
        journal = open_journal(DEMO, URL, here, stack, lambda _: None)
        mode = Mode(overrides.read_only, overrides.dry_run, simulated=True)
        interval = overrides.interval or max(_INTERVAL, page.service.tasks / _TASKS_A_SECOND)
        pace = EngineSettings(interval=interval)
        yield stack.enter_context(closing(Engine(client, mode=mode, settings=pace, journal=journal)))
