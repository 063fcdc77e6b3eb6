"""Waiting for an app under test by looking at its loop: as long as something is left to do, and no longer.

The toolkit's own pilot sleeps for a fiftieth of a second two or three times for each key, and takes an app
for idle whose process used little of the processor meanwhile: long for the tests, and short on a
busy machine.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from textual import _time
from textual.notifications import Notification
from textual.pilot import Pilot

from tests.patience import PatientLoop, loop_time

_FRAME = 0.001
"""Seconds between two frames of an app that nobody watches"""
_SOON = 0.02
"""Timers that go off so soon are waited for, as the pilot did by its sleep; in all no longer than that"""
_LONGEST = 10.0
"""Seconds after which a loop that is never done is left to itself"""
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
        # By these the app tells how long a key waited, and how long something said stays.
        patch.setattr(_time, "get_time", loop_time)
        patch.setattr(Notification, "time_left", property(lambda said: said.timeout))
        yield


async def until_quiet(_min_sleep: float = 0.0, max_sleep: float = _LONGEST) -> None:
    """Wait until loop and threads have nothing to do and no timer is about to go off."""
    loop, waited, idle = _loop(), 0.0, 0
    end = loop.time() + max_sleep
    while idle < _TURNS and loop.time() < end:
        pause = 0.0 if loop.is_busy or waited >= _SOON else _until_next_timer(loop)
        waited += pause
        if loop.in_threads:
            pause = _FRAME
        await asyncio.sleep(pause)
        idle = 0 if loop.is_busy or pause else idle + 1


async def _until_screen_is_quiet(_pilot: Pilot[Any], *_limit: float) -> bool:
    """Wait until every message was handled: the pilot sends one to each widget and counts what comes back."""
    await until_quiet()
    return True


def _loop() -> PatientLoop:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, PatientLoop)
    return loop


def _until_next_timer(loop: PatientLoop) -> float:
    """Seconds until the next timer goes off; zero if none does soon."""
    left = loop.until_next_timer()
    return max(left, _FRAME) if left < _SOON else 0.0
