"""Time as the engine knows it: three callables, so that a test can control it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Clock(Struct, frozen=True, kw_only=True):
    """Epoch seconds for what people read, monotonic seconds for intervals, and a way to wait."""

    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


class Uptime(NamedTuple):
    """Seconds since this machine was started, and which start that was: a clock that nobody sets."""

    boot: str
    seconds: float


def uptime() -> Uptime | None:
    """How long this machine has been up, the time that it slept included; None where that is not told."""
    boot = _boot()
    return Uptime(boot, time.clock_gettime(time.CLOCK_BOOTTIME)) if boot else None


@cache
def _boot() -> str:
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
