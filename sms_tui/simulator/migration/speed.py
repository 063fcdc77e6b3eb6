"""How fast bytes flow: a mean rate that changes only at events, times a curve that fluctuates around 1.

The curve is read from a recorded hour whose running sum is known. So the bytes moved between two moments do
not depend on how often anybody looks, and a copy of nine hours costs only a handful of look-ups.
"""

import math
from bisect import bisect_left
from functools import lru_cache
from itertools import accumulate

from sms_tui.simulator.world.seeded_random import SeededRandom

BYTES_PER_MS = 125.0
"""Of one Mbit/s."""
HOUR = 3_600_000
_STEP = 10_000
_STEPS = HOUR // _STEP
_TIME_CONSTANT = 40_000
_SLOWEST = 0.3
_FASTEST = 1.2
"""The noise lies between these. A share of 0.8 of a link at most, times this, stays within the link."""
_LEVELLINGS = 6
"""What is cut off the peaks goes to the rest of the hour, so that the mean comes out as 1."""
_SMALL_FILES_EVERY = 120
_SMALL_FILES_FOR = 20
_AMONG_SMALL_FILES = 0.6
_DIP = 0.002
_DIP_STEPS = 2
_BUSY_DAY = tuple(0.8 if 8 <= hour < 18 else 0.9 if 6 <= hour < 22 else 1.0 for hour in range(24))
_FLAT_DAY = (1.0,) * 24

Tape = tuple[float, ...]
"""Running sum of one hour's factors, in effective milliseconds; begins with 0, ends with `HOUR`."""


@lru_cache(maxsize=256)
def tape(seed: int, number: int, noise: float, small_files: bool) -> Tape:
    """A recorded hour: mean-reverting noise with standard deviation `noise`, slower among small files."""
    random = SeededRandom(seed, f"tape-{number}")
    keep = math.exp(-_STEP / _TIME_CONSTANT)
    push = noise * math.sqrt(1 - keep * keep)
    level, still, factors = 0.0, 0, []
    for step in range(_STEPS):
        # The sum of three numbers of variance 1/3 comes near enough to a normal one.
        level = level * keep + push * (random.between(-1, 1) + random.between(-1, 1) + random.between(-1, 1))
        slow = (
            _AMONG_SMALL_FILES
            if small_files and noise and step % _SMALL_FILES_EVERY < _SMALL_FILES_FOR
            else 1
        )
        still = (
            1 + int(random.fraction() * _DIP_STEPS) if noise and random.happens(_DIP) else max(still - 1, 0)
        )
        factors.append(0.0 if still else max(1 + level, _SLOWEST) * slow)
    for _ in range(_LEVELLINGS):
        scale = _STEPS / sum(factors)
        factors = [min(factor * scale, _FASTEST) for factor in factors]
    scale = HOUR / sum(factors)
    return (*accumulate((factor * scale for factor in factors[:-1]), initial=0.0), float(HOUR))


class Course:
    """A tape played for ever from `offset` ms on; with `diurnal` business hours are slower than the night."""

    __slots__ = ("_area_before", "_hours", "_offset", "_tape", "_until")

    def __init__(self, recorded: Tape, offset: int, diurnal: bool) -> None:
        self._tape = recorded
        self._offset = offset
        self._hours = _BUSY_DAY if diurnal else _FLAT_DAY
        self._until = _running(self._hours)
        self._area_before = self._played(offset)

    def area(self, moment: float) -> float:
        """Effective milliseconds from the epoch to `moment`."""
        hours, rest = divmod(moment, HOUR)
        days, hour = divmod(int(hours), 24)
        played = self._played(rest + self._offset) - self._area_before
        return days * self._until[24] + self._until[hour] + self._hours[hour] * played

    def reach(self, area: float) -> float:
        """The first moment at which `area` is reached."""
        days, rest = divmod(area, self._until[24])
        hour = max(bisect_left(self._until, rest) - 1, 0)
        played = (rest - self._until[hour]) / self._hours[hour] + self._area_before
        return (days * 24 + hour) * HOUR + self._find(played) - self._offset

    def _played(self, moment: float) -> float:
        hours, rest = divmod(moment, HOUR)
        step = min(int(rest // _STEP), _STEPS - 1)
        low, high = self._tape[step], self._tape[step + 1]
        return hours * HOUR + low + (high - low) * (rest / _STEP - step)

    def _find(self, area: float) -> float:
        hours, rest = divmod(area, HOUR)
        step = max(bisect_left(self._tape, rest) - 1, 0)
        low, high = self._tape[step], self._tape[step + 1]
        return hours * HOUR + (step + ((rest - low) / (high - low) if high > low else 0.0)) * _STEP


@lru_cache(maxsize=2)
def _running(hours: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(accumulate((factor * HOUR for factor in hours), initial=0.0))


class Transfer:
    """`goal` bytes on their way from `start` on, of which `moved` are there; at rest until a rate is set."""

    __slots__ = ("_course", "_former", "_mark", "_moved", "_rate", "goal", "start")

    def __init__(self, course: Course, goal: float, moved: float, start: int) -> None:
        self.goal = max(goal, 1.0)
        self.start = start
        self._course = course
        self._mark = start
        self._moved = moved
        self._rate = 0.0
        self._former = (start, moved, 0.0)

    def set_rate(self, rate: float, now: int) -> None:
        """Move `rate` bytes per ms on average from `now` on; what has moved stays moved."""
        if rate == self._rate:
            return
        moved = self.moved_at(now)
        self._former = (self._mark, self._moved, self._rate)
        self._mark = max(now, self.start)
        self._moved = moved
        self._rate = rate

    def moved_at(self, moment: int) -> float:
        """Bytes that have arrived by `moment`, which may lie a few seconds back."""
        mark, moved, rate = self._former if moment < self._mark else (self._mark, self._moved, self._rate)
        if not rate or moment <= mark:
            return moved
        return min(self.goal, moved + rate * (self._course.area(moment) - self._course.area(mark)))

    def done_ms(self) -> int | None:
        """When the last byte arrives at the present rate, None while nothing moves."""
        if not self._rate:
            return None
        missing = (self.goal - self._moved) / self._rate
        return max(math.ceil(self._course.reach(self._course.area(self._mark) + missing)), self._mark + 1)

    def mbit_at(self, now: int) -> float:
        """Mbit/s on the source, the mean of the last five seconds."""
        return max(0.0, self.moved_at(now) - self.moved_at(now - 5000)) / 5000 / BYTES_PER_MS
