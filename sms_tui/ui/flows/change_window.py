"""The end of the change window, set by the operator: header and launch question count towards it."""

from collections.abc import Callable

from msgspec import Struct

from sms_tui.domain.text import clean
from sms_tui.ui.flows.asking import Tell
from sms_tui.ui.wording.language import tr
from sms_tui.ui.wording.times import moment, next_time

_OFF = "off"
_BEFORE, _AFTER = 24 * 3600, 12 * 3600
"""Seconds before and after its end in which a window still is tonight's"""
CHOICES = (_OFF,)


class ChangeWindow(Struct, frozen=True):
    """Until when a target has to run, for one profile; remembered over a restart, and sent nowhere."""

    remembered: dict[str, int]
    """The end of each profile's window, in epoch seconds"""
    profile: str
    now: Callable[[], float]
    tell: Tell
    redraw: Callable[[], object]

    def __post_init__(self) -> None:
        """Forget the windows of other nights."""
        for name, ends in list(self.remembered.items()):
            if not -_AFTER <= ends - self.now() <= _BEFORE:
                del self.remembered[name]

    @property
    def ends(self) -> int | None:
        """Epoch seconds; None where none was set."""
        return self.remembered.get(self.profile)

    def left(self) -> float | None:
        """Seconds to its end, negative when it is over; None where none was set."""
        return None if self.ends is None else self.ends - self.now()

    def type_end(self, text: str) -> None:
        """Set the end as it is typed after `:window`, take it back, or say what it is."""
        if text == _OFF:
            self.remembered.pop(self.profile, None)
        elif text:
            ends = next_time(text, self.now())
            if ends is None:
                said = tr("'{text}' is not a time of day such as 04:00, nor off", text=clean(text))
                self.tell(said, "warning")
                return
            self.remembered[self.profile] = round(ends)
        self.redraw()
        if self.ends is None:
            self.tell(tr("No change window is set."))
        else:
            self.tell(tr("The change window ends {time}.", time=moment(self.ends)))
