"""A value that one thread sets and others wait for.

The standard library's futures take longer to import than we have before the first request.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, TypeVar

T = TypeVar("T")


class Promise(Generic[T]):
    """Kept once, by `keep`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: list[T] = []
        self._takers: list[Callable[[T], object]] = []

    @property
    def is_kept(self) -> bool:
        """Whether the value is there."""
        return bool(self._kept)

    def keep(self, value: T) -> None:
        """Hand out the value."""
        with self._lock:
            self._kept.append(value)
            takers, self._takers = self._takers, []
        for take in takers:
            take(value)

    def when_kept(self, take: Callable[[T], object]) -> None:
        """Have `take` called with the value, by whatever thread has it; it must not raise."""
        with self._lock:
            if not self._kept:
                self._takers.append(take)
                return
        take(self._kept[0])

    def wait(self) -> T:
        """Wait for the value, outside a loop."""
        is_kept = threading.Event()
        self.when_kept(lambda _: is_kept.set())
        is_kept.wait()
        return self._kept[0]

    async def value(self) -> T:
        """Wait for the value."""
        import asyncio

        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def take(value: T) -> None:
            # The waiting task may be gone by now, together with its event loop.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(lambda: None if future.done() else future.set_result(value))

        self.when_kept(take)
        return await future
