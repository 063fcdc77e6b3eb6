"""How often the client asks, and what it repeats."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_tui.api.calls.retry import ATTEMPTS, LONGEST_PAUSE, TOTAL_SECONDS, Retrier
from sms_tui.api.errors import ApiError, error_of
from sms_tui.api.network.limiter import Lane
from sms_tui.domain.outcome import Trouble, TroubleKind
from tests.api.rig import Time

pytestmark = pytest.mark.anyio


def failure(*, repeatable: bool = True, retry_after: float | None = None) -> ApiError:
    return error_of(Trouble(TroubleKind.SERVER, "It failed.", retry_after=retry_after), repeatable=repeatable)


class Attempts:
    """Fails as told, then succeeds."""

    def __init__(self, *failures: ApiError) -> None:
        self.failures = list(failures)
        self.count = 0

    async def __call__(self, left: float) -> str:
        assert left > 0
        self.count += 1
        if self.failures:
            raise self.failures.pop(0)
        return "fine"


def retrier(time: Time, random: float = 0.5) -> Retrier:
    return Retrier(monotonic=time.monotonic, sleep=time.sleep, random=lambda: random)


async def test_a_burst_goes_through_at_once_and_then_the_rate_holds() -> None:
    time = Time()
    lane = Lane(5, time.monotonic, time.sleep)
    for _ in range(10):
        await lane.take()
    assert time.passed == pytest.approx(0, abs=1e-6)
    for _ in range(50):
        await lane.take()
    assert time.passed == pytest.approx(10)


@given(pauses=st.lists(st.floats(0, 5), min_size=1, max_size=80))
async def test_no_second_sees_more_than_burst_and_rate(pauses: list[float]) -> None:
    time = Time()
    lane = Lane(5, time.monotonic, time.sleep)
    taken: list[float] = []
    for pause in pauses:
        time.passed += pause
        await lane.take()
        taken.append(time.passed)
    for start in taken:
        assert sum(start <= moment < start + 1 for moment in taken) <= 15


async def test_without_a_rate_nobody_waits() -> None:
    time = Time()
    lane = Lane(None, time.monotonic, time.sleep)
    for _ in range(1000):
        await lane.take()
    assert time.sleeps == []


async def test_a_pause_holds_everyone_for_its_whole_length() -> None:
    time = Time()
    lane = Lane(None, time.monotonic, time.sleep)
    lane.hold(7)
    lane.hold(3)
    assert lane.held_for == 7
    await asyncio.gather(*(lane.take() for _ in range(5)))
    assert time.passed >= 7
    assert lane.held_for == 0


async def test_passing_faults_are_repeated() -> None:
    time = Time()
    attempts = Attempts(failure(), failure(), failure())
    assert await retrier(time).run(attempts) == "fine"
    assert attempts.count == 4
    assert time.sleeps == [0.25, 0.5, 1.0]


async def test_after_four_attempts_the_last_error_is_told() -> None:
    attempts = Attempts(*(failure() for _ in range(9)))
    with pytest.raises(ApiError):
        await retrier(Time()).run(attempts)
    assert attempts.count == ATTEMPTS


def silence(seconds: int, *, repeatable: bool = True) -> ApiError:
    return error_of(Trouble(TroubleKind.TIMED_OUT, f"Not within {seconds} s."), repeatable=repeatable)


@pytest.mark.parametrize(
    ("failures", "told"),
    [
        ([silence(20), silence(20), silence(4, repeatable=False)], "Not within 20 s."),
        ([failure(), silence(4, repeatable=False)], "Not within 4 s."),
        ([silence(20), failure(repeatable=False)], "It failed."),
    ],
)
async def test_of_a_silent_service_the_try_that_waited_longest_tells(
    failures: list[ApiError], told: str
) -> None:
    with pytest.raises(ApiError) as raised:
        await retrier(Time()).run(Attempts(*failures))
    assert raised.value.trouble.sentence == told


async def test_lasting_faults_are_not_repeated() -> None:
    attempts = Attempts(failure(repeatable=False))
    with pytest.raises(ApiError):
        await retrier(Time()).run(attempts)
    assert attempts.count == 1


async def test_the_pause_that_was_asked_for_is_kept() -> None:
    time = Time()
    await retrier(time, random=0).run(Attempts(failure(retry_after=7)))
    assert time.sleeps == [7]


async def test_a_pause_that_takes_too_long_is_left_to_the_caller() -> None:
    time = Time()
    attempts = Attempts(failure(retry_after=60))
    with pytest.raises(ApiError) as caught:
        await retrier(time).run(attempts)
    assert caught.value.trouble.retry_after == 60
    assert time.sleeps == []


async def test_an_outage_uses_the_quota_up_and_a_recovery_fills_it() -> None:
    time = Time()
    shared = retrier(time)
    for _ in range(20):
        with pytest.raises(ApiError):
            await shared.run(Attempts(*(failure() for _ in range(9))))
    spent = Attempts(*(failure() for _ in range(9)))
    with pytest.raises(ApiError):
        await shared.run(spent)
    assert spent.count == 1
    for _ in range(5):
        await shared.run(Attempts())
    again = Attempts(failure())
    assert await shared.run(again) == "fine"


async def test_an_outage_of_twenty_reads_costs_four_requests_more() -> None:
    shared, total = retrier(Time()), 0
    for _ in range(20):
        attempts = Attempts(*(failure() for _ in range(9)))
        with pytest.raises(ApiError):
            await shared.run(attempts)
        total += attempts.count
    assert total == 24


@given(random=st.floats(0, 1), asked=st.lists(st.none() | st.floats(1, 120), min_size=4, max_size=4))
async def test_pauses_stay_within_their_bounds(random: float, asked: list[float | None]) -> None:
    time = Time()
    attempts = Attempts(*(failure(retry_after=seconds) for seconds in asked))
    try:
        await retrier(time, random).run(attempts)
    except ApiError:
        assert attempts.count <= ATTEMPTS
    assert time.passed <= TOTAL_SECONDS
    for pause, seconds in zip(time.sleeps, asked, strict=False):
        assert (seconds or 0) <= pause <= (seconds or 0) + LONGEST_PAUSE


async def test_cancelling_is_not_an_error_to_repeat() -> None:
    async def attempt(left: float) -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await retrier(Time()).run(attempt)
