"""When a screen is painted: right behind a key, and for everything else at the toolkit's rate.

The toolkit paints at the beats of a clock. What a key did would wait for the next beat, and the work of a
refresh would go on meanwhile and make the wait longer.
"""

import asyncio
import math
from collections.abc import Callable

_GATHER = 0.001
"""Seconds in which the widgets that one event touched have all said so, to be painted in one frame"""
_ON_ITS_WAY = 0.005
"""The same while a key is still on its way: what it does shall be in the frame too"""
_LONGEST = 0.03
"""Seconds after which a key that changed nothing on the screen is waited for no longer"""


class Attention:
    """Whether a key was pressed whose effect is not on the screen yet."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._pressed_at = -math.inf
        self._is_done = False

    def press(self) -> None:
        """A key came in."""
        self._pressed_at, self._is_done = self._monotonic(), False

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
        return self._monotonic() - self._pressed_at < _LONGEST


class FrameClock:
    """Stands in for the timer of a toolkit's screen: asked for a frame, it says when to paint it."""

    def __init__(self, paint: Callable[[], None], attention: Attention, period: float) -> None:
        """`period`: seconds from one frame to the next where no key waits for it."""
        self._paint = paint
        self._attention = attention
        self._period = period
        self._painted_at = -math.inf
        self._next: asyncio.TimerHandle | None = None
        self._has_waited = False
        """Whether the next frame was put off already for a key on its way"""

    def resume(self) -> None:
        """There is something to paint."""
        loop = asyncio.get_running_loop()
        soon, beat = loop.time() + _GATHER, self._painted_at + self._period
        if self._attention.is_on_its_way:
            at = loop.time() + _ON_ITS_WAY
        else:
            at = soon if self._attention.is_due else max(soon, beat)
        if self._next is not None:
            if self._next.when() <= at:
                return
            self._next.cancel()
        self._next = loop.call_at(at, self._beat)

    def pause(self) -> None:
        """There is nothing to paint any more."""
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def _beat(self) -> None:
        self._next = None
        if self._attention.is_on_its_way and not self._has_waited:
            # Asked for before the key came; two frames in a row would show what it does only in the second.
            self._has_waited = True
            self._next = asyncio.get_running_loop().call_later(_ON_ITS_WAY, self._beat)
            return
        self._has_waited = False
        try:
            self._paint()
        finally:
            self._painted_at = asyncio.get_running_loop().time()
            self._attention.show()
