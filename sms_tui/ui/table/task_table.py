"""The task table as an operator uses it: keys and mouse for cursor and marks, and the messages they send."""

from collections.abc import Collection, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Click
from textual.message import Message

from sms_tui.ui.table.columns import GUTTER
from sms_tui.ui.table.heading import column_at
from sms_tui.ui.table.task_lines import HEADING, TaskLines


class TaskTable(TaskLines, can_focus=True):
    """Rows of tasks with a cursor and marks, both bound to task ids."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "step(1)", "Down", show=False, id="table.down"),
        Binding("k,up", "step(-1)", "Up", show=False, id="table.up"),
        Binding("g,home", "edge(-1)", "Top", show=False, id="table.top"),
        Binding("G,end", "edge(1)", "Bottom", show=False, id="table.bottom"),
        Binding("ctrl+d", "leap(1, 2)", "Half a page down", show=False, id="table.half_down"),
        Binding("ctrl+u", "leap(-1, 2)", "Half a page up", show=False, id="table.half_up"),
        Binding("pagedown", "leap(1, 1)", "Page down", show=False, id="table.page_down"),
        Binding("pageup", "leap(-1, 1)", "Page up", show=False, id="table.page_up"),
        Binding("space", "mark_row", "Mark the row, or unmark it", show=False, id="table.mark"),
        Binding("u", "unmark_row", "Unmark the row", show=False, id="table.unmark"),
        Binding("v", "range", "Mark a range: move, then v again; esc drops it", show=False, id="table.range"),
        Binding("asterisk", "mark_shown", "Mark all shown; again: unmark", show=False, id="table.mark_shown"),
        Binding("U", "clear_marks", "Clear all marks", show=False, id="table.clear_marks"),
        Binding("enter", "activate", "Detail of the task", show=False, id="table.activate"),
    ]

    class MarksChanged(Message):
        """Other tasks are marked than before."""

    class RowActivated(Message):
        """The operator wants to see the task under the cursor closer."""

    class HeadingClicked(Message):
        """The operator clicked on the heading of a column."""

        def __init__(self, column: str) -> None:
            super().__init__()
            self.column = column

    @property
    def cursor_id(self) -> str | None:
        """The task under the cursor; None while there is none, and then no operation has a target here."""
        return self.selection.cursor_id

    @property
    def marks(self) -> list[str]:
        """Ids of the marked tasks in the order shown, those hidden by a filter last."""
        return self.selection.marks.ordered(self.selection.order)

    @property
    def hidden_marks(self) -> list[str]:
        """Ids of the marked tasks that a filter hides."""
        return self.selection.marks.hidden(self.selection.order)

    def set_order(self, ids: Sequence[str]) -> None:
        """Show these tasks in this order, and tell if the cursor lost its task or found it again."""
        before = self.cursor_id
        super().set_order(ids)
        if self.cursor_id != before:
            self._follow(self.cursor_id)

    def forget_marks(self, ids: Collection[str]) -> None:
        """Drop the marks of tasks that no longer exist."""
        if self.selection.forget(ids):
            self._marked()

    def go_to(self, task_id: str) -> bool:
        """Put the cursor on a task; False if it is not shown."""
        found = self.selection.go_to(task_id)
        if found:
            self._moved()
        return found

    def stand_somewhere(self, *, stays: bool = False) -> None:
        """After the operator chose anew what is shown: a cursor without a task goes to the first row.

        One that `stays` goes there only if its own is no longer shown.
        """
        if self.selection.stand(stays=stays):
            self._moved()

    def action_step(self, count: int) -> None:
        """Move by rows."""
        self.selection.step(count)
        self._moved()

    def action_edge(self, direction: int) -> None:
        """Go to the first or the last row."""
        self.selection.go(0 if direction < 0 else len(self.selection.order) - 1)
        self._moved()

    def action_leap(self, direction: int, parts: int) -> None:
        """Move by a page, or by a part of one."""
        self.action_step(direction * max(self.rows_in_view // parts, 1))

    def action_mark_row(self) -> None:
        """Mark the row, or take its mark away."""
        if (task_id := self.cursor_id) is not None:
            marks = self.selection.edit_marks()
            marks.put(task_id, marked=task_id not in marks)
            self._marked()

    def action_unmark_row(self) -> None:
        """Take the row's mark away."""
        if (task_id := self.cursor_id) is not None:
            self.selection.edit_marks().put(task_id, marked=False)
            self._marked()

    def action_range(self, *, keeps: bool = True) -> None:
        """Begin to mark what the cursor passes, or stop; unless it `keeps` them the marks are as before."""
        if self.selection.is_ranging:
            self.selection.end_range(keeps=keeps)
            self._marked()
        elif self.cursor_id is not None:
            self.selection.start_range()
            self._marked()

    def action_mark_shown(self) -> None:
        """Mark all that is shown, or unmark it."""
        self.selection.edit_marks().turn_all(self.selection.order)
        self._marked()

    def action_invert_marks(self) -> None:
        """Mark what is shown and not marked, and the other way round."""
        self.selection.edit_marks().invert(self.selection.order)
        self._marked()

    def action_clear_marks(self) -> None:
        """Take all marks away."""
        self.selection.edit_marks().clear()
        self._marked()

    def action_activate(self) -> None:
        """Ask to see the task closer."""
        if self.cursor_id is not None:
            self.post_message(self.RowActivated())

    def on_click(self, event: Click) -> None:
        """A heading sorts, a row takes the cursor, its margin the mark; two clicks open it."""
        if event.y < HEADING:
            if (column := column_at(self._painter.placed, event.x)) is not None:
                self.post_message(self.HeadingClicked(column))
            return
        place = self.scroll_offset.y + event.y - HEADING
        if place < len(self.selection.order):
            self.selection.go(place)
            self._moved()
            if event.x < GUTTER:
                self.action_mark_row()
            elif event.chain == 2:
                self.action_activate()

    def _moved(self) -> None:
        self.reveal()
        self.repaint_selection()
        if self.selection.is_ranging:
            self.post_message(self.MarksChanged())
        self._follow(self.cursor_id)

    def _marked(self) -> None:
        self.repaint_selection()
        self.post_message(self.MarksChanged())
