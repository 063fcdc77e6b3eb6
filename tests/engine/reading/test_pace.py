"""The pace: by what is going on, by what failed, and never faster than the service asks."""

import pytest

from sms_tui.engine.mode import EngineSettings
from sms_tui.engine.reading.pace import Pace
from tests.engine.scripted import trouble


def make_pace(chance: float = 0.5, **more: float) -> Pace:
    return Pace(EngineSettings(**more), lambda: chance)  # type: ignore[arg-type]


def rest(pace: Pace, took: float = 0.0) -> float:
    return pace.rest(is_busy=True, took=took)


def test_active_tasks_are_polled_at_the_interval_and_idle_ones_seldom() -> None:
    pace = make_pace()
    assert pace.rest(is_busy=True, took=0) == 5
    assert pace.rest(is_busy=False, took=0) == 30


def test_a_long_interval_is_not_made_shorter_by_idling() -> None:
    assert make_pace(interval=60.0).rest(is_busy=False, took=0) == 60


@pytest.mark.parametrize(("chance", "seconds"), [(0.0, 4.0), (0.5, 5.0), (1.0, 6.0)])
def test_many_clients_do_not_poll_in_step(chance: float, seconds: float) -> None:
    assert rest(make_pace(chance)) == pytest.approx(seconds)


def test_what_a_refresh_takes_counts_and_a_long_one_is_followed_by_some_rest() -> None:
    pace = make_pace()
    assert rest(pace, took=2) == 3
    assert rest(pace, took=20) == 5


def test_a_refresh_in_which_the_program_stood_still_for_an_hour_puts_the_next_off_as_little_as_any() -> None:
    pace = make_pace()
    assert rest(pace, took=3600) == 30
    assert pace.expected(is_busy=True, took=3600) == 2 * 3600 + 30


def test_failures_double_the_wait_up_to_half_a_minute() -> None:
    pace = make_pace()
    waits = []
    for _ in range(12):
        pace.failed(trouble())
        waits.append(rest(pace))
    assert waits[:5] == [5, 10, 20, 30, 30]
    assert waits[-1] == 30


def test_the_way_back_is_taken_step_by_step() -> None:
    pace = make_pace()
    for _ in range(1000):
        pace.failed(trouble())
    waits = []
    for _ in range(6):
        pace.succeeded()
        waits.append(rest(pace))
    assert waits == sorted(waits, reverse=True)
    assert waits[0] < 30
    assert waits[-1] == 5


def test_never_faster_than_asked_whatever_chance_says() -> None:
    pace = make_pace(chance=0.0)
    pace.failed(trouble(retry_after=90.0))
    assert rest(pace) == 90
    assert pace.asked_for == 90
    pace.succeeded()
    assert pace.asked_for == 0


def test_outages_are_probed_at_the_active_pace_even_if_nothing_was_active() -> None:
    pace = make_pace()
    pace.failed(trouble())
    assert pace.rest(is_busy=False, took=0) == 5


@pytest.mark.parametrize("is_busy", [True, False])
@pytest.mark.parametrize("took", [0.0, 2.0, 30.0])
@pytest.mark.parametrize("chance", [0.0, 0.3, 1.0])
def test_the_expectation_is_never_below_what_will_be(is_busy: bool, took: float, chance: float) -> None:
    pace = make_pace(chance)
    assert pace.expected(is_busy=is_busy, took=took) >= pace.rest(is_busy=is_busy, took=took) + took
