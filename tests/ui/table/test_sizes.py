"""The table at any size: drawn whole, with the cursor on its task and in view."""

import pytest
from textual.screen import ModalScreen

from tests.ui.samples import HOSTILE, hostile_row
from tests.ui.table.host import running

pytestmark = pytest.mark.anyio


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
