"""The documents: what a moment looks like, whatever the service says of it."""

import pytest

from sms_tui.domain.documents import utc


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, None),
        (0, "1970-01-01T00:00:00.000+00:00"),
        (1_700_000_000.5, "2023-11-14T22:13:20.500+00:00"),
        (-62_135_596_800, "0001-01-01T00:00:00.000+00:00"),
        (253_402_300_799, "9999-12-31T23:59:59.000+00:00"),
        (-62_135_596_801, None),
        (253_402_300_800, None),
        (-(2.0**53), None),
        (2.0**53 / 1000, None),
        (float("nan"), None),
        (float("inf"), None),
    ],
)
def test_a_moment_is_iso_8601_or_nothing(seconds: float | None, text: str | None) -> None:
    assert utc(seconds) == text
