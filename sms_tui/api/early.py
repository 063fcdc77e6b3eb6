"""The first page of the tasks, asked for on a thread while the interface is still being loaded.

It is an ordinary read in every respect: the same URL, credentials, trust and limits, and the client judges
its answer as it judges every other. Whatever is out of the ordinary is left to the client, which asks itself.
"""

import socket
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any

from sms_tui import __version__
from sms_tui.api.auth import KeyAuthority, Outgoing, TokenAuthority
from sms_tui.api.bodies import PAGE
from sms_tui.api.errors import ApiError
from sms_tui.api.first_answer import Answer, FirstAnswer
from sms_tui.api.lists import LIMIT, TASKS
from sms_tui.api.origin import parse_origin
from sms_tui.api.proxies import choose_proxy
from sms_tui.api.quoting import query_text
from sms_tui.api.settings import ConnectionSettings, KeyCredentials, TokenCredentials
from sms_tui.api.tls import trust
from sms_tui.api.turns import turns

_SECONDS = 10.0
"""For connecting, and for each piece of the answer"""
_MOST_HEADER_BYTES = 64 * 1024
_PIECE = 256 * 1024
_SHORT_TURN = 0.0001
"""Seconds"""


class _NotOrdinaryError(Exception):
    """Something that the client shall look at by itself."""


class EarlyPage(FirstAnswer):
    """The answer to a read over the network."""

    def __init__(
        self,
        settings: ConnectionSettings,
        environ: Mapping[str, str],
        *,
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(monotonic)
        self._settings = settings
        self._environ = environ if settings.trust_environment else {}
        self._now = now

    def start(self) -> None:
        """Ask; nobody has to wait for the answer."""
        try:
            origin = parse_origin(self._settings.endpoint, "endpoint")
        except ApiError:
            self._context.keep(None)
            self._answer.keep(None)
            return
        query = query_text((("limit", str(LIMIT)), ("offset", "0")))
        outgoing = Outgoing("GET", origin, origin.prefix + TASKS, query)
        self.asked(outgoing.url, lambda: self._run(outgoing))

    def _run(self, outgoing: Outgoing) -> None:
        answer = None
        try:
            answer = self._ask(outgoing)
        except (ApiError, OSError, ValueError, _NotOrdinaryError):
            # The client will ask again, and has the words for what is wrong.
            pass
        finally:
            if not self._context.is_kept:
                self._context.keep(None)
            self._answer.keep(answer)

    def _ask(self, outgoing: Outgoing) -> Answer:
        with ExitStack() as closing:
            # The thread that loads the interface has no time to lose either, but more of it.
            with turns(_SHORT_TURN):
                line = self._sent(outgoing, closing)
            return _read(line)

    def _sent(self, outgoing: Outgoing, closing: ExitStack) -> socket.socket:
        """The connection on which the request is under way, closed with `closing`."""
        origin = outgoing.origin
        context = trust(self._settings.ca_bundle, self._environ) if origin.scheme == "https" else None
        self._context.keep(context)
        if choose_proxy(origin, self._settings.proxy, self._settings.no_proxy, self._environ):
            raise _NotOrdinaryError
        request = self._request(outgoing)
        # For a name in bytes no tables of other alphabets are loaded; it is ASCII, as every origin's.
        host: Any = origin.host.encode("ascii")
        line = closing.enter_context(socket.create_connection((host, origin.port), _SECONDS))
        if context is not None:
            line = closing.enter_context(context.wrap_socket(line, server_hostname=host))
        line.sendall(request)
        return line

    def _request(self, outgoing: Outgoing) -> bytes:
        headers = {
            "Host": outgoing.origin.authority,
            "User-Agent": f"sms-tui/{__version__}",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Connection": "close",
            **self._permit(outgoing),
        }
        target = outgoing.url.removeprefix(f"{outgoing.origin.scheme}://{outgoing.origin.authority}")
        lines = [f"GET {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def _permit(self, outgoing: Outgoing) -> Mapping[str, str]:
        """A password would have to be sent to sign in first: not on a thread that nobody watches."""
        credentials = self._settings.credentials
        if self._settings.compressed:
            raise _NotOrdinaryError
        if isinstance(credentials, TokenCredentials):
            return TokenAuthority(credentials.token).permit_for(outgoing).headers
        if isinstance(credentials, KeyCredentials):
            from sms_tui.api.server_clock import ServerClock

            authority = KeyAuthority(credentials, ServerClock(), now=self._now, monotonic=self._monotonic)
            return authority.permit_for(outgoing).headers
        raise _NotOrdinaryError


def _read(line: socket.socket) -> Answer:
    """A whole answer of known length; everything else is not ordinary."""
    data = bytearray()
    while (end := data.find(b"\r\n\r\n")) < 0:
        data += _piece(line)
        if len(data) > _MOST_HEADER_BYTES + _PIECE:
            raise _NotOrdinaryError
    status, headers = _head(data[:end].decode("latin-1"))
    length = headers.get("content-length", "")
    if not length.isascii() or not length.isdigit() or int(length) > PAGE or "transfer-encoding" in headers:
        raise _NotOrdinaryError
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise _NotOrdinaryError
    body = data[end + 4 :]
    while len(body) < int(length):
        body += _piece(line)
    return status, headers, bytes(body[: int(length)])


def _piece(line: socket.socket) -> bytes:
    if not (piece := line.recv(_PIECE)):
        raise _NotOrdinaryError
    return piece


def _head(text: str) -> tuple[int, Mapping[str, str]]:
    first, *lines = text.split("\r\n")
    version, _, rest = first.partition(" ")
    code = rest[:3]
    if version not in {"HTTP/1.1", "HTTP/1.0"} or not (code.isascii() and code.isdigit()) or code < "200":
        raise _NotOrdinaryError
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or name != name.strip() or name.lower() in headers:
            raise _NotOrdinaryError
        headers[name.lower()] = value.strip()
    return int(code), headers
