"""Shows a picture on the terminal's alternate screen until the interface takes over or a message is printed.

Any thread may draw it and any may take it down. A signal that ends or stops the program takes it down too, so
that the shell gets its own screen back.
"""

import os
import select
import signal
import termios
import threading
from contextlib import suppress
from types import FrameType
from typing import Any

_TERMINAL = 1
"""Standard output, on which the interface draws, too"""
_UP = b"\r\x1b[K\x1b[?1049h\x1b[m\x1b[2J\x1b[?25l"
"""Takes the starting line away first"""
_DOWN = b"\x1b[m\x1b[?25h\x1b[?1049l"
_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGTSTP)
_LONGEST_WAIT = 1.0
"""Seconds that its end waits for a picture in the making"""


class AlternateScreen:
    """One picture, drawn once at most."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._is_up = self._is_over = False
        self._before: list[Any] | None = None
        """The terminal's modes before the picture"""

    def guard(self) -> None:
        """Let no signal end the program and leave the picture behind; for the main thread."""
        for number in _SIGNALS:
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, self._signalled)

    def draw(self, picture: bytes) -> None:
        """Show `picture`, whose lines say where they stand."""
        with self._lock:
            if self._is_over or self._is_up:
                return
            try:
                # A terminal that does not accept the first bytes at once will not accept the rest in time.
                if select.select([], [_TERMINAL], [], 0)[1]:
                    self._quieten()
                    self._is_up = True
                    _write(_UP + picture)
            except (OSError, ValueError, termios.error):
                return

    def _quieten(self) -> None:
        """Let keys wait as they were typed, neither echoed into the picture nor edited by the terminal."""
        if os.tcgetpgrp(_TERMINAL) != os.getpgrp():
            raise OSError("in the background")
        before = termios.tcgetattr(_TERMINAL)
        modes = [*before]
        modes[0] &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR)
        modes[3] &= ~(termios.ECHO | termios.ICANON)
        self._before = before
        termios.tcsetattr(_TERMINAL, termios.TCSANOW, modes)

    def clear(self) -> None:
        """Take the picture away; none is drawn from here on."""
        was_up, before = self.hand_over()
        if before is not None:
            with suppress(termios.error):
                termios.tcsetattr(_TERMINAL, termios.TCSANOW, before)
        if was_up:
            with suppress(OSError):
                _write(_DOWN)

    def hand_over(self) -> tuple[bool, list[Any] | None]:
        """Leave the picture to the interface; returns whether there is one, and the modes to restore.

        The modes stay as they are: in a moment without them a Return would become another key.
        """
        is_ours = self._lock.acquire(timeout=_LONGEST_WAIT)
        try:
            was_up, self._is_up, self._is_over = self._is_up, False, True
            before, self._before = self._before, None
        finally:
            if is_ours:
                self._lock.release()
        self._unguard()
        return was_up, before

    def _unguard(self) -> None:
        if threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                if signal.getsignal(number) == self._signalled:
                    signal.signal(number, signal.SIG_DFL)

    def _signalled(self, number: int, _frame: FrameType | None) -> None:
        self.clear()
        os.kill(os.getpid(), number)


def _write(data: bytes) -> None:
    while data:
        data = data[os.write(_TERMINAL, data) :]
