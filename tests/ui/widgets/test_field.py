"""Keys that arrive together, as over a slow line: each acts on what the one before it left."""

import asyncio
import itertools
from collections.abc import Iterable
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.events import Key, Paste
from textual.widgets import Input

from sms_tui.ui.dialogs.confirm import ConfirmDialog, TypedWord
from sms_tui.ui.dialogs.form import ParameterForm
from sms_tui.ui.dialogs.picker import Picker
from sms_tui.ui.dialogs.text_view import TextView
from sms_tui.ui.widgets.field import Field
from tests.story import Operator, story

pytestmark = pytest.mark.anyio
TURNS = range(0, 24, 3)
"""How often the loop may have turned when the next keys come"""
NAMED = {
    "<": ("backspace", "\x7f"),
    "\n": ("enter", "\r"),
    "{": ("left", None),
    "^": ("home", None),
    "$": ("end", None),
    "~": ("up", None),
    "_": ("down", None),
    "\t": ("tab", "\t"),
    "/": ("slash", "/"),
    ":": ("colon", ":"),
    " ": ("space", " "),
}


def keys(text: str) -> Iterable[Key]:
    """One event for each letter, with signs for what is no letter."""
    return [Key(*NAMED.get(sign, (sign, sign))) for sign in text]


async def test_several_names_pasted_into_the_filter_show_exactly_their_rows(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.press("slash")
        op.app.post_message(Paste("\r\nw1-web-01\r\nw3-web-17\r\n\r\nw9-nowhere\r\n"))
        await op.settle()
        await op.press("enter")
        await op.settle()
        assert [row.task.name for row in op.screen.desk.board.rows()] == ["w1-web-01", "w3-web-17"]
        assert "3 lines pasted" in op.told()
        assert op.told().endswith("Not among them: w9-nowhere")
        await op.press("colon")
        op.app.post_message(Paste("one\ntwo\nthree\n"))
        await op.settle()
        assert op.app.screen.query_one(Field).value == "one"
        assert "2 more that were pasted are left out" in op.told()


async def together(op: Operator, text: str) -> None:
    """Type all of it before the program comes round to the first key."""
    for key in keys(text):
        op.app.post_message(key)
    await op.pilot.pause()
    await op.settle()


async def in_two(op: Operator, first: str, turns: int, rest: str) -> None:
    """Type `first`, and the rest when the loop has turned so many times since, as on a busy machine."""
    for key in keys(first):
        op.app.post_message(key)
    for _ in range(turns):
        await asyncio.sleep(0)
    for key in keys(rest):
        op.app.post_message(key)
    await op.pilot.pause()
    await op.settle()


class OneField(App[None]):
    def compose(self) -> ComposeResult:
        yield Field("a")


@pytest.mark.parametrize(
    ("typed", "value"),
    [("bcd<x", "abcx"), ("bcd{{x", "abxcd"), ("<<<z", "z"), ("b^{x", "xab"), ("b<c<d", "ad")],
)
async def test_editing_keys_keep_their_place(typed: str, value: str) -> None:
    app = OneField()
    async with app.run_test() as pilot:
        for key in keys(typed):
            app.post_message(key)
        await pilot.pause()
        assert app.query_one(Input).value == value


async def test_keys_behind_a_settled_filter_are_meant_for_the_table(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await together(op, "/fxil<<<ail\ns")
        assert op.screen.desk.board.filter.text == "fail"
        assert not op.screen.desk.prompt.is_open
        assert isinstance(op.app.screen, Picker)


async def test_no_key_overtakes_another_on_its_way_to_what_opens(tmp_path: Path) -> None:
    """Wherever the first ones are when the others come."""
    async with story(tmp_path, "war-room") as op:
        board, column = op.screen.desk.board, "speed"
        for first, turns in itertools.product((":", ":s", "/", "/w"), TURNS):
            if first.startswith(":"):
                line = f":sort {column}\n"
                await in_two(op, first, turns, line.removeprefix(first))
                assert board.sort.column == column, (first, turns)
                column = {"speed": "name", "name": "speed"}[column]
            else:
                await in_two(op, first, turns, "/w1\n".removeprefix(first))
                assert board.filter.text == "w1", (first, turns)
                await op.press("escape")
                assert board.filter.text == ""
            assert op.app.screen is op.screen


async def test_a_line_that_is_recalled_is_typed_on(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        board = op.screen.desk.board
        for turns in TURNS:
            await together(op, "/w1\n")
            await op.press("escape")
            await in_two(op, "/", turns, "~-\n")
            assert board.filter.text == "w1-", turns
            await together(op, ":sort speed\n")
            await in_two(op, ":", turns, "~<<<<<name\n")
            assert board.sort.column == "name", turns
            await in_two(op, ":~~", turns, "_<<<<speed\n")
            assert board.sort.column == "speed", turns
            await op.press("escape")


async def test_what_was_completed_is_typed_on(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        for turns, column in zip(TURNS, itertools.cycle(("speed", "name")), strict=False):
            await in_two(op, ":so", turns, f"\t{column[:2]}\t\n")
            assert op.app.screen is op.screen, turns
            assert op.screen.desk.board.sort.column == column, turns
            assert op.screen.desk.table.has_focus, turns


async def test_keys_behind_a_filter_that_is_wrong_change_nothing(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await together(op, "/spead>5\nq")
        assert op.app.is_running
        assert op.screen.desk.prompt.is_open
        assert op.screen.desk.prompt.query_one(Input).value == "spead>5"
        await together(op, "^{x")
        assert op.screen.desk.prompt.query_one(Input).value == "xspead>5"


async def test_keys_behind_enter_are_no_part_of_a_value(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.select(op.first("SYNCING"))
        await op.press("a", "l")
        assert isinstance(op.app.screen, ParameterForm)
        await together(op, "-7\nyyy")
        assert isinstance(op.app.screen, ConfirmDialog)
        op.question("sms-logs-7")
        assert "sms-logs-7y" not in op.shown()
        assert op.line.writes == []


async def test_a_list_is_chosen_from_as_the_keys_before_enter_narrowed_it(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await together(op, "s/spx<eex<d\nq")
        assert not isinstance(op.app.screen, Picker)
        assert op.app.is_running
        assert op.screen.desk.board.sort.column == "speed"


async def test_a_typed_confirmation_counts_up_to_enter(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        name = op.first("READY")
        await op.select(name)
        await op.press("a", "d")
        dialog = op.app.screen
        assert isinstance(dialog, ConfirmDialog)
        await op.clock.advance(1)
        await together(op, "abx<c{{^-")
        assert dialog.query_one(TypedWord).value == "-abc"
        await together(op, f"\n${'<' * 9}")
        assert op.app.screen is dialog
        assert op.line.writes == []
        await together(op, f"^{name}x<\nzz")
        assert op.app.screen is op.screen
        assert len(op.line.writes) == 1


async def test_a_search_in_a_text_begins_at_enter_and_the_next_key_goes_on(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await together(op, "/?")
        view = op.app.screen
        assert isinstance(view, TextView)
        await together(op, "/sx<tate\nq")
        assert op.app.screen is not view
