"""A text of lines: only lines that changed are drawn, its height follows it, and it can be selected."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.selection import SELECT_ALL, Selection
from textual.strip import Strip
from textual.visual import Visual

from sms_tui.ui.terminal.painting import PaintedScreen, PaintingApp
from sms_tui.ui.widgets.text_lines import HANG, TextLines

pytestmark = pytest.mark.anyio
ROOM = 10


class Counting(TextLines):
    """Remembers which lines it was asked to draw."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn: list[int] = []

    def render_line(self, y: int) -> Strip:
        self.drawn.append(y)
        return super().render_line(y)


class Host(PaintingApp):
    """One text in a pane of ten lines."""

    def __init__(self) -> None:
        super().__init__()
        self.text = Counting()

    def get_default_screen(self) -> PaintedScreen[None]:
        return PaintedScreen()

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield self.text


def looks(strip: Strip) -> list[tuple[str, object]]:
    """Every cell with its style, without what a style carries beside the look."""
    return [
        (character, style and style.clear_meta_and_links()) for text, style, _ in strip for character in text
    ]


@asynccontextmanager
async def showing(*lines: str) -> AsyncIterator[tuple[Host, Pilot[None]]]:
    host = Host()
    async with host.run_test(size=(30, ROOM)) as pilot:
        host.text.show(list(map(Content, lines)), ROOM)
        await pilot.pause()
        host.text.drawn.clear()
        yield host, pilot


async def test_only_lines_that_changed_are_drawn() -> None:
    async with showing("a", "b", "c") as (host, pilot):
        host.text.show(list(map(Content, "aBcd")), ROOM)
        await pilot.pause()
        assert sorted(set(host.text.drawn)) == [1, 3]
        assert host.text.render_line(1).text.rstrip() == "B"


async def test_what_overflows_can_be_scrolled_until_it_fits_again() -> None:
    async with showing(*map(str, range(25))) as (host, pilot):
        scroller = host.query_one(VerticalScroll)
        assert scroller.max_scroll_y == 15
        host.text.show([Content("short")], ROOM)
        await pilot.pause()
        await pilot.pause()
        assert scroller.max_scroll_y == 0


async def test_a_long_line_is_wrapped_to_the_width() -> None:
    async with showing("word " * 12, "end") as (host, _pilot):
        lines = [host.text.render_line(y).text.strip() for y in range(4)]
        assert " ".join(lines).split() == ["word"] * 12 + ["end"]
        assert all(len(line) <= 30 for line in lines)


async def test_an_indented_line_goes_on_under_itself() -> None:
    async with showing("  " + "word " * 12) as (host, _pilot):
        lines = [host.text.render_line(y).text.rstrip() for y in range(3)]
        assert all(line.startswith("  word") for line in lines), lines
        assert " ".join(lines).split() == ["word"] * 12


async def test_what_is_selected_is_drawn_so_and_can_be_copied() -> None:
    async with showing("first line", "second line", "third line") as (host, pilot):
        plain = host.text.render_line(1)
        host.screen.selections = {host.text: Selection(Offset(6, 0), Offset(6, 1))}
        await pilot.pause()
        assert host.screen.get_selected_text() == "line\nsecond"
        marked = host.text.render_line(1)
        assert marked.text == plain.text
        assert len({segment.style.bgcolor for segment in marked if segment.style}) == 2


async def test_another_theme_draws_everything_anew() -> None:
    async with showing("a", "b") as (host, pilot):
        before = host.text.render_line(0)
        host.theme = "textual-light"
        await pilot.pause()
        assert [segment.style for segment in host.text.render_line(0)] != [
            segment.style for segment in before
        ]


@pytest.mark.parametrize(
    "line",
    [
        Content(""),
        Content("plain"),
        Content.assemble(("bold", "bold"), " and ", ("coloured", "$error on $panel")),
        Content.assemble("数据库服务器", ("迁移", "reverse"), " x"),
        Content("exactly thirty cells wide, yes"),
    ],
)
async def test_a_line_looks_as_the_toolkit_draws_it(line: Content) -> None:
    async with showing("a") as (host, pilot):
        host.text.show([line], ROOM)
        await pilot.pause()
        (expected,) = Visual.to_strips(
            host.text, line, host.text.size.width, 1, host.text.visual_style, pad=True
        )
        drawn = host.text.render_line(0)
        assert looks(drawn) == looks(expected)
        assert drawn.cell_length == host.text.size.width


async def test_what_goes_on_on_the_next_line_is_copied_whole() -> None:
    async with showing() as (host, _pilot):
        broken = [
            Content('"id": "8b98'),
            Content.assemble(("      ", HANG), "9742-f6"),
            Content.assemble(("      ", HANG), '69",'),
            Content('"name": "web"'),
        ]
        host.text.show(broken, ROOM)
        assert host.text.get_selection(SELECT_ALL)[0] == '"id": "8b989742-f669",\n"name": "web"'
        assert host.text.get_selection(Selection(Offset(7, 0), Offset(8, 2)))[0] == "8b989742-f669"
        assert host.text.get_selection(Selection(Offset(2, 1), Offset(3, 3)))[0] == '9742-f669",\n"na'
