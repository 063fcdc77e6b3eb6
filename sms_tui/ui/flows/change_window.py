"""The end of the change window, set by the operator: header and launch question count towards it."""

from collections.abc import Callable

from sms_tui.domain.text import clean
from sms_tui.ui.flows.asking import Tell
from sms_tui.ui.wording.language import tr
from sms_tui.ui.wording.times import moment, next_time

_OFF = "off"
_BEFORE, _AFTER = 24 * 3600, 12 * 3600
"""Seconds before and after its end in which a window still is tonight's"""
CHOICES = (_OFF,)


class ChangeWindow:
    """Until when a target has to run, for one profile; remembered over a restart, and sent nowhere."""

    def __init__(
        self,
        remembered: dict[str, int],
        profile: str,
        now: Callable[[], float],
        tell: Tell,
        redraw: Callable[[], object],
    ) -> None:
        """`remembered` has the end of each profile's window, in epoch seconds."""
        self._remembered = remembered
        self._profile = profile
        self._now = now
        self._tell = tell
        self._redraw = redraw
        for name, ends in list(remembered.items()):
            if not -_AFTER <= ends - now() <= _BEFORE:
                del remembered[name]

    @property
    def ends(self) -> int | None:
        """Epoch seconds; None where none was set."""
        return self._remembered.get(self._profile)

    def left(self) -> float | None:
        """Seconds to its end, negative when it is over; None where none was set."""
        return None if self.ends is None else self.ends - self._now()

    def type_end(self, text: str) -> None:
        """Set the end as it is typed after `:window`, take it back, or say what it is."""
        if text == _OFF:
            self._remembered.pop(self._profile, None)
        elif text:
            ends = next_time(text, self._now())
            if ends is None:
                said = tr("'{text}' is not a time of day such as 04:00, nor off", text=clean(text))
                self._tell(said, "warning")
                return
            self._remembered[self._profile] = round(ends)
        self._redraw()
        if self.ends is None:
            self._tell(tr("No change window is set."))
        else:
            self._tell(tr("The change window ends {time}.", time=moment(self.ends)))
