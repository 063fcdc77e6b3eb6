"""The pause for which the service asks when it is sent too much."""

from math import ceil

from sms_tui.domain.outcome import Answer, TroubleKind
from sms_tui.engine.clock import Clock
from sms_tui.engine.record import Batch

_SHORTEST = 1.0
"""Seconds where the service names none: its limits count by the second"""
_LOOKS = 1.0
"""Seconds after which a batch that was stopped meanwhile waits no more"""


class DemandedPause:
    """Keeps back what has not been sent yet, so that one refusal does not become one for the whole batch."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until = 0.0
        self._is_told = True

    def note(self, answer: Answer) -> None:
        """Begin a pause if `answer` asks for one."""
        trouble = answer.trouble
        if trouble is not None and trouble.kind is TroubleKind.THROTTLED:
            self._until = max(self._until, self._clock.monotonic() + (trouble.retry_after or _SHORTEST))
            self._is_told = False

    def holds(self, batch: Batch) -> bool:
        """Whether `batch` has to wait; one that was stopped has nothing to wait for."""
        return not batch.is_stopped and self._left > 0

    def news(self) -> int | None:
        """Whole seconds of a pause that was not told yet."""
        if self._is_told:
            return None
        self._is_told = True
        return ceil(self._left)

    async def end(self, batch: Batch) -> None:
        """Wait until `batch` need not wait any longer."""
        while self.holds(batch):
            await self._clock.sleep(min(self._left, _LOOKS))

    @property
    def _left(self) -> float:
        return self._until - self._clock.monotonic()
