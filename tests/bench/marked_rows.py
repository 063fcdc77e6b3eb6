"""How long the loop stands still for one key where thousands of rows are marked."""

import asyncio
import time
from asyncio import events
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any, cast

from textual.events import Key

from sms_tui.ui.app import SmsApp
from sms_tui.ui.screens.main import MainScreen
from tests.bench.measure import Figure
from tests.bench.polling import filled

_MARKED = 10_000
_KEYS = (("a", "palette"), ("p", "confirmation"), ("y", "copy menu"), ("c", "ids copied"), ("w", "watched"))


def marked(rounds: int) -> Iterator[Figure]:
    """The longest callback of the loop at each key, CPU of its thread."""
    few, many, (down, problem, hold) = asyncio.run(_pressed(rounds))
    for (key, what), block in many.items():
        said = f"longest block at '{key}' ({what}), 10,000 marked"
        yield Figure(said, block, "ms", 50, few[key, what], "one marked", is_of_floor=False)
    said = "longest block at 'n' (next problem), 50,000 rows"
    yield Figure(said, problem, "ms", 10, down, "cursor down", is_of_floor=False)
    said = "longest block at 'p' (screen paused), 50,000 rows"
    yield Figure(said, hold, "ms", 50, down, "cursor down", is_of_floor=False)


Blocks = dict[tuple[str, str], float]
"""Milliseconds by key and what it does"""


async def _pressed(rounds: int) -> tuple[Blocks, Blocks, list[float]]:
    """With one row marked, with many, and of keys for which none has to be."""
    async with filled() as (app, _engine, _service):
        others = [median([await _press(app, key) for _ in range(rounds + 1)][1:]) for key in ("down", "n")]
        # Held and let go in turn, of which the former takes longer.
        others.append(median([max([await _press(app, "p"), await _press(app, "p")]) for _ in range(rounds)]))
        return (
            await _with_marks(app, 1, rounds),
            await _with_marks(app, _MARKED, rounds),
            others,
        )


async def _with_marks(app: SmsApp, count: int, rounds: int) -> Blocks:
    desk = cast("MainScreen", app.screen).desk
    desk.table.selection.marks.replace({}, desk.board.order[:count])
    seen: dict[tuple[str, str], list[float]] = {named: [] for named in _KEYS}
    for _ in range(rounds + 1):
        for key, what in _KEYS:
            seen[key, what].append(await _press(app, key))
            if key != "a":
                await _press(app, "escape")
    return {named: median(taken[1:]) for named, taken in seen.items()}


async def _press(app: SmsApp, key: str) -> float:
    with _longest() as longest:
        app.post_message(Key(key, key if len(key) == 1 else None))
        await asyncio.sleep(0.7)
    return longest[0] * 1000


@contextmanager
def _longest() -> Iterator[list[float]]:
    """Holds the seconds of the longest callback meanwhile."""
    found, ordinary = [0.0], events.Handle._run

    def run(self: Any) -> None:
        began = time.thread_time()
        ordinary(self)
        found[0] = max(found[0], time.thread_time() - began)

    events.Handle._run = run  # type: ignore[method-assign]
    try:
        yield found
    finally:
        events.Handle._run = ordinary  # type: ignore[method-assign]
