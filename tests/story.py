"""The language of the stories: an operator at the real app, on the simulator, on virtual time.

Two rules are built in. `confirm` fails unless the question was read with `question` before. Waiting is for a
known idle, so that "nothing was sent" means something.

Pictures are drawn where a story looks at them, and once at its end: all those in between took half the time.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any
from unittest.mock import patch

import httpx
from textual.pilot import Pilot

from sms_tui.api.client import open_client
from sms_tui.api.network.http import HttpWire
from sms_tui.api.settings import ConnectionSettings, TokenCredentials
from sms_tui.config import Profile, Settings
from sms_tui.domain.secret import Secret
from sms_tui.engine import Engine
from sms_tui.engine.journal.journal import Identity, Journal
from sms_tui.engine.mode import EngineSettings, Mode
from sms_tui.simulator.world.clock import START_MS
from sms_tui.simulator.world.clock import VirtualClock as SimulatedTime
from sms_tui.simulator.world.scenarios import SCENARIOS
from sms_tui.state import State
from sms_tui.ui.app import SmsApp
from sms_tui.ui.dialogs.confirm import ConfirmDialog
from sms_tui.ui.options import Options
from sms_tui.ui.screens.main import MainScreen
from sms_tui.ui.session import Session, SessionError
from sms_tui.ui.start import build_app
from sms_tui.ui.terminal.compositor import FrugalCompositor
from sms_tui.ui.theming.files import DEFAULT_THEME
from tests.engine.rig import VirtualClock
from tests.in_process import InProcess
from tests.simulator.service import Service

URL = "http://localhost"
_MOST_TURNS = 200_000
"""Turns of the loop, some seconds, after which nothing that is ready can still be under way"""
PRODUCTION = Profile("prod", endpoint=URL, production=True, log_bucket="sms-logs")


class NightClock(VirtualClock):
    """Virtual time that begins when the simulated service's does."""

    def now(self) -> float:
        """Epoch seconds."""
        return START_MS / 1000 + self.monotonic()


