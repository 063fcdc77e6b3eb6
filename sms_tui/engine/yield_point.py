"""The pause between two pieces of long work, in which keys and everything else get their turn."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
_LOOK_AGAIN = 0.001
"""Seconds"""


class YieldPoint:
    """Awaited between pieces; goes on at once, or when nobody is in a hurry any more."""

    def __init__(self) -> None:
        self._is_pressed: Callable[[], bool] = lambda: False

    def give_way(self, is_pressed: Callable[[], bool]) -> None:
        """Hold back all work while `is_pressed` says so, which has to end without the work going on."""
        self._is_pressed = is_pressed

    async def __call__(self) -> None:
        """Let others have their turn."""
        await asyncio.sleep(0)
        while self._is_pressed():  # noqa: ASYNC110 - it ends by the clock too, which sets no event
            await asyncio.sleep(_LOOK_AGAIN)


def pieces(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """`items` in pieces of `size` at most."""
    rest = iter(items)
    while piece := list(islice(rest, size)):
        yield piece
