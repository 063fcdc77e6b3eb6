"""The screen that all others are made of, and what the mouse finds on it."""

import pytest
from textual.app import ComposeResult
from textual.events import MouseDown, MouseMove, MouseUp
from textual.widgets import Input, Static

from sms_tui.ui.terminal.painting import PaintedScreen, PaintingApp

pytestmark = pytest.mark.anyio


class Host(PaintingApp[None]):
    """One text and one field."""

    def get_default_screen(self) -> PaintedScreen[None]:
        class Text(PaintedScreen[None]):
            def compose(self) -> ComposeResult:
                yield Static("hello")
                yield Input()

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


async def test_a_press_beyond_the_screen_leaves_the_focus_where_it_is() -> None:
    """As from a terminal that has grown, before it says so."""
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        field = app.screen.query_one(Input)
        app.screen.set_focus(field)
        for event in (MouseDown, MouseUp, MouseMove):
            app._driver.process_message(
                event(None, 99, 39, 0, 0, 1, False, False, False, screen_x=99, screen_y=39)
            )
        await pilot.pause()
        assert app.screen.focused is field
        await pilot.press("x")
        assert field.value == "x"
