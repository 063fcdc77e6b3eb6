"""When to redraw what changes with time alone: each second while seconds show, else when something is due.

There is one timer for everything, since every timer wakes a process that has nothing else to do.
"""

import time
from collections.abc import Callable

from textual.timer import Timer

_USUAL = 1.0
_LEAST = 0.05
"""Seconds"""


class Pulse:
    """Beats while the program runs; the fewer beats, the less an idle screen costs."""

    def __init__(
        self,
        arm: Callable[[float, Callable[[], None]], Timer],
        beat: Callable[[], float],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`beat` does what is due and returns for how many seconds nothing else will be; 0 if unknown."""
        self._arm = arm
        self._beat = beat
        self._monotonic = monotonic
        self._timer: Timer | None = None
        self._due = 0.0

    def start(self) -> None:
        """Beat from now on."""
        self._rest(_USUAL)

    def hurry(self) -> None:
        """Beat within a second, because something happened."""
        if self._timer is not None and self._due - self._monotonic() > _USUAL:
            self._timer.stop()
            self._rest(_USUAL)

    def _rest(self, seconds: float) -> None:
        self._due = self._monotonic() + seconds
        self._timer = self._arm(seconds, self._go)

    def _go(self) -> None:
        rest = self._beat()
        self._rest(max(rest, _LEAST) if rest else _USUAL)
