"""How bytes flow: integrals that do not depend on who looks how often."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_tui.simulator.migration.speed import HOUR, Course, Transfer, tape

_MORNING = 1_773_453_600_000


def _course(diurnal: bool = True, noise: float = 0.2, small_files: bool = True) -> Course:
    return Course(tape(3, 1, noise, small_files), 977_000, diurnal)


@settings(deadline=None)
@given(st.integers(_MORNING, _MORNING + 48 * HOUR), st.integers(1, 24 * HOUR), st.booleans())
def test_reach_is_the_inverse_of_area(begin: int, span: int, diurnal: bool) -> None:
    course = _course(diurnal)
    wanted = course.area(begin) + (course.area(begin + span) - course.area(begin)) / 2
    reached = course.reach(wanted)
    assert begin <= reached <= begin + span
    assert course.area(reached) == pytest.approx(wanted, abs=1)


@settings(deadline=None)
@given(st.lists(st.integers(_MORNING, _MORNING + 30 * HOUR), min_size=2, max_size=20))
def test_area_never_decreases(moments: list[int]) -> None:
    course = _course()
    areas = [course.area(moment) for moment in sorted(moments)]
    assert all(earlier <= later for earlier, later in pairwise(areas))


def test_an_hour_of_noise_is_worth_an_hour() -> None:
    course = _course(diurnal=False)
    assert course.area(_MORNING + HOUR) - course.area(_MORNING) == pytest.approx(HOUR)


def test_business_hours_are_slower_than_the_night() -> None:
    course = _course()
    night = course.area(_MORNING + HOUR) - course.area(_MORNING)
    day = course.area(_MORNING + 9 * HOUR) - course.area(_MORNING + 8 * HOUR)
    assert day < 0.9 * night


def test_a_copy_is_done_when_its_last_byte_arrives() -> None:
    copy = Transfer(_course(), goal=5e9, moved=1e9, start=_MORNING)
    copy.set_rate(10_000.0, _MORNING)
    done = copy.done_ms()
    assert done is not None
    assert copy.moved_at(done) == pytest.approx(5e9)
    assert copy.moved_at(done - 2000) < 5e9


def test_what_has_moved_stays_moved_when_the_rate_changes() -> None:
    copy = Transfer(_course(), goal=5e9, moved=0.0, start=_MORNING)
    copy.set_rate(10_000.0, _MORNING)
    before = copy.moved_at(_MORNING + 60_000)
    copy.set_rate(0.0, _MORNING + 60_000)
    assert copy.moved_at(_MORNING + 600_000) == before > 0
    assert copy.done_ms() is None


def test_the_wire_never_exceeds_its_link() -> None:
    copy = Transfer(_course(diurnal=False, noise=0.25), goal=1e15, moved=0.0, start=_MORNING)
    copy.set_rate(100 * 125 * 0.8, _MORNING)
    speeds = [copy.mbit_at(_MORNING + second * 1000) for second in range(5, 3600, 5)]
    assert max(speeds) <= 100
    assert min(speeds) < 60
