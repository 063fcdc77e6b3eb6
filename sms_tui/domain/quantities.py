"""Numbers as people write them: durations, ages, sizes, speeds, percentages and moments.

Every function accepts any number, because some come from a server; an impossible quantity is shown as it is.
"""

from datetime import UTC, datetime

from sms_tui.domain.sentence import Sentence, sentence

_SIZES = ("B", "kB", "MB", "GB", "TB")
_LONGEST = 1e12
"""Seconds; more is shown as this much"""
_END_OF_TIME = 253_402_300_800
"""The year 10 000, in epoch seconds"""
_MOST_PERCENT = 999


def duration(seconds: float) -> Sentence:
    """A span in its two greatest units, such as `2 h 05 m`."""
    whole = _whole(seconds)
    if whole < 60:
        return sentence("{seconds} s", seconds=whole)
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return sentence("{minutes} m {seconds:02d} s", minutes=minutes, seconds=rest)
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return sentence("{hours} h {minutes:02d} m", hours=hours, minutes=minutes)
    return sentence("{days} d {hours:02d} h", days=hours // 24, hours=hours % 24)


def age(seconds: float) -> Sentence:
    """A span in its greatest unit alone, such as `41 s` or `3 h`; days only from two on."""
    whole = _whole(seconds)
    if whole >= 2 * 86400:
        return sentence("{days} d", days=whole // 86400)
    if whole >= 3600:
        return sentence("{hours} h", hours=whole // 3600)
    if whole >= 60:
        return sentence("{minutes} m", minutes=whole // 60)
    return sentence("{seconds} s", seconds=whole)


def size(count: float) -> str:
    """A number of bytes in decimal units, such as `42.9 GB`."""
    value, unit = max(count, 0), _SIZES[0]
    for unit in _SIZES:
        if value < 999.5 or unit == _SIZES[-1]:
            break
        value /= 1000
    return f"{value:.0f} {unit}" if value >= 99.95 or unit == "B" else f"{value:.1f} {unit}"


def speed(mbit: float) -> str:
    """A data rate, such as `186 Mbit/s`; small ones keep a decimal."""
    return f"{mbit:.0f} Mbit/s" if mbit >= 9.95 or mbit == 0 else f"{mbit:.1f} Mbit/s"


def percent(done: float) -> str:
    """A percentage without decimals, rounded down so that only what is done says `100 %`."""
    return f"{min(done, _MOST_PERCENT) // 1:.0f} %"


def clock(seconds: float) -> str:
    """The time of day of an epoch second, in UTC: `02:14:07Z`."""
    return _utc(seconds, "%H:%M:%SZ")


def minute(seconds: float) -> str:
    """The time of day of an epoch second in UTC, without the seconds: `02:14Z`."""
    return _utc(seconds, "%H:%MZ")


def moment(seconds: float) -> str:
    """Day and time of an epoch second, in UTC: `2026-11-23 02:14:07Z`."""
    return _utc(seconds, "%Y-%m-%d %H:%M:%SZ")


def _whole(seconds: float) -> int:
    return int(min(seconds, _LONGEST)) if seconds > 0 else 0


def _utc(seconds: float, form: str) -> str:
    if not 0 <= seconds < _END_OF_TIME:
        return f"{seconds:.6g} s"
    return datetime.fromtimestamp(seconds, UTC).strftime(form)
