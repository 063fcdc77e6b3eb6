"""`--timeout`: one limit for everything a command waits for, the list as well as the outcome."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager


class Patience:
    """The seconds of it that are left; the time that people take to answer is no part of them."""

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        """As it was asked for; None: without end, 0: to wait for no change"""
        self._left = seconds

    @asynccontextmanager
    async def spent(self, *, is_needed: bool = False) -> AsyncGenerator[None, None]:
        """Spend what is left, and raise `TimeoutError` then; 0 does not bound what `is_needed` at all."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(None if is_needed and not self.seconds else self._left):
                yield
        finally:
            if self._left is not None:
                self._left = max(0.0, self._left - (loop.time() - began))
