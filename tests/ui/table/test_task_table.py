"""The table with keys, mouse and refreshes: cursor, marks and ranges stay on ids."""

import pytest
from textual.events import MouseScrollDown

from sms_tui.ui.table.selection import Selection
from sms_tui.ui.table.task_lines import HEADING
from sms_tui.ui.table.task_table import TaskTable
from sms_tui.ui.wording.glyphs import UNICODE
from tests.ui.table.host import ids, running

pytestmark = pytest.mark.anyio


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


async def test_a_range_that_is_given_up_leaves_the_marks_of_before() -> None:
    async with running() as (host, pilot):
        await pilot.press("space", "j", "j", "space", "j", "v", "j")
        host.table.set_order([*ids(0, 77), *list(host.rows)[1:]])
        await pilot.press("j")
        host.table.forget_marks(ids(2))
        assert host.table.marks == ids(0, 3, 4, 5)
        host.table.action_range(keeps=False)
        assert host.table.marks == ids(0)
        await pilot.press("j")
        assert host.table.marks == ids(0)


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
        activated = [message for message in host.told if isinstance(message, TaskTable.RowActivated)]
        sorted_by = [message.column for message in host.told if isinstance(message, TaskTable.HeadingClicked)]
        assert (len(activated), host.table.cursor_id, sorted_by) == (1, "task-0001", ["name"])


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


def test_a_selection_over_nothing_moves_nowhere() -> None:
    selection = Selection()
    selection.step(1)
    selection.start_range()
    selection.edit_marks().turn_all(selection.order)
    assert (selection.cursor_id, selection.marks.copied(), selection.go_to("x")) == (None, {}, False)
