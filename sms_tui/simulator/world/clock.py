"""The time of the simulated service. Nothing else in the simulator asks what time it is."""

import time
from collections.abc import Callable

START_MS = 1_773_453_600_000
"""Saturday 2026-03-14 02:00 UTC: a change window has just opened."""


class VirtualClock:
    """Runs `speed` times as fast as `monotonic`; with speed 0 it moves only by `advance`."""

    def __init__(
        self,
        speed: float = 60.0,
        start_ms: int = START_MS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.speed = speed
        self.start_ms = start_ms
        self._monotonic = monotonic
        self._elapsed_ms = 0.0
        self._running_since: float | None = monotonic()

    def now_ms(self) -> int:
        """Virtual epoch milliseconds."""
        return self.start_ms + int(self._elapsed_ms + self._running_ms())

    def advance(self, seconds: float) -> None:
        """Step ahead by virtual seconds."""
        self._elapsed_ms += seconds * 1000

    def pause(self) -> None:
        """Stop; `advance` still moves it."""
        self._elapsed_ms += self._running_ms()
        self._running_since = None

    def resume(self) -> None:
        """Run on after a pause."""
        if self._running_since is None:
            self._running_since = self._monotonic()

    def waited_seconds(self) -> float:
        """Seconds since the start as a client feels them, which does not run faster with `speed`."""
        return (self.now_ms() - self.start_ms) / 1000 / (self.speed or 1)

    def _running_ms(self) -> float:
        if self._running_since is None or not self.speed:
            return 0.0
        return (self._monotonic() - self._running_since) * self.speed * 1000
