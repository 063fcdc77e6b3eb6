"""What is known of the task in the detail pane, and what all of its tabs share."""

from collections.abc import Sequence

from msgspec import Struct

from sms_tui.domain.rows import Row
from sms_tui.domain.task import SubTask, Task, TaskDetail
from sms_tui.ui.widgets.hanging_indent import Line
from sms_tui.ui.wording.glyphs import Glyphs
from sms_tui.ui.wording.language import tr

MUTED = "muted"


class DetailFacts(Struct, frozen=True):
    """Everything that is known of the task in the pane."""

    row: Row
    detail: TaskDetail | None
    speeds: Sequence[float]
    """Mbit/s, one for each poll, the oldest first"""
    now: float
    """Epoch seconds"""
    glyphs: Glyphs
    unread: float = 0.0
    """Seconds by which the next read of the task is overdue"""

    @property
    def task(self) -> Task:
        """The task as last read; the list is fresher, a read of the single task knows the steps."""
        return self.row.task

    @property
    def subtasks(self) -> tuple[SubTask, ...]:
        """The steps, from wherever they are known."""
        return self.task.subtasks or (self.detail.task.subtasks if self.detail else ())


def not_read() -> list[Line]:
    """The words of a tab that needs a read of the single task, while there has been none."""
    return [((tr("Not read yet: this appears once the task has been read by itself."), MUTED),)]
