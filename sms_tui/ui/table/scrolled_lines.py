"""Lines that scroll beside a scroll bar, which is redrawn only where it looks different."""

from textual.scroll_view import ScrollView

from sms_tui.ui.terminal.kept_lines import KeptLines

_PARTS = 8
"""Into how many parts the toolkit's bar divides a cell"""


class ScrolledLines(KeptLines, ScrollView):
    """A long list: a step of one line moves its bar by less than can be shown."""

    scrolled_in = 0
    """Its height when it scrolled last; a layout may pass through sizes that no event tells of"""

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Show other lines, and move the bar if that shows."""
        self.scrolled_in = self.size.height
        bar = self.vertical_scrollbar
        if self.show_vertical_scrollbar and self._part(new_value) != self._part(bar.position):
            bar.position = new_value
        if round(old_value) != round(new_value):
            self.refresh(self.size.region)

    def _part(self, position: float) -> int:
        """Where the bar begins, counted as it is drawn: the toolkit's `ScrollBarRender` does the same sum."""
        height, hidden = self.size.height, self.virtual_size.height - self.size.height
        if hidden <= 0:
            return 0
        thumb = max(1.0, height * height / self.virtual_size.height)
        return int((height - thumb) * position / hidden * _PARTS)
