"""Limits how often the client asks, and keeps to a pause that the service demands."""

from collections.abc import Awaitable, Callable

BURST = 10
"""Requests that may leave at once after a rest"""


class Lane:
    """Lets `rate` requests a second through, `BURST` at once after a rest; waiting is in order of arrival."""

    def __init__(
        self,
        rate: float | None,
        monotonic: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._interval = 1 / rate if rate else 0.0
        self._slack = self._interval * (BURST - 1)
        self._monotonic = monotonic
        self._sleep = sleep
        self._next = 0.0
        self._held_until = 0.0

    @property
    def held_for(self) -> float:
        """Seconds left of a pause that the service demanded."""
        return max(0.0, self._held_until - self._monotonic())

    def hold(self, seconds: float) -> None:
        """Let nothing through for `seconds`; a longer hold that is already on stays."""
        self._held_until = max(self._held_until, self._monotonic() + seconds)

    async def take(self) -> None:
        """Wait for a turn, and until nothing is held."""
        await self.turn()
        while held := self.held_for:
            await self._sleep(held)

    async def turn(self) -> None:
        """Wait for a turn as the rate gives it."""
        now = self._monotonic()
        self._next = max(self._next, now) + self._interval
        wait = self._next - self._interval - self._slack - now
        if wait > 0:
            await self._sleep(wait)
