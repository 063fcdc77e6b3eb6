"""The protocol between the simulated service and the process that started it: numbered frames on a socket.

It is not HTTP, because there is only one client and both ends belong to this program.
"""

import struct
from typing import TYPE_CHECKING, TypeVar

import msgspec

if TYPE_CHECKING:
    import asyncio
    import socket

_LENGTH = struct.Struct(">I")
F = TypeVar("F", bound="Frame")


class Frame(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What both directions share; answers come in any order."""

    number: int


class Question(Frame, array_like=True, frozen=True, gc=False):
    """One request; `target` is path and query as they stand on the wire."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


class Reply(Frame, array_like=True, frozen=True, gc=False):
    """One answer; status 0: the connection broke, and nobody can say before or after what."""

    status: int
    headers: dict[str, str]
    body: bytes
    fault: str = ""
    """What went wrong inside the service, for a log: it has no other way to tell"""


class Greeting(Frame, array_like=True, frozen=True, gc=False):
    """The first frame: the token that the service takes."""

    token: str


async def read(reader: "asyncio.StreamReader", kind: type[F]) -> F:
    """The next frame; raises `EOFError` where there is none, `ConnectionError` where the other end died."""
    (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
    return msgspec.msgpack.decode(await reader.readexactly(length), type=kind)


def write(writer: "asyncio.StreamWriter", frame: Frame) -> None:
    """Send `frame`, whole."""
    data = msgspec.msgpack.encode(frame)
    writer.writelines((_LENGTH.pack(len(data)), data))


def receive(line: "socket.socket", kind: type[F]) -> F:
    """The next frame, waited for outside a loop; raises as `read` does."""
    (length,) = _LENGTH.unpack(_exactly(line, _LENGTH.size))
    return msgspec.msgpack.decode(_exactly(line, length), type=kind)


def send(line: "socket.socket", frame: Frame) -> None:
    """Send `frame`, whole, outside a loop."""
    data = msgspec.msgpack.encode(frame)
    line.sendall(_LENGTH.pack(len(data)) + data)


def _exactly(line: "socket.socket", count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        if not (piece := line.recv(count - len(data))):
            raise EOFError
        data += piece
    return bytes(data)
