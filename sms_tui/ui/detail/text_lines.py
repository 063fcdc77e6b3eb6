"""A text of many lines of which only those that changed are drawn anew, and none is laid out without need."""

from itertools import zip_longest

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Region, Size
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style

from sms_tui.ui.terminal.kept_lines import KeptLines


class TextLines(KeptLines):
    """Shows what it was given last, wrapped to its width; text in it can be selected."""

    DEFAULT_CSS = "TextLines { width: 1fr; height: auto; min-height: 100%; }"

    def __init__(self) -> None:
        super().__init__()
        self._content = Content()
        self._lines: list[Content] = []
        self._strips: dict[int, Strip] = {}

    def show(self, content: Content, room: int) -> None:
        """Draw `content`; only a change of height beyond `room`, in lines, lays out anew."""
        if content.is_same(self._content):
            return
        self._content = content
        before, self._lines = self._lines, _wrapped(content, self.size.width)
        heights = {len(before), len(self._lines)}
        if len(heights) > 1 and max(heights) > room:
            self._strips.clear()
            self.refresh(layout=True)
            return
        pairs = enumerate(zip_longest(before, self._lines))
        changed = [y for y, (old, new) in pairs if old is None or new is None or not old.is_same(new)]
        for y in changed:
            self._strips.pop(y, None)
        if changed:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """As many lines as the text has at this width."""
        return len(_wrapped(self._content, width))

    def on_resize(self) -> None:
        """Wrap anew."""
        self._lines = _wrapped(self._content, self.size.width)
        self._strips.clear()
        self.refresh()

    def notify_style_update(self) -> None:
        """Take the colours of another theme."""
        super().notify_style_update()
        self._strips.clear()

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        strip = self._strips.get(y)
        if strip is None:
            strip = self._strips[y] = self._drawn(y)
        return strip

    def get_selection(self, selection: Selection) -> tuple[str, str]:
        """The selected part of the text, and what ends it."""
        return selection.extract("\n".join(line.plain for line in self._lines)), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Draw what is selected as such."""
        self._strips.clear()
        super().selection_updated(selection)

    def _drawn(self, y: int) -> Strip:
        line = self._lines[y] if y < len(self._lines) else Content()
        selection = self.text_selection
        if selection is not None and (span := selection.get_span(y)) is not None:
            marked = Style.from_styles(self.screen.get_component_styles("screen--selection"))
            line = line.stylize(marked, span[0], len(line) if span[1] < 0 else span[1])
        # The toolkit's own way wraps and aligns as well, which a line has behind it already.
        style = self.visual_style
        strip = Strip(line.render_segments(style), line.cell_length)
        filler = (style + Style(reverse=False)).rich_style
        return strip.extend_cell_length(self.size.width, filler).apply_offsets(0, y)


def _wrapped(content: Content, width: int) -> list[Content]:
    lines = content.split("\n", allow_blank=True)
    if not width:
        return list(lines)
    return [
        part for line in lines for part in ([line] if cell_len(line.plain) <= width else line.wrap(width))
    ]
