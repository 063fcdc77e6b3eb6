"""The only module that uses the HTTP library.

It uses the library's transports and not its client, which would add cookies, redirects, `.netrc` and headers
of its own.
"""

import logging
import ssl
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec

from sms_tui.api.errors import local_error
from sms_tui.api.network.bodies import MOST_HEADER_BYTES, BodyError, read_body
from sms_tui.api.network.lean_httpx import httpx
from sms_tui.api.network.transport import Call, Watch
from sms_tui.domain.sentence import sentence

CONNECT_SECONDS = 10.0
_LOADED_LATE = ("anyio._backends._asyncio", "httpcore._backends.anyio", "httpcore._async.http11", "h11")

# Below WARNING these loggers write whole header lists, tokens included.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class HttpWire:
    """Requests over one of the library's transports."""

    failures: tuple[type[Exception], ...] = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError)

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport

    async def round_trip(
        self, call: Call, headers: Mapping[str, str], watch: Watch
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Send `call` once, and read the answer as far as its limits allow."""
        request = httpx.Request(
            call.method,
            call.url,
            headers=_encoded(headers),
            content=call.body or None,
            extensions={"timeout": {"connect": CONNECT_SECONDS}, "trace": watch.note},
        )
        response = await self._transport.handle_async_request(request)
        try:
            shown = _bounded(response.headers)
            stream = response.stream
            if not isinstance(stream, httpx.AsyncByteStream):
                raise TypeError("the transport answers with a body that cannot be awaited")
            body = await read_body(stream, shown.get("content-encoding", ""), call.most)
            if _has_more(stream):
                # Each further request on this connection would get the answer to the one before it.
                await response.extensions["network_stream"].aclose()
        finally:
            await response.aclose()
        return response.status_code, shown, body

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.aclose()


def _has_more(stream: object) -> bool:
    """Whether a connection holds bytes that came behind the answer, which the library keeps for the next."""
    for name in ("_httpcore_stream", "_stream", "_connection", "_h11_state"):
        stream = getattr(stream, name, None)
    behind, _ = getattr(stream, "trailing_data", (b"", True))
    return bool(behind)


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Tokens may hold any printable character of Latin-1, which the library would refuse as text."""
    return [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers.items()]


def _bounded(headers: httpx.Headers) -> Mapping[str, str]:
    if sum(len(name) + len(value) for name, value in headers.raw) > MOST_HEADER_BYTES:
        raise BodyError(sentence("has more than {most} KiB of headers", most=MOST_HEADER_BYTES // 1024))
    return {name.lower(): value for name, value in headers.items()}


def load_all() -> None:
    """Load what the library would load during its first request, on the loop that has to answer to keys."""
    for name in _LOADED_LATE:
        with suppress(ImportError):
            import_module(name)
    if find_spec("sniffio") is None:
        # The library looks for it on disk with every request, several times; this makes the answer quick.
        sys.modules["sniffio"] = None  # type: ignore[assignment]


def open_wire(context: ssl.SSLContext | None, proxy: str | None, *, reuse: bool) -> HttpWire:
    """A wire that keeps connections for the next request if `reuse`, and never repeats a request.

    `context` None: for plain loopback connections. Raises `ApiError` for a proxy that cannot be used.
    """
    limits = httpx.Limits(max_connections=16, max_keepalive_connections=8 if reuse else 0)
    verify = context if context is not None else _NO_TLS
    try:
        encrypted = context if proxy and proxy.startswith("https:") else None
        through = httpx.Proxy(proxy, ssl_context=encrypted) if proxy else None
        transport = httpx.AsyncHTTPTransport(
            verify=verify, trust_env=False, limits=limits, proxy=through, retries=0
        )
    except (ValueError, ImportError, httpx.InvalidURL):
        raise local_error(sentence("The proxy's URL cannot be used; write http://HOST:PORT.")) from None
    return HttpWire(transport)


_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Verifies against nothing, so that a TLS connection without certificates to trust would always fail."""
