"""How fast operations are sent to a service that has refused one for being too many."""

from math import ceil

from sms_tui.domain.outcome import Answer, TroubleKind
from sms_tui.engine.clock import Clock
from sms_tui.engine.record import Batch

_SHORTEST_PAUSE = 1.0
"""Seconds, where the service names none: its limits are per second"""
_FIRST_SPACING, _MOST_SPACING = 1.5, 12.0
"""Seconds between two operations: a little more than a second, and twice as many after each refusal"""
_CAREFUL = 60.0
"""Seconds after a refusal in which operations go one by one"""
_LOOKS = 1.0
"""Seconds after which a batch that was stopped meanwhile waits no more"""


class SendingPace:
    """Keeps back what has not been sent yet, so that one refusal does not become one for the whole batch."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._paused_until = self._spaced_until = self._careful_until = self._next = 0.0
        self._spacing = _FIRST_SPACING
        self._is_told = True

    def note(self, answer: Answer) -> None:
        """Begin a pause if `answer` asks for one."""
        trouble, now = answer.trouble, self._clock.monotonic()
        if trouble is None or trouble.kind is not TroubleKind.THROTTLED:
            return
        if now >= self._paused_until:
            # Those that were on their way at the same time are refused for the same reason.
            self._spacing = min(self._spacing * 2, _MOST_SPACING) if self._is_careful else _FIRST_SPACING
            self._is_told = False
        self._paused_until = max(self._paused_until, now + (trouble.retry_after or _SHORTEST_PAUSE))
        self._careful_until = self._paused_until + _CAREFUL

    def lets_through(self, batch: Batch) -> bool:
        """Whether an operation of `batch` may be sent now, which may have had its turn a while ago."""
        if self._is_early(batch):
            return False
        if self._is_careful:
            self._spaced_until = self._clock.monotonic() + self._spacing
        return True

    @property
    def _is_careful(self) -> bool:
        return self._clock.monotonic() < self._careful_until

    def _is_early(self, batch: Batch) -> bool:
        """One that was stopped has nothing to wait for."""
        return not batch.is_stopped and self._clock.monotonic() < self._open_from

    @property
    def _open_from(self) -> float:
        return max(self._paused_until, self._spaced_until)

    def news(self) -> int | None:
        """Whole seconds that are left of a pause, if that was not told yet."""
        left = ceil(self._paused_until - self._clock.monotonic())
        is_news, self._is_told = left > 0 and not self._is_told, True
        return left if is_news else None

    async def turn(self, batch: Batch) -> None:
        """Wait until an operation of `batch` may be sent: at once, as long as nothing was refused."""
        while self._is_early(batch):
            await self._sleep_until(self._open_from, batch)
        if self._is_careful:
            # Each has a turn of its own, or all of them would read their task again for one that is sent.
            mine = max(self._next, self._clock.monotonic())
            self._next = mine + self._spacing
            await self._sleep_until(mine, batch)

    async def _sleep_until(self, moment: float, batch: Batch) -> None:
        while not batch.is_stopped and (left := moment - self._clock.monotonic()) > 0:
            await self._clock.sleep(min(left, _LOOKS))
