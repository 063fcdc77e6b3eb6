"""A long text of which only changed lines are redrawn, and lines are laid out only when needed."""

from collections.abc import Sequence
from itertools import zip_longest

from textual.content import Content
from textual.geometry import Region, Size
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style

from sms_tui.ui.terminal.kept_lines import KeptLines

HANG = Style.from_meta({"hangs": True})
"""Of the spaces at the head of a line that goes on where the one before was broken"""


class TextLines(KeptLines):
    """Shows what it was given last, wrapped to its width; text in it can be selected."""

    DEFAULT_CSS = "TextLines { width: 1fr; height: auto; min-height: 100%; }"

    def __init__(self) -> None:
        super().__init__()
        self._text: Sequence[Content] = ()
        self._lines: Sequence[Content] = ()
        """The same, wrapped"""
        self._width = 0
        """For which they are wrapped"""
        self._strips: dict[int, Strip] = {}

    def show(self, text: Sequence[Content], room: int) -> None:
        """Draw these lines; only a change of height beyond `room`, in lines, lays out anew."""
        before, self._text = self._lines, text
        self._wrap(self.size.width)
        heights = {len(before), len(self._lines)}
        if len(heights) > 1 and max(heights) > room:
            self._strips.clear()
            self.refresh(layout=True)
            return
        pairs = enumerate(zip_longest(before, self._lines))
        changed = [y for y, (old, new) in pairs if old is not new and not _looks_alike(old, new)]
        for y in changed:
            self._strips.pop(y, None)
        if changed:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """As many lines as the text has at this width."""
        if width != self._width:
            self._wrap(width)
        return len(self._lines)

    def on_resize(self) -> None:
        """Wrap anew."""
        self._wrap(self.size.width)
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
        """The selected part of the text, without breaks that are mere looks, and what ends it."""
        parts: list[str] = []
        for y, line in enumerate(self._lines):
            if (span := selection.get_span(y)) is not None:
                indent = _hang(line)
                parts += "" if indent or not parts else "\n", _part(line.plain, indent, *span)
        return "".join(parts), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Draw what is selected as such."""
        self._strips.clear()
        super().selection_updated(selection)

    def _wrap(self, width: int) -> None:
        text, self._width = self._text, width
        if not width:
            self._lines = text
            return
        self._lines = [part for line in text for part in _wrapped(line, width)]

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


def _looks_alike(old: Content | None, new: Content | None) -> bool:
    return old is not None and new is not None and old.is_same(new)


def _wrapped(line: Content, width: int) -> Sequence[Content]:
    """A line in lines of at most `width` cells, all of them as far in as it begins."""
    if line.cell_length <= width:
        return [line]
    indent = len(line.plain) - len(line.plain.lstrip(" "))
    if not 0 < indent < width // 2:
        return line.wrap(width)
    return [Content(" " * indent) + part for part in line[indent:].wrap(width - indent)]


def _hang(line: Content) -> int:
    """How far in a line goes on with the one before; 0 where it begins by itself."""
    first = next(iter(line.spans), None)
    return first.end if first is not None and first.style == HANG else 0


def _part(line: str, indent: int, start: int, end: int) -> str:
    return line[max(start, indent) : len(line) if end < 0 else end]
