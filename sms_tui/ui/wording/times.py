"""Times as the screen shows them: in UTC, or in this machine's own zone with its offset."""

import re
from datetime import UTC, datetime, timedelta

from sms_tui.domain import quantities

ZONES = ("utc", "local")
_zone = ZONES[0]
_TIME_OF_DAY = re.compile(r"(\d{1,2}):(\d{2})Z?", re.ASCII)


def show_in(zone: str) -> None:
    """Show times in one of `ZONES` from now on; anything else counts as UTC."""
    global _zone
    _zone = zone if zone in ZONES else ZONES[0]


def zone_in_force() -> str:
    """Where times are shown now: one of `ZONES`."""
    return _zone


def clock(seconds: float) -> str:
    """The time of day of an epoch second: `22:05:02Z` or `23:05:02+01:00`."""
    there = _local(seconds)
    return quantities.clock(seconds) if there is None else there.timetz().isoformat("seconds")


def minute(seconds: float) -> str:
    """The time of day of an epoch second without the seconds: `22:05Z` or `23:05+01:00`."""
    there = _local(seconds)
    return quantities.minute(seconds) if there is None else there.timetz().isoformat("minutes")


def moment(seconds: float) -> str:
    """Day and time of an epoch second: `2026-11-23 22:05:02Z` or `2026-11-23 23:05:02+01:00`."""
    there = _local(seconds)
    return quantities.moment(seconds) if there is None else there.isoformat(" ", "seconds")


def next_time(text: str, now: float) -> float | None:
    """The epoch second at which it is `text` next, such as `04:00`; None for no time.

    In the zone shown, or in UTC where `Z` stands behind it.
    """
    found = _TIME_OF_DAY.fullmatch(text)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    here = datetime.fromtimestamp(now, UTC if text.endswith("Z") or _local(now) is None else None)
    today = here.replace(hour=int(found[1]), minute=int(found[2]), second=0, microsecond=0)
    # In the night in which clocks are set back it may be that time twice, and in the other one never.
    times = [
        day.replace(fold=fold).timestamp() for day in (today, today + timedelta(days=1)) for fold in (0, 1)
    ]
    return next(time for time in times if time > now)


def _local(seconds: float) -> datetime | None:
    """None where UTC is wanted, or the machine's zone has no such time."""
    if _zone == ZONES[0]:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC).astimezone()
    except (OverflowError, ValueError, OSError):
        return None
