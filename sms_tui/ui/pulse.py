"""When to redraw what changes with time alone: each second while seconds show, else when something is due.

There is one timer for everything, since every timer wakes a process that has nothing else to do.
"""

import time
from collections.abc import Callable

from msgspec import Struct
from textual.timer import Timer

_USUAL = 1.0
_LEAST = 0.05
"""Seconds"""


class Pulse(Struct, kw_only=True):
    """Beats while the program runs; the fewer beats, the less an idle screen costs."""

    arm: Callable[[float, Callable[[], None]], Timer]
    beat: Callable[[], float]
    """Does what is due, and returns for how many seconds nothing else will be; 0 if unknown"""
    monotonic: Callable[[], float] = time.monotonic
    _timer: Timer | None = None
    _due: float = 0.0

    def start(self) -> None:
        """Beat from now on."""
        self._rest(_USUAL)

    def hurry(self) -> None:
        """Beat within a second, because something happened."""
        if self._timer is not None and self._due - self.monotonic() > _USUAL:
            self._timer.stop()
            self._rest(_USUAL)

    def _rest(self, seconds: float) -> None:
        self._due = self.monotonic() + seconds
        self._timer = self.arm(seconds, self._go)

    def _go(self) -> None:
        rest = self.beat()
        self._rest(max(rest, _LEAST) if rest else _USUAL)
