"""Draws rows of the task table as strips, from the cells of a row to as few pieces as possible.

It keeps the strips of visible rows, and can tell whether a row would look different now.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from msgspec import Struct
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from sms_tui.domain.rows import Row
from sms_tui.ui.table.columns import GAP, GUTTER, Cell, ColumnView, Context, Placed, row_pieces
from sms_tui.ui.wording.glyphs import Glyphs

_MOST_KEPT = 1024


class Pointer(Enum):
    """How the cursor shows on a row."""

    NONE = auto()
    ON = auto()
    BLURRED = auto()
    """On it, while keys go elsewhere"""
    HOLLOW = auto()
    """At its place, while it stands on no task"""


class Look(Struct, frozen=True):
    """What decides a row's look beside its cells."""

    pointer: Pointer = Pointer.NONE
    is_marked: bool = False
    is_dimmed: bool = False


PLAIN = Look()


@dataclass(slots=True)
class _Drawn:
    row: Row
    look: Look
    cells: tuple[Cell, ...]
    strip: Strip = field(repr=False)


class RowPainter:
    """Draws rows for one set of columns, one width and one theme; a change of any of these starts anew."""

    def __init__(self, glyphs: Glyphs, palette: Callable[[Look], Mapping[str, Style]]) -> None:
        self._glyphs = glyphs
        self._pointers = {
            Pointer.NONE: " ",
            Pointer.ON: glyphs.cursor,
            Pointer.BLURRED: glyphs.cursor,
            Pointer.HOLLOW: glyphs.hollow,
        }
        self._palette = palette
        """The styles of named cells under a look; equal styles are the same object"""
        self.placed: Sequence[Placed] = ()
        """The columns drawn"""
        self._ageing: Sequence[tuple[int, ColumnView]] = ()
        """Columns that say something else as time goes by, with their places"""
        self._width = 0
        self._context = Context(0.0, glyphs)
        self._drawn: dict[str, _Drawn] = {}
        self._lines: dict[tuple[tuple[tuple[str, str], ...], Look, str], Strip] = {}
        """What stands beside the rows: headings, messages, blank lines"""

    def arrange(self, placed: Sequence[Placed], width: int) -> None:
        """Draw these columns from now on, in lines of `width` cells."""
        self.placed, self._width = placed, width
        self._ageing = [(number, each.view) for number, each in enumerate(placed) if each.view.ages]
        self.forget()

    def forget(self) -> None:
        """Drop what was drawn, as after a change of theme."""
        self._drawn.clear()
        self._lines.clear()

    def tell_time(self, now: float, unread: float) -> None:
        """Draw as of `now` (epoch seconds) from here on; `unread`: seconds without the reads due."""
        self._context = Context(now, self._glyphs, unread)

    def strip(self, task_id: str, row: Row, look: Look) -> Strip:
        """The line for a row."""
        drawn = self._drawn.get(task_id)
        if drawn is None or drawn.look != look or drawn.row != row:
            drawn = self._draw(task_id, row, look, self._cells(row))
        return drawn.strip

    def redraw_changed(self, task_id: str, row: Row, look: Look) -> bool:
        """Draw the row anew if what it says now looks different; whether it does, as one never drawn does."""
        drawn = self._drawn.get(task_id)
        if drawn is None:
            return True
        if drawn.row == row and drawn.look == look:
            return False
        return self._redraw(task_id, drawn, row, look, self._cells(row))

    def redraw_aged(self, task_id: str, look: Look) -> bool:
        """Draw the row of the last drawing anew if time alone made it look different; whether it did."""
        drawn = self._drawn.get(task_id)
        if drawn is None:
            return True
        row, cells, context = drawn.row, drawn.cells, self._context
        # Asked of each row in view each second, while mostly nothing else is done.
        for place, view in self._ageing:
            if view.cell(row, context) != cells[place]:
                return self._redraw(task_id, drawn, row, look, self._cells(row))
        return look != drawn.look and self._redraw(task_id, drawn, row, look, cells)

    def _redraw(self, task_id: str, drawn: _Drawn, row: Row, look: Look, cells: tuple[Cell, ...]) -> bool:
        """Draw the row anew if it looks different; whether it did."""
        if cells == drawn.cells and look == drawn.look:
            drawn.row = row
            return False
        self._draw(task_id, row, look, cells)
        return True

    def _cells(self, row: Row) -> tuple[Cell, ...]:
        return tuple(placed.view.cell(row, self._context) for placed in self.placed)

    def _draw(self, task_id: str, row: Row, look: Look, cells: tuple[Cell, ...]) -> _Drawn:
        if len(self._drawn) >= _MOST_KEPT:
            self._drawn.clear()
        drawn = _Drawn(row, look, cells, self._strip(look, cells))
        self._drawn[task_id] = drawn
        return drawn

    def _strip(self, look: Look, cells: Sequence[Cell]) -> Strip:
        pieces = [
            (self._pointers[look.pointer], "" if look.pointer is Pointer.NONE else "pointer"),
            (f"{self._glyphs.mark} " if look.is_marked else "  ", "mark" if look.is_marked else ""),
        ]
        pieces += row_pieces(self.placed, cells, self._glyphs.ellipsis)
        used = GUTTER - GAP + sum(placed.width + GAP for placed in self.placed)
        return self._joined(pieces, look, used)

    def line(self, pieces: Iterable[tuple[str, str]], look: Look = PLAIN, filler: str = "") -> Strip:
        """Put named texts together, cut or filled with spaces of the style `filler` to the width."""
        known = tuple(pieces)
        strip = self._lines.get((known, look, filler))
        if strip is None:
            used = sum(cell_len(text) for text, _ in known)
            rest = (" " * max(self._width - used, 0), filler)
            strip = self._joined([*known, rest], look, max(used, self._width))
            self._lines[known, look, filler] = strip
        return strip

    def _joined(self, pieces: Iterable[tuple[str, str]], look: Look, used: int) -> Strip:
        """Pieces of `used` cells as one strip, those that look the same in one segment."""
        styles = self._palette(look)
        segments: list[Segment] = []
        text, style = "", styles[""]
        for more, name in pieces:
            following = styles[name]
            if text and (following is style or more.isspace()):
                text += more
                continue
            if text:
                segments.append(Segment(text, style))
            text, style = more, following
        if text:
            segments.append(Segment(text, style))
        if used < self._width:
            segments.append(Segment(" " * (self._width - used), styles[""]))
        strip = Strip(segments, max(used, self._width))
        return strip if used <= self._width else strip.crop(0, self._width)
