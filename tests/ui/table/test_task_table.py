"""The table with keys, mouse and refreshes: cursor and marks stay on ids, and only changes are painted."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from textual.app import ComposeResult
from textual.events import MouseScrollDown
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.scrollbar import ScrollBarRender
from textual.strip import Strip

from sms_tui.domain.query import Row, Sort
from sms_tui.domain.task import SubTask, TaskState
from sms_tui.ui.table.selection import Selection
from sms_tui.ui.table.task_lines import HEADING
from sms_tui.ui.table.task_table import TaskTable
from sms_tui.ui.terminal.painting import PaintedScreen, PaintingApp
from sms_tui.ui.theming.theme_files import available, variable_defaults
from sms_tui.ui.wording.glyphs import UNICODE
from tests.ui.samples import HOSTILE, NOW, hostile_row, row

if TYPE_CHECKING:
    from textual.message import Message

pytestmark = pytest.mark.anyio


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


async def test_the_cursor_starts_on_the_first_row_and_moves_by_keys() -> None:
    async with running() as (host, pilot):
        seen = [host.table.cursor_id]
        for key in (
            "j",
            "down",
            "k",
            "ctrl+d",
            "pagedown",
            "G",
            "pageup",
            "ctrl+u",
            "g",
            "up",
            "end",
            "home",
        ):
            await pilot.press(key)
            seen.append(host.table.cursor_id)
        assert seen == ids(0, 1, 2, 1, 6, 16, 39, 29, 24, 0, 0, 39, 0)


async def test_the_cursor_stays_in_view() -> None:
    async with running() as (host, pilot):
        for _ in range(25):
            host.table.action_step(1)
        await pilot.pause()
        assert host.line_of_cursor() == 10
        assert "web-25" in host.text(10)
        for _ in range(12):
            host.table.action_step(-1)
        await pilot.pause()
        assert host.line_of_cursor() == HEADING


async def test_cursor_and_its_line_stay_with_the_task_when_the_order_turns() -> None:
    async with running() as (host, pilot):
        for _ in range(5):
            await pilot.press("j")
        line = host.line_of_cursor()
        host.table.set_order(list(reversed(host.rows)))
        await pilot.pause()
        assert host.table.cursor_id == "task-0005"
        assert "web-05" in host.text(host.line_of_cursor())
        assert host.line_of_cursor() == line


async def test_rows_that_come_above_do_not_move_what_is_looked_at() -> None:
    async with running() as (host, pilot):
        await pilot.press("pagedown", "pagedown", "j")
        top = host.text(HEADING)
        host.table.set_order([*ids(100, 101, 102), *host.rows])
        await pilot.pause()
        assert host.text(HEADING) == top
        assert host.table.cursor_id == "task-0021"


async def test_a_cursor_whose_task_goes_keeps_its_place_and_is_disarmed() -> None:
    async with running() as (host, pilot):
        await pilot.press("j", "j", "j")
        line = host.line_of_cursor()
        host.followed.clear()
        host.table.set_order([one for one in host.rows if one != "task-0003"])
        await pilot.pause()
        assert host.table.cursor_id is None
        assert host.followed == [None]
        assert host.line_of_cursor() == line
        assert host.text(line).startswith(UNICODE.hollow)
        host.told.clear()
        await pilot.press("enter", "space", "v")
        assert (host.told, host.table.marks) == ([], [])


@pytest.mark.parametrize(("key", "task_id"), [("j", "task-0004"), ("k", "task-0002"), ("g", "task-0000")])
async def test_a_disarmed_cursor_is_armed_by_moving_it(key: str, task_id: str) -> None:
    async with running() as (host, pilot):
        await pilot.press("j", "j", "j")
        host.table.set_order([one for one in host.rows if one != "task-0003"])
        await pilot.press(key)
        assert host.table.cursor_id == task_id


async def test_a_filtered_task_gets_its_cursor_back_when_it_returns() -> None:
    async with running() as (host, pilot):
        await pilot.press("j", "j", "j")
        host.table.set_order(ids(7, 8))
        assert host.table.cursor_id is None
        host.table.set_order([])
        host.table.set_order(list(host.rows))
        await pilot.pause()
        assert host.table.cursor_id == "task-0003"


async def test_until_it_is_moved_the_cursor_stays_at_the_top_and_never_takes_another_task() -> None:
    async with running() as (host, pilot):
        host.table.set_order(ids(9, 0, 1))
        await pilot.pause()
        assert host.table.cursor_id is None
        assert host.line_of_cursor() == HEADING
        await pilot.press("j")
        assert host.table.cursor_id == "task-0009"


async def test_marks_follow_their_tasks_and_survive_a_filter() -> None:
    async with running() as (host, pilot):
        await pilot.press("j", "space", "j", "j", "space")
        assert host.table.marks == ids(1, 3)
        host.table.set_order(ids(9, 3, 8, 1, 0))
        assert host.table.marks == ids(3, 1)
        host.table.set_order(ids(8, 1))
        assert (host.table.marks, host.table.hidden_marks) == (ids(1, 3), ids(3))
        assert len(host.table.selection.marks) == 2
        await pilot.pause()
        assert [UNICODE.mark in host.text(HEADING + line) for line in range(2)] == [False, True]
        host.table.forget_marks({"task-0003"})
        assert host.table.marks == ids(1)


async def test_keys_mark_and_unmark() -> None:
    async with running(6) as (host, pilot):
        await pilot.press("space", "j", "space", "space", "j", "space", "u", "j", "space")
        assert host.table.marks == ids(0, 3)
        await pilot.press("asterisk")
        assert host.table.marks == ids(0, 1, 2, 3, 4, 5)
        await pilot.press("asterisk")
        assert host.table.marks == []
        await pilot.press("space")
        host.table.action_invert_marks()
        assert host.table.marks == ids(0, 1, 2, 4, 5)
        await pilot.press("U")
        assert host.table.marks == []


async def test_a_range_grows_and_shrinks_with_the_cursor() -> None:
    async with running() as (host, pilot):
        await pilot.press("space", "j", "j", "v", "j", "j")
        assert host.table.marks == ids(0, 2, 3, 4)
        await pilot.press("k", "k", "k")
        assert host.table.marks == ids(0, 1, 2)
        await pilot.press("v", "G")
        assert host.table.marks == ids(0, 1, 2)


async def test_a_range_goes_on_over_a_refresh_and_takes_no_stranger_in() -> None:
    async with running() as (host, pilot):
        await pilot.press("v", "j")
        host.table.set_order([*ids(0, 77), *list(host.rows)[1:]])
        assert host.table.marks == ids(0, 1)
        await pilot.press("j", "j")
        assert host.table.marks == ids(0, 1, 2, 3)
        await pilot.press("k", "k", "k")
        assert host.table.marks == ids(0, 77, 1)
        await pilot.press("v", "G")
        assert host.table.marks == ids(0, 77, 1)


async def test_news_leave_a_range_alone_but_for_what_is_gone() -> None:
    async with running() as (host, pilot):
        await pilot.press("v", "j")
        host.table.forget_marks([])
        await pilot.press("j")
        assert host.table.marks == ids(0, 1, 2)
        host.table.forget_marks(ids(1))
        await pilot.press("j")
        assert host.table.marks == ids(0, 2, 3)


async def test_a_range_ends_with_the_task_under_the_cursor() -> None:
    async with running() as (host, pilot):
        await pilot.press("v", "j")
        host.table.set_order(ids(0, 2, 3, 4))
        assert not host.table.selection.is_ranging
        await pilot.press("j", "j")
        assert host.table.selection.marks.copied().keys() == set(ids(0, 1))


async def test_the_mouse_selects_marks_opens_and_sorts() -> None:
    async with running() as (host, pilot):
        await pilot.click(TaskTable, offset=(20, 4))
        assert host.table.cursor_id == "task-0003"
        await pilot.click(TaskTable, offset=(1, 6))
        assert (host.table.cursor_id, host.table.marks) == ("task-0005", ids(5))
        await pilot.click(TaskTable, offset=(20, 2), times=2)
        await pilot.click(TaskTable, offset=(5, 0))
        await pilot.click(TaskTable, offset=(1, 0))
        await pilot.pause()
        activated = [message.task_id for message in host.told if isinstance(message, TaskTable.RowActivated)]
        sorted_by = [message.column for message in host.told if isinstance(message, TaskTable.HeadingClicked)]
        assert (activated, sorted_by) == (["task-0001"], ["name"])


async def test_a_click_below_the_last_row_does_nothing() -> None:
    async with running(3) as (host, pilot):
        await pilot.click(TaskTable, offset=(20, 8))
        assert host.table.cursor_id == "task-0000"


async def test_the_wheel_scrolls_and_leaves_the_cursor_on_its_task() -> None:
    async with running() as (host, pilot):
        await pilot.press("j")
        for _ in range(3):
            await pilot._post_mouse_events([MouseScrollDown], TaskTable)
        await pilot.pause()
        assert host.table.scroll_offset.y > 1
        assert host.table.cursor_id == "task-0001"


async def test_only_the_line_of_a_changed_row_is_painted() -> None:
    async with running(size=(120, 11)) as (host, pilot):
        host.table.lines_drawn.clear()
        host.table.rows_changed({host.change(4, stage=SubTask("MIGRATE_LINUX_FILE", 44.0))})
        await pilot.pause()
        assert set(host.table.lines_drawn) == {HEADING + 4}
        assert "copy 44 %" in host.text(HEADING + 4)


async def test_a_change_that_nobody_can_see_paints_nothing() -> None:
    async with running() as (host, pilot):
        host.table.lines_drawn.clear()
        host.table.rows_changed({host.change(30, speed=1.0), host.change(2, total=1)})
        await pilot.pause()
        assert host.table.lines_drawn == []


async def test_a_tick_paints_only_the_ages_that_changed() -> None:
    rows = [row(number, changed_at=NOW - 7200) for number in range(9)] + [row(9, changed_at=NOW - 15)]
    async with running(rows, (140, 11)) as (host, pilot):
        host.table.lines_drawn.clear()
        host.table.tick(NOW + 1)
        await pilot.pause()
        assert host.table.lines_drawn == []
        host.table.tick(NOW + 6)
        await pilot.pause()
        assert set(host.table.lines_drawn) == {HEADING + 9}


async def test_ages_are_looked_at_every_few_seconds_and_at_once_when_reads_are_overdue() -> None:
    rows = [row(0, changed_at=NOW - 9, remain_seconds=None), row(1, remain_seconds=150)]
    async with running(rows, (140, 11)) as (host, pilot):
        host.table.lines_drawn.clear()
        for second in range(1, 5):
            host.table.tick(NOW + second)
        await pilot.pause()
        assert host.table.lines_drawn == []
        host.table.tick(NOW + 5)
        await pilot.pause()
        assert set(host.table.lines_drawn) == {HEADING}
        host.table.lines_drawn.clear()
        host.table.tick(NOW + 6, 61)
        await pilot.pause()
        assert set(host.table.lines_drawn) == {HEADING + 1}


async def test_a_column_as_wide_as_the_operator_wants_it_ages_too() -> None:
    async with running([row(0, changed_at=NOW - 7200)], (60, 11)) as (host, pilot):
        host.table.set_columns(("name", "age"), {"age": 12})
        await pilot.pause()
        host.table.lines_drawn.clear()
        host.table.tick(NOW + 3600)
        await pilot.pause()
        assert set(host.table.lines_drawn) == {HEADING}


async def test_moving_the_cursor_paints_two_lines() -> None:
    async with running() as (host, pilot):
        host.table.lines_drawn.clear()
        await pilot.press("j")
        await pilot.pause()
        assert set(host.table.lines_drawn) == {HEADING, HEADING + 1}


async def test_the_work_depends_on_what_is_in_view_and_not_on_the_number_of_tasks() -> None:
    asked = []
    for count in (50, 5000):
        async with running(count) as (host, pilot):
            host.asked.clear()
            host.table.rows_changed(set(host.rows))
            host.table.tick(NOW + 60)
            await pilot.press("j")
            await pilot.pause()
            asked.append(len(host.asked))
    assert asked[0] == asked[1]


async def test_an_equal_order_paints_nothing() -> None:
    async with running() as (host, pilot):
        host.table.lines_drawn.clear()
        host.table.set_order(list(host.rows))
        await pilot.pause()
        assert host.table.lines_drawn == []


async def test_an_empty_table_says_what_it_was_told_to_say() -> None:
    async with running(0) as (host, pilot):
        host.table.set_message("No task matches\n\x1b[31mesc clears the filter")
        await pilot.pause()
        lines = [host.text(y) for y in range(11)]
        said = [line.strip() for line in lines[HEADING:] if line.strip()]
        assert said == ["No task matches", "␛[31mesc clears the filter"]
        place = lines.index(next(line for line in lines if "No task" in line))
        assert lines[place].index("No task") == pytest.approx((79 - len("No task matches")) / 2, abs=1)
        assert host.table.cursor_id is None
        await pilot.press("j", "k", "G", "space", "v", "asterisk", "enter", "pagedown")


async def test_a_message_is_wrapped_and_centred_by_cells() -> None:
    async with running(0, size=(40, 11)) as (host, pilot):
        words = "此账号和项目中没有迁移任务，也没有任何可以显示的服务器或者模板或者其他任何东西。"
        host.table.set_message(f"{words}\n没有")
        await pilot.pause()
        lines = [host.text(y).rstrip() for y in range(HEADING, 11)]
        said = [line for line in lines if line]
        assert "".join(line.strip() for line in said[:-1]) == words
        assert len(said) > 2
        assert said[-1].index("没") == (39 - 4) // 2


async def test_stale_rows_are_drawn_in_one_faint_colour() -> None:
    async with running(3) as (host, pilot):
        colours = {segment.style.color for segment in host.table.render_line(HEADING + 1) if segment.style}
        assert len(colours) > 1
        host.table.set_dimmed(True)
        await pilot.pause()
        strip = host.table.render_line(HEADING + 1)
        assert len({segment.style.color for segment in strip if segment.style}) == 1
        assert "RUNNING" in strip.text


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 40), (160, 48)])
async def test_nothing_is_drawn_under_the_scrollbar(size: tuple[int, int]) -> None:
    async with running([row(number, TaskState.MIGRATE_SUCCESS) for number in range(60)], size) as (
        host,
        _pilot,
    ):
        assert host.table.show_vertical_scrollbar
        for y in range(size[1]):
            seen = host.text(y)[: host.table.scrollable_size.width]
            assert "…" not in seen.split("100 %")[0]
            assert y == 0 or "100 %" in seen


async def test_the_heading_names_the_sort_column() -> None:
    async with running() as (host, _pilot):
        host.table.set_sort(Sort("state", descending=True))
        assert f"STATE {UNICODE.descending}" in host.text(0)
        host.table.set_sort(Sort("name"))
        assert f"NAME {UNICODE.ascending}" in host.text(0)
        assert UNICODE.descending not in host.text(0)


@pytest.mark.parametrize("column", ["name", "progress"])
async def test_the_heading_stands_on_one_ground(column: str) -> None:
    async with running() as (host, _pilot):
        host.table.set_sort(Sort(column, descending=True))
        strip = host.table.render_line(0)
        assert len({segment.style.bgcolor for segment in strip if segment.style}) == 1


async def test_chosen_columns_take_effect() -> None:
    async with running() as (host, _pilot):
        host.table.set_columns(("name", "id"), {"name": 10})
        assert host.text(0).split() == ["NAME", "ID"]
        assert host.text(HEADING)[3:13] == "web-00    "
        assert list(host.table.columns) == ["name", "id"]


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (5, 3), (17, 4), (60, 15), (300, 5)])
async def test_any_size_is_drawn(size: tuple[int, int]) -> None:
    async with running([hostile_row(text, number) for number, text in enumerate(HOSTILE)], size) as (
        host,
        pilot,
    ):
        await pilot.press("j", "G", "space", "pageup")
        for y in range(size[1]):
            assert host.table.render_line(y).cell_length == host.table.size.width


async def test_a_storm_of_sizes_keeps_the_cursor_on_its_task_and_in_view() -> None:
    async with running() as (host, pilot):
        host.table.action_step(30)
        for size in ((20, 3), (200, 60), (1, 1), (120, 30), (80, 7), (79, 8), (60, 15)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert host.table.cursor_id == "task-0030"
        assert "web-30" in host.text(host.line_of_cursor())
        assert host.table.size.height == 15


async def test_sizes_that_a_solid_screen_hides_keep_the_cursor_in_view() -> None:
    async with running() as (host, pilot):
        await pilot.press("G")
        solid: ModalScreen[None] = ModalScreen()
        solid.styles.background = "black"
        await host.push_screen(solid)
        for size in ((60, 8), (80, 10), (60, 5)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        host.pop_screen()
        await pilot.pause()
        assert "web-39" in host.text(host.line_of_cursor())


async def test_a_cursor_that_was_scrolled_away_is_not_fetched_back_by_a_size() -> None:
    async with running() as (host, pilot):
        host.table.scroll_to(y=20, animate=False, force=True)
        await pilot.resize_terminal(80, 9)
        await pilot.pause()
        assert host.table.scroll_offset.y == 20


async def test_hostile_text_is_drawn_clean() -> None:
    rows = [hostile_row(text, number) for number, text in enumerate(HOSTILE)]
    async with running(rows, (200, 30)) as (host, _pilot):
        for y in range(30):
            strip = host.table.render_line(y)
            assert strip.text.isprintable()
            assert strip.cell_length == host.table.size.width


async def test_a_row_is_drawn_in_few_pieces() -> None:
    async with running(3, (200, 10)) as (host, _pilot):
        assert len(list(host.table.render_line(HEADING + 1))) <= 6


@pytest.mark.parametrize("theme", [file.path.stem for file in available()])
async def test_every_shipped_theme_draws_every_state(theme: str) -> None:
    rows = [row(number, state) for number, state in enumerate(TaskState)]
    async with running(rows, (120, 20)) as (host, pilot):
        for file in available():
            assert file.theme is not None
            host.register_theme(file.theme)
        host.theme = theme
        await pilot.pause()
        await pilot.press("space", "j")
        host.table.set_dimmed(True)
        await pilot.pause()
        assert host.table.render_line(HEADING + 1).cell_length == host.table.size.width


def test_a_selection_over_nothing_moves_nowhere() -> None:
    selection = Selection()
    selection.step(1)
    selection.start_range()
    selection.edit_marks().turn_all(selection.order)
    assert (selection.cursor_id, selection.marks.copied(), selection.go_to("x")) == (None, {}, False)


async def test_the_bar_looks_as_if_it_moved_with_each_line() -> None:
    async with running(2000, size=(80, 24)) as (host, pilot):
        bar, moves = host.table.vertical_scrollbar, set()
        for y in (*range(0, 400, 3), 1975, 1976, 1978, 700, 3):
            host.table.scroll_to(y=y, animate=False, force=True)
            await pilot.pause()
            moves.add(bar.position)
            shown, exact = (
                ScrollBarRender.render_bar(
                    size=host.table.size.height,
                    virtual_size=host.table.virtual_size.height,
                    window_size=host.table.size.height,
                    position=position,
                )
                for position in (bar.position, host.table.scroll_y)
            )
            assert shown.segments == exact.segments
        assert len(moves) < 60
