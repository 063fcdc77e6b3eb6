"""The first rows as plain text, shown while the toolkit is not loaded yet.

It uses the same columns, order and words as the real frame, so that rows stay in place when that takes over.
It has no colours, and there is no picture at all if the screen will not begin with a list of rows.
"""

from collections.abc import Sequence

from msgspec import Struct

from sms_tui.config import Profile, Settings
from sms_tui.domain.freshness import SyncStatus
from sms_tui.domain.task import Task
from sms_tui.engine.event_log import EventLog
from sms_tui.engine.mode import Mode
from sms_tui.engine.store.store import Store
from sms_tui.state import State
from sms_tui.ui.bars.header_words import HeaderFacts, fitted, header_parts
from sms_tui.ui.board.board import Board, views_of
from sms_tui.ui.board.last_view import restore_last_view
from sms_tui.ui.board.shown import Shown
from sms_tui.ui.options import Options
from sms_tui.ui.screens.sizes import SMALLEST, table_size
from sms_tui.ui.table.column_choice import ColumnChoice
from sms_tui.ui.table.columns import Context, Placed, layout, row_pieces
from sms_tui.ui.table.heading import heading_pieces
from sms_tui.ui.terminal.ascii_cells import ascii_cells
from sms_tui.ui.wording.glyphs import glyph_set

_SCROLLBAR = 1


class Scene(Struct, frozen=True):
    """Everything except the tasks that decides how the first page is shown."""

    profile: Profile
    settings: Settings
    state: State
    options: Options
    mode: Mode


class Picture(Struct, frozen=True):
    """Lines from the top of the screen, none of them wider than it."""

    header: str
    heading: str
    rows: Sequence[str]

    @property
    def lines(self) -> Sequence[str]:
        """All of them; the second is that of the views and stays empty."""
        return (self.header, "", self.heading, *self.rows)

    def in_ascii(self) -> "Picture":
        """The same picture in ASCII, for a terminal that shows nothing else."""
        return Picture(ascii_cells(self.header), ascii_cells(self.heading), [*map(ascii_cells, self.rows)])


def first_picture(tasks: Sequence[Task], scene: Scene, size: tuple[int, int], now: float) -> Picture | None:
    """The screen of `size` (columns, lines) as of `now`, when no more than these tasks are known."""
    if size[0] < SMALLEST[0] or size[1] < SMALLEST[1]:
        return None
    store = Store(EventLog(lambda: now), lambda: now)
    store.intake.page(tasks, store.begin())
    board = Board(Shown(store), views_of(scene.settings, scene.state.views, lambda: now), lambda: now)
    columns = ColumnChoice(scene.state, scene.settings.columns)
    restore_last_view(board, columns, scene.state)
    for _ in board.arranging():
        pass
    if not board.order:
        return None
    glyphs = glyph_set(ascii_only=scene.options.ascii_only)
    width, height = table_size(*size)
    placed = layout(columns.names, width - _SCROLLBAR, columns.widths, store.longest_name())
    heading = "".join(text for text, _ in heading_pieces(placed, board.sort, glyphs)).rstrip()
    rows = _rows(store, board.order[: height - 1], placed, Context(now, glyphs))
    picture = Picture(_header(scene, board, size[0], now), heading, rows)
    return picture.in_ascii() if glyphs.is_ascii else picture


def _rows(store: Store, ids: Sequence[str], placed: Sequence[Placed], context: Context) -> Sequence[str]:
    lines: list[str] = []
    for task_id in ids:
        if (row := store.row(task_id)) is not None:
            cells = [column.view.cell(row, context) for column in placed]
            pieces = row_pieces(placed, cells, context.glyphs.ellipsis)
            pointer = " " if lines else context.glyphs.cursor
            lines.append(f"{pointer}  {''.join(text for text, _ in pieces)}".rstrip())
    return lines


def _header(scene: Scene, board: Board, width: int, now: float) -> str:
    facts = HeaderFacts(scene.profile, SyncStatus(scene.settings.interval), board.counts(), scene.mode)
    parts = fitted(header_parts(facts, now, slow_link=scene.options.slow_link), width - 2)
    return " " + "  ".join(part.text for part in parts)
