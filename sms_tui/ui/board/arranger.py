"""Sorts the board: at once if that is quick, else in steps between which keys are answered."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress

from msgspec import Struct, field

from sms_tui.domain.sorting import Steps
from sms_tui.engine.yield_point import YieldPoint
from sms_tui.ui.board.board import Board

_AT_ONCE, _ALL = 4, 1000
"""Steps that may be taken in one go, and those of a short list, of which each is small"""
_REST = 0.5
"""Seconds between two orders of a list that never comes to rest"""


class Arranger(Struct):
    """Works on one order at a time; the one in view stays until the next is whole."""

    board: Board
    show: Callable[[], None]
    background: Callable[[Coroutine[None, None, None]], object]
    yield_point: YieldPoint
    is_wished: bool = False
    """Whether the order that the operator wants is still to come into view"""
    _steps: Steps[None] | None = None
    _is_working: bool = False
    _wished: asyncio.Event = field(default_factory=asyncio.Event)
    _afterwards: list[Callable[[], object]] = []

    @property
    def is_under_way(self) -> bool:
        """Whether an order is being worked out."""
        return self._steps is not None

    def wish(self) -> None:
        """The operator wants another order: what is under way is worth nothing any more."""
        self.is_wished = True
        self._begin()

    def _begin(self) -> None:
        self._steps = self.board.arranging()
        self._wished.set()
        if not self._is_working and not self._advance(_ALL if self.board.is_short else _AT_ONCE):
            self._is_working = True
            self.background(self._go_on())

    def news(self) -> None:
        """Rows moved; what is under way comes to its end first, however often they do."""
        if not self._is_working:
            self._begin()

    def afterwards(self, act: Callable[[], object]) -> None:
        """Do something once the order that was wished for is in view."""
        self._afterwards.append(act)
        if self._steps is None:
            self._settle()

    async def _go_on(self) -> None:
        try:
            while True:
                while self._steps is not None:
                    self._advance(1)
                    await self.yield_point()
                if not self.board.is_outdated:
                    return
                await self._rest()
                self._steps = self._steps or self.board.arranging()
        finally:
            self._is_working = False

    async def _rest(self) -> None:
        """Leave the list alone for a while, unless the operator wants another order."""
        self._wished.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(_REST):
                await self._wished.wait()

    def _advance(self, count: int) -> bool:
        """Take some steps; whether the order is whole and in view."""
        try:
            for _ in range(count):
                if self._steps is not None:
                    next(self._steps)
        except StopIteration:
            self._steps, self.is_wished = None, False
            self.show()
            self._settle()
        return self._steps is None

    def _settle(self) -> None:
        acts, self._afterwards = self._afterwards, []
        for act in acts:
            act()
