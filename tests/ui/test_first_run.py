"""The screen of the very first start: only what says so leaves it."""

from pathlib import Path

import pytest

from sms_tui.ui.first_run import FirstRunApp
from sms_tui.ui.options import Options
from sms_tui.ui.themes import DEFAULT_THEME

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(("key", "leaves"), [("escape", False), ("q", True), ("ctrl+c", True)])
async def test_escape_does_not_quit(key: str, leaves: bool) -> None:
    app = FirstRunApp(Path("config.toml"), Options("", theme=DEFAULT_THEME), str)
    async with app.run_test() as pilot:
        await pilot.press(key)
        await pilot.pause()
        assert app._exit is leaves
