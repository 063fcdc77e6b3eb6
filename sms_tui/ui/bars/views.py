"""The line of views: which one is shown, and what is filtered, sorted and marked in it."""

from collections.abc import Iterator, Sequence

from msgspec import Struct
from rich.cells import cell_len
from textual.content import Content

from sms_tui.domain.text import clean
from sms_tui.ui.bars.line import BarLine
from sms_tui.ui.wording.language import tr

_MOST_FILTER = 40
_BETWEEN = Content("  ")


class ViewLine(Struct, frozen=True):
    """What the second line says."""

    views: Sequence[tuple[str, str]]
    """Key and name of each view"""
    current: str
    shown: int | None
    """None while the order is worked out that belongs to what is said here"""
    total: int | None
    """None while nothing is known of the list"""
    filter: str = ""
    sort: str = ""
    problems_only: bool = False
    is_ranging: bool = False
    """Whether moving the cursor marks what it passes"""
    marked: int = 0
    marked_hidden: int = 0


class ViewBar(BarLine):
    """Names the views, and never hides that something is filtered."""

    DEFAULT_CSS = """
    ViewBar { background: $surface; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._line: ViewLine | None = None

    def show(self, line: ViewLine) -> None:
        """Draw `line` unless it is drawn already."""
        if line != self._line:
            self._line = line
            self._draw()

    def on_resize(self) -> None:
        """Choose again how much of it fits."""
        self._draw()

    def _draw(self) -> None:
        if self._line is None:
            return
        right = _right_of(self._line, self.room - _least_left(self._line) - 1)
        room = self.room - cell_len(right.plain) - 2
        views = _left_of(self._line, room)
        self.act_on((text, f"view.{key}") for key, text, _ in views)
        left = Content.assemble(*((text, style) for _, text, style in views))
        gap = max(room + 2 - cell_len(left.plain), 1)
        self.update(left + Content(" " * gap) + right, layout=False)


def _left_of(line: ViewLine, room: int) -> list[tuple[str, str, str]]:
    """Key, text and style of each view for which there is room."""
    labels = {key: f"{key} {clean(name, 24)}" for key, name in line.views}
    # The name of the view in force has its room first, then the keys of the others.
    room -= sum(2 + cell_len(label if key == line.current else key) for key, label in labels.items())
    pieces: list[tuple[str, str, str]] = []
    if room < 0:
        labels = {key: label for key, label in labels.items() if key == line.current}
    for key, label in labels.items():
        if key == line.current:
            pieces.append((key, f"[{label}]", "bold $accent-text on $accent"))
            continue
        room -= cell_len(label) - cell_len(key)
        # From the first name on that has no room there are none: one left out in between would be missed.
        pieces.append((key, f" {label if room >= 0 else key} ", "$text-muted"))
    return pieces


def _least_left(line: ViewLine) -> int:
    """Cells that the view in force takes, which is named however little room there is."""
    return sum(cell_len(text) for key, text, _ in _left_of(line, 0) if key == line.current)


def _right_of(line: ViewLine, room: int) -> Content:
    """What holds for the rows; where it is too long for `room`, the filter is cut, never the count."""
    if line.total is None:
        count = Content()
    else:
        part = "…" if line.shown is None else line.shown
        count = Content.styled(tr("{part} of {whole}", part=part, whole=line.total), "bold")
    room -= count.cell_length + len(_BETWEEN)
    pieces = list(_pieces(line))
    # The sort is told last, and by a sign in the heading too.
    if line.sort and _BETWEEN.join(pieces).cell_length > room:
        pieces.pop()
    said = _BETWEEN.join(pieces).truncate(max(room, 0), ellipsis=True)
    return _BETWEEN.join(part for part in (said, count) if part)


def _pieces(line: ViewLine) -> Iterator[Content]:
    if line.is_ranging:
        yield Content.styled(tr("range"), "bold $accent-text on $accent")
    if line.marked:
        marked = tr("{count} marked", count=line.marked)
        if line.marked_hidden:
            marked = tr("{count} marked, {hidden} hidden", count=line.marked, hidden=line.marked_hidden)
        yield Content.styled(marked, "bold $primary")
    if line.problems_only:
        yield Content.styled(tr("problems only"), "bold $warning")
    if line.filter:
        yield Content.styled(tr("filter: {text}", text=clean(line.filter, _MOST_FILTER)), "bold $warning")
    if line.sort:
        yield Content.styled(tr("sort: {column}", column=line.sort), "$text-muted")
