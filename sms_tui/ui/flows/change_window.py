"""The end of the change window, set by the operator: header and launch question count towards it."""

from collections.abc import Callable

from sms_tui.domain.text import clean
from sms_tui.ui.flows.asking import Tell
from sms_tui.ui.wording.language import tr
from sms_tui.ui.wording.times import moment, next_time

_OFF = "off"
CHOICES = (_OFF,)


class ChangeWindow:
    """Until when a target has to run; kept as long as this profile is open, and sent nowhere."""

    def __init__(self, now: Callable[[], float], tell: Tell, redraw: Callable[[], object]) -> None:
        self._now = now
        self._tell = tell
        self._redraw = redraw
        self.ends: float | None = None
        """Epoch seconds"""

    def left(self) -> float | None:
        """Seconds to its end, negative when it is over; None where none was set."""
        return None if self.ends is None else self.ends - self._now()

    def type_end(self, text: str) -> None:
        """Set the end as it is typed after `:window`, take it back, or say what it is."""
        if text == _OFF:
            self.ends = None
        elif text:
            ends = next_time(text, self._now())
            if ends is None:
                said = tr("'{text}' is not a time of day such as 04:00, nor off", text=clean(text))
                self._tell(said, "warning")
                return
            self.ends = ends
        self._redraw()
        if self.ends is None:
            self._tell(tr("No change window is set."))
        else:
            self._tell(tr("The change window ends {time}.", time=moment(self.ends)))
