"""Signals: whatever ends the program, what it did is written down first, and the exit code tells."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

from sms_tui.exit_codes import ENDING_SIGNALS, of_signal


def run_until_ended(work: Coroutine[Any, Any, int]) -> int:
    """Run `work` on a loop of its own; a signal cancels it and decides the exit code."""
    return asyncio.run(_supervised(work))


def heeded_signals() -> list[signal.Signals]:
    """Those that end this run: `nohup`, and `&` in a script, want that some of them do not."""
    return [number for number in ENDING_SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]


async def _supervised(work: Coroutine[Any, Any, int]) -> int:
    task = asyncio.ensure_future(work)
    codes: list[int] = []

    def end(code: int) -> None:
        codes.append(code)
        task.cancel()

    loop = asyncio.get_running_loop()
    for number in heeded_signals():
        loop.add_signal_handler(number, end, of_signal(number))
    try:
        return await task
    except asyncio.CancelledError:
        if codes:
            return codes[0]
        raise
