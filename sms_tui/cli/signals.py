"""Handles signals: what the program did is written down first, and the exit code names the signal."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from sms_tui.hard_stop import HardStop


def run_until_ended(work: Coroutine[Any, Any, int]) -> int:
    """Run `work` on a loop of its own; a signal cancels it and decides the exit code."""
    return asyncio.run(_supervised(work))


async def _supervised(work: Coroutine[Any, Any, int]) -> int:
    task = asyncio.ensure_future(work)
    codes: list[int] = []

    def end(code: int) -> None:
        codes.append(code)
        task.cancel()

    HardStop().heed(asyncio.get_running_loop(), end)
    try:
        return await task
    except asyncio.CancelledError:
        if codes:
            return codes[0]
        raise
