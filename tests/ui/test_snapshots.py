"""The looks that were seen and found good; after `pytest --snapshot-update` look at each of them again."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from sms_tui.config import Profile, Settings
from sms_tui.engine.mode import Mode
from sms_tui.ui.detail.pane import TABS
from sms_tui.ui.dialogs.confirm import ConfirmDialog
from sms_tui.ui.options import Options
from sms_tui.ui.screens.first_run import FirstRunApp
from sms_tui.ui.theming.files import DEFAULT_THEME
from sms_tui.ui.wording.language import choose
from tests.story import URL, Operator, Stage

Snap = Callable[..., bool]
Act = Callable[[Operator], Awaitable[None]]

LAB = Profile("lab", endpoint=URL, log_bucket="sms-logs")
WIDE = (120, 40)
SMALL = (80, 24)


async def nothing(_op: Operator) -> None:
    """Leave the screen as it opens."""


def on(stage: Stage, act: Act) -> Callable[[Pilot[None]], Awaitable[None]]:
    """What to do with the running app before the picture is taken."""

    async def before(pilot: Pilot[None]) -> None:
        op = await stage.operator(pilot)
        await act(op)
        await op.settle()

    return before


def keys(state: str, *pressed: str) -> Act:
    """Press keys on the first task in that state."""

    async def act(op: Operator) -> None:
        await op.select(op.first(state))
        await op.press(*pressed)
        await op.settle()

    return act


@pytest.fixture
def picture(snap_compare: Snap, tmp_path: Path) -> Snap:
    """Compare how the app on a stage looks after some act."""

    def compare(size: tuple[int, int], act: Act = nothing, **staging: Any) -> bool:
        stage = Stage(tmp_path, "war-room", **({"profile": LAB, "theme": "cutover-dark"} | staging))
        return snap_compare(stage.app, terminal_size=size, run_before=on(stage, act))

    return compare


@pytest.mark.parametrize(
    "size", [WIDE, SMALL, (60, 15), (200, 60), (300, 80)], ids=lambda size: f"{size[0]}x{size[1]}"
)
def test_main(picture: Snap, size: tuple[int, int]) -> None:
    assert picture(size)


@pytest.mark.parametrize(
    "theme", ["cutover-dark", "cutover-light", "high-contrast", "colour-blind", "terminal-16"]
)
def test_theme(picture: Snap, theme: str) -> None:
    assert picture((100, 30), theme=theme)


def test_ascii(picture: Snap) -> None:
    assert picture(WIDE, keys("RUNNING"), ascii_only=True)


def test_production_read_only(picture: Snap) -> None:
    assert picture(SMALL, mode=Mode(read_only=True), profile=Profile("prod", endpoint=URL, production=True))


@pytest.mark.parametrize("tab", ["raw", "speed"])
def test_detail(picture: Snap, tab: str) -> None:
    pressed = {"raw": ["i"], "speed": ["right_square_bracket"] * TABS.index("Speed")}[tab]

    async def act(op: Operator) -> None:
        await keys("RUNNING", *pressed)(op)
        await op.advance(120)

    assert picture(WIDE, act)


def test_palette(picture: Snap) -> None:
    assert picture(WIDE, keys("SYNCING", "a"))


def test_question_of_low_risk(picture: Snap) -> None:
    async def act(op: Operator) -> None:
        await keys("RUNNING", "a", "l", "enter")(op)
        await op.clock.advance(1)
        assert isinstance(op.app.screen, ConfirmDialog)

    assert picture(SMALL, act)


def test_question_of_high_risk(picture: Snap) -> None:
    async def act(op: Operator) -> None:
        await keys("SYNCING", "a", "t")(op)
        await op.clock.advance(1)
        assert isinstance(op.app.screen, ConfirmDialog)

    assert picture(SMALL, act)


@pytest.mark.parametrize("pressed", [(), ("a", "t")], ids=["main", "question"])
def test_chinese(snap_compare: Snap, tmp_path: Path, pressed: tuple[str, ...]) -> None:
    stage = Stage(tmp_path, "war-room", profile=LAB, theme="cutover-dark")
    choose("zh")
    try:
        assert snap_compare(stage.app, terminal_size=WIDE, run_before=on(stage, keys("SYNCING", *pressed)))
    finally:
        choose("en")


def test_offline(picture: Snap) -> None:
    async def act(op: Operator) -> None:
        op.line.is_down = True
        await op.advance(240)
        assert "OFFLINE" in op.shown()

    assert picture(SMALL, act)


def test_explanation(picture: Snap) -> None:
    assert picture(SMALL, keys("MIGRATE_FAIL", "x"))


def test_help(picture: Snap) -> None:
    assert picture(WIDE, keys("RUNNING", "question_mark"))


def test_first_run(snap_compare: Snap) -> None:
    app = FirstRunApp(Settings(path=Path("config.toml")), Options("", theme=DEFAULT_THEME), str)
    assert snap_compare(app, terminal_size=SMALL)
