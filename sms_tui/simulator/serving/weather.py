"""What can happen to requests on their way: delays, losses, server faults and throttling."""

from msgspec import Struct

from sms_tui.simulator.migration.rules import Refusal
from sms_tui.simulator.world.clock import VirtualClock
from sms_tui.simulator.world.scenario import Throttle, Weather
from sms_tui.simulator.world.seeded_random import SeededRandom

_OUTAGE_S = 60.0
_FAULTS = ((500, "APIGW.0201"), (502, "APIGW.0201"), (504, "APIGW.0201"))
_OUTAGE = Refusal(503, "", "Service Unavailable")
"""Without a code: the answer is a load balancer's page, not JSON."""


class Passage(Struct, frozen=True):
    """How one request fares."""

    delay: float = 0.0
    """Seconds before anything happens."""
    lost: bool = False
    """It never arrives."""
    fault: Refusal | None = None
    answer_lost: bool = False
    """It takes effect, and nobody hears of it."""


class Forecast:
    """Decides from the number of requests so far what becomes of the next."""

    def __init__(self, weather: Weather, seed: int, clock: VirtualClock) -> None:
        self._weather = weather
        self._clock = clock
        self._random = SeededRandom(seed, "weather")
        self._writes = 0

    def next(self, write: bool) -> Passage:
        """What becomes of the next request; `write` tells one that changes something."""
        weather, random = self._weather, self._random
        delay = weather.latency + weather.jitter * (random.fraction() if weather.jitter else 0)
        if random.happens(weather.slow):
            delay += random.between(2, 8)
        lost = random.happens(weather.lost_request)
        answer_lost = random.happens(weather.lost_answer) or self._every_second(write)
        return Passage(delay, lost, self._fault(), answer_lost)

    def _every_second(self, write: bool) -> bool:
        if not (write and self._weather.lose_every_second_write):
            return False
        self._writes += 1
        return self._writes % 2 == 1

    def _fault(self) -> Refusal | None:
        every = self._weather.outage_every
        since_start = (self._clock.now_ms() - self._clock.start_ms) / 1000
        if every and since_start >= every and since_start % every < _OUTAGE_S:
            return _OUTAGE
        if self._random.happens(self._weather.server_error):
            status, code = self._random.pick(_FAULTS)
            return Refusal(status, code, "The backend service did not answer as it should")
        return None


class Buckets:
    """A token bucket for each API of the one user that there is."""

    def __init__(self, throttle: Throttle | None, clock: VirtualClock) -> None:
        self._throttle = throttle
        self._clock = clock
        self._levels: dict[str, tuple[float, float]] = {}

    @property
    def retry_after(self) -> int | None:
        """Seconds that a refused caller is told to wait."""
        return self._throttle.retry_after if self._throttle else None

    def refusal(self, api: str, write: bool) -> Refusal | None:
        """Why this call is one too many, or None."""
        if self._throttle is None:
            return None
        rate = self._throttle.writes if write else self._throttle.reads
        now = self._clock.waited_seconds()
        level, filled = self._levels.get(api, (rate, now))
        level = min(rate, level + (now - filled) * rate)
        self._levels[api] = (level - 1 if level >= 1 else level, now)
        if level >= 1:
            return None
        words = "The throttling threshold has been reached: policy user over ratelimit"
        return Refusal(429, "APIGW.0308", f"{words},limit:{rate:g},time:1 second")
