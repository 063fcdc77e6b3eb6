"""Switches all displayed times between UTC and local time."""

from collections.abc import Callable, Iterable

from sms_tui.state import State
from sms_tui.ui.wording.times import ZONES, show_in, zone_in_force


class TimeZoneSwitch:
    """Changes the zone of all times shown, remembers it, and has them drawn anew."""

    def __init__(self, state: State, draw_anew: Iterable[Callable[[], object]]) -> None:
        self._state = state
        self._draw_anew = tuple(draw_anew)

    def turn(self, zone: str = "") -> None:
        """Show times in one of `ZONES`, or in the other one."""
        utc, local = ZONES
        other = local if zone_in_force() == utc else utc
        show_in(zone if zone in ZONES else other)
        self._state.time = zone_in_force()
        for draw in self._draw_anew:
            draw()
