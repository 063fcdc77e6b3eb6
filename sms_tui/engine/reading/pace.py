"""How long to wait until the next refresh, given current activity, failures and the service's wishes."""

from collections.abc import Callable

from sms_tui.domain.outcome import Trouble
from sms_tui.engine.mode import EngineSettings

_JITTER = 0.2
_SLOWEST = 30.0
_FAILURES_THAT_SLOW = 6
_LEAST_REST = 0.25
"""Seconds of rest for each second that a refresh took: a long list must not keep the service busy for ever

At most `_SLOWEST` in all: where a refresh took an hour, the program was stopped meanwhile.
"""


class Pace:
    """Waits between refreshes, in seconds."""

    def __init__(self, settings: EngineSettings, chance: Callable[[], float]) -> None:
        self.interval = settings.interval
        """Seconds from one refresh to the next while something is active"""
        self._idle_interval = settings.idle_interval
        self._chance = chance
        self._slowed = 0
        self._asked_for = 0.0

    def rest(self, *, is_busy: bool, took: float) -> float:
        """How long to wait after a refresh that took `took`."""
        wanted = max(self._base(is_busy), self._slow_pace()) * self._spread()
        return max(wanted - took, _rest_after(took), self._asked_for)

    def expected(self, *, is_busy: bool, took: float) -> float:
        """An honest upper bound for the time from asking for one whole list to having the next one."""
        wanted = max(self._base(is_busy), self._slow_pace()) * (1 + _JITTER)
        return max(wanted, took + _rest_after(took), self._asked_for) + took

    @property
    def asked_for(self) -> float:
        """Seconds that the service wants to be left alone after its last failure."""
        return self._asked_for

    def failed(self, trouble: Trouble) -> None:
        """Slow down: twice as long after each failure, up to a bound, and never earlier than asked."""
        self._slowed = min(self._slowed + 1, _FAILURES_THAT_SLOW)
        self._asked_for = trouble.retry_after or 0.0

    def succeeded(self) -> None:
        """Speed up step by step: many clients returning at once would bring the service down again."""
        self._slowed //= 2
        self._asked_for = 0.0

    def _base(self, is_busy: bool) -> float:
        return self.interval if is_busy or self._slowed else max(self._idle_interval, self.interval)

    def _slow_pace(self) -> float:
        if not self._slowed:
            return 0.0
        return min(self.interval * 2.0 ** (self._slowed - 1), max(_SLOWEST, self.interval))

    def _spread(self) -> float:
        return 1 + _JITTER * (2 * self._chance() - 1)


def _rest_after(took: float) -> float:
    return min(_LEAST_REST * took, _SLOWEST)
