"""Waiting that can be ended early: for a point in time or a bell, and until the engine is idle."""

import asyncio
from collections.abc import Awaitable, Coroutine
from types import TracebackType
from typing import Any

from sms_tui.engine.clock import Clock


class Bell:
    """Ends one wait; a ring while nobody waits ends the next one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """End the wait under way, or the next one."""
        self._rung.set()

    async def wait(self, seconds: float | None = None) -> None:
        """Return at the next ring, or after `seconds`."""
        if seconds is None:
            await self._rung.wait()
        elif not self._rung.is_set():
            await first_of(self._rung.wait(), self._clock.sleep(seconds))
        self._rung.clear()


class Activity:
    """Counts what is under way, so that others can wait until nothing is."""

    def __init__(self) -> None:
        self._count = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def begin(self) -> None:
        """Something has to be done."""
        self._count += 1
        self._idle.clear()

    def end(self) -> None:
        """It is done."""
        self._count -= 1
        if not self._count:
            self._idle.set()

    def __enter__(self) -> None:
        self.begin()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    async def idle(self) -> None:
        """Return once nothing is under way."""
        while self._count:
            await self._idle.wait()


async def first_of(*waits: Awaitable[object]) -> None:
    """Return when the first of `waits` is over, and end the others."""
    futures = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for future in futures:
            future.cancel()


async def within(work: Coroutine[Any, Any, None], limit: Awaitable[None]) -> None:
    """Do `work` until it is done, but no longer than `limit` lasts; what it raises is raised here."""
    working, waiting = asyncio.ensure_future(work), asyncio.ensure_future(limit)
    try:
        await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        is_done = working.done()
        for future in (working, waiting):
            future.cancel()
    if is_done:
        working.result()
