"""Switches all displayed times between UTC and local time."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from sms_tui.domain.text import clean
from sms_tui.state import State
from sms_tui.ui.flows.asking import Tell
from sms_tui.ui.wording.language import tr
from sms_tui.ui.wording.times import ZONES, show_in, zone_in_force


class TimeZoneSwitch(Struct, frozen=True):
    """Changes the zone of all times shown, remembers it, and has them drawn anew."""

    state: State
    tell: Tell
    draw_anew: Sequence[Callable[[], object]]

    def turn(self, zone: str = "") -> None:
        """Show times in one of `ZONES`, or in the other one where none is named."""
        utc, local = ZONES
        wanted = zone.casefold() or (local if zone_in_force() == utc else utc)
        if wanted not in ZONES:
            said = tr("There is no zone '{zone}'. Zones: {known}", zone=clean(zone), known=", ".join(ZONES))
            self.tell(said, "warning")
            return
        show_in(wanted)
        self.state.time = zone_in_force()
        for draw in self.draw_anew:
            draw()
