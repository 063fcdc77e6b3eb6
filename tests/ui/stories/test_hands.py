"""Stories of hands that come from elsewhere: what k9s, lazygit, vim, less and a mouse have taught them."""

import base64
from pathlib import Path

import pytest

from sms_tui.engine.mode import Mode
from sms_tui.ui.dialogs.confirm import ConfirmDialog
from sms_tui.ui.dialogs.picker import Picker
from sms_tui.ui.dialogs.text_view import TextView
from sms_tui.ui.log.panel import LogPanel
from sms_tui.ui.screens.main import MainScreen
from tests.story import Operator, story

pytestmark = pytest.mark.anyio


def place(op: Operator) -> int:
    """The row under the cursor, from 0."""
    return op.screen.desk.table.selection.place


async def test_the_hand_of_k9s(tmp_path: Path) -> None:
    """Colon words, slash, escape back out; its keys for killing kill nothing here."""
    async with story(tmp_path, "war-room") as op:
        await op.press("colon", *"view failed", "enter")
        await op.settle()
        assert "[3 failed]" in op.shown()
        await op.press("ctrl+k", "ctrl+d", "delete", "backspace", "X", "K", "ctrl+x")
        await op.settle()
        assert isinstance(op.app.screen, MainScreen)
        await op.press("enter", "escape", "0", "slash", *"w2", "enter", "escape")
        await op.settle()
        assert len(op.screen.desk.board.order) == 24
        await op.press("escape", "escape", "escape")
        await op.settle()
        assert op.app.is_running, "escape never quits"
        assert op.line.writes == []


async def test_the_hand_of_lazygit(tmp_path: Path) -> None:
    """Tab goes round the panes, space marks, x shows, brackets turn tabs; Enter-Enter is harmless."""
    async with story(tmp_path, "war-room") as op:
        await op.select(op.first("RUNNING"))
        await op.press("space", "tab")
        assert op.screen.focused is not op.screen.desk.table
        await op.press("right_square_bracket", "right_square_bracket", "left_square_bracket")
        assert "[Subtasks]" in op.shown()
        await op.press("tab")
        assert isinstance(op.screen.focused, LogPanel)
        await op.press("tab")
        assert op.screen.focused is op.screen.desk.table
        await op.press("a", "enter")
        await op.clock.advance(1)
        await op.press("enter", "enter", "escape", "escape")
        await op.settle()
        assert op.line.writes == []
        assert len(op.screen.desk.table.marks) == 1, "marks are still there"


async def test_the_hand_of_vim(tmp_path: Path) -> None:
    """Letters move, G and g leap, v marks a range, dd deletes nothing, two q leave."""
    async with story(tmp_path, "war-room", size=(80, 24)) as op:
        await op.press("j", "j", "k")
        assert place(op) == 1
        await op.press("G")
        assert place(op) == 23
        await op.press("g", "ctrl+d")
        half = place(op)
        assert half > 3
        await op.press("ctrl+u")
        assert place(op) == 0
        await op.press("v", "j")
        await op.poll()
        await op.press("j")
        assert "range  3 marked" in op.shown()
        assert "v end range" in op.shown()
        await op.press("v")
        assert "range" not in op.shown()
        await op.press("slash", *"w1", "enter", "G", "v", "k", "escape")
        assert "range" not in op.shown()
        assert "filter: w1" in op.shown()
        await op.press("escape")
        assert len(op.screen.desk.table.marks) == 3
        await op.press("3", "v")
        assert "[3 failed]" in op.shown()
        assert "3 of 24" in op.shown()
        await op.press("v", "0")
        await op.press("U", "d", "d", "escape")
        await op.settle()
        assert isinstance(op.app.screen, MainScreen)
        assert op.line.writes == []
        await op.press("colon", "q", "enter")
        await op.settle()
        assert not op.app.is_running


