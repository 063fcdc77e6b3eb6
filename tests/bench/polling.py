"""What a refresh does to the screen: keys, blocks and pauses meanwhile, and a tick from model to paint."""

import asyncio
import re
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from typing import cast

from msgspec.structs import replace

from sms_tui.config import Profile, Settings
from sms_tui.domain.task import SubTask
from sms_tui.engine import Engine
from sms_tui.engine.journal.journal import Identity, Journal
from sms_tui.engine.mode import EngineSettings, Mode
from sms_tui.state import State
from sms_tui.ui.app import SmsApp
from sms_tui.ui.options import Options
from sms_tui.ui.screens.main import MainScreen
from sms_tui.ui.session import Session
from sms_tui.ui.start import build_app
from tests.bench.measure import ECHO_APP, FLOOR, PROGRAM, SIZE, Figure, Tty, home
from tests.bench.rig import Moving, a_task
from tests.bench.screens import frames
from tests.bench.service import serving
from tests.bench.terminal import p95, pressed

_DOWN = b"\x1b[B"
_PRESSES, _GAP = 160, 0.05
_SLICE = 50
_KEYS = re.compile(r"keys=(\d+)")


def keys(rounds: int) -> Iterator[Figure]:
    """Cursor down 20 times a second over 10,000 tasks, each waited for by the number in the header."""
    with home() as env, serving(10_000, churn=0.05) as client:
        for interval, goal in (("1", 16.0), ("5", 14.0)):
            program = [*PROGRAM, "--debug-hud", "--interval", interval]
            floors = [p95(pressed(ECHO_APP, env, 0, _PRESSES)) for _ in range(rounds)]
            seen = [_p95(program, {**env, **client}, rb"rounds=[1-9]") for _ in range(rounds)]
            said = f"key p95, 10,000 tasks polled each {interval} s"
            yield Figure(said, median(seen), "ms", goal, median(floors), FLOOR, is_of_floor=False)


def demo_keys(rounds: int) -> Iterator[Figure]:
    """The same in the demo of 50,000 tasks, whose service has a process on the same machine."""
    words = ("demo", "--tasks", "50000", "--churn", "0.05", "--debug-hud", "--interval", "1")
    with home() as env:
        floors = [p95(pressed(ECHO_APP, env, 0, _PRESSES)) for _ in range(rounds)]
        seen = [_p95([*PROGRAM, *words], env, rb"rounds=[1-9]") for _ in range(rounds)]
    said = "key p95, demo of 50,000 tasks"
    yield Figure(said, median(seen), "ms", 12.0, median(floors), FLOOR, is_of_floor=False)


def _p95(program: Sequence[str], env: dict[str, str], pattern: bytes) -> float:
    """Milliseconds in which 95 of 100 keys were handled and shown."""
    with Tty(program, env) as tty:
        tty.until(pattern)
        time.sleep(2)
        sent = tty.press(_DOWN, _PRESSES, _GAP)
        time.sleep(2)
        chunks = list(tty.chunks)
    shown = [(at, int(found[1])) for at, found in _counted(chunks)]
    waits = [
        next(((at - stamp) * 1000 for at, count in shown if count >= number and at >= stamp), 10_000.0)
        for number, stamp in enumerate(sent, 1)
    ]
    return sorted(waits)[int(len(waits) * 0.95)]


def _counted(chunks: Sequence[tuple[float, bytes]]) -> Iterator[tuple[float, re.Match[str]]]:
    for frame in frames(chunks, SIZE):
        if found := _KEYS.search(frame.shown):
            yield frame.at, found


def pauses(rounds: int) -> Iterator[Figure]:
    """The longest collections and callbacks: over HTTP, and with 100,000 rows that tick."""
    rig = ("tests.bench.rig", "--tasks", "100000")
    least = ("tests.bench.minimal",)
    polled = ("sms_tui", "--debug-hud", "--interval", "1")
    with home() as env, serving(10_000, churn=0.05) as client:
        runs = (
            ("10,000 over HTTP", 10.0, polled, {**env, **client}),
            ("100,000 rows, 5 % ticking", 5.0, rig, env),
            ("100,000 rows, all ticking", 8.0, (*rig, "--churn", "1"), env),
        )
        floor = _middle([_watched(least, env, rb"ready-now") for _ in range(rounds)])
        for what, goal, words, environ in runs:
            seen = _middle([_watched(words, environ, rb"rounds=[1-9]") for _ in range(rounds)])
            for kind, said, late, most in (
                ("gc", "gc pause while loading", False, 20.0),
                ("gc", "gc pause afterwards", True, 2.0),
                ("block", "block afterwards", True, goal),
            ):
                at = kind, late
                yield Figure(f"{said}, {what}", seen[at], "ms", most, floor[at], FLOOR, is_of_floor=False)


Longest = dict[tuple[str, bool], float]
"""Milliseconds of CPU by kind and by whether it was after the load"""


