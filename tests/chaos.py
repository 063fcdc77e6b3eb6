"""A TCP proxy that fails on purpose, at any byte of a request or an answer, in the ways that networks know.

It runs on a thread of its own, so that a test may block, and keeps what reached the service behind it.
"""

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import urlsplit

_DRIP = 0.01
_LINGER_NOT = struct.pack("ii", 1, 0)


class Side(Enum):
    """What is counted in bytes."""

    REQUEST = "request"
    ANSWER = "answer"


class Deed(Enum):
    """What happens at the byte."""

    CUT = "cut"
    RESET = "reset"
    STALL = "stall"
    """Nothing more, until the other side gives up"""
    DRIP = "drip"
    """The rest comes byte by byte"""


@dataclass(frozen=True)
class Fault:
    """One failure of one exchange."""

    deed: Deed
    side: Side = Side.REQUEST
    at: int | float = 0
    """After so many bytes, or so large a part if it is a fraction; negative: before the end"""
    arrives: bool = False
    """Whether the whole request reaches the service although the client sees it fail"""

    def place(self, length: int) -> int:
        """The byte of `length` bytes at which it happens."""
        if isinstance(self.at, float):
            return round(length * self.at)
        return min(self.at if self.at >= 0 else length + self.at, length)

    def __str__(self) -> str:
        return f"{self.deed.value} at {self.side.value} {self.at}{', arrived' if self.arrives else ''}"


def is_write(request: bytes) -> bool:
    """Whether a request could change something."""
    return not request.startswith(b"GET ") and b"/auth/" not in request.split(b"\r\n", 1)[0]


def path_of(request: bytes) -> str:
    """The path of a request."""
    return request.split(b" ", 2)[1].decode()


@dataclass
class Proxy:
    """Hands requests on, and fails those that `choose` has a fault for."""

    upstream: str
    """URL of the service"""
    choose: Callable[[bytes], Fault | None] = lambda _request: None
    when_struck: Callable[[], None] = lambda: None
    """Called at the very moment of a fault, on the proxy's thread"""
    delivered: list[bytes] = field(default_factory=list)
    """Requests that reached the service whole"""
    struck: list[Fault] = field(default_factory=list)
    url: str = ""
    _server: asyncio.Server | None = None
    _loop: asyncio.AbstractEventLoop | None = None

    def stop_listening(self) -> None:
        """Refuse new connections from now on; those that were made go on."""
        assert self._loop
        assert self._server
        asyncio.run_coroutine_threadsafe(self._close(self._server), self._loop).result(10)

    async def _close(self, server: asyncio.Server) -> None:
        server.close()

    async def serve(self, started: Callable[[], None], over: asyncio.Event) -> None:
        """Listen on a free port of loopback until `over`."""
        busy: set[asyncio.Task[None]] = set()

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.create_task(self._talk(reader, writer))
            busy.add(task)
            task.add_done_callback(busy.discard)

        self._loop = asyncio.get_running_loop()
        self._server = server = await asyncio.start_server(accept, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        started()
        await over.wait()
        server.close()
        for task in busy:
            task.cancel()
        await asyncio.gather(*busy, return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await _head(reader):
                fault, length = self.choose(head), len(head) + _body_length(head)
                if fault is not None:
                    await self._fail(fault, head, length, reader, writer)
                    return
                writer.write(await self._ask(head + await reader.readexactly(length - len(head))))
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            await _closed(writer)

    async def _ask(self, request: bytes) -> bytes:
        self.delivered.append(request)
        parts = urlsplit(self.upstream)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        try:
            writer.write(request)
            head = await _head(reader)
            return head + await reader.readexactly(_body_length(head))
        finally:
            await _closed(writer)

    async def _fail(
        self,
        fault: Fault,
        head: bytes,
        length: int,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        """Take in no byte more than the fault lets through."""
        end = fault.place(length) if fault.side is Side.REQUEST else length
        begun = head + await reader.readexactly(max(0, (length if fault.arrives else end) - len(head)))
        answer = await self._ask(begun) if len(begun) == length and (fault.arrives or end == length) else b""
        seen = answer[: fault.place(len(answer))] if fault.side is Side.ANSWER else b""
        writer.write(seen)
        with suppress(ConnectionError):
            await writer.drain()
        self.struck.append(fault)
        self.when_struck()
        await _DEEDS[fault.deed](reader, writer, answer[len(seen) :])


async def _cut(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _rest: bytes) -> None:
    writer.close()


async def _reset(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _rest: bytes) -> None:
    connection: socket.socket = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
    writer.transport.abort()


async def _stall(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter, _rest: bytes) -> None:
    await reader.read()


async def _drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter, rest: bytes) -> None:
    for place in range(len(rest)):
        writer.write(rest[place : place + 1])
        await writer.drain()
        await asyncio.sleep(_DRIP)


_DEEDS = {Deed.CUT: _cut, Deed.RESET: _reset, Deed.STALL: _stall, Deed.DRIP: _drip}


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


async def _head(reader: asyncio.StreamReader) -> bytes:
    """The head of a request or an answer; empty at the end of the connection."""
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""


def _body_length(head: bytes) -> int:
    """How many bytes follow a head; nothing here is sent in chunks."""
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return int(lengths[0].split(b":")[1]) if lengths else 0


@contextmanager
def proxied(proxy: Proxy) -> Iterator[Proxy]:
    """Run `proxy` on a thread of its own."""
    started = threading.Event()
    loop = asyncio.new_event_loop()
    over = asyncio.Event()
    thread = threading.Thread(
        target=loop.run_until_complete, args=(proxy.serve(started.set, over),), daemon=True
    )
    thread.start()
    started.wait(10)
    try:
        yield proxy
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(10)
        loop.close()
