"""Stories of colours: tried on in the picker, given by a profile, and never kept from the one before."""

from pathlib import Path

import pytest
from textual.color import Color

from sms_tui.config import Profile, Settings
from sms_tui.state import State
from sms_tui.ui.screens.main import MainScreen
from sms_tui.ui.terminal.ground import GroundTold
from sms_tui.ui.theming.choice import ThemeChoice
from sms_tui.ui.theming.files import DEFAULT_THEME, SIXTEEN_COLORS
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
        assert all(word in op.shown() for word in ("▸ RUNNING", "✗ SYNC_FAIL", "PRODUCTION", "● mark"))
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


def test_on_sixteen_colours_a_theme_made_of_them_can_be_chosen() -> None:
    choice = ThemeChoice(None, few_colors=True)
    assert choice.first_known(["high-contrast", "terminal-16-light"]) == "terminal-16-light"
    assert choice.is_chosen(["terminal-16-light"])
    assert not choice.is_chosen(["high-contrast", ""])


def test_a_light_ground_has_its_own_themes_where_none_was_chosen() -> None:
    assert ThemeChoice(None, is_light=True).first_known([""]) == "cutover-light"
    assert ThemeChoice(None, few_colors=True, is_light=True).first_known([""]) == "terminal-16-light"
    assert ThemeChoice(None, is_light=True).first_known([DEFAULT_THEME]) == DEFAULT_THEME
    assert ThemeChoice(None, "colour-blind", is_light=True).first_known(["cutover-light"]) == "colour-blind"


async def test_a_terminal_that_tells_of_a_light_ground_gets_the_light_theme(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    async with story(tmp_path, "war-room", theme="none") as op:
        dark = ground(op)
        op.app.post_message(GroundTold(is_light=True))
        await op.settle()
        assert (op.app.theme, ground(op) == dark) == ("cutover-light", False)
        op.app.post_message(GroundTold(is_light=False))
        await op.settle()
        assert (op.app.theme, ground(op)) == (DEFAULT_THEME, dark)


@pytest.mark.parametrize(
    ("settings", "state", "theme"),
    [
        (Settings(theme=DEFAULT_THEME), State(), "none"),
        (Settings(), State(theme=DEFAULT_THEME), "none"),
        (Settings(), State(), DEFAULT_THEME),
        (Settings(), State(theme="high-contrast"), "none"),
    ],
)
async def test_who_chose_a_theme_keeps_it_whatever_the_terminal_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings, state: State, theme: str
) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    async with story(tmp_path, "war-room", settings=settings, state=state, theme=theme) as op:
        before = op.app.theme
        op.app.post_message(GroundTold(is_light=True))
        await op.settle()
        assert op.app.theme == before


async def test_an_answer_that_comes_while_themes_are_tried_on_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    async with story(tmp_path, "war-room", theme="none") as op:
        await op.press("T", "j")
        await op.settle()
        tried = op.app.theme
        op.app.post_message(GroundTold(is_light=True))
        await op.settle()
        assert op.app.theme == tried != DEFAULT_THEME


@pytest.mark.parametrize("theme", [DEFAULT_THEME, SIXTEEN_COLORS])
async def test_behind_a_list_or_a_command_the_tasks_and_their_age_are_seen(
    tmp_path: Path, theme: str
) -> None:
    others = {"night": Profile("night", endpoint=URL)}
    async with story(tmp_path, "war-room", others=others, theme=theme, draws=True) as op:
        first = op.engine.store.tasks[op.screen.desk.board.order[0]].name
        for key in ("T", "P", "C", "s", "colon"):
            await op.press(key)
            await op.settle()
            assert not isinstance(op.app.screen, MainScreen), key
            assert "updated" in op.shown().splitlines()[0], key
            assert first in op.shown(), key
            await op.press("escape")
            await op.settle()


async def test_in_sixteen_colours_what_is_not_possible_is_faint(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", theme="terminal-16") as op:
        await op.select(op.first("SYNCING"))
        await op.press("a", "G")
        await op.settle()
        faint = {
            word
            for strip in op.app.screen._compositor.render_strips()
            for segment in strip
            for word in ("(stop)", "(restart)")
            if word in segment.text and segment.style and segment.style.dim
        }
        assert faint == {"(restart)"}