async def test_the_hand_of_less(tmp_path: Path) -> None:
    """In a text: space and b-like pages, slash and n, G and g, q goes back and not out."""
    async with story(tmp_path, "war-room", size=(80, 24)) as op:
        await op.select(op.first("MIGRATE_FAIL"))
        await op.press("x")
        await op.settle()
        assert isinstance(op.app.screen, TextView)
        await op.press("slash", *"first", "enter", "n", "N", "G", "g", "space", "q")
        await op.settle()
        assert isinstance(op.app.screen, MainScreen)
        await op.press("n")
        assert op.screen.desk.chosen.under_cursor().task.is_problem  # type: ignore[union-attr]


async def test_a_mouse_does_what_keys_do_and_sends_nothing(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", size=(120, 40)) as op:
        table = op.screen.desk.table
        await op.pilot.click(table, offset=(8, 5))
        await op.settle()
        assert place(op) == 4
        await op.pilot.click(table, offset=(1, 6))
        assert len(table.marks) == 1
        await op.pilot.click(table, offset=(4, 0))
        await op.settle()
        assert "sort: name-" in op.shown()
        assert len(table.marks) == 1
        tabs = op.screen.query_one("TabLine")
        await op.pilot.click(tabs, offset=(13, 0))
        await op.settle()
        assert "[Subtasks]" in op.shown()
        assert op.line.writes == []


async def click_on(op: Operator, bar: str, words: str) -> None:
    """Click in the middle of words in one of the bars."""
    widget = op.screen.query_one(bar)
    line = op.shown().splitlines()[widget.region.y]
    await op.pilot.click(widget, offset=(line.index(words) + len(words) // 2, 0))
    await op.settle()


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_click_on_a_view_shows_it_and_one_on_a_key_does_what_that_does(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with story(tmp_path, "war-room", size=size) as op:
        await click_on(op, "ViewBar", "3 failed")
        assert "[3 failed]" in op.shown()
        await click_on(op, "ViewBar", " 0 ")
        assert "[0 all]" in op.shown()
        await click_on(op, "ViewBar", "of 24")
        assert "[0 all]" in op.shown()
        await click_on(op, "Footer", "s sort")
        assert isinstance(op.app.screen, Picker)
        await op.press("escape")
        for words in ("j k move", "q quit"):
            await click_on(op, "Footer", words)
            assert isinstance(op.app.screen, MainScreen)
            assert op.app.is_running
        await op.press("L")
        await click_on(op, "Footer", "w wrap")
        assert op.screen.desk.log.has_focus_within


async def test_two_fast_escapes_are_two(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.select(op.first("RUNNING"))
        await op.press("a", "p")
        assert isinstance(op.app.screen, ConfirmDialog)
        await op.clock.advance(1)
        await op.pilot.press("escape", "escape")
        await op.settle()
        assert isinstance(op.app.screen, MainScreen)
        assert op.line.writes == []


async def test_a_storm_of_sizes_ends_in_the_right_picture(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", size=(120, 40), draws=True) as op:
        await op.select(op.first("RUNNING"))
        await op.settle()
        before = op.shown()
        for size in ((300, 80), (59, 14), (60, 15), (1, 1), (80, 24), (200, 60), (20, 50), (100, 30)):
            await op.pilot.resize_terminal(*size)
        await op.pilot.resize_terminal(120, 40)
        await op.settle()
        assert op.shown() == before


async def test_where_nothing_can_be_seen_no_key_marks_or_asks(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", size=(59, 14)) as op:
        assert "59x14 is too small: 60x15 is needed" in op.shown()
        await op.press("space", "asterisk", "v", "a", "slash", "colon", "T", "w", "c")
        await op.settle()
        assert isinstance(op.app.screen, MainScreen)
        assert op.screen.desk.table.marks == []
        assert not op.screen.desk.prompt.is_open
        await op.pilot.resize_terminal(60, 15)
        await op.settle()
        await op.press("space")
        assert len(op.screen.desk.table.marks) == 1


@pytest.mark.parametrize("keys", ["a", ":", "yp"])
async def test_a_dialog_that_has_no_room_says_nothing_but_that(tmp_path: Path, keys: str) -> None:
    async with story(tmp_path, "war-room", size=(80, 24)) as op:
        await op.press(*keys)
        await op.settle()
        for size in ((20, 50), (40, 10)):
            await op.pilot.resize_terminal(*size)
        await op.settle()
        said = [line.strip() for line in op.shown().splitlines() if line.strip()]
        assert said == ["40x10 is too small", "60x15 needed", "esc cancels"]
        await op.press("escape")
        assert isinstance(op.app.screen, MainScreen)


async def test_below_the_least_width_nothing_but_that_is_said(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", size=(59, 24)) as op:
        lines = op.shown().splitlines()
        assert [line.strip() for line in lines if line.strip()] == ["59x24 is too small: 60x15 is needed"]
        assert "too small" in lines[11]
        await op.pilot.resize_terminal(60, 24)
        await op.settle()
        await op.press("slash")
        await op.pilot.resize_terminal(59, 24)
        await op.settle()
        assert [line.strip() for line in op.shown().splitlines()] == [line.strip() for line in lines]


@pytest.mark.parametrize("size", [(80, 24), (60, 15)])
async def test_every_dialog_says_where_operations_go(tmp_path: Path, size: tuple[int, int]) -> None:
    async with story(tmp_path, "war-room", size=size, mode=Mode(simulated=True), draws=True) as op:
        await op.select(op.first("MIGRATE_FAIL"))
        for pressed in ("a", "question_mark", "y", "ctrl+p", "T", "C", "s", "E", "x", "colon"):
            await op.press(pressed)
            assert op.app.screen is not op.screen, f"{pressed} opens nothing"
            for word in ("prod", "PRODUCTION", "SIMULATED"):
                assert word in op.shown(), f"{word} is not to be seen behind {pressed}"
            await op.press("escape")
        await op.select(op.first("RUNNING"))
        await op.press("a", "v")
        assert "PRODUCTION   SIMULATED" in op.shown()


@pytest.mark.parametrize("opening", ["a", "slash", "colon", "L"])
async def test_the_cursor_of_the_terminal_comes_back_to_the_row(tmp_path: Path, opening: str) -> None:
    """Screen readers read where it is: after a dialog that was a line that is gone."""
    async with story(tmp_path, "war-room", draws=True) as op:
        await op.press("j", "j")
        there = op.app.cursor_position
        await op.press(opening, "escape")
        await op.settle()
        assert op.app.cursor_position == there


async def test_two_keys_show_plain_text_to_select_from(tmp_path: Path) -> None:
    """Where no clipboard works, `y` `p` is in the fingers; with `/` first, a `p` is a letter."""
    async with story(tmp_path) as op:
        await op.press("y", "slash", "p")
        assert "Select with the terminal" not in op.shown()
        await op.press("escape", "p")
        assert "Select with the terminal" in op.shown()


async def test_a_saved_log_of_what_is_simulated_says_so(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", mode=Mode(simulated=True)) as op:
        await op.press("L", "E")
    assert [path.name[:22] for path in saved(tmp_path)] == ["sms-tui-SIMULATED-log-"]


def saved(folder: Path) -> list[Path]:
    """The texts that were saved in a folder."""
    return list(folder.glob("*.txt"))


async def test_what_is_possible_can_be_copied_as_a_command(tmp_path: Path) -> None:
    """The menu offers a command for each operation that the marked rows can take, and sends none."""
    async with story(tmp_path, "war-room") as op:
        sent: list[str] = []
        op.app.write_sequence = sent.append  # type: ignore[method-assign]
        first = await op.select(op.first("RUNNING"))
        await op.press("space", "j", "y")
        assert "command: any operation" in op.shown()
        await op.press("slash", *"pause", "enter", "enter")
        await op.settle()
        (sequence,) = (each for each in sent if "]52;" in each)
        copied = base64.b64decode(sequence.split(";")[2].rstrip("\x07")).decode()
        assert copied == f"sms-tui run stop {first} -p prod"
        assert op.line.writes == []
