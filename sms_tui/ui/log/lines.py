"""Lines that grow at the end; only those in view are drawn, the others are just kept.

The toolkit's own log renders each line when it is written, and a long task list brings hundreds a second.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

MOST_LINES = 2000
_GOES_ON = "…"


class Line(NamedTuple):
    """One line; `look` names a component class that gives its colours, or is empty."""

    text: str
    look: str = ""


class LogLines(ScrollView, can_focus=True):
    """Shows the newest lines; at its end it follows them as long as `follows`."""

    DEFAULT_CSS = "LogLines { color: $foreground; overflow-y: scroll; }"

    def __init__(self) -> None:
        super().__init__()
        self.follows = True
        self._wraps = False
        self._lines: list[Line] = []
        self.rows: list[Line] = []
        """The lines as they are laid out: a wrapped one has several"""
        self._widest = 0

    def write(self, lines: Iterable[Line]) -> None:
        """Add lines at the end; the oldest ones go, and what is in view stays there unless it follows."""
        new = list(lines)[-MOST_LINES:]
        self._lines = [*self._lines, *new][-MOST_LINES:]
        rows = [*self.rows, *self._laid_out(new)]
        dropped = max(len(rows) - MOST_LINES, 0)
        self.rows = rows[dropped:]
        self._measure(new)
        if dropped and not self.follows:
            self.scroll_to(y=max(self.scroll_offset.y - dropped, 0), animate=False)
        self._follow()

    def clear(self) -> None:
        """Drop all lines."""
        self._lines = []
        self.rows = []
        self._widest = 0
        self._measure(())
        self.refresh()

    def action_toggle_wrap(self) -> None:
        """Wrap long lines, or let them go on beyond the edge."""
        self._wraps = not self._wraps
        self._lay_out()

    def on_resize(self) -> None:
        """Where lines are wrapped depends on the width, and what is in view on the height."""
        if self._wraps:
            self._lay_out()
        self._follow()

    def render_line(self, y: int) -> Strip:
        """One line; a sign at the edge tells that it goes on there."""
        (x, top), width = self.scroll_offset, self.scrollable_content_region.width
        if top + y >= len(self.rows):
            return Strip.blank(width, self.rich_style)
        text, look = self.rows[top + y]
        style = self.rich_style + self._style(look)
        strip = Strip([Segment(text, style)])
        goes_on = width and strip.cell_length > x + width
        shown = strip.crop_extend(x, x + width, self.rich_style)
        return Strip([*shown.crop(0, width - 1), Segment(_GOES_ON, style)], width) if goes_on else shown

    def _style(self, look: str) -> Style:
        return self.get_component_rich_style(look, partial=True) if look else Style.null()

    def _lay_out(self) -> None:
        self.rows = list(self._laid_out(self._lines))[-MOST_LINES:]
        self._widest = 0
        self._measure(self.rows)
        self._follow()

    def _follow(self) -> None:
        if self.follows:
            self.scroll_end(animate=False, immediate=True, x_axis=False)
        self.refresh()

    def _laid_out(self, lines: Iterable[Line]) -> Iterator[Line]:
        width = self.scrollable_content_region.width if self._wraps else 0
        for line in lines:
            if not width or cell_len(line.text) <= width:
                yield line
            else:
                yield from (Line(part.plain, line.look) for part in Content(line.text).wrap(width))

    def _measure(self, new: Iterable[Line]) -> None:
        self._widest = max([self._widest, *(cell_len(line.text) for line in new)])
        self.virtual_size = Size(0 if self._wraps else self._widest, len(self.rows))
