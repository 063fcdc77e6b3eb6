"""The log panel: it follows, stands still, is searched, wrapped and filtered, and draws only what is seen."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from rich.cells import cell_len
from textual.app import ComposeResult
from textual.pilot import Pilot
from textual.strip import Strip

from sms_tui.engine.event_log import EventLog
from sms_tui.ui.log.lines import MOST_LINES
from sms_tui.ui.log.panel import LogPanel
from sms_tui.ui.terminal.painting import PaintedScreen, PaintingApp

pytestmark = pytest.mark.anyio
WIDTH, HEIGHT = 40, 12
ROOM = HEIGHT - 1
"""Lines below the border"""


class Panel(LogPanel):
    """Remembers which lines it was asked to draw."""

    drawn: set[int] = set()  # noqa: RUF012

    def render_line(self, y: int) -> Strip:
        self.drawn.add(y)
        return super().render_line(y)


class Host(PaintingApp):
    """A log and nothing else."""

    CSS = "LogPanel { border-title-color: red; } $border: red; $task-failed: red; $task-waiting: yellow;"

    def __init__(self) -> None:
        super().__init__()
        self.animation_level = "none"
        self.events = EventLog(lambda: 1_000_000.0)
        self.panel = Panel(self.events)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return {"task-failed": "#ff0000", "task-waiting": "#ffff00"}

    def get_default_screen(self) -> PaintedScreen[None]:
        return PaintedScreen()

    def compose(self) -> ComposeResult:
        yield self.panel

    def happen(self, *texts: str, severity: str = "information") -> None:
        for text in texts:
            self.events.add("note", text, severity=severity)  # type: ignore[arg-type]
        self.panel.catch_up()

    def seen(self) -> list[str]:
        """The texts in view, without the times."""
        lines = (self.panel.render_line(y).text.rstrip() for y in range(ROOM))
        return [line[len("13:46:40Z ") :] for line in lines if line]


@asynccontextmanager
async def logging() -> AsyncIterator[tuple[Host, Pilot[None]]]:
    host = Host()
    async with host.run_test(size=(WIDTH, HEIGHT)) as pilot:
        host.panel.focus()
        await pilot.pause()
        yield host, pilot


def numbered(first: int, last: int) -> list[str]:
    return [f"number {number}" for number in range(first, last + 1)]


async def test_the_newest_lines_are_in_view_and_only_those_are_drawn() -> None:
    async with logging() as (host, pilot):
        Panel.drawn.clear()
        host.happen(*numbered(1, 500))
        await pilot.pause()
        assert host.seen() == [f"  number {number}" for number in range(490, 501)]
        assert Panel.drawn <= set(range(ROOM))


async def test_who_looks_back_keeps_the_lines_in_view_however_many_come() -> None:
    async with logging() as (host, pilot):
        host.happen(*numbered(1, MOST_LINES))
        await pilot.pause()
        await pilot.press("k", "k")
        before = host.seen()
        assert before[-1] == "  number 1998"
        assert "not following: G follows" in str(host.panel.border_title)
        host.screen.set_focus(None)
        await pilot.pause()
        assert "not following: L, then G" in str(host.panel.border_title), "G alone moves in the table then"
        host.panel.focus()
        await pilot.pause()
        assert "not following: G follows" in str(host.panel.border_title)
        host.happen(*numbered(MOST_LINES + 1, MOST_LINES + 700))
        await pilot.pause()
        assert host.seen() == before
        await pilot.press("G")
        await pilot.pause()
        assert host.seen()[-1] == "  number 2700"


async def test_lines_that_are_dropped_do_not_come_back() -> None:
    async with logging() as (host, pilot):
        host.happen(*numbered(1, MOST_LINES))
        host.happen(*numbered(MOST_LINES + 1, 3 * MOST_LINES))
        await pilot.press("g")
        await pilot.pause()
        assert host.seen()[0] == f"  number {2 * MOST_LINES + 1}"
        assert host.panel.virtual_size.height == MOST_LINES


async def test_a_long_line_says_that_it_goes_on_and_can_be_wrapped() -> None:
    async with logging() as (host, pilot):
        host.happen("one two three four five six seven eight nine ten")
        await pilot.pause()
        (line,) = host.seen()
        assert line.endswith("…")
        await pilot.press("right")
        await pilot.pause()
        await pilot.press("w")
        await pilot.pause()
        wrapped = " ".join(host.panel.render_line(y).text.strip() for y in range(2))
        assert wrapped.endswith("eight nine ten")
        assert "…" not in wrapped
        host.happen("one two three four five six seven eight nine eleven")
        await pilot.resize_terminal(2 * WIDTH, HEIGHT)
        await pilot.pause()
        assert host.panel.virtual_size.height == 2, "there is room for both of them now"


async def test_long_names_that_differ_at_their_end_are_told_apart_in_a_saved_log() -> None:
    names = [f"prod-eu-frankfurt-a-webserver-{number:02d}" for number in (1, 2)]
    async with logging() as (host, _pilot):
        for name in names:
            host.events.add("note", "pause (stop) sent", name, name)
        host.panel.catch_up()
        assert [f"{name}  pause (stop) sent" for name in names] == [
            line.split(maxsplit=1)[1] for line in host.panel.plain_lines()
        ]


async def test_a_wide_name_leaves_room_for_what_happened() -> None:
    async with logging() as (host, _pilot):
        host.events.add("note", "pause (stop) sent", "a", "宽" * 64)
        host.panel.catch_up()
        (line,) = host.panel.plain_lines()
        before, said, _ = line.partition("  pause (stop) sent")
        assert said
        assert cell_len(before) == len("13:46:40Z   ") + 40


async def test_a_filter_shows_what_contains_it_and_goes_on_doing_so() -> None:
    async with logging() as (host, pilot):
        host.happen("Alpha", "beta")
        host.panel.filter_by("ALPHA")
        host.happen("gamma", "second alpha")
        await pilot.pause()
        assert host.seen() == ["  Alpha", "  second alpha"]
        assert "filter: alpha, 2 lines" in str(host.panel.border_title)
        host.panel.filter_by("nothing like it")
        await pilot.pause()
        assert "filter: nothing like it, no line" in str(host.panel.border_title)
        host.panel.filter_by("")
        await pilot.pause()
        assert len(host.seen()) == 4


async def test_a_held_log_stands_still_and_counts_what_waits() -> None:
    async with logging() as (host, pilot):
        host.happen("before")
        await pilot.press("p")
        host.happen("meanwhile", "and then")
        await pilot.pause()
        assert host.seen() == ["  before"]
        assert "2 new" in str(host.panel.border_title)
        await pilot.press("p")
        await pilot.pause()
        assert len(host.seen()) == 3


async def test_a_held_log_can_be_filtered_and_told_anew() -> None:
    async with logging() as (host, pilot):
        host.happen("before", "also before")
        await pilot.press("p")
        host.happen("meanwhile, not before")
        host.panel.filter_by("also")
        await pilot.pause()
        assert host.seen() == ["  also before"]
        host.panel.filter_by("")
        host.panel.rewrite()
        await pilot.pause()
        assert host.seen() == ["  before", "  also before"]
        assert "1 new" in str(host.panel.border_title)
        await pilot.press("p")
        await pilot.pause()
        assert host.seen() == ["  before", "  also before", "  meanwhile, not before"]


async def test_trouble_has_a_sign_and_a_colour_and_is_found() -> None:
    async with logging() as (host, pilot):
        host.happen(*numbered(1, 30))
        host.happen("it broke", severity="error")
        host.happen(*numbered(31, 60))
        await pilot.press("n")
        await pilot.pause()
        assert host.seen()[0] == "! it broke"
        (segment, *_) = host.panel.render_line(0)
        assert segment.style is not None
        assert segment.style.bold
        (plain, *_) = host.panel.render_line(1)
        assert plain.style is not None
        assert not plain.style.bold


async def test_hostile_text_is_drawn_as_a_text() -> None:
    async with logging() as (host, pilot):
        host.happen("[red]\x1b[31m[/]")
        await pilot.pause()
        assert host.seen() == ["  [red]␛[31m[/]"]
