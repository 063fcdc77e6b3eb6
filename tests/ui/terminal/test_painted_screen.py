"""The screen that all others are made of, and what the mouse finds on it."""

import pytest
from textual.app import ComposeResult
from textual.events import MouseDown
from textual.widgets import Static

from sms_tui.ui.terminal.painting import PaintedScreen, PaintingApp

pytestmark = pytest.mark.anyio


class Host(PaintingApp[None]):
    """One text."""

    def get_default_screen(self) -> PaintedScreen[None]:
        class Text(PaintedScreen[None]):
            def compose(self) -> ComposeResult:
                yield Static("hello")

        return Text()


@pytest.mark.parametrize("is_gone", [False, True])
async def test_a_press_on_what_is_gone_and_still_in_the_picture_ends_nothing(is_gone: bool) -> None:
    app = Host()
    async with app.run_test() as pilot:
        await pilot.pause()
        text = app.screen.query_one(Static)
        if is_gone:
            await text.remove()
        press = MouseDown(None, 2, 0, 0, 0, 1, False, False, False, screen_x=2, screen_y=0)
        app.screen._forward_event(press)
        selects = app.screen._select_state is not None
        await pilot.pause()
    assert selects is not is_gone
