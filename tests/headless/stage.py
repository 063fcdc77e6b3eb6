"""A stage for commands: a simulated service, an engine on it, and time that passes only while all wait."""

import asyncio
import io
from argparse import Namespace
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from sms_tui.api.client import open_client
from sms_tui.api.network.http import HttpWire
from sms_tui.api.settings import ConnectionSettings, TokenCredentials
from sms_tui.cli.arguments import parse
from sms_tui.config import Profile
from sms_tui.domain.secret import Secret
from sms_tui.engine import Engine
from sms_tui.engine.clock import Clock, Uptime
from sms_tui.engine.journal.journal import Identity, Journal
from sms_tui.engine.mode import EngineSettings, Mode
from sms_tui.headless.output import Output
from sms_tui.simulator.world.clock import VirtualClock
from sms_tui.simulator.world.scenario import Role, Scenario, Weather
from tests.engine.rig import turns
from tests.in_process import InProcess
from tests.simulator.service import Service

URL = "http://localhost"
PROFILE = Profile("test", endpoint=URL)
CAST = (
    Role("ready", at="READY"),
    Role("copy", at="RUNNING", gigabytes=400),
    Role("sync", at="SYNCING"),
    Role("failed", at="MIGRATE_FAIL", code="SMS.3805"),
    Role("done", at="MIGRATE_SUCCESS"),
    Role("paused", at="ABORT"),
    Role("lost", at="SYNCING", connected=False),
    Role("sync", at="SYNCING"),
    Role("syncfail", at="SYNC_FAIL", code="SMS.0806"),
)
NAMES = tuple(f"w1-{role.name}-{number:02}" for number, role in enumerate(CAST, 1))
"""The tasks' names"""
_TURNS = 30
"""Rounds of the loop in which everything that can run has run"""


class Hourglass:
    """Moves itself, and the service's time, to the next moment that somebody waits for."""

    def __init__(self, world: VirtualClock) -> None:
        self._world = world
        self._begin = world.now_ms() / 1000
        self._elapsed = 0.0
        self._ends: list[float] = []

    def now(self) -> float:
        """Epoch seconds, the service's own."""
        return self._begin + self._elapsed

    def monotonic(self) -> float:
        """Seconds since the beginning."""
        return self._elapsed

    async def sleep(self, seconds: float) -> None:
        """Wait for so many seconds, which pass as soon as nobody waits for less."""
        end = self._elapsed + max(seconds, 0.0)
        self._ends.append(end)
        try:
            while self._elapsed < end:
                await turns(_TURNS)
                if end == min(self._ends) and end > self._elapsed:
                    self._world.advance(end - self._elapsed)
                    self._elapsed = end
        finally:
            self._ends.remove(end)


class Line(httpx.AsyncBaseTransport):
    """The way to the service: it keeps what was asked, and can be cut."""

    def __init__(self, service: Service) -> None:
        self._inner = InProcess(service)
        self.requests: list[tuple[str, str, bytes]] = []
        self.is_cut = False
        self.is_silent = False
        """Whether what could change something arrives, and is never answered"""

    @property
    def writes(self) -> list[tuple[str, str, bytes]]:
        """Method, path and body of every request that could change something."""
        return [request for request in self.requests if request[0] != "GET"]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on."""
        if self.is_cut:
            raise httpx.ConnectError("refused", request=request)
        self.requests.append((request.method, request.url.path, await request.aread()))
        if self.is_silent and request.method != "GET":
            await asyncio.Event().wait()
        return await self._inner.handle_async_request(request)


@dataclass
class Stage:
    """One service with one engine on it."""

    service: Service
    engine: Engine
    line: Line
    out: io.StringIO = field(default_factory=io.StringIO)
    err: io.StringIO = field(default_factory=io.StringIO)

    @property
    def output(self) -> Output:
        """The streams that a command gets."""
        return Output(self.out, self.err)

    @property
    def data(self) -> str:
        """What went to stdout."""
        return self.out.getvalue()

    @property
    def told(self) -> str:
        """What went to stderr."""
        return self.err.getvalue()

    async def until(self, so: Callable[[], bool]) -> None:
        """Let everything run until it is so: the virtual time passes while nothing else can."""
        while not so():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0)

    def id_of(self, name: str) -> str:
        """The id of the task of a server."""
        return str(self.service.find(name).server.task_id)


def options(*argv: str) -> Namespace:
    """The options of a command line."""
    return parse(argv).options


@asynccontextmanager
async def stage(
    folder: Path,
    *,
    mode: Mode | None = None,
    weather: Weather | None = None,
    settle_window: float = 600.0,
    settings: Mapping[str, object] | None = None,
    token: str = "",
    cast: tuple[Role, ...] = CAST,
) -> AsyncIterator[Stage]:
    """A service with the cast above, and an engine that is ready to run."""
    scenario = Scenario("stage", "for tests", cast, weather=weather or Weather(), wave_size=100)
    time = VirtualClock(speed=0)
    service = Service(scenario, 1, time)
    glass = Hourglass(time)
    line = Line(service)
    connection = ConnectionSettings(
        endpoint=URL,
        iam_endpoint=URL,
        credentials=TokenCredentials(Secret(token or service.credentials.token)),
        **(settings or {}),  # type: ignore[arg-type]
    )
    client_time = {"now": glass.now, "monotonic": glass.monotonic, "sleep": glass.sleep}
    async with open_client(
        connection, environ={}, wire=HttpWire(line), random=lambda: 0.5, **client_time
    ) as client:
        who = Identity("op", "host", "test", URL, "", "0")
        journal = Journal(
            folder / "journal", who, glass.now, uptime=lambda: Uptime("boot", glass.monotonic())
        )
        journal.open()
        pace = EngineSettings(settle_window=settle_window)
        clock = Clock(now=glass.now, monotonic=glass.monotonic, sleep=glass.sleep)
        engine = Engine(client, mode=mode or Mode(), settings=pace, journal=journal, clock=clock)
        try:
            yield Stage(service, engine, line)
        finally:
            engine.close()
