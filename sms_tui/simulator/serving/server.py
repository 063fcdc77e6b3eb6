"""The simulated service over TCP, for foreign clients; uvicorn is loaded only here, when asked for."""

import asyncio
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from traceback import format_exc
from typing import TYPE_CHECKING

import msgspec.json
from starlette.types import Receive, Scope, Send

from sms_tui.simulator.serving.asgi import ConnectionLost, Gateway

if TYPE_CHECKING:
    import uvicorn

_DROP = "drop_connection"


async def serve(app: Gateway, host: str, port: int, announce: Callable[[str], None]) -> int:
    """Serve until cancelled; `announce` gets one line of JSON once the port is open."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listening:
        bound_host, bound_port = listening.getsockname()[:2]
        announced = app.credentials.announced(f"http://{place(bound_host, bound_port)}")
        announce(msgspec.json.encode(announced).decode())
        await make_server(app).serve(sockets=[listening])
    return 0


def place(host: str, port: int) -> str:
    """Host and port as a URL has them."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def make_server(app: Gateway) -> "uvicorn.Server":
    """A server for `app` that has yet to be run, on sockets that are handed to `serve`."""
    import uvicorn

    class Server(uvicorn.Server):
        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            """Leave signals to whoever runs the loop."""
            yield

    return Server(_quiet_config(app))


def _quiet_config(app: Gateway) -> "uvicorn.Config":
    import uvicorn
    from uvicorn.protocols.http.h11_impl import H11Protocol

    class Protocol(H11Protocol):
        """Lets the application break its connection off, which ASGI has no word for."""

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            # Head and body are two packets, and the loop does this only for sockets that name their protocol:
            # each answer would wait 40 ms for the client to confirm its head.
            transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.app_state = {**self.app_state, _DROP: transport.abort}

    return uvicorn.Config(
        _breaking_off(app),
        http=Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        date_header=False,
    )


def _breaking_off(app: Gateway) -> Callable[[Scope, Receive, Send], object]:
    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except (ConnectionLost, asyncio.CancelledError):
            # The latter at the end of the service, whose answer to all that is under way would be a fault.
            scope["state"][_DROP]()
            # The server takes note in the loop's next round; only then it expects no answer any more.
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        except Exception:
            # The server, which answers 500 now, is kept quiet for the sake of what is no fault.
            with suppress(OSError):
                sys.stderr.write(format_exc())
            raise

    return application
