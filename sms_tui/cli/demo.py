"""The demo: the whole program on a simulated service in this process, with no network and no trace."""

import time
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx

from sms_tui.api.client import open_client
from sms_tui.api.settings import ConnectionSettings, TokenCredentials
from sms_tui.cli.arguments import Overrides
from sms_tui.cli.composition import Opened, open_journal
from sms_tui.cli.simulate import service_of
from sms_tui.cli.surroundings import Surroundings
from sms_tui.config import Profile
from sms_tui.domain.secret import Secret
from sms_tui.engine import Engine
from sms_tui.engine.mode import EngineSettings, Mode
from sms_tui.simulator.asgi import ConnectionLost, create_app
from sms_tui.simulator.world import Service

NAME = "demo"
URL = "http://localhost"
"""Never connected to: requests go to the simulated service directly"""
_INTERVAL = 2.0


class InProcess(httpx.AsyncBaseTransport):
    """Hands requests to an application in this process; what it loses looks like a lost connection."""

    def __init__(self, service: Service) -> None:
        self._inner = httpx.ASGITransport(create_app(service))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        try:
            return await self._inner.handle_async_request(request)
        except ConnectionLost as lost:
            raise httpx.ReadError(str(lost) or "connection lost", request=request) from lost


@asynccontextmanager
async def open_demo(options: Namespace, overrides: Overrides, here: Surroundings) -> AsyncIterator[Opened]:
    """The demo's profile and engine; `here` has to be neutral, and its folder one that goes away."""
    service = service_of(options, start_ms=int(time.time() * 1000))
    profile = Profile(NAME, endpoint=URL, log_bucket="demo-logs")
    settings = ConnectionSettings(
        endpoint=URL,
        iam_endpoint=URL,
        credentials=TokenCredentials(Secret(service.credentials.token)),
        trust_environment=False,
    )
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(open_client(settings, transport=InProcess(service)))
        journal = open_journal(profile, URL, here, stack)
        mode = Mode(overrides.read_only, overrides.dry_run, simulated=True)
        pace = EngineSettings(interval=overrides.interval or _INTERVAL)
        yield Opened(profile, Engine(client, mode=mode, settings=pace, journal=journal))
