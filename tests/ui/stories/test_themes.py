"""Stories of colours: tried on in the picker, given by a profile, and never kept from the one before."""

from pathlib import Path

import pytest
from textual.color import Color

from sms_tui.config import Profile, Settings
from sms_tui.state import State
from sms_tui.ui.theming.theme_choice import ThemeChoice
from sms_tui.ui.theming.theme_files import DEFAULT_THEME, SIXTEEN_COLORS
from tests.story import URL, Operator, story

pytestmark = pytest.mark.anyio


def ground(op: Operator) -> Color:
    """What the table stands on."""
    return op.screen.desk.table.styles.background


async def test_moving_in_the_picker_tries_themes_on_and_escape_takes_them_off(tmp_path: Path) -> None:
    state = State()
    async with story(tmp_path, "war-room", state=state) as op:
        before = ground(op)
        await op.press("T", "j")
        await op.settle()
        assert op.app.theme != DEFAULT_THEME
        assert ground(op) != before
        await op.press("escape")
        await op.settle()
        assert (op.app.theme, ground(op)) == (DEFAULT_THEME, before)
        await op.press("T", "slash", *"light", "enter")
        await op.settle()
        assert op.app.theme == state.theme == "cutover-light"


async def test_a_profile_wears_its_own_theme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    profile = Profile("prod", endpoint=URL, production=True, theme="high-contrast")
    async with story(
        tmp_path, "war-room", profile=profile, settings=Settings(theme="cutover-light"), theme="none"
    ) as op:
        assert op.app.theme == "high-contrast"
    async with story(
        tmp_path / "next", "war-room", settings=Settings(theme="cutover-light"), theme="none"
    ) as op:
        assert op.app.theme == "cutover-light"


def test_on_sixteen_colours_their_own_theme_is_worn_unless_another_is_asked_for() -> None:
    assert ThemeChoice(None, few_colors=True).first_known(["high-contrast"]) == SIXTEEN_COLORS
    assert ThemeChoice(None, "cutover-light", few_colors=True).first_known([]) == "cutover-light"
    assert ThemeChoice(None).first_known(["", "no such", "colour-blind"]) == "colour-blind"