def _middle(runs: Sequence[Longest]) -> Longest:
    return {at: median(run[at] for run in runs) for at in runs[0]}


def _watched(words: Sequence[str], env: dict[str, str], loaded_by: bytes) -> Longest:
    """The longest of each kind, ms of CPU: while the list is loaded (False), and 10 s afterwards (True)."""
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as notes:
        with Tty((sys.executable, "-m", "tests.bench.inside", notes.name, *words), env) as tty:
            tty.until(loaded_by)
            time.sleep(2)  # Until the last order of the rows that were loaded is in view.
            loaded = time.monotonic()
            time.sleep(10)
        longest = dict.fromkeys(((what, late) for what in ("gc", "block") for late in (False, True)), 0.0)
        for line in notes:
            what, at, milliseconds = line.split()
            key = what, float(at) > loaded
            longest[key] = max(longest[key], float(milliseconds))
    return longest


def ticks(rounds: int) -> Iterator[Figure]:
    """From changed tasks to the frame that shows them, with 50,000 rows on a terminal of paper."""
    taken = asyncio.run(_ticked(rounds))
    for name, what, goal in (
        ("beside", "tick of 5 % of 50,000 rows, CPU to the frame", 6.0),
        ("spread", "the same, each twentieth row", 6.0),
        ("all", "tick of all of 50,000 rows, CPU to the frame", 20.0),
    ):
        yield Figure(what, taken[name], "ms", goal, taken["view"], "those in view only", is_of_floor=False)


def paint(rounds: int) -> Iterator[Figure]:
    """From rows in order, in a table that was empty, to the frame that shows them."""
    ours, floor = asyncio.run(_painted(rounds))
    said = "50,000 rows, model to paint, CPU"
    yield Figure(said, ours, "ms", 10.0, floor, "lines known already", is_of_floor=False)


_CHOSEN = {"view": slice(0, 40), "beside": slice(0, 2500), "spread": slice(0, None, 20), "all": slice(None)}
"""Rows beside each other are beside each other in memory, and many of them in view"""


@asynccontextmanager
async def filled() -> AsyncIterator[tuple[SmsApp, Engine, Moving]]:
    """The app with 50,000 tasks that were read and are at rest."""
    service = Moving()
    service.add(*(a_task(number, number % 100) for number in range(50_000)))
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder), Identity("bench", "host", "bench", "", "", ""), time.time)
        journal.open()
        settings = EngineSettings(interval=3600, idle_interval=3600)
        engine = Engine(service, mode=Mode(), settings=settings, journal=journal)

        @asynccontextmanager
        async def opened(_name: str) -> AsyncIterator[Session]:
            yield Session(Profile("bench"), engine)

        app = build_app(opened, Settings(), State(), Options(profile="bench", collects=True), str)
        async with app.run_test(size=SIZE):
            while not engine.store.sync.rounds:  # noqa: ASYNC110 - only the screen is told of it
                await asyncio.sleep(0.1)
            await asyncio.sleep(3)
            yield app, engine, service


async def _ticked(rounds: int) -> dict[str, float]:
    async with filled() as (_app, engine, service):
        idle = median([await _tick(engine, service, slice(0), 0) for _ in range(rounds)])
        return {
            name: median([await _tick(engine, service, chosen, done) for done in range(rounds)]) - idle
            for name, chosen in _CHOSEN.items()
        }


async def _painted(rounds: int) -> tuple[float, float]:
    async with filled() as (app, _engine, _service):
        desk = cast("MainScreen", app.screen).desk
        taken = list[float]()
        for _ in range(rounds):
            desk.table.set_order([])
            await asyncio.sleep(0.5)
            taken.append(await _paint(app, lambda: desk.table.set_order(desk.board.order)))
        again = [await _paint(app, lambda: desk.table.refresh()) for _ in range(rounds)]
        return median(taken), median(again)


async def _paint(app: SmsApp, act: Callable[[], object]) -> float:
    """CPU milliseconds of this thread from `act` to the end of the frame that shows what it did."""
    stamps = list[float]()
    app.post_display_hook = lambda: stamps.append(time.thread_time())  # type: ignore[method-assign]
    began = time.thread_time()
    act()
    await asyncio.sleep(0.5)
    del app.post_display_hook
    return (stamps[0] - began) * 1000


async def _tick(engine: Engine, service: Moving, which: slice, done: int) -> float:
    """CPU milliseconds of this thread in the half second that begins with the change."""
    chosen = list(service.tasks.values())[which]
    stage = SubTask("MIGRATE_LINUX_FILE", done * 7 % 100 + len(chosen) / 100_000)
    changed = [replace(task, stage=stage, speed=float(done + 1)) for task in chosen]
    reading, cpu = engine.store.begin(), time.thread_time()
    for start in range(0, len(changed), _SLICE):
        engine.store.intake.page(changed[start : start + _SLICE], reading)
        await asyncio.sleep(0)
    await asyncio.sleep(0.5)
    return (time.thread_time() - cpu) * 1000
