"""Numbers in words."""

from collections.abc import Callable
from datetime import UTC, datetime
from inspect import getmembers, isfunction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_tui.domain import quantities
from sms_tui.domain.quantities import age, clock, duration, minute, moment, percent, size, speed

IN_WORDS = [
    each
    for name, each in getmembers(quantities, isfunction)
    if each.__module__ == quantities.__name__ and not name.startswith("_")
]
NIGHT = datetime(2026, 11, 23, 2, 14, 7, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("seconds", "words", "short"),
    [
        (-5, "0 s", "0 s"),
        (0, "0 s", "0 s"),
        (59.9, "59 s", "59 s"),
        (60, "1 m 00 s", "1 m"),
        (61, "1 m 01 s", "1 m"),
        (3599, "59 m 59 s", "59 m"),
        (3600, "1 h 00 m", "1 h"),
        (7500, "2 h 05 m", "2 h"),
        (47.99 * 3600, "47 h 59 m", "47 h"),
        (48 * 3600, "2 d 00 h", "2 d"),
        (80 * 3600, "3 d 08 h", "3 d"),
        (float("nan"), "0 s", "0 s"),
    ],
)
def test_a_span_is_said_in_full_and_as_an_age(seconds: float, words: str, short: str) -> None:
    assert duration(seconds) == words
    assert age(seconds) == short


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (-1, "0 B"),
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (99_949, "99.9 kB"),
        (99_960, "100 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (42_900_000_000, "42.9 GB"),
        (1.2e12, "1.2 TB"),
        (5e15, "5000 TB"),
    ],
)
def test_a_size_is_said_in_the_unit_that_suits_it(count: float, words: str) -> None:
    assert size(count) == words


@pytest.mark.parametrize(
    ("mbit", "words"),
    [
        (0, "0 Mbit/s"),
        (0.04, "0.0 Mbit/s"),
        (0.4, "0.4 Mbit/s"),
        (9.94, "9.9 Mbit/s"),
        (9.96, "10 Mbit/s"),
        (186.4, "186 Mbit/s"),
    ],
)
def test_a_speed_is_said_with_its_unit(mbit: float, words: str) -> None:
    assert speed(mbit) == words


@pytest.mark.parametrize(
    ("done", "words"),
    [(0, "0 %"), (6.9, "6 %"), (99.99, "99 %"), (100, "100 %"), (104, "104 %"), (1e9, "999 %")],
)
def test_a_percentage_is_whole_and_never_100_before_the_end(done: float, words: str) -> None:
    assert percent(done) == words


def test_moments_are_in_utc() -> None:
    assert clock(NIGHT) == "02:14:07Z"
    assert minute(NIGHT) == "02:14Z"
    assert moment(NIGHT) == "2026-11-23 02:14:07Z"
    assert moment(0) == "1970-01-01 00:00:00Z"


@pytest.mark.parametrize("seconds", [-1, 1e12, 1e300, float("inf"), float("nan")])
def test_a_number_that_is_no_moment_is_shown_as_a_number(seconds: float) -> None:
    assert moment(seconds) == clock(seconds) == f"{seconds:.6g} s"


@given(
    st.one_of(st.floats(), st.integers(-(2**53), 2**53)),
    st.sampled_from(IN_WORDS),
)
def test_every_number_has_words(number: float, words: Callable[[float], str]) -> None:
    assert 0 < len(words(number)) < 330
