"""`--timeout`: one limit for everything a command waits for, the list as well as the outcome."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager


class Patience:
    """The seconds that are left of the limit; time that people take to answer does not count."""

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        """The limit as given; None means no limit, 0 means not to wait for any change"""
        self._left = seconds

    @property
    def sentence(self) -> str:
        """What is said once nothing is left; without its end."""
        return f"The {self.seconds:g} s of --timeout have passed"

    @asynccontextmanager
    async def spent(self, *, is_needed: bool = False) -> AsyncGenerator[None, None]:
        """Allow what is left, then raise `TimeoutError`; a limit of 0 does not apply to what `is_needed`."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(None if is_needed and not self.seconds else self._left):
                yield
        finally:
            if self._left is not None:
                self._left = max(0.0, self._left - (loop.time() - began))
