"""The end of the process when an event loop does not bring it about: one that hangs hears no signal."""

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress

from sms_tui.exit_codes import heeded_signals, of_signal

_LONGEST_END = 11.0
"""Seconds from the signal on: an answer that is waited for may take 10 of them"""
_AGAIN = 1.0
"""Seconds to the next alarm: one that comes while the process is stopped can reach a thread that is deaf"""


class HardStop:
    """Sees to it that a signal which asks for an end gets one, whatever the program is doing."""

    def __init__(self, give_back: Callable[[], None] = lambda: None) -> None:
        """`give_back` is called before the process ends by force, in the midst of whatever holds it up."""
        self._give_back = give_back
        self._code: int | None = None
        self._is_interrupted = False

    def keep_interrupt(self) -> None:
        """Keep an interrupt that comes before `heed`: asyncio would cancel what runs, which tells no code."""
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, lambda *_: self._note_interrupt())

    def _note_interrupt(self) -> None:
        self._is_interrupted = True

    def heed(self, loop: asyncio.AbstractEventLoop, end: Callable[[int], object]) -> None:
        """Let `loop` call `end` with the exit code of each such signal that comes; for the main thread."""
        signal.signal(signal.SIGALRM, lambda *_: self._end())
        for number in heeded_signals():
            loop.add_signal_handler(number, end, of_signal(number))
            # In the place of the loop's own, which does nothing; the loop is woken with either.
            signal.signal(number, lambda number, _: self.arm(of_signal(number)))
        if self._is_interrupted:
            os.kill(os.getpid(), signal.SIGINT)

    def arm(self, code: int) -> None:
        """End with `code` before long, unless something else ends the process; for any thread."""
        if self._code is None:
            self._code = code
            signal.setitimer(signal.ITIMER_REAL, _LONGEST_END, _AGAIN)

    def _end(self) -> None:
        """The journal needs nothing: what it has is on disk, and the next start reads what became of it."""
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        with suppress(Exception):
            self._give_back()
        os._exit(self._code or 0)
