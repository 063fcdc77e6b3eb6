"""Caches what the toolkit works out for a line, for as long as its strip stays the same."""

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

_MOST_KEPT = 1024


class KeptLines(Widget):
    """A widget that gives the same strip for the same line, and a new one for every new look of it.

    The toolkit puts backgrounds, filters and effects on each line that may have changed. A table that
    scrolls by a row has the same lines elsewhere.
    """

    def __init__(self) -> None:
        super().__init__()
        self._shape = (0, 0, 0)
        """From and up to which column lines were asked for, and how many the widget itself draws"""
        self._kept: dict[int, tuple[Strip, Strip]] = {}
        """By the identity of a strip that was drawn: that strip, to keep it alive, and what it became"""

    def notify_style_update(self) -> None:
        """Take the colours of another theme."""
        super().notify_style_update()
        self._kept.clear()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Lines of the widget as they go to the screen."""
        if self.styles.gutter or self.size.height < crop.bottom:
            return super().render_lines(crop)
        shape = (*crop.column_span, self.size.width)
        if shape != self._shape:
            self._shape = shape
            self._kept.clear()
        drawn = [self.render_line(y) for y in crop.line_range]
        missing = [y for y, strip in enumerate(drawn, crop.y) if id(strip) not in self._kept]
        if missing:
            self._keep(drawn, crop.y, missing)
        return [self._kept[id(strip)][1] for strip in drawn]

    def _keep(self, drawn: list[Strip], top: int, missing: list[int]) -> None:
        if len(self._kept) + len(drawn) > _MOST_KEPT:
            self._kept.clear()
            missing = [top, top + len(drawn) - 1]
        first, last = missing[0], missing[-1]
        left, right, _ = self._shape
        lines = Region(left, first, right - left, last - first + 1)
        # Whatever the toolkit kept of these lines itself, it was made of other strips.
        self._styles_cache.set_dirty(lines)
        made = super().render_lines(lines)
        for y, strip in enumerate(made, first):
            self._kept[id(drawn[y - top])] = drawn[y - top], strip
