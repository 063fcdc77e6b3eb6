"""When the picture is fresh, stale, offline or not there yet."""

import pytest
from msgspec.structs import replace

from sms_tui.domain.freshness import Freshness, SyncStatus

LOADING, FRESH, STALE, OFFLINE = Freshness.LOADING, Freshness.FRESH, Freshness.STALE, Freshness.OFFLINE


@pytest.mark.parametrize(
    ("interval", "age", "failures", "expected"),
    [
        (5, None, 0, LOADING),
        (5, None, 1, LOADING),
        (5, None, 2, LOADING),
        (5, None, 3, OFFLINE),
        (5, 0, 0, FRESH),
        (5, 10, 0, FRESH),
        (5, 10.1, 0, STALE),
        (5, 0, 1, STALE),
        (5, 0, 2, STALE),
        (5, 0, 3, OFFLINE),
        (5, 1000, 2, STALE),
        (5, 1000, 9, OFFLINE),
        (30, 59, 0, FRESH),
        (30, 61, 0, STALE),
        (0.02, 1.9, 0, FRESH),
        (0.02, 2.1, 0, STALE),
        (5, -1, 0, FRESH),
        (5, -60, 0, STALE),
    ],
)
def test_lists_grow_stale_by_age_and_offline_by_failures(
    interval: float, age: float | None, failures: int, expected: Freshness
) -> None:
    now = 1_000_000.0
    status = SyncStatus(interval, synced_at=None if age is None else now - age, failures=failures)
    assert status.freshness(now) is expected
    is_old = expected in {STALE, OFFLINE} and age is not None
    assert status.unread(now) == pytest.approx(max(age or 0, 0) if is_old else 0)


def test_the_age_is_never_negative() -> None:
    status = SyncStatus(5, synced_at=100.0)
    assert status.age(141.0) == 41
    assert status.age(90.0) == 0
    assert replace(status, synced_at=None).age(90.0) is None
