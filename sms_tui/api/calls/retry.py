"""Repeats reads after passing faults. Writes never come here."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from sms_tui.api.errors import ApiError
from sms_tui.domain.outcome import TroubleKind

ATTEMPTS = 4
_BASE_SECONDS = 0.5
LONGEST_PAUSE = 20.0
TOTAL_SECONDS = 45.0
_FULL_QUOTA = 20
_PRICE = 5
T = TypeVar("T")


class Retrier:
    """Repeats a read with growing random pauses, out of a quota that successes refill.

    The quota keeps a long outage from costing more than the first tries: it pays for four repeats, then each
    success earns a fifth of one.
    """

    def __init__(
        self,
        *,
        monotonic: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        random: Callable[[], float],
    ) -> None:
        self._monotonic = monotonic
        self._sleep = sleep
        self._random = random
        self._quota = _FULL_QUOTA

    async def run(self, attempt: Callable[[float], Awaitable[T]]) -> T:
        """Await `attempt(seconds_left)` until it succeeds or is given up; raises its last `ApiError`.

        Where nothing but silence came, the first: it waited longest, and the last one maybe for a moment.
        """
        end = self._monotonic() + TOTAL_SECONDS
        number = 0
        told: ApiError | None = None
        while True:
            try:
                result = await attempt(max(end - self._monotonic(), 1.0))
            except ApiError as error:
                number += 1
                if told is None or not _are_silent(told, error):
                    told = error
                pause = self._pause(error, number)
                if not self._may_repeat(error, number, pause, end):
                    raise told from None
                self._quota -= _PRICE
                await self._sleep(pause)
            else:
                self._quota = min(self._quota + 1, _FULL_QUOTA)
                return result

    def _may_repeat(self, error: ApiError, number: int, pause: float, end: float) -> bool:
        in_time = self._monotonic() + pause < end
        return error.repeatable and number < ATTEMPTS and self._quota >= _PRICE and in_time

    def _pause(self, error: ApiError, number: int) -> float:
        """The pause the service asked for, plus a random one up to the exponential bound."""
        jitter = self._random() * min(LONGEST_PAUSE, _BASE_SECONDS * 2.0 ** (number - 1))
        return (error.trouble.retry_after or 0.0) + jitter


def _are_silent(*errors: ApiError) -> bool:
    return all(error.trouble.kind is TroubleKind.TIMED_OUT for error in errors)
