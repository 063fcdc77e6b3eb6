"""The one place where HTTP is spoken: a request goes out, a whole answer or an `ApiError` comes back.

It talks to the library's transports and not to its client, which would add cookies, redirects, `.netrc` and
headers of its own. Nothing here repeats a request.
"""

import asyncio
import logging
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from sms_tui import __version__
from sms_tui.api.bodies import ORDINARY, BodyError, read_body
from sms_tui.api.errors import ApiError, error_of, from_network, local_error
from sms_tui.domain.outcome import Trouble, TroubleKind

MOST_HEADER_BYTES = 64 * 1024
CONNECT_SECONDS = 10.0
_FAILURES = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError)
_HEADERS_GO_OUT = "http11.send_request_headers.started"

# Below WARNING these loggers write whole header lists, tokens included.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it goes on the wire; `url` is sent as it stands and must be encoded already."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    seconds: float = 20.0
    """For everything, from connecting to the last byte of the answer"""
    most: int = ORDINARY
    """Bytes of the answer's body"""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer of any status."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    """Names in lower case"""
    body: bytes = field(repr=False)
    sent_at: float
    """Epoch seconds"""
    seconds: float
    """From the call to the last byte of the answer"""


class Channel:
    """A way to one host with one policy for connections."""

    def __init__(
        self,
        transport: httpx.AsyncBaseTransport,
        host: str,
        *,
        now: Callable[[], float],
        monotonic: Callable[[], float],
        compressed: bool = False,
    ) -> None:
        self._transport = transport
        self._host = host
        self._now = now
        self._monotonic = monotonic
        self._standing = {
            "User-Agent": f"sms-tui/{__version__}",
            "Accept": "application/json",
            "Accept-Encoding": "gzip" if compressed else "identity",
        }

    async def exchange(self, call: Call) -> Reply:
        """Send `call` once and return the whole answer, whatever its status; raises `ApiError`."""
        watch = _Watch()
        sent_at, began = self._now(), self._monotonic()
        failure: ApiError
        try:
            async with asyncio.timeout(call.seconds):
                status, headers, body = await self._round_trip(call, watch)
            return Reply(status, headers, body, sent_at, self._monotonic() - began)
        except BodyError as problem:
            failure = self._unusable(str(problem))
        except TimeoutError:
            failure = self._late(call.seconds, watch)
        except _FAILURES as problem:
            failure = from_network(problem, self._host, untouched=watch.is_untouched)
        # Raised out here, so that the library's exception, which holds the request, is not its context.
        raise failure

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.aclose()

    async def _round_trip(self, call: Call, watch: "_Watch") -> tuple[int, Mapping[str, str], bytes]:
        request = httpx.Request(
            call.method,
            call.url,
            headers=_encoded({**self._standing, **call.headers}),
            content=call.body or None,
            extensions={"timeout": {"connect": CONNECT_SECONDS}, "trace": watch.note},
        )
        response = await self._transport.handle_async_request(request)
        try:
            headers = self._bounded(response.headers)
            stream = response.stream
            if not isinstance(stream, httpx.AsyncByteStream):
                raise TypeError("the transport answers with a body that cannot be awaited")
            body = await read_body(stream, headers.get("content-encoding", ""), call.most)
        finally:
            await response.aclose()
        return response.status_code, headers, body

    def _bounded(self, headers: httpx.Headers) -> Mapping[str, str]:
        if sum(len(name) + len(value) for name, value in headers.raw) > MOST_HEADER_BYTES:
            raise BodyError(f"has more than {MOST_HEADER_BYTES // 1024} KiB of headers")
        return {name.lower(): value for name, value in headers.items()}

    def _unusable(self, problem: str) -> ApiError:
        sentence = f"The answer of {self._host} {problem}; check `endpoint` and `proxy` in the profile."
        return error_of(Trouble(TroubleKind.NONSENSE, sentence, may_have_executed=True), repeatable=False)

    def _late(self, seconds: float, watch: "_Watch") -> ApiError:
        sentence = f"{self._host} gave no whole answer within {seconds:g} s; check the network."
        reached = not watch.is_untouched
        return error_of(Trouble(TroubleKind.TIMED_OUT, sentence, may_have_executed=reached), repeatable=True)


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Tokens may hold any printable character of Latin-1, which the library would refuse as text."""
    return [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers.items()]


class _Watch:
    """Sees how far a request got, from what the connection reports of itself."""

    def __init__(self) -> None:
        self._seen = False
        self._wrote = False

    @property
    def is_untouched(self) -> bool:
        """Whether it is proven that no byte of the request left; what reports nothing proves nothing."""
        return self._seen and not self._wrote

    async def note(self, event: str, details: Mapping[str, Any]) -> None:
        """Take one report; the request to a proxy to let us through is not yet ours."""
        self._seen = True
        if event == _HEADERS_GO_OUT and details["request"].method != b"CONNECT":
            self._wrote = True


def open_transport(
    context: ssl.SSLContext | None, proxy: str | None, *, reuse: bool
) -> httpx.AsyncBaseTransport:
    """A transport that keeps connections for the next request if `reuse`, and never repeats a request.

    `context` None: for plain loopback connections. Raises `ApiError` for a proxy that cannot be used.
    """
    limits = httpx.Limits(max_connections=16, max_keepalive_connections=8 if reuse else 0)
    verify = context if context is not None else _NO_TLS
    try:
        encrypted = context if proxy and proxy.startswith("https:") else None
        through = httpx.Proxy(proxy, ssl_context=encrypted) if proxy else None
        return httpx.AsyncHTTPTransport(
            verify=verify, trust_env=False, limits=limits, proxy=through, retries=0
        )
    except (ValueError, ImportError, httpx.InvalidURL):
        raise local_error("The proxy's URL cannot be used; write http://HOST:PORT.") from None


_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Verifies against nothing, so that a TLS connection without certificates to trust would always fail."""
