"""Rows of the task table as strips: from the cells of a row to the fewest pieces a terminal has to be sent.

Keeps what it made for the rows on the screen, and says whether a row would look different now.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from sms_tui.domain.query import Row
from sms_tui.ui.columns import GAP, Cell, Context, Placed, fit
from sms_tui.ui.glyphs import Glyphs

_MOST_KEPT = 1024


class Pointer(Enum):
    """How the cursor shows on a row."""

    NONE = auto()
    ON = auto()
    BLURRED = auto()
    """On it, while keys go elsewhere"""
    HOLLOW = auto()
    """At its place, while it stands on no task"""


@dataclass(frozen=True, slots=True)
class Look:
    """What decides a row's look beside its cells."""

    pointer: Pointer = Pointer.NONE
    is_marked: bool = False
    is_dimmed: bool = False


@dataclass(slots=True)
class _Drawn:
    row: Row
    look: Look
    cells: tuple[Cell, ...]
    strip: Strip = field(repr=False)


class RowPainter:
    """Draws rows for one set of columns, one width and one theme; a change of any of these starts anew."""

    def __init__(self, glyphs: Glyphs, style: Callable[[str, Look], Style]) -> None:
        self._glyphs = glyphs
        self._pointers = {
            Pointer.NONE: " ",
            Pointer.ON: glyphs.cursor,
            Pointer.BLURRED: glyphs.cursor,
            Pointer.HOLLOW: glyphs.hollow,
        }
        self._style = style
        """The style of a named cell under a look"""
        self._placed: Sequence[Placed] = ()
        self._width = 0
        self._context = Context(0.0, glyphs)
        self._drawn: dict[str, _Drawn] = {}

    @property
    def placed(self) -> Sequence[Placed]:
        """The columns drawn."""
        return self._placed

    def arrange(self, placed: Sequence[Placed], width: int) -> None:
        """Draw these columns from now on, in lines of `width` cells."""
        self._placed, self._width = placed, width
        self.forget()

    def forget(self) -> None:
        """Drop what was drawn, as after a change of theme."""
        self._drawn.clear()

    def tell_time(self, now: float) -> None:
        """Draw as of `now` (epoch seconds) from here on."""
        self._context = replace(self._context, now=now)

    def strip(self, task_id: str, row: Row, look: Look) -> Strip:
        """The line for a row."""
        drawn = self._drawn.get(task_id)
        if drawn is None or drawn.look != look or drawn.row != row:
            drawn = self._draw(task_id, row, look, self._cells(row))
        return drawn.strip

    def is_changed(self, task_id: str, row: Row, look: Look) -> bool:
        """Whether the row looks different from its last drawing because of what it says now."""
        drawn = self._drawn.get(task_id)
        if drawn is None:
            return True
        if drawn.row == row and drawn.look == look:
            return False
        return self._is_redrawn(task_id, drawn, row, look, self._cells(row))

    def is_aged(self, task_id: str, row: Row, look: Look) -> bool:
        """Whether the row looks different from its last drawing because time went by."""
        drawn = self._drawn.get(task_id)
        if drawn is None:
            return True
        pairs = zip(self._placed, drawn.cells, strict=True)
        cells = tuple(
            placed.view.cell(row, self._context) if placed.view.ages else cell for placed, cell in pairs
        )
        return self._is_redrawn(task_id, drawn, row, look, cells)

    def _is_redrawn(self, task_id: str, drawn: _Drawn, row: Row, look: Look, cells: tuple[Cell, ...]) -> bool:
        if cells == drawn.cells and look == drawn.look:
            drawn.row = row
            return False
        self._draw(task_id, row, look, cells)
        return True

    def _cells(self, row: Row) -> tuple[Cell, ...]:
        return tuple(placed.view.cell(row, self._context) for placed in self._placed)

    def _draw(self, task_id: str, row: Row, look: Look, cells: tuple[Cell, ...]) -> _Drawn:
        if len(self._drawn) >= _MOST_KEPT:
            self._drawn.clear()
        drawn = _Drawn(row, look, cells, self._strip(look, cells))
        self._drawn[task_id] = drawn
        return drawn

    def _strip(self, look: Look, cells: Sequence[Cell]) -> Strip:
        gap = " " * GAP
        pieces = [
            (self._pointers[look.pointer], "" if look.pointer is Pointer.NONE else "pointer"),
            (f"{self._glyphs.mark} " if look.is_marked else "  ", "mark" if look.is_marked else ""),
        ]
        for placed, cell in zip(self._placed, cells, strict=True):
            text = fit(cell.text, placed.width, self._glyphs.ellipsis, is_right=placed.view.is_right)
            pieces.append((text + gap, cell.style))
        return self.line(pieces, look)

    def line(self, pieces: Sequence[tuple[str, str]], look: Look, *, filler: str = "") -> Strip:
        """Put named texts together, joined where they look the same, cut and filled to the width."""
        styles: Mapping[str, Style] = {name: self._style(name, look) for _, name in pieces}
        segments: list[tuple[str, Style]] = []
        for text, name in pieces:
            style = styles[name]
            if segments and (segments[-1][1] == style or text.isspace()):
                segments[-1] = (segments[-1][0] + text, segments[-1][1])
            else:
                segments.append((text, style))
        strip = Strip([Segment(text, style) for text, style in segments])
        return strip.adjust_cell_length(self._width, self._style(filler, look))
