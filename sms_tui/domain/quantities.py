"""Numbers as people write them: the words for durations, ages, sizes, speeds and moments."""

from datetime import UTC, datetime

_SIZES = ("B", "kB", "MB", "GB", "TB", "PB")


def duration(seconds: float) -> str:
    """A span in its two greatest units, such as `2 h 05 m`."""
    whole = int(max(seconds, 0))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} m {rest:02d} s"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes:02d} m"
    return f"{hours // 24} d {hours % 24:02d} h"


def age(seconds: float) -> str:
    """A span in its greatest unit alone, such as `41 s` or `3 h`."""
    whole = int(max(seconds, 0))
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if whole >= (size if unit != "d" else 2 * size):
            return f"{whole // size} {unit}"
    return f"{whole} s"


def size(count: float) -> str:
    """A number of bytes in decimal units, such as `42.9 GB`."""
    value = float(max(count, 0))
    for unit in _SIZES:
        if value < 1000 or unit == _SIZES[-1]:
            return f"{value:.0f} {unit}" if value >= 100 or unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    raise AssertionError("unreachable")


def speed(mbit: float) -> str:
    """A data rate, such as `186 Mbit/s`; small ones keep a decimal."""
    return f"{mbit:.0f} Mbit/s" if mbit >= 10 or mbit == 0 else f"{mbit:.1f} Mbit/s"


def clock(seconds: float) -> str:
    """The time of day of an epoch second, in UTC: `02:14:07Z`."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%H:%M:%SZ")


def moment(seconds: float) -> str:
    """Day and time of an epoch second, in UTC: `2026-11-23 02:14:07Z`."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
