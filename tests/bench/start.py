"""How long until something can be read: the first text, the first task row."""

import asyncio
import compileall
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from tests.bench.measure import FLOOR, FLOOR_APP, PROGRAM, Figure, home, in_turn, until_written
from tests.bench.refresh import Raw
from tests.bench.service import serving

_HOUSE = Path(__file__).parents[2] / "sms_tui"
_A_STATE = rb"Ready|Copying|Syncing|Paused|Failed|READY|RUNNING|SYNCING|ABORT|MIGRATE_\w+"
_KEYS = b"space mark"
"""Stands in the last line of the interface, and not yet in the first picture of the rows"""


def first_text(rounds: int) -> Iterator[Figure]:
    """The first byte of a word."""
    with home() as env:
        medians = in_turn(
            rounds,
            {
                "floor": lambda: until_written(FLOOR_APP, b"ready-now", env),
                "ours": lambda: until_written([*PROGRAM, "demo"], b"sms-tui", env),
            },
        )
    yield Figure("first text", medians["ours"], "ms", 0.15, medians["floor"], FLOOR)


def first_row_demo(rounds: int) -> Iterator[Figure]:
    """The demo has its service in its own process and no connection to make."""
    with home() as env:
        medians = in_turn(
            rounds,
            {
                "floor": lambda: until_written(FLOOR_APP, b"ready-now", env),
                "ours": lambda: until_written([*PROGRAM, "demo"], _A_STATE, env),
            },
        )
    yield Figure("first task row, demo", medians["ours"], "ms", 1.2, medians["floor"], FLOOR)


def first_row(rounds: int) -> Iterator[Figure]:
    """HTTPS, 80 ms for each answer, fetch of page 1 included."""
    with home() as env, serving(10_000, delay=0.08, tls=True) as client:
        medians = in_turn(
            rounds,
            {
                "floor": lambda: until_written(FLOOR_APP, b"ready-now", env),
                "ours": lambda: until_written(PROGRAM, _A_STATE, {**env, **client}),
                "live": lambda: until_written(PROGRAM, _KEYS, {**env, **client}),
            },
        )
    floor = medians["floor"]
    yield Figure("first task row, HTTPS, 80 ms", medians["ours"], "ms", 1.2, floor, FLOOR)
    yield Figure("the same, drawn by the interface itself", medians["live"], "ms", 1.2, floor, FLOOR)


def full_load(rounds: int) -> Iterator[Figure]:
    """10,000 tasks on the board, 30 ms for each answer; at least the toolkit starts, and they are fetched."""

    def floor() -> float:
        shown, began = until_written(FLOOR_APP, b"ready-now", env), time.perf_counter()
        asyncio.run(Raw(client["SMS_TUI_ENDPOINT"]).sweep())
        return shown + (time.perf_counter() - began) * 1000

    with home() as env, serving(10_000) as client:
        program = [*PROGRAM, "--debug-hud"]
        medians = in_turn(
            rounds,
            {"floor": floor, "ours": lambda: until_written(program, rb"rounds=1", {**env, **client})},
        )
    ours, least = medians["ours"] / 1000, medians["floor"] / 1000
    yield Figure("10,000 tasks loaded", ours, "s", 1.0, least, "minimal app, then raw", is_of_floor=False)


def questions(rounds: int) -> Iterator[Figure]:
    """`--help` and `--version` wait for nothing but the interpreter."""
    with home() as env:
        medians = in_turn(
            rounds,
            {
                "floor": lambda: until_written([sys.executable, "-c", "print('word')"], b"word", env),
                "version": lambda: until_written([*PROGRAM, "--version"], b"sms-tui", env),
                "help": lambda: until_written([*PROGRAM, "--help"], b"COMMAND", env),
            },
        )
    for name in ("version", "help"):
        yield Figure(f"--{name}", medians[name], "ms", 6.0, medians["floor"], "python, print")


def first_start(rounds: int) -> Iterator[Figure]:
    """Installed into a folder that nothing may be written to, with the byte code that an installer makes."""
    with home() as env, tempfile.TemporaryDirectory() as folder:
        numbers = count()

        def first() -> float:
            place = Path(folder) / str(next(numbers))
            shutil.copytree(_HOUSE, place / "sms_tui", ignore=shutil.ignore_patterns("__pycache__"))
            shutil.copytree(_HOUSE.parent / "themes", place / "themes")
            compileall.compile_dir(place, quiet=1)
            return started(place)

        def started(place: Path) -> float:
            sealed = {**env, "PYTHONPATH": str(place), "PYTHONDONTWRITEBYTECODE": "1"}
            return until_written([sys.executable, "-P", "-m", "sms_tui", "demo"], _A_STATE, sealed)

        medians = in_turn(rounds, {"second": lambda: started(_HOUSE.parent), "first": first})
    yield Figure("first start, sealed", medians["first"], "ms", 1.1, medians["second"], "second start")
