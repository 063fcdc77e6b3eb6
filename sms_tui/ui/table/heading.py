"""The heading line of the task table: the titles, and which column the rows are sorted by."""

from collections.abc import Sequence

from sms_tui.domain.sorting import Sort
from sms_tui.ui.table.columns import GAP, GUTTER, Placed, fit
from sms_tui.ui.wording.glyphs import Glyphs
from sms_tui.ui.wording.language import tr


def heading_pieces(placed: Sequence[Placed], sort: Sort, glyphs: Glyphs) -> list[tuple[str, str]]:
    """The line as texts with the names of their styles."""
    pieces = [(" " * GUTTER, "heading")]
    for column in placed:
        view = column.view
        is_sorted = view.name == sort.column
        title = tr(view.title)
        if is_sorted:
            title += f" {glyphs.descending if sort.descending else glyphs.ascending}"
        text = fit(title, column.width, glyphs.ellipsis, is_right=view.is_right)
        pieces += [(text, "sorted" if is_sorted else "heading"), (" " * GAP, "heading")]
    return pieces


def column_at(placed: Sequence[Placed], x: int) -> str | None:
    """The column whose heading stands at cell `x`, with the gap after it."""
    left = GUTTER
    for column in placed:
        right = left + column.width + GAP
        if left <= x < right:
            return column.view.name
        left = right
    return None