class Recorder(httpx.AsyncBaseTransport):
    """Passes requests on to the simulator and keeps those that could change something."""

    def __init__(self, service: Service) -> None:
        self._inner = InProcess(service)
        self.writes: list[tuple[str, str, bytes]] = []
        self.is_down = False
        self.refuses = False
        self.loses_writes = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request, or none while the line is down."""
        if self.is_down:
            raise httpx.ConnectError("refused", request=request)
        if self.refuses:
            return httpx.Response(401, json={"error_code": "APIGW.0301", "error_msg": "token expires"})
        if request.method != "GET":
            self.writes.append((request.method, request.url.path, await request.aread()))
            if self.loses_writes:
                raise httpx.ReadError("connection reset", request=request)
        return await self._inner.handle_async_request(request)


@dataclass
class Operator:
    """Somebody at the keyboard."""

    pilot: Pilot[None]
    app: SmsApp
    service: Service
    line: Recorder
    clock: VirtualClock
    time: SimulatedTime
    engine: Engine
    has_read: bool = field(default=False)

    @property
    def screen(self) -> MainScreen:
        """The main screen, whatever is in front of it."""
        return next(screen for screen in self.app.screen_stack if isinstance(screen, MainScreen))

    async def settle(self) -> None:
        """Let everything that is ready run, until nothing is queued or in flight."""
        for _ in range(4):
            await self.clock.settle(40)
            await self._idle()
            await self.pilot.pause()

    async def _idle(self) -> None:
        """Wait until nothing is queued or in flight, except behind a canary, which waits for time to pass."""
        idle = asyncio.ensure_future(self.engine.idle())
        dispatcher = self.engine.dispatcher
        for _ in range(_MOST_TURNS):
            if idle.done() or any(batch.waits_for for batch in dispatcher.batches):
                break
            await asyncio.sleep(0)
        else:
            raise AssertionError("a read waits to be repeated: let time pass with 'advance'")
        idle.cancel()

    async def advance(self, seconds: float) -> None:
        """Let time pass for program and service alike."""
        for _ in range(max(1, round(seconds))):
            self.time.advance(min(seconds, 1.0))
            await self.clock.advance(min(seconds, 1.0))
        await self.settle()
        self.screen.desk.tick()
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            await self.pilot.press(key)
            await self.pilot.pause()

    async def type(self, text: str) -> None:
        """Type a text."""
        names = {
            "-": "minus",
            "_": "underscore",
            " ": "space",
            ":": "colon",
            "!": "exclamation_mark",
            "=": "=",
        }
        await self.press(*(names.get(char, char) for char in text))

    async def command(self, line: str) -> None:
        """Type a line after `:` and settle it."""
        await self.press("colon")
        await self.type(line)
        await self.press("enter")
        await self.settle()

    async def filter(self, text: str) -> None:
        """Narrow the table to the rows with this text."""
        await self.press("slash")
        await self.type(text)
        await self.press("enter")
        await self.settle()

    async def poll(self) -> None:
        """Refresh now."""
        self.engine.refresh()
        await self.settle()

    async def select(self, name: str) -> str:
        """Put the cursor on the task of that name; its id. Keys would draw a frame for each row passed."""
        desk = self.screen.desk
        shown = desk.shown.rows_of(desk.board.order)
        task_id = next((row.task.id for row in shown if row.task.name == name), "")
        assert desk.table.go_to(task_id), f"{name} is not shown"
        await self.pilot.pause()
        return task_id

    async def mark(self, state: str, count: int) -> list[str]:
        """Mark tasks in that state; their names in the order in which they were marked."""
        tasks = self.engine.store.tasks.values()
        names = sorted(task.name for task in tasks if task.state == state)[:count]
        assert len(names) == count
        await self.mark_each(names)
        return names

    async def mark_each(self, names: Iterable[str]) -> None:
        """Mark the tasks of these names."""
        for name in names:
            await self.select(name)
            await self.press("space")

    async def pause_one_by_one(self, count: int) -> None:
        """Mark so many tasks that copy, and confirm that they are paused one after the other."""
        await self.mark("RUNNING", count)
        await self.press("a", "p")
        self.question("How:")
        await self.clock.advance(1)
        await self.press("ctrl+g", "3", "escape")
        self.has_read = True
        await self.confirm(str(count))

    async def pause_without_answer(self) -> str:
        """Confirm a pause, the answer to which is lost; the name of its task."""
        name = self.first("RUNNING")
        await self.select(name)
        self.line.loses_writes = True
        await self.press("a", "p")
        self.question("Pause (stop)")
        await self.confirm("y")
        return name

    def first(self, state: str) -> str:
        """The name of a task in that state."""
        tasks = self.engine.store.tasks.values()
        return min(task.name for task in tasks if task.state == state)

    def question(self, *words: str) -> None:
        """Read the confirmation in front: it must say all of `words`."""
        assert isinstance(self.app.screen, ConfirmDialog), f"no question is open, but {self.app.screen}"
        shown = self.shown()
        sentences = " ".join(shown.replace("┃", " ").split())
        for word in words:
            assert word in shown or word in sentences, f"{word!r} is not in the question:\n{shown}"
        self.has_read = True

    async def confirm(self, word: str) -> None:
        """Go ahead as the question asks, once it can hear."""
        assert self.has_read, "nobody may confirm what was not read"
        self.has_read = False
        await self.clock.advance(1)
        await self.type(word)
        if word != "y":
            await self.press("enter")
        await self.settle()

    def shown(self) -> str:
        """What the screen shows."""
        lines = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in lines)

    def told(self) -> str:
        """The lines of what was said in passing, oldest first."""
        return "\n".join(toast.message for toast in self.app._notifications)

    def log(self) -> str:
        """The lines of the log."""
        return "\n".join(f"{event.task_name}  {event.text}" for event in self.engine.log.since(0))


class Stage:
    """The app on `scenario`, not running yet, with all that it stands on; one stage is for one run."""

    def __init__(
        self,
        folder: Path,
        scenario: str = "calm",
        *,
        seed: int = 1,
        mode: Mode | None = None,
        profile: Profile = PRODUCTION,
        theme: str = "",
        ascii_only: bool = False,
        settings: Settings | None = None,
        state: State | None = None,
        others: Mapping[str, Profile | str] = MappingProxyType({}),
        may_renew: bool = True,
    ) -> None:
        """`others` are profiles to change to, or why they cannot be opened."""
        self.clock, self._time = NightClock(), SimulatedTime(speed=0)
        self._service = Service(SCENARIOS[scenario], seed, self._time)
        self._line = Recorder(self._service)
        self._folder, self._mode = folder, mode or Mode()
        self._may_renew = may_renew
        self._engines: list[Engine] = []
        self.state = state or State()
        self._profiles: dict[str, Profile | str] = {profile.name: profile, **others}
        options = Options(
            profile=profile.name,
            profiles=tuple(self._profiles),
            theme=theme or DEFAULT_THEME,
            ascii_only=ascii_only,
            export_folder=folder,
        )
        self.app = build_app(
            self._open_session, settings or Settings(), self.state, options, lambda error: repr(error)
        )

    async def operator(self, pilot: Pilot[None]) -> Operator:
        """Hand the running app over once the first list is there."""
        for _ in range(200):
            await self.clock.settle(10)
            await pilot.pause()
            if self._engines and self._engines[0].store.sync.rounds and len(self.app.screen_stack) > 1:
                break
        (engine,) = self._engines
        operator = Operator(pilot, self.app, self._service, self._line, self.clock, self._time, engine)
        await operator.settle()
        return operator

    @asynccontextmanager
    async def _open_session(self, name: str) -> AsyncIterator[Session]:
        clock, profile = self.clock, self._profiles[name]
        if isinstance(profile, str):
            raise SessionError(profile)
        connection = ConnectionSettings(
            endpoint=URL,
            iam_endpoint=URL,
            credentials=TokenCredentials(Secret(self._service.credentials.token)),
        )
        journal = Journal(self._folder, Identity("operator", "host", name, URL, "", "0"), clock.now)
        journal.open()
        try:
            async with open_client(
                connection,
                now=clock.now,
                monotonic=clock.monotonic,
                sleep=clock.sleep,
                random=lambda: 0.5,
                environ={},
                wire=HttpWire(self._line),
            ) as client:
                engine = Engine(
                    client,
                    mode=self._mode,
                    settings=EngineSettings(),
                    journal=journal,
                    clock=clock.as_clock(),
                    chance=lambda: 0.5,
                )
                self._engines.append(engine)
                with closing(engine):
                    yield Session(profile, engine, ("-p", name), may_renew=self._may_renew)
        finally:
            journal.close()


@contextmanager
def undrawn() -> Iterator[None]:
    """Frames that are due count as drawn."""

    def draw(compositor: FrugalCompositor, **_options: object) -> None:
        compositor._dirty_regions.clear()

    with patch.object(FrugalCompositor, "render_update", draw):
        yield


@asynccontextmanager
async def story(
    folder: Path,
    scenario: str = "calm",
    *,
    size: tuple[int, int] = (120, 40),
    seed: int = 1,
    mode: Mode | None = None,
    profile: Profile = PRODUCTION,
    draws: bool = False,
    **staging: Any,
) -> AsyncIterator[Operator]:
    """Open the app on `scenario` and hand it to an operator once the first list is there.

    `draws`: every frame, for what is about frames, or about a screen behind another.
    """
    stage = Stage(folder, scenario, seed=seed, mode=mode, profile=profile, **staging)
    with nullcontext() if draws else undrawn():
        async with stage.app.run_test(size=size) as pilot:
            operator = await stage.operator(pilot)
            yield operator
            operator.shown()
