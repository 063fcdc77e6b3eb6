"""The lines of the task table: draws only the rows that are in view, and owns no task.

It is given an order of ids and asks for a row only to draw it. Searching, sorting and wording happen
elsewhere; what a key does is decided in the widget built on this one.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import ClassVar

from rich.cells import cell_len
from textual.events import Resize
from textual.geometry import Offset, Region, Size
from textual.strip import Strip

from sms_tui.domain.rows import Row
from sms_tui.domain.sorting import Sort
from sms_tui.domain.text import DETAIL_LIMIT, clean
from sms_tui.ui.table.columns import DEFAULT_COLUMNS, layout
from sms_tui.ui.table.heading import heading_pieces
from sms_tui.ui.table.row_painter import Look, Pointer, RowPainter
from sms_tui.ui.table.row_styles import COMPONENTS, RowStyles
from sms_tui.ui.table.scrolled_lines import ScrolledLines
from sms_tui.ui.table.selection import Selection
from sms_tui.ui.widgets.hanging_indent import wrapped
from sms_tui.ui.wording.glyphs import UNICODE, Glyphs

HEADING = 1
"""Lines above the first row."""
_AGES_EVERY = 4.5
"""Seconds between looks at what time alone changes; even the youngest ages grow in longer steps"""


class TaskLines(ScrolledLines):
    """A heading and one line for each task, drawn as the selection and the rows are now."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(COMPONENTS)
    DEFAULT_CSS = """
    TaskLines {
        background: $background; color: $foreground; overflow-x: hidden; overflow-y: auto;
        scrollbar-gutter: stable; scrollbar-size-vertical: 1;
        & > .task-table--heading { background: $panel; color: $text-muted; }
        & > .task-table--sorted { background: $panel; color: $accent; text-style: bold; }
        & > .task-table--cursor { background: $cursor; color: $cursor-text; text-style: bold; }
        & > .task-table--blurred { background: $panel; }
        & > .task-table--pointer { color: $accent; text-style: bold; }
        & > .task-table--mark { color: $mark; text-style: bold; }
        & > .task-table--stale { color: $stale; }
        & > .task-table--message { color: $text-muted; }
        & > .task-table--ready { color: $task-ready; }
        & > .task-table--running { color: $task-running; }
        & > .task-table--moving { color: $task-moving; }
        & > .task-table--changing { color: $task-changing; }
        & > .task-table--waiting { color: $task-waiting; }
        & > .task-table--done { color: $task-done; }
        & > .task-table--failed { color: $task-failed; text-style: bold; }
        & > .task-table--unknown { color: $task-unknown; }
        &:nocolor > .task-table--heading, &:nocolor > .task-table--sorted { text-style: underline; }
        &:nocolor > .task-table--cursor { text-style: reverse; }
        &:nocolor > .task-table--blurred { text-style: bold; }
        &:ansi > .task-table--heading { text-style: underline; }
        &:ansi > .task-table--sorted { text-style: bold underline; }
        &:ansi > .task-table--cursor { text-style: reverse; }
        &:ansi > .task-table--blurred { text-style: bold; }
        &:ansi > .task-table--stale { text-style: dim; }
    }
    """

    drawn: frozenset[str] = frozenset()
    """Of the columns chosen, those that fit"""
    _rows_fitting = 0
    """Rows in view when a size was told last"""

    def __init__(
        self,
        row: Callable[[str], Row | None],
        columns: Sequence[str] = DEFAULT_COLUMNS,
        glyphs: Glyphs = UNICODE,
        *,
        follow: Callable[[str | None], None] = lambda _: None,
        longest_name: Callable[[], int] = lambda: 0,
    ) -> None:
        """`follow` is called with the task under the cursor, or None, as soon as that is another one.

        It is called and not told by a message: what follows the cursor would be painted a frame later.
        `longest_name` tells about how many cells the longest name takes.
        """
        super().__init__()
        self._follow = follow
        self.selection = Selection()
        self._row = row
        self._glyphs = glyphs
        self.columns = columns
        """The columns chosen, whether or not all of them fit."""
        self._widths: Mapping[str, int] = {}
        self._sort = Sort("")
        self._message: Sequence[str] = ()
        self._is_dimmed = False
        self._styles = RowStyles(self)
        self._painter = RowPainter(glyphs, self._styles.of)
        self._painted: dict[int, str] = {}
        self._longest_name = longest_name
        self._arranged_for = (0, 0)
        """Cells that the columns share, and those of the longest name"""
        self._aged_at = (0.0, False)
        """When ages were looked at last (epoch seconds), and whether reads were overdue then"""

    @property
    def rows_in_view(self) -> int:
        """How many rows fit below the heading."""
        return max(self.size.height - HEADING, 0)

    def set_order(self, ids: Sequence[str]) -> None:
        """Show these tasks in this order; what the operator looks at keeps its place on the screen."""
        if ids == self.selection.order:
            return
        top = self.scroll_offset.y
        stays_at_top = top == 0 and not self.selection.is_moved
        held = [] if stays_at_top else _cursor_first(self._in_view(), self.selection.cursor_id)
        cursor_line = self.selection.place - top
        self.selection.reorder(ids)
        self.virtual_size = Size(0, len(ids) + HEADING)
        self._hold(held, cursor_line)
        self._repaint(self._painter.redraw_changed)
        if not ids:
            self.refresh()

    def set_columns(self, names: Sequence[str], widths: Mapping[str, int] | None = None) -> None:
        """Draw these columns as far as they fit; `widths` (cells) are the operator's own."""
        self.columns, self._widths = names, dict(widths or {})
        self._arrange()
        self.refresh()

    def set_sort(self, sort: Sort) -> None:
        """Say in the heading what the order follows; an empty column for nothing."""
        if sort != self._sort:
            self._sort = sort
            self.refresh(Region(0, 0, self.size.width, HEADING))

    def set_message(self, text: str) -> None:
        """What to say in place of rows while there are none."""
        lines = clean(text, DETAIL_LIMIT, lines=True).split("\n")
        if lines != self._message:
            self._message = lines
            self.refresh()

    def set_dimmed(self, dimmed: bool) -> None:
        """Draw all rows faint, because they may no longer be true."""
        if dimmed != self._is_dimmed:
            self._is_dimmed = dimmed
            self._repaint(self._painter.redraw_changed)

    def rows_changed(self, ids: Collection[str]) -> None:
        """Repaint those of the tasks that are in view and look different now."""
        self._repaint(
            lambda task_id, row, look: task_id in ids and self._painter.redraw_changed(task_id, row, look)
        )

    def tick(self, now: float, unread: float = 0.0) -> None:
        """Let ages grow up to `now` (epoch seconds), every few seconds, and columns with the longest name.

        `unread`: seconds for which tasks should have been read again and were not.
        """
        if self._longest_name() != self._arranged_for[1]:
            self._arrange()
            self.refresh()
        self._painter.tell_time(now, unread)
        aged_at, was_unread = self._aged_at
        if 0 <= now - aged_at < _AGES_EVERY and was_unread is bool(unread):
            return
        self._aged_at = now, bool(unread)
        self._repaint(lambda task_id, _row, look: self._painter.redraw_aged(task_id, look))

    def render_line(self, y: int) -> Strip:
        """Draw one line of the widget."""
        if 0 < self.size.width != self._arranged_for[0]:
            # The first frame at a size comes before the event that tells of it.
            self._arrange()
        if y < HEADING:
            return self._painter.line(
                heading_pieces(self._painter.placed, self._sort, self._glyphs), filler="heading"
            )
        if not self.selection.order:
            text = _message_line(self._message, y - HEADING, self.rows_in_view, self.scrollable_size.width)
            return self._painter.line([(text, "message")])
        place = self.scroll_offset.y + y - HEADING
        task_id = self.selection.order[place] if place < len(self.selection.order) else ""
        row = self._row(task_id) if task_id else None
        self._painted[y - HEADING] = task_id
        if row is None:
            return self._painter.line(())
        return self._painter.strip(task_id, row, self._look(task_id, place))

    def on_resize(self, _event: Resize) -> None:
        """Share the width anew, and do not lose the cursor from view."""
        # Not what was painted last: below a dialog nothing is, however often the size changes.
        rows = max(self._rows_fitting, self.scrolled_in - HEADING)
        was_seen = 0 <= self.selection.place - self.scroll_offset.y < rows
        self._rows_fitting = max(self.rows_in_view, 1)
        self._painted = {line: seen for line, seen in self._painted.items() if line < self.rows_in_view}
        if self.size.width != self._arranged_for[0]:
            self._arrange()
            self.refresh()
        if was_seen:
            self.reveal()

    def notify_style_update(self) -> None:
        """Take the colours of another theme."""
        super().notify_style_update()
        self._styles.forget()
        self._painter.forget()

    def watch_has_focus(self, has_focus: bool) -> None:
        """Draw the cursor as one that keys move, or as one that they do not."""
        super().watch_has_focus(has_focus)
        self.repaint_selection()

    def repaint_selection(self) -> None:
        """Draw cursor and marks as they are now."""
        self._repaint(self._painter.redraw_changed)

    def reveal(self) -> None:
        """Scroll as little as brings the cursor into view, and park the terminal's own cursor there."""
        top, place, rows = self.scroll_offset.y, self.selection.place, max(self.rows_in_view, 1)
        self.scroll_to(y=min(max(top, place - rows + 1), place), animate=False, force=True)
        park_cursor(self)

    def _hold(self, held: Sequence[tuple[int, str]], cursor_line: int) -> None:
        """Scroll so that the first of the held lines that still has its task stays where it was."""
        if (found := _first_left(held, self.selection.order)) is not None:
            line, place = found
            self.scroll_to(y=place - line, animate=False, force=True)
        if self.selection.cursor_id is None and 0 <= cursor_line < self.rows_in_view:
            self.selection.stay_at(self.scroll_offset.y + cursor_line)

    def _in_view(self) -> Iterator[tuple[int, int, str]]:
        """Line below the heading, place and id of every row in view."""
        top = self.scroll_offset.y
        for line, task_id in enumerate(self.selection.order[top : top + self.rows_in_view]):
            yield line, top + line, task_id

    def _repaint(self, differs: Callable[[str, Row, Look], bool]) -> None:
        regions = []
        for line, place, task_id in self._in_view():
            row = self._row(task_id)
            is_other = self._painted.get(line) != task_id
            if is_other or (row is not None and differs(task_id, row, self._look(task_id, place))):
                regions.append(Region(0, HEADING + line, self.size.width, 1))
        if regions:
            self.refresh(*regions)

    def _look(self, task_id: str, place: int) -> Look:
        pointer = Pointer.NONE
        if place == self.selection.place:
            armed = Pointer.ON if self.has_focus else Pointer.BLURRED
            pointer = Pointer.HOLLOW if self.selection.cursor_id is None else armed
        return Look(pointer, task_id in self.selection.marks, self._is_dimmed)

    def _arrange(self) -> None:
        seen = self.scrollable_size.width
        longest = self._longest_name()
        placed = layout(self.columns, seen, self._widths, longest)
        self.drawn = frozenset(column.view.name for column in placed)
        self._painter.arrange(placed, self.size.width)
        self._arranged_for = (self.size.width, longest)

    watch_show_vertical_scrollbar = _arrange
    """A scroll bar that comes or goes changes the width, and the toolkit does not always send a resize."""


