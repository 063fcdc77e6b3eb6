"""Text to read, search and select with the terminal: one widget line per line, nothing around it."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from sms_tui.domain.text import DETAIL_LIMIT, clean
from sms_tui.ui.widgets.hanging_indent import wrapped
from sms_tui.ui.wording.language import tr

MOST_LINES = 20_000


class PlainText(ScrollView, can_focus=True):
    """Shows cleaned lines, wrapped or not; terminal and program can both select from it."""

    DEFAULT_CSS = """
    PlainText { height: 1fr; background: $surface; color: $foreground; scrollbar-size: 0 0; }
    PlainText:focus { background-tint: $foreground 0%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "go('down')", "Down", show=False, id="text.down"),
        Binding("k,up", "go('up')", "Up", show=False, id="text.up"),
        Binding("h,left", "go('left')", "Left", show=False, id="text.left"),
        Binding("l,right", "go('right')", "Right", show=False, id="text.right"),
        Binding("g,home", "go('home')", "Top", show=False, id="text.top"),
        Binding("G,end", "go('end')", "Bottom", show=False, id="text.bottom"),
        Binding("ctrl+d,pagedown,space", "go('page_down')", "Page down", show=False, id="text.page_down"),
        Binding("ctrl+u,pageup", "go('page_up')", "Page up", show=False, id="text.page_up"),
        Binding("w", "toggle_wrap", "Wrap long lines", show=False, id="text.wrap"),
    ]

    class Moved(Message):
        """Another part of the text is in sight."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._source = _cleaned(text)
        self._is_wrapped = True
        self._rows: Sequence[str] = ()
        self._needle = ""
        self._found = -1

    @property
    def place(self) -> str:
        """Which rows are in sight."""
        first = self.scroll_offset.y
        last = min(first + self.size.height, len(self._rows))
        return tr("{first}-{last} of {count}", first=min(first + 1, last), last=last, count=len(self._rows))

    def on_resize(self) -> None:
        """Wrap anew for another width."""
        self._wrap()

    def action_toggle_wrap(self) -> None:
        """Wrap long lines, or let them run out to the right."""
        self._is_wrapped = not self._is_wrapped
        self._wrap()

    def action_go(self, where: str) -> None:
        """Move at once: nothing is animated over a slow line."""
        getattr(self, f"scroll_{where}")(animate=False)

    def find(self, needle: str, step: int = 1) -> bool:
        """Go to the next (1) or previous (-1) row with `needle`, whatever the case; False: there is none."""
        wanted = needle.casefold()
        start = self._found if wanted == self._needle and self._found >= 0 else self.scroll_offset.y - step
        self._needle = wanted
        self.refresh()
        count = len(self._rows)
        for distance in range(1, count + 1):
            row = (start + distance * step) % count
            if wanted and wanted in self._rows[row].casefold():
                self._found = row
                self.scroll_to(y=max(0, row - self.size.height // 3), animate=False)
                return True
        self._found = -1
        return False

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Tell where the text stands now."""
        super().watch_scroll_y(old_value, new_value)
        self.post_message(self.Moved())

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text, as the program's own copy wants it."""
        return selection.extract("\n".join(self._rows)), "\n"

    def selection_updated(self, selection: Selection | None) -> None:  # noqa: ARG002
        """Draw the selection."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One row, with what was searched for and what is selected marked."""
        scroll_x, scroll_y = self.scroll_offset
        row = scroll_y + y
        style = self.visual_style
        if row >= len(self._rows):
            return Strip.blank(self.size.width, style.rich_style)
        strip = Strip(self._marked(row).render_segments(style))
        strip = strip.crop_extend(scroll_x, scroll_x + self.size.width, style.rich_style)
        return strip.apply_offsets(scroll_x, row)

    def _marked(self, row: int) -> Content:
        content = Content(self._rows[row])
        for start, end in self._matches(content.plain):
            content = content.stylize("reverse", start, end)
        if self.text_selection and (span := self.text_selection.get_span(row)):
            start, end = span
            content = content.stylize("reverse", start, len(content) if end == -1 else end)
        return content

    def _matches(self, text: str) -> Iterator[tuple[int, int]]:
        folded = text.casefold()
        # Some letters grow when folded; then positions would be wrong, and the row stays unmarked.
        at = folded.find(self._needle) if self._needle and len(folded) == len(text) else -1
        while at >= 0:
            yield at, at + len(self._needle)
            at = folded.find(self._needle, at + len(self._needle))

    def _wrap(self) -> None:
        width = self.size.width
        if self._is_wrapped and width:
            self._rows = [row for line in self._source for row in _rows(line, width)]
        else:
            self._rows = self._source
        widest = max(map(cell_len, self._rows), default=0)
        self.virtual_size = Size(width if self._is_wrapped else widest, len(self._rows))
        self._found = -1
        self.refresh()
        self.post_message(self.Moved())


def _cleaned(text: str) -> list[str]:
    lines = text.split("\n")
    shown = [clean(line, DETAIL_LIMIT) for line in lines[:MOST_LINES]]
    if len(lines) > MOST_LINES:
        shown.append(tr("… (+{count} lines)", count=len(lines) - MOST_LINES))
    return shown


def _rows(line: str, width: int) -> list[str]:
    if cell_len(line) <= width:
        return [line]
    return wrapped(line, width)
