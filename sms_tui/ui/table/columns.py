"""What each column of the task table says of a task, and how columns share the width of a screen.

Pure: rows in, texts and style names out. The values for sorting and filtering are decided in the domain.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace
from rich.cells import cell_len, set_cell_size

from sms_tui.domain.advice import error_code
from sms_tui.domain.left_overs import left_overs
from sms_tui.domain.next_step import next_step
from sms_tui.domain.quantities import age, duration, percent, size, speed
from sms_tui.domain.rows import COLUMNS, Row
from sms_tui.domain.steps import eta_seconds, progress_of
from sms_tui.domain.task import Server, Task, TaskState
from sms_tui.domain.text import clean
from sms_tui.ui.wording.glyphs import Glyphs
from sms_tui.ui.wording.language import tr
from sms_tui.ui.wording.state_words import pending_words, stage_words, state_style, state_words
from sms_tui.ui.wording.times import moment

GUTTER = 3
"""Cells left of the first column: cursor, mark, and a space."""
GAP = 2
MARGIN = 1
"""Cells right of the last column: figures that touch the scroll bar look as if they were cut off"""
_MOST_NAME = 24
"""Cells that a name may take from other columns, or a quarter of all where that is more"""
_GAP = " " * GAP
_BAR, _SHORT_BAR = 6, 2
_PERCENT = 6
"""Cells of a percentage with the space before it"""
_HOUR = 3600
_STEP = 10
"""Seconds by which a young age grows: a line that changes each second tells nobody anything."""


class Context(Struct, frozen=True):
    """What a cell may know beside its row."""

    now: float
    """Epoch seconds"""
    glyphs: Glyphs
    unread: float = 0.0
    """Seconds for which tasks should have been read again and were not"""


class Cell(Struct, frozen=True):
    """A text and the name of its style: one of `STYLES`."""

    text: str
    style: str = ""
    brief: str = ""
    """What to say instead where there is no room for all of `text`"""


DrawCell = Callable[[Row, Context], Cell]


class ColumnView(Struct, frozen=True):
    """How one column is drawn."""

    name: str
    title: str
    width: int
    """Cells it takes where there is room"""
    min_width: int
    """Cells below which it is dropped, unless its priority is 0"""
    priority: int
    """0 never drops; of the others the greatest drops first"""
    cell: DrawCell
    is_right: bool = False
    most: int = 0
    """Cells up to which it takes what nobody else needs"""
    ages: bool = False
    """Whether its text changes with the clock alone"""
    keeps_end: bool = False
    """Whether its text is cut inside: of names that begin alike the end tells which is which"""


class Placed(Struct, frozen=True):
    """A column with the cells it has been given."""

    view: ColumnView
    width: int


def fit(text: str, width: int, ellipsis: str = "…", *, is_right: bool = False) -> str:
    """`text` in exactly `width` cells: padded, or cut with an ellipsis."""
    length = len(text) if text.isascii() else cell_len(text)
    if length > width:
        return _cut(text, width, ellipsis) if width > 0 else ""
    padding = " " * (width - length)
    return padding + text if is_right else text + padding


def _cut(text: str, width: int, ellipsis: str) -> str:
    """`text` in fewer cells; words that end in an ellipsis where they are cut get no second one."""
    kept = set_cell_size(text, width - 1)
    bare = kept.rstrip().rstrip("….")
    goes_on = text.startswith(("…", "..."), len(bare))
    return set_cell_size(bare + ellipsis, width) if goes_on else kept + ellipsis


def _cut_inside(text: str, width: int, ellipsis: str) -> str:
    """`text` in so many cells without its middle; of the end as much as a quarter of them holds."""
    end = ""
    for char in reversed(text):
        if cell_len(char + end) > width // 4:
            break
        end = char + end
    return set_cell_size(text, max(width - 1 - cell_len(end), 0)) + ellipsis + end


def row_pieces(placed: Sequence[Placed], cells: Sequence[Cell], ellipsis: str) -> list[tuple[str, str]]:
    """The cells of a row in their columns, with gaps between: texts with the names of their styles."""
    pieces: list[tuple[str, str]] = []
    for column, cell in zip(placed, cells, strict=True):
        text = cell.brief if cell.brief and cell_len(cell.text) > column.width else cell.text
        if column.view.keeps_end and cell_len(text) > column.width:
            text = _cut_inside(text, column.width, ellipsis)
        text = fit(text, column.width, ellipsis, is_right=column.view.is_right)
        pieces += [(text, cell.style), (_GAP, "")]
    return pieces[:-1]


def layout(
    names: Iterable[str], total: int, widths: Mapping[str, int] = MappingProxyType({}), longest_name: int = 0
) -> tuple[Placed, ...]:
    """Choose which of the columns `names` are drawn in `total` cells, and how wide; `widths` are wishes.

    Names of up to `longest_name` cells are shown whole before another column is, within reason: of two that
    are cut nobody knows which is which.
    """
    views = {**COLUMN_VIEWS, "name": _with_room(COLUMN_VIEWS["name"], longest_name, total)}
    chosen = [_wished(views[name], widths.get(name)) for name in names if name in views]
    cells = total - GUTTER - MARGIN
    kept = _kept(chosen, cells)
    if not kept:
        return ()
    room = max(cells - GAP * (len(kept) - 1), 0)
    shares = _shares(kept, room)
    return tuple(Placed(view, shares[view.name]) for view in chosen if view.name in shares)


def _with_room(view: ColumnView, longest: int, total: int) -> ColumnView:
    least = max(view.min_width, min(longest, max(_MOST_NAME, total // 4)))
    # More than the longest takes is for nobody, as long as others are short of it.
    return replace(view, min_width=least, width=least if longest else view.width)


def _wished(view: ColumnView, width: int | None) -> ColumnView:
    if width is None:
        return view
    width = max(width, 1)
    return replace(view, width=width, min_width=min(view.min_width, width), most=0)


def _kept(views: Sequence[ColumnView], room: int) -> list[ColumnView]:
    """The columns that fit at their least width, the most important first."""
    ranked = sorted(views, key=lambda view: view.priority)
    kept: list[ColumnView] = []
    room += GAP
    for view in ranked:
        room -= view.min_width + GAP
        if room < 0 and view.priority > 0:
            break
        kept.append(view)
    return kept


def _shares(ranked: Sequence[ColumnView], room: int) -> dict[str, int]:
    """Cells for each column: first the least, then what each would like, then the rest one by one in turn."""
    shares = {view.name: view.min_width for view in ranked}
    room -= sum(shares.values())
    for view in ranked:
        extra = min(max(view.width - view.min_width, 0), max(room, 0))
        shares[view.name] += extra
        room -= extra
    growing = [view for view in ranked if view.most > shares[view.name]]
    while room > 0 and growing:
        for view in growing[:room]:
            shares[view.name] += 1
            room -= 1
        growing = [view for view in growing if view.most > shares[view.name]]
    return _shrunk(shares, -room)


def _shrunk(shares: dict[str, int], lacking: int) -> dict[str, int]:
    """Take what is lacking from the least important first: a screen too narrow even for what never drops."""
    for name in reversed(shares):
        cut = min(shares[name], max(lacking, 0))
        shares[name] -= cut
        lacking -= cut
    return shares


def _name(row: Row, context: Context) -> Cell:
    name = clean(row.task.name) or clean(row.task.id)
    return Cell(f"{context.glyphs.watch} {name}" if row.watched else name)


def _state(row: Row, context: Context) -> Cell:
    glyphs = context.glyphs
    return Cell(state_words(row, glyphs), state_style(row), pending_words(row, glyphs))


def _stage(row: Row, context: Context) -> Cell:
    return Cell(context.glyphs.words(stage_words(row.task)) or context.glyphs.missing)


def _progress(row: Row, context: Context) -> Cell:
    done = progress_of(row.task)
    if done is None or row.task.state is TaskState.READY:
        return Cell(context.glyphs.missing)
    text, brief = (f"{context.glyphs.bar(done, cells)} {percent(done):>5}" for cells in (_BAR, _SHORT_BAR))
    return Cell(text, state_style(row), brief)


def _speed(row: Row, context: Context) -> Cell:
    rate = row.task.speed
    if rate is None or not row.task.is_active:
        return Cell(context.glyphs.missing)
    return Cell(speed(rate), brief=f"{rate / 1000:.1f} Gbit/s")


def _eta(row: Row, context: Context) -> Cell:
    seconds = eta_seconds(row.task, context.now, context.unread)
    if seconds is None:
        return Cell(context.glyphs.missing)
    if seconds < 0:
        return Cell(tr("overdue"))
    return Cell(tr(duration(seconds) if seconds >= _HOUR else age(seconds)))


def _next(row: Row, context: Context) -> Cell:
    step = next_step(row.task)
    text = clean(context.glyphs.words(tr(step.text)))
    if row.task.launches_itself:
        return Cell(text, "failed")
    return Cell(text, "waiting" if step.waiting_for_operator else "")


def _server(server_of: Callable[[Task], Server]) -> DrawCell:
    def cell(row: Row, context: Context) -> Cell:
        server = server_of(row.task)
        return Cell(clean(server.name) or clean(server.ip) or clean(server.id) or context.glyphs.missing)

    return cell


def _age(row: Row, context: Context) -> Cell:
    seconds = max(context.now - row.changed_at, 0.0)
    if seconds < _STEP:
        return Cell(tr("now"))
    return Cell(tr(age(seconds // _STEP * _STEP if seconds < 60 else seconds)))


def _error(row: Row, context: Context) -> Cell:
    code = clean(error_code(row.task.error))
    return Cell(code, "failed") if code else Cell(context.glyphs.missing)


def _connected(row: Row, context: Context) -> Cell:
    words = {None: (context.glyphs.missing, ""), True: (tr("yes"), ""), False: (tr("no"), "failed")}
    return Cell(*words[row.task.connected])


def _moment(milliseconds_of: Callable[[Task], int | None]) -> DrawCell:
    def cell(row: Row, context: Context) -> Cell:
        milliseconds = milliseconds_of(row.task)
        return Cell(context.glyphs.missing if milliseconds is None else moment(milliseconds / 1000))

    return cell


def _size(row: Row, context: Context) -> Cell:
    return Cell(context.glyphs.missing if row.task.total is None else size(row.task.total))


def _limit(row: Row, context: Context) -> Cell:
    limit = row.task.speed_limit
    return Cell(context.glyphs.missing if limit is None else speed(limit) if limit else tr("none"))


def _billed(row: Row, context: Context) -> Cell:
    left = left_overs(row.task)
    return Cell(tr(", ").join(map(tr, left)), "waiting") if left else Cell(context.glyphs.missing)


def _plain(name: str) -> DrawCell:
    """A cell that shows what the column is sorted and filtered by."""
    value_of = COLUMNS[name].value

    def cell(row: Row, context: Context) -> Cell:
        value = value_of(row)
        text = value if isinstance(value, str) else "" if value is None else f"{value:g}"
        return Cell(clean(text) or context.glyphs.missing)

    return cell


_DRAWN: tuple[ColumnView, ...] = (
    # Name, title, cells where there is room, cells at least, priority (0 never drops), text.
    ColumnView("name", "NAME", 16, 12, 0, _name, most=40, keeps_end=True),
    ColumnView("state", "STATE", 22, 22, 0, _state, most=26),
    ColumnView("stage", "STAGE", 18, 14, 5, _stage, most=24),
    ColumnView("progress", "PROGRESS", _BAR + _PERCENT, _SHORT_BAR + _PERCENT, 1, _progress),
    ColumnView("speed", "SPEED", 10, 10, 3, _speed, is_right=True),
    ColumnView("eta", "ETA", 9, 9, 2, _eta, is_right=True, ages=True),
    ColumnView("source", "SOURCE", 16, 12, 7, _server(lambda task: task.source), most=24),
    ColumnView("target", "TARGET", 16, 12, 8, _server(lambda task: task.target), most=24),
    ColumnView("next", "NEXT", 28, 20, 4, _next, most=48),
    ColumnView("age", "AGE", 6, 5, 6, _age, is_right=True, ages=True),
    ColumnView("id", "ID", 36, 8, 9, _plain("id")),
    ColumnView("os", "OS", 10, 7, 9, _plain("os"), most=20),
    ColumnView("kind", "KIND", 8, 5, 9, _plain("kind"), most=16),
    ColumnView("wave", "WAVE", 6, 4, 9, _plain("wave")),
    ColumnView("region", "REGION", 16, 8, 9, _plain("region"), most=20, keeps_end=True),
    ColumnView("project", "PROJECT", 16, 8, 9, _plain("project"), most=24, keeps_end=True),
    ColumnView("limit", "LIMIT", 12, 8, 9, _limit, is_right=True),
    ColumnView("created", "CREATED", 20, 17, 9, _moment(lambda task: task.created_ms), most=25),
    ColumnView("started", "STARTED", 20, 17, 9, _moment(lambda task: task.started_ms), most=25),
    ColumnView("error", "ERROR", 10, 8, 9, _error),
    ColumnView("connected", "AGENT", 5, 5, 9, _connected),
    ColumnView("size", "SIZE", 9, 8, 9, _size, is_right=True),
    ColumnView("clone", "CLONE", 12, 8, 9, _plain("clone")),
    ColumnView("billed", "BILLED", 16, 14, 4, _billed, most=26),
)
COLUMN_VIEWS: Mapping[str, ColumnView] = MappingProxyType({view.name: view for view in _DRAWN})
"""Every column that can be chosen, by name."""
DEFAULT_COLUMNS = ("name", "state", "stage", "progress", "speed", "eta", "source", "target", "next", "age")
"""Those that are drawn unless the operator chose others, from left to right."""
