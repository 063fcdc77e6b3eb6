"""The tasks an operation is for, taken once as ids, so that no later step looks at the cursor again."""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct

from sms_tui.domain.rows import Row
from sms_tui.ui.board.shown import Shown
from sms_tui.ui.table.task_table import TaskTable


class Targets(NamedTuple):
    """What an operation is for."""

    ids: tuple[str, ...]
    hidden: frozenset[str]
    """Those of the ids that a filter hides"""


class Chosen(Struct, frozen=True):
    """The marked rows, or else the row under the cursor."""

    table: TaskTable
    shown: Shown

    def targets(self) -> Targets:
        """What an operation would be for at this moment."""
        if marks := tuple(self.table.marks):
            return Targets(marks, frozenset(self.table.hidden_marks))
        cursor = self.table.cursor_id
        return Targets((cursor,) if cursor else (), frozenset())

    def rows(self) -> Sequence[Row]:
        """The rows of the targets."""
        return self.shown.rows_of(self.targets().ids)

    def under_cursor(self) -> Row | None:
        """The row under the cursor, whatever is marked."""
        return self.shown.row(self.table.cursor_id) if self.table.cursor_id else None
