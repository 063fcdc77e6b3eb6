"""When the screen is painted: right after a key, and for everything else at the toolkit's rate.

The toolkit paints at the ticks of a clock. The effect of a key would wait for the next tick, and the work of
a refresh would continue meanwhile and make the wait longer.
"""

import asyncio
import math
from collections.abc import Callable

from msgspec import Struct

_TURNS, _GATHER = 3, 0.001
"""A frame is painted so many turns of the loop after it was last asked for, or so many seconds after it was
first: all widgets that one event touched have asked by then, and are painted in one"""
_ON_ITS_WAY = 0.005
"""Seconds to wait while a key is still on its way, so that what it does is in the frame too"""
_LONGEST = 0.03
"""Seconds after which a key that changed nothing on the screen is waited for no longer"""


class Attention(Struct):
    """Whether a key was pressed whose effect is not on the screen yet."""

    monotonic: Callable[[], float]
    _pressed_at: float = -math.inf
    _is_done: bool = False

    def press(self) -> None:
        """A key came in."""
        self._pressed_at, self._is_done = self.monotonic(), False

    def act(self) -> None:
        """The key did what it does: the next frame shows it."""
        self._is_done = True

    def show(self) -> None:
        """A frame was painted; it shows nothing of a key that is still on its way through the queues."""
        if self._is_done:
            self._pressed_at = -math.inf

    @property
    def is_on_its_way(self) -> bool:
        """Whether the key has still to act."""
        return self.is_due and not self._is_done

    @property
    def is_due(self) -> bool:
        """Whether somebody waits for a frame: anything that can be done later should be."""
        return self.monotonic() - self._pressed_at < _LONGEST


class FrameClock(Struct):
    """Stands in for the timer of a toolkit's screen: asked for a frame, it says when to paint it."""

    paint: Callable[[], None]
    attention: Attention
    period: float
    """Seconds from one frame to the next where no key waits for it"""
    _painted_at: float = -math.inf
    _next: asyncio.TimerHandle | None = None
    _turn: asyncio.Handle | None = None
    """The next turn of the loop, while a frame is about to be painted"""
    _turns: int = 0
    """How many turns are left until then"""
    _has_waited: bool = False
    """Whether the next frame was put off already for a key on its way"""

    def resume(self) -> None:
        """There is something to paint."""
        loop, attention = asyncio.get_running_loop(), self.attention
        if attention.is_due and not attention.is_on_its_way:
            self._turns = _TURNS
            self._wait_until(loop.time() + _GATHER)
            self._turn = self._turn or loop.call_soon(self._take_turn)
        elif attention.is_on_its_way:
            self._wait_until(loop.time() + _ON_ITS_WAY)
        else:
            self._wait_until(max(loop.time() + _GATHER, self._painted_at + self.period))

    def pause(self) -> None:
        """There is nothing to paint any more."""
        for handle in (self._next, self._turn):
            if handle is not None:
                handle.cancel()
        self._next = self._turn = None

    def _wait_until(self, at: float) -> None:
        if self._next is not None:
            if self._next.when() <= at:
                return
            self._next.cancel()
        self._next = asyncio.get_running_loop().call_at(at, self._beat)

    def _take_turn(self) -> None:
        self._turn = None
        self._turns -= 1
        if self._turns > 0:
            self._turn = asyncio.get_running_loop().call_soon(self._take_turn)
        else:
            self._beat()

    def _beat(self) -> None:
        self.pause()
        if self.attention.is_on_its_way and not self._has_waited:
            # Asked for before the key came; two frames in a row would show what it does only in the second.
            self._has_waited = True
            self._next = asyncio.get_running_loop().call_later(_ON_ITS_WAY, self._beat)
            return
        self._has_waited = False
        try:
            self.paint()
        finally:
            self._painted_at = asyncio.get_running_loop().time()
            self.attention.show()
