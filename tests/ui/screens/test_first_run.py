"""The screen of the very first start: only what says so leaves it."""

from pathlib import Path

import pytest

from sms_tui.config import Settings
from sms_tui.ui.options import Options
from sms_tui.ui.screens.first_run import FirstRunApp
from sms_tui.ui.theming.files import DEFAULT_THEME

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(("key", "leaves"), [("escape", False), ("q", True), ("ctrl+c", True)])
async def test_escape_does_not_quit(key: str, leaves: bool) -> None:
    app = FirstRunApp(Settings(), Options("", theme=DEFAULT_THEME), str)
    async with app.run_test() as pilot:
        await pilot.press(key)
        await pilot.pause()
        assert app._exit is leaves


async def test_it_says_what_was_not_understood_in_the_file_that_has_no_profile() -> None:
    settings = Settings(path=Path("config.toml"), warnings=["config.toml:1:1: profile: unknown key, ignored"])
    app = FirstRunApp(settings, Options("", theme=DEFAULT_THEME), str)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        shown = [strip.text for strip in app.screen._compositor.render_strips()]
        assert any("profile: unknown key, ignored" in line for line in shown)
        assert any("The secret comes from" in line for line in shown)


async def test_a_low_screen_shows_the_ways_on_at_once_and_the_rest_below() -> None:
    app = FirstRunApp(Settings(path=Path("config.toml")), Options("", theme=DEFAULT_THEME), str)
    async with app.run_test(size=(60, 15)) as pilot:
        await pilot.pause()
        shown = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        assert "quit; `sms-tui --help` tells the rest" in shown
        assert "The secret comes from" not in shown
        await pilot.press("pagedown")
        await pilot.pause()
        await pilot.wait_for_scheduled_animations()
        shown = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        assert "The secret comes from" in shown
        assert shown.splitlines()[-1].startswith("┗")
