"""Keys act on what is seen and on nothing else, whatever the size was and whoever had the focus."""

from pathlib import Path

import pytest
from textual.events import AppBlur, AppFocus, MouseDown, MouseUp

from tests.story import Operator, story
from tests.ui.stories.test_narrow import in_sight

pytestmark = pytest.mark.anyio
NARROW, TINY = (61, 20), (59, 15)


async def resize(op: Operator, *sizes: tuple[int, int]) -> None:
    """Give the terminal one size after the other."""
    for size in sizes:
        await op.pilot.resize_terminal(*size)
        await op.settle()


async def click(op: Operator, x: int, y: int) -> None:
    """Press and let go."""
    for kind in (MouseDown, MouseUp):
        op.app._driver.process_message(kind(None, x, y, 0, 0, 1, False, False, False, screen_x=x, screen_y=y))
    await op.settle()


async def test_a_question_closed_where_there_was_no_room_leaves_the_focus_in_sight(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", size=NARROW) as op:
        await op.press("d", "question_mark")
        await resize(op, TINY)
        await op.press("escape", "space", "asterisk")
        assert op.screen.desk.table.marks == []
        await resize(op, NARROW)
        assert in_sight(op) == "detail"
        await op.press("escape")
        assert in_sight(op) == "table"


async def test_a_terminal_looked_at_again_gives_the_focus_to_nothing_that_has_no_room(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", size=NARROW) as op:
        op.app.post_message(AppBlur())
        await resize(op, TINY)
        op.app.post_message(AppFocus())
        await op.settle()
        await op.press("space")
        assert op.screen.desk.table.marks == []
        await resize(op, NARROW)
        await op.press("space")
        assert len(op.screen.desk.table.marks) == 1


@pytest.mark.parametrize("key", ["space", "F"])
async def test_help_brings_into_sight_what_it_acts_on(tmp_path: Path, key: str) -> None:
    """Where it is covered, by the detail or by what a low screen leaves out."""
    async with story(tmp_path, "war-room", size=(80, 18)) as op:
        await op.press("d", "question_mark", "slash")
        await op.type("or unmark it" if key == "space" else "newest line")
        await op.press("enter", "enter")
        await op.settle()
        assert in_sight(op) == ("table" if key == "space" else "log")


async def test_the_log_is_opened_from_a_pane_that_has_the_whole_body(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.press("d", "z", "L")
        await op.settle()
        assert in_sight(op) == "log"


async def test_a_filter_is_typed_on_once_there_is_room_again(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", size=NARROW) as op:
        await op.press("slash", "w")
        await resize(op, TINY)
        await op.press("j", "space")
        await resize(op, NARROW)
        await op.press("3", "enter")
        await op.settle()
        assert op.screen.desk.board.filter.text == "w3"
        assert in_sight(op) == "table"
        assert op.screen.desk.table.marks == []


async def test_the_cursor_stays_in_view_whatever_sizes_come_while_a_command_is_typed(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", size=(80, 24)) as op:
        await op.press("G", "colon")
        await resize(op, (60, 15), (80, 24))
        table = op.screen.desk.table
        assert table.selection.place - table.scroll_offset.y in range(table.rows_in_view)


@pytest.mark.parametrize("way", ["click", "tab"])
async def test_a_filter_that_is_left_alone_is_kept_and_its_line_closed(tmp_path: Path, way: str) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.press("slash", *"w3")
        await op.settle()
        if way == "click":
            await click(op, 20, 5)
        else:
            await op.press("tab")
            await op.settle()
        assert not op.screen.desk.prompt.is_open
        assert op.screen.desk.board.filter.text == "w3"
        assert in_sight(op) == ("table" if way == "click" else "detail")
        await op.press("escape", "escape")
        assert op.screen.desk.board.filter.text == ""


async def test_where_there_is_no_room_one_q_is_enough_to_leave(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", size=(80, 24)) as op:
        await op.press("L", "z")
        await resize(op, TINY)
        await op.press("q")
        assert op.app.return_code == 0
