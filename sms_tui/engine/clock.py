"""Time as the engine knows it: three callables, so that a test can control it."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from msgspec import Struct


class Clock(Struct, frozen=True):
    """Epoch seconds for what people read, monotonic seconds for intervals, and a way to wait."""

    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
