"""The loop of every test: its clock counts what the loop waited for, not how long the machine took.

A busy machine can stop a process for seconds, and whatever has a deadline would find it past, although nobody
was slow but the machine.
"""

import asyncio
import math
import selectors
import time
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any

_LONGEST_TURN = 0.001
"""Seconds that a turn of the loop counts for at most"""
_LONGEST_WAIT = 0.02
"""Seconds that waiting without a break counts for at most; whoever waits longer does so in several parts"""


class _PatientSelector(selectors.DefaultSelector):
    def __init__(self) -> None:
        super().__init__()
        self.passed = 0.0
        self._looked_at = time.monotonic()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self._count(_LONGEST_TURN)
        if not timeout or timeout < 0:
            return self._waited(timeout)
        end, found = self.passed + timeout, list[tuple[selectors.SelectorKey, int]]()
        while not found and (left := end - self.passed) > 0:
            found = self._waited(min(left, _LONGEST_WAIT))
        return found

    def _waited(self, seconds: float | None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(seconds)
        self._count(seconds or 0.0)
        return found

    def _count(self, most: float) -> None:
        now = time.monotonic()
        self.passed += min(now - self._looked_at, most)
        self._looked_at = now


class PatientLoop(asyncio.SelectorEventLoop):
    """A loop on such a clock, which also knows what is done for it in threads."""

    def __init__(self) -> None:
        self._patience = _PatientSelector()
        super().__init__(self._patience)
        self.in_threads = set[asyncio.Future[Any]]()

    def time(self) -> float:
        """Seconds on its own clock."""
        return self._patience.passed

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., Any], *args: object
    ) -> asyncio.Future[Any]:
        """Remember it until it is done."""
        work = super().run_in_executor(executor, func, *args)
        self.in_threads.add(work)
        work.add_done_callback(self.in_threads.discard)
        return work

    @property
    def is_busy(self) -> bool:
        """Whether there is something to do in the next turn."""
        return bool(self._ready)

    def until_next_timer(self) -> float:
        """Seconds until the next timer goes off."""
        timers = (timer.when() for timer in self._scheduled if not timer.cancelled())
        return min(timers, default=math.inf) - self.time()


def loop_time() -> float:
    """Seconds on the clock of the running loop, or on the machine's where none runs."""
    loop = asyncio._get_running_loop()
    return loop.time() if loop else time.monotonic()
