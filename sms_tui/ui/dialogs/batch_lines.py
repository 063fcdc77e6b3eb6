"""The tasks of a batch as lines; a line is worded again only when something new is known of its task."""

from collections.abc import Mapping

from textual.content import Content

from sms_tui.domain.task import Task
from sms_tui.engine.record import Batch, OperationRecord
from sms_tui.ui.widgets.text_lines import TextLines
from sms_tui.ui.wording.batch_text import record_lines, worst_first
from sms_tui.ui.wording.task_names import name_width

_BESIDE = 5
"""Cells of the dialog on both sides of the lines, the scroll bar included"""


class BatchLines(TextLines):
    """Shows the tasks of a batch, of which there may be thousands."""

    DEFAULT_CSS = "BatchLines { min-height: 0; }"

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[str, tuple[object, tuple[Content, ...]]] = {}
        """What was known of an operation when it was put into words, and the words"""
        self._room = 0
        """For which they were put into words, in cells"""

    def show_batch(self, batch: Batch, tasks: Mapping[str, Task]) -> None:
        """Draw what is known of every task now."""
        lines: list[Content] = []
        room = self.app.size.width - _BESIDE
        if room != self._room:
            self._room = room
            self._told.clear()
        width = name_width(record.task_name for record in batch.records)
        for record in worst_first(batch.records):
            lines += self._lines_of(record, tasks.get(record.task_id), width)
        self.show(lines, 0)

    def _lines_of(self, record: OperationRecord, task: Task | None, name_cells: int) -> tuple[Content, ...]:
        known = (record.outcome, record.evidence, record.trouble, task)
        before, lines = self._told.get(record.op_id, (None, ()))
        if before != known:
            lines = record_lines(record, task, name_cells, self._room)
            self._told[record.op_id] = known, lines
        return lines
