"""A bare app with one table, the rows it draws, and what it was asked to draw."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager

from textual.app import ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.strip import Strip

from sms_tui.domain.rows import Row
from sms_tui.ui.table.task_lines import HEADING
from sms_tui.ui.table.task_table import TaskTable
from sms_tui.ui.terminal.painting import PaintedScreen, PaintingApp
from sms_tui.ui.theming.files import variable_defaults
from sms_tui.ui.wording.glyphs import UNICODE
from tests.ui.samples import NOW, row


class CountingTable(TaskTable):
    """A table that remembers which lines it was asked to draw."""

    DEFAULT_CSS = "CountingTable { width: 1fr; height: 1fr; }"

    def __init__(self, find: Callable[[str], Row | None], follow: Callable[[str | None], None]) -> None:
        super().__init__(find, follow=follow)
        self.lines_drawn: list[int] = []

    def render_line(self, y: int) -> Strip:
        self.lines_drawn.append(y)
        return super().render_line(y)


class Host(PaintingApp):
    """A table, the rows it draws, and the messages it sent."""

    def __init__(self, rows: Iterable[Row]) -> None:
        super().__init__()
        self.rows = {one.task.id: one for one in rows}
        self.asked: list[str] = []
        self.followed: list[str | None] = []
        self.table = CountingTable(self.find, self.followed.append)
        self.told: list[Message] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(variable_defaults(self.current_theme))

    def find(self, task_id: str) -> Row | None:
        self.asked.append(task_id)
        return self.rows.get(task_id)

    def get_default_screen(self) -> PaintedScreen[None]:
        return PaintedScreen()

    def compose(self) -> ComposeResult:
        yield self.table

    def on_mount(self) -> None:
        self.table.tick(NOW)
        self.table.set_order(list(self.rows))
        self.table.focus()

    def on_task_table_marks_changed(self, message: TaskTable.MarksChanged) -> None:
        self.told.append(message)

    def on_task_table_row_activated(self, message: TaskTable.RowActivated) -> None:
        self.told.append(message)

    def on_task_table_heading_clicked(self, message: TaskTable.HeadingClicked) -> None:
        self.told.append(message)

    def change(self, number: int, **changes: object) -> str:
        """Put another row in place of one; returns its id."""
        fresh = row(number, **changes)  # type: ignore[arg-type]
        self.rows[fresh.task.id] = fresh
        return fresh.task.id

    def line_of_cursor(self) -> int:
        """The screen line that shows a cursor of either kind."""
        signs = (UNICODE.cursor, UNICODE.hollow)
        lines = range(HEADING, self.table.size.height)
        return next(y for y in lines if self.table.render_line(y).text.startswith(signs))

    def text(self, y: int) -> str:
        """What stands on a screen line."""
        return self.table.render_line(y).text


@asynccontextmanager
async def running(
    rows: int | Sequence[Row] = 40, size: tuple[int, int] = (80, 11)
) -> AsyncIterator[tuple[Host, Pilot[None]]]:
    """A host on a screen of ten rows under a heading, unless said otherwise."""
    host = Host([row(number) for number in range(rows)] if isinstance(rows, int) else rows)
    async with host.run_test(size=size) as pilot:
        await pilot.pause()
        yield host, pilot


def ids(*numbers: int) -> list[str]:
    return [f"task-{number:04d}" for number in numbers]
