"""Waiting for an app under test by looking at its loop: as long as something is left to do, and no longer.

The toolkit's own pilot sleeps for a fiftieth of a second two or three times for each key, and takes an app
for idle whose process used little of the processor meanwhile: long for the tests, and short on a
busy machine.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from textual import _wait
from textual.pilot import Pilot

_FRAME = 0.001
"""Seconds between two frames of an app that nobody watches"""
_SOON = _wait.SLEEP_GRANULARITY
"""Timers that go off so soon are waited for, as the pilot did by its sleep; in all no longer than that"""
_LONGEST = 10.0
"""Seconds after which a loop that is never done is left to itself"""
_WAIT_FOR_SCREEN = Pilot._wait_for_screen
_TURNS = 2
"""So many turns with nothing to do: the first looks at sockets and timers, the second at what they brought"""


@contextmanager
def quietly_waiting() -> Iterator[None]:
    """Let every pilot wait in this way, and every app draw as soon as there is something to be drawn."""
    with pytest.MonkeyPatch.context() as patch:
        for user in ("textual.screen", "sms_tui.ui.terminal.painting"):
            patch.setattr(f"{user}.UPDATE_PERIOD", _FRAME)
        # A pilot types faster than any hand; what a hand sees between two keys is what a story looks at.
        for rest in ("RESTS_AFTER", "RESTS_AFTER_SLOWLY"):
            patch.setattr(f"sms_tui.ui.desk.{rest}", 0.0)
        for user in ("textual.app", "textual.pilot"):
            patch.setattr(f"{user}.wait_for_idle", until_quiet)
        patch.setattr(Pilot, "_wait_for_screen", _until_screen_is_quiet)
        yield


async def until_quiet(min_sleep: float = 0.0, max_sleep: float = _LONGEST) -> None:
    """Wait until the loop has nothing to do and no timer is about to go off.

    Threads at work cannot be seen from here: the pilot's own way is taken where there may be some.
    """
    loop = asyncio.get_running_loop()
    if _has_threads(loop):
        return await _wait.wait_for_idle(min_sleep)
    end, waited, idle = time.monotonic() + max_sleep, 0.0, 0
    while idle < _TURNS and time.monotonic() < end:
        pause = 0.0 if loop._ready or waited >= _SOON else _until_next_timer(loop)  # type: ignore[attr-defined]
        waited += pause
        await asyncio.sleep(pause)
        idle = 0 if loop._ready or pause else idle + 1  # type: ignore[attr-defined]
    return None


async def _until_screen_is_quiet(pilot: Pilot[Any], *limit: float) -> bool:
    """Wait until every message was handled: the pilot sends one to each widget and counts what comes back."""
    if _has_threads(asyncio.get_running_loop()):
        return await _WAIT_FOR_SCREEN(pilot, *limit)
    await until_quiet()
    return True


def _has_threads(loop: asyncio.AbstractEventLoop) -> bool:
    return loop._default_executor is not None  # type: ignore[attr-defined]


def _until_next_timer(loop: asyncio.AbstractEventLoop) -> float:
    """Seconds until the next timer goes off; zero if none does soon."""
    now = loop.time()
    timers = loop._scheduled  # type: ignore[attr-defined]
    left = min((timer.when() - now for timer in timers if not timer.cancelled()), default=_SOON)
    return max(left, _FRAME) if left < _SOON else 0.0
