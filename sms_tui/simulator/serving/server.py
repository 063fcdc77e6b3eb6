"""The simulated service over TCP, for foreign clients; uvicorn is loaded only here, when asked for."""

import asyncio
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from traceback import format_exc
from types import FrameType
from typing import TYPE_CHECKING

import msgspec.json
from starlette.types import Receive, Scope, Send

from sms_tui.simulator.serving.asgi import ConnectionLost, Gateway

if TYPE_CHECKING:
    import uvicorn

_DROP = "drop_connection"
_SHUT_DOWN_S = 2
_ENDING = (signal.SIGINT, signal.SIGTERM)


def serve(
    app: Gateway,
    host: str,
    port: int,
    announce: Callable[[str], None],
    ending: Sequence[signal.Signals] = _ENDING,
) -> int:
    """Serve until one of the signals in `ending`, whose number is returned.

    `announce` gets one line of JSON once the port is open.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family)
    bound_host, bound_port = listening.getsockname()[:2]
    announced = app.credentials.announced(f"http://{place(bound_host, bound_port)}")
    announce(msgspec.json.encode(announced).decode())
    ended_by: list[int] = []
    make_server(app, ending, ended_by.append).run(sockets=[listening])
    return ended_by[0]


def place(host: str, port: int) -> str:
    """Host and port as a URL has them."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def make_server(
    app: Gateway,
    ending: Sequence[signal.Signals] = _ENDING,
    note_signal: Callable[[int], None] = lambda _: None,
) -> "uvicorn.Server":
    """A server for `app` that has yet to be run, on sockets that are handed to `run`.

    Each signal in `ending` ends it, and is told to `note_signal`.
    """
    import uvicorn

    class Server(uvicorn.Server):
        """Ends in peace on a signal instead of dying of it once more."""

        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            if threading.current_thread() is not threading.main_thread():
                yield
                return
            former = {each: signal.signal(each, self.handle_exit) for each in ending}
            try:
                yield
            finally:
                for each, handler in former.items():
                    signal.signal(each, handler)

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            note_signal(sig)
            super().handle_exit(sig, frame)

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
        timeout_graceful_shutdown=_SHUT_DOWN_S,
    )


def _breaking_off(app: Gateway) -> Callable[[Scope, Receive, Send], object]:
    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except ConnectionLost:
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
