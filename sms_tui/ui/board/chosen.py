"""The tasks an operation is for, taken once as ids, so that no later step looks at the cursor again."""

from collections.abc import Sequence

from sms_tui.domain.rows import Row
from sms_tui.ui.board.shown import Shown
from sms_tui.ui.table.task_table import TaskTable

Targets = tuple[tuple[str, ...], frozenset[str]]
"""The ids an operation is for, and those among them that a filter hides."""


class Chosen:
    """The marked rows, or else the row under the cursor."""

    def __init__(self, table: TaskTable, shown: Shown) -> None:
        self._table = table
        self._shown = shown

    def targets(self) -> Targets:
        """What an operation would be for at this moment."""
        if marks := tuple(self._table.marks):
            return marks, frozenset(self._table.hidden_marks)
        cursor = self._table.cursor_id
        return ((cursor,) if cursor else ()), frozenset()

    def rows(self) -> Sequence[Row]:
        """The rows of the targets."""
        return self._shown.rows_of(self.targets()[0])

    def under_cursor(self) -> Row | None:
        """The row under the cursor, whatever is marked."""
        return self._shown.row(self._table.cursor_id) if self._table.cursor_id else None