def _cursor_first(in_view: Iterable[tuple[int, int, str]], cursor: str | None) -> list[tuple[int, str]]:
    """Lines with their tasks as they should stay when the order changes, the cursor's before all others."""
    return sorted(((line, task_id) for line, _, task_id in in_view), key=lambda held: held[1] != cursor)


def _first_left(held: Sequence[tuple[int, str]], order: Sequence[str]) -> tuple[int, int] | None:
    """Line and new place of the first held task that is still in `order`."""
    if not held:
        return None
    line, task_id = held[0]
    with suppress(ValueError):
        return line, order.index(task_id)
    places = {task_id: place for place, task_id in enumerate(order)}
    return next(((line, places[task_id]) for line, task_id in held if task_id in places), None)


def _message_line(message: Sequence[str], line: int, height: int, width: int) -> str:
    """One line of a message that stands in the middle of an empty space."""
    lines = [part for text in message for part in wrapped(text, width - 2)]
    number = line - max((height - len(lines)) // 2, 0)
    text = lines[number] if 0 <= number < len(lines) else ""
    return " " * max((width - cell_len(text)) // 2, 0) + text


def park_cursor(lines: TaskLines) -> None:
    """Put the terminal's own cursor on the row that keys act on: screen readers follow it."""
    if lines.has_focus:
        line = HEADING + lines.selection.place - lines.scroll_offset.y
        lines.app.cursor_position = lines.content_region.offset + Offset(0, line)
