"""When the detail pane follows the cursor: immediately, but not for each row that a held key passes.

Nobody reads the detail of a row that is passed within a twentieth of a second, and drawing it is expensive: a
terminal scrolls whole lines, so beside a scrolling table every line of the detail has to be sent again even
if it did not change. Therefore the detail stays blank until the cursor rests.
"""

import math
import time
from collections.abc import Callable

from msgspec import Struct

from sms_tui.ui.terminal.scrolling import FARTHEST

RESTS_AFTER = 0.15
"""Seconds, as for reading the task by itself: longer than between two repeats of a key"""
RESTS_AFTER_SLOWLY = 0.4
"""Replaces `RESTS_AFTER` on slow links, where every change is expensive"""
_RUN = 2
"""Quick steps that count as a run; a single one is just a quick hand"""


class DetailFollower(Struct, kw_only=True):
    """Shows the task under the cursor; during a run of quick steps only the one it comes to rest on."""

    show: Callable[[], None]
    hide: Callable[[], None]
    after_frame: Callable[[Callable[[], None]], object]
    """Does something once the cursor's own frame is on its way"""
    later: Callable[[float, Callable[[], None]], object]
    """Does something after so many seconds"""
    rests_after: float
    """Seconds without a step after which the cursor rests"""
    monotonic: Callable[[], float] = time.monotonic
    _moved_at: float = -math.inf
    _top: int = 0
    """The row that was in view first"""
    _steps: int = 0
    """Quick ones since the task under the cursor was shown last"""

    def moved(self, top: int) -> None:
        """The cursor went to another row; `top` is the row in view first."""
        now = self.monotonic()
        is_rolled = 0 < abs(top - self._top) <= FARTHEST
        self._top = top
        is_quick = now - self._moved_at < self.rests_after
        self._moved_at = now
        if not is_quick:
            # The detail may take a slow link more than a tenth of a second, so the cursor is sent first.
            # If the table scrolls, the detail is sent again in any case, so send the new one.
            if is_rolled:
                self.refresh()
            else:
                self.after_frame(self.refresh)
            return
        self._steps += 1
        if self._steps == 1:
            self.later(self.rests_after, self._look)
        elif self._steps == _RUN:
            self.hide()

    def refresh(self) -> None:
        """Show news about the task, unless the cursor is only passing its row."""
        if not self._steps:
            self.show()

    def _look(self) -> None:
        left = self._moved_at + self.rests_after - self.monotonic()
        if left > 0:
            self.later(left, self._look)
        else:
            self._steps = 0
            self.show()
