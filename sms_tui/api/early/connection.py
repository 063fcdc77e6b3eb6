"""A plain HTTP connection that belongs to one thread and works without an event loop.

It accepts only ordinary answers; anything unusual is left to the real client.
"""

import select
import socket
import ssl
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from sms_tui.api.early.first_answers import Answer
from sms_tui.api.network.bodies import MOST_HEADER_BYTES, PAGE
from sms_tui.api.network.origin import Origin

_SECONDS = 10.0
"""For connecting, and for each piece of an answer"""
_PIECE = 256 * 1024


class NotOrdinaryError(Exception):
    """Something unusual that is left to the client."""


class EarlyConnection:
    """Questions over one open socket, one at a time."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._asks_on: bool | None = None
        """Whether the other side answers another question, as its last answer said"""

    def send(self, request: bytes) -> None:
        """Send a whole request; raises `OSError`, and `NotOrdinaryError` where it would not be answered."""
        if self._asks_on is False or (self._asks_on and self._has_more()):
            raise NotOrdinaryError
        self._line.sendall(request)

    def read(self) -> Answer:
        """A whole answer of known length; raises `OSError`, and `NotOrdinaryError` for everything else."""
        data = bytearray()
        while (end := data.find(b"\r\n\r\n", 0, MOST_HEADER_BYTES)) < 0:
            if len(data) >= MOST_HEADER_BYTES:
                raise NotOrdinaryError
            data += self._piece()
        head, begun = data[:end].decode("latin-1"), data[end + 4 :]
        status, headers = _head(head)
        length = _length(headers)
        is_kept = headers.get("connection", "keep-alive").lower() == "keep-alive"
        self._asks_on = is_kept and head.startswith("HTTP/1.1") and len(begun) <= length
        return status, headers, self._body(begun, length)

    def _body(self, begun: bytearray, length: int) -> bytes:
        """The whole body; without copying it again and again, which would hold up the other threads."""
        body, got = bytearray(length), min(len(begun), length)
        body[:got] = begun[:got]
        with memoryview(body) as view:
            while got < length:
                if not (more := self._line.recv_into(view[got:])):
                    raise NotOrdinaryError
                got += more
        return bytes(body)

    def close(self) -> None:
        """Ask no more."""
        self._line.close()

    def _has_more(self) -> bool:
        """Whether anything unrequested arrived, even the end; it must not be taken for an answer."""
        if isinstance(self._line, ssl.SSLSocket) and self._line.pending():
            return True
        news = select.poll()
        news.register(self._line, select.POLLIN)
        return bool(news.poll(0))

    def _piece(self) -> bytes:
        if not (piece := self._line.recv(_PIECE)):
            raise NotOrdinaryError
        return piece


def connect(origin: Origin, context: ssl.SSLContext | None) -> EarlyConnection:
    """Connect to `origin`, encrypted by `context` if there is one; raises `OSError`."""
    # The name as bytes, so that no IDNA tables are loaded; names of origins are always ASCII.
    host: Any = origin.host.encode("ascii")
    with ExitStack() as closing:
        line = closing.enter_context(socket.create_connection((host, origin.port), _SECONDS))
        if context is not None:
            line = closing.enter_context(context.wrap_socket(line, server_hostname=host))
        closing.pop_all()
        return EarlyConnection(line)


def _length(headers: Mapping[str, str]) -> int:
    """Bytes of the body."""
    length = headers.get("content-length", "")
    if not length.isascii() or not length.isdigit() or int(length) > PAGE or "transfer-encoding" in headers:
        raise NotOrdinaryError
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise NotOrdinaryError
    return int(length)


def _head(text: str) -> tuple[int, Mapping[str, str]]:
    first, *lines = text.split("\r\n")
    version, _, rest = first.partition(" ")
    code = rest[:3]
    if version not in {"HTTP/1.1", "HTTP/1.0"} or not (code.isascii() and code.isdigit()) or code < "200":
        raise NotOrdinaryError
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or name != name.strip() or name.lower() in headers:
            raise NotOrdinaryError
        headers[name.lower()] = value.strip()
    return int(code), headers
