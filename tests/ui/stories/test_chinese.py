"""The program in Chinese: no English is left on any screen, and nothing is cut off that was not before."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock

import pytest
from textual.app import App

from sms_tui.config import Settings
from sms_tui.domain.advice import error_text
from sms_tui.domain.operations import OPERATIONS
from sms_tui.domain.rows import ALIASES, COLUMNS
from sms_tui.domain.sentence import sentence
from sms_tui.domain.task import TaskState
from sms_tui.engine.mode import Mode
from sms_tui.ui.options import Options
from sms_tui.ui.screens.first_run import EXAMPLE, FirstRunApp
from sms_tui.ui.screens.trouble import TroubleScreen
from sms_tui.ui.session import Session
from sms_tui.ui.session_loop import SessionLoop
from sms_tui.ui.theming.files import DEFAULT_THEME
from sms_tui.ui.wording.language import choose, tr
from tests.story import Operator, Stage, undrawn

pytestmark = pytest.mark.anyio
SMALL, LARGE = (80, 24), (120, 40)
Walk = Callable[[Operator], Awaitable[None]]

_KEYS = "esc|enter|tab|space|shift|ctrl|PgDn|PgUp|home|end|down|up|left|right|back|Enter|Home|End"
_WORDS = {
    *OPERATIONS,
    *COLUMNS,
    *(parameter.name for operation in OPERATIONS.values() for parameter in operation.parameters),
    *(state.value for state in TaskState),
    *_KEYS.split("|"),
    *("sms", "tui", "Mbit", "JSON", "CSV", "API", "SMS", "curl", "Agent", "initrd", "fstab", "boot", "dev"),
    *("prod", "nowhere", "show", "view", "invert", "theme", "columns", "filter", "sort", "web"),
    *(
        "true",
        "false",
        "Huawei",
        "Cloud",
        "EulerOS",
        "Linux",
        "linux",
        "windows",
        "localhost",
        "refused",
        "vda",
        "vdb",
        "null",
    ),
    *ALIASES,
}
"""What is the same in every language: words of the API, columns as they are typed, keys, names and units"""
_ALLOWED = re.compile(
    r"https?://\S+|\{.*\}|\"[^\"]*\"|'[^']*'|`[^`]*`|[A-Z_]{3,}\w*|[\w.-]*\d[\w.-]*|\w+[-_][\w-]+|:[a-z-]+"
)


def left_in_english(screen: str, names: set[str]) -> list[str]:
    """What on a screen is neither Chinese nor the same in every language."""
    for name in sorted({*names, "config.toml"}, key=len, reverse=True):
        screen = screen.replace(name, " ")
    words = re.findall("[A-Za-z]{3,}", _ALLOWED.sub(" ", screen))
    return [word for word in words if word not in _WORDS and word.lower() not in _WORDS]


def foreign(op: Operator) -> set[str]:
    """Names that came from the service, cut off as they may be."""
    # Of `error_param`, a field of the raw document, whole or where its line is broken.
    found = {"param", "para"}
    for task in op.engine.store.tasks.values():
        texts = (task.name, task.source.name, task.target.name, task.id, task.region, task.project)
        texts += (task.source.state, task.source.cycle)
        found |= {text for text in texts if len(text) > 2}
        found |= {task.source.os_version, task.target.os_version, *error_text(task.error).split()}
    return {text for text in found if len(text) > 2}


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    choose("en")


@asynccontextmanager
async def speaking(
    language: str, folder: Path, size: tuple[int, int], **staging: object
) -> AsyncIterator[Operator]:
    """An operator at the app in a language."""
    stage = Stage(folder / language, "war-room", **staging)  # type: ignore[arg-type]
    choose(language)
    with undrawn():
        async with stage.app.run_test(size=size, notifications=True) as pilot:
            yield await stage.operator(pilot)


def pressing(*keys: str, on: str = "SYNCING") -> Walk:
    """Press keys on the first task in a state."""

    async def walk(op: Operator) -> None:
        tasks = op.engine.store.tasks.values()
        op.screen.desk.table.go_to(min((task.name, task.id) for task in tasks if task.state == on)[1])
        await op.press(*keys)
        await op.clock.advance(1)
        await op.settle()

    return walk


async def offline(op: Operator) -> None:
    """Lose the line."""
    op.line.is_down = True
    await op.advance(240)


async def nothing_found(op: Operator) -> None:
    """Filter everything away."""
    await op.filter("nowhere")


async def after_an_operation(op: Operator) -> None:
    """Pause a task and look at the log."""
    await pressing("a", "p", on="RUNNING")(op)
    await op.press("y")
    await op.advance(30)
    await op.press("L")


async def options(op: Operator) -> None:
    """Look at what may be left unset."""
    await pressing("a", "s", on="READY")(op)
    await op.press("ctrl+o")


async def a_batch(op: Operator) -> None:
    """Pause two tasks and look at what became of it."""
    await pressing(on="RUNNING")(op)
    await op.press("space", "j", "space", "a", "p")
    await op.clock.advance(1)
    await op.settle()


WALKS: dict[str, Walk] = {
    "main": pressing(),
    "a failed one": pressing(on="MIGRATE_FAIL"),
    "detail": pressing("d"),
    "subtasks": pressing("d", "right_square_bracket", on="RUNNING"),
    "servers": pressing("right_square_bracket", on="RUNNING"),
    "speeds": pressing("right_square_bracket", on="RUNNING"),
    "its log": pressing("right_square_bracket"),
    "raw": pressing("right_square_bracket"),
    "palette": pressing("a"),
    "repeatable": pressing("a", "l", "enter", on="RUNNING"),
    "costly": pressing("a", "p", on="RUNNING"),
    "destructive": pressing("a", "s", on="READY"),
    "irreversible": pressing("a", "t"),
    "form": pressing("a", "l", on="RUNNING"),
    "speed limit": pressing("a", "v", on="RUNNING"),
    "options": options,
    "a batch": a_batch,
    "help": pressing("question_mark"),
    "sort": pressing("s"),
    "columns": pressing("C"),
    "views": pressing("V"),
    "copy": pressing("y"),
    "export": pressing("E"),
    "explanation": pressing("x", on="MIGRATE_FAIL"),
    "no explanation": pressing("x"),
    "command line": pressing("colon"),
    "find and run": pressing("ctrl+p"),
    "wrong filter": pressing("slash", "exclamation_mark"),
    "filter": pressing("slash"),
    "nothing found": nothing_found,
    "what a filter can say": pressing("slash", "question_mark"),
    "log": pressing("L"),
    "held log": pressing("L", "p"),
    "watching": pressing("w"),
    "paused": pressing("p"),
    "faster": pressing("plus"),
    "marked": pressing("space", "j", "space", "exclamation_mark"),
    "an operation": after_an_operation,
    "batches": pressing("B"),
    "offline": offline,
}


async def tour(language: str, folder: Path, size: tuple[int, int]) -> tuple[dict[str, str], set[str]]:
    """What every screen shows, and the names that came from the service."""
    shown = {}
    async with speaking(language, folder, size) as op:
        for name, walk in WALKS.items():
            await walk(op)
            shown[name] = op.shown()
            await home(op)
        return shown, foreign(op)


async def home(op: Operator) -> None:
    """Close what is open, and drop filter and marks."""
    for _ in range(4):
        if op.app.screen is not op.screen:
            await op.clock.advance(1)
            await op.press("escape")
    assert op.app.screen is op.screen, f"{op.app.screen} does not close:\n{op.shown()}"
    await op.press("escape", "escape", "escape", "U", "0")
    if op.screen.desk.shown.is_held:
        await op.press("p")
    if op.screen.desk.log._held:
        op.screen.desk.log.action_hold()
    op.app.clear_notifications()
    await op.settle()


async def test_no_small_screen_shows_english_or_cuts_off_more_than_in_english(tmp_path: Path) -> None:
    chinese, names = await tour("zh", tmp_path, SMALL)
    assert english_in(chinese, names) == {}
    english, _ = await tour("en", tmp_path, SMALL)
    cut = {name: screen for name, screen in chinese.items() if screen.count("…") > english[name].count("…")}
    assert cut == {}, "\n".join(cut.values())


async def test_no_large_screen_shows_english(tmp_path: Path) -> None:
    chinese, names = await tour("zh", tmp_path, LARGE)
    assert english_in(chinese, names) == {}


def english_in(screens: dict[str, str], names: set[str]) -> dict[str, list[str]]:
    """What is left in English, by screen."""
    return {name: words for name, screen in screens.items() if (words := left_in_english(screen, names))}


def _unopened(name: str) -> AbstractAsyncContextManager[Session]:
    raise AssertionError(name)


@pytest.mark.parametrize("size", [SMALL, LARGE, (60, 15)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_first_screens_are_chinese_and_whole(size: tuple[int, int]) -> None:
    choose("zh")
    app = FirstRunApp(Settings(path=Path("config.toml")), Options("", theme=DEFAULT_THEME), str)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        first = shown_by(app)
        sessions = SessionLoop(
            _unopened, "prod", show=AsyncMock(), show_trouble=AsyncMock(), show_opening=AsyncMock()
        )
        await app.push_screen(
            TroubleScreen("prod", sentence("the journal is not open"), ("prod", "lab"), sessions)
        )
        await pilot.pause()
        trouble = shown_by(app)
    assert left_in_english(first, set(EXAMPLE.split())) == []
    assert left_in_english(trouble, set()) == []
    assert tr("quit; `sms-tui --help` tells the rest") in first
    assert tr("the journal is not open") in trouble


async def test_a_screen_too_small_and_a_session_that_may_do_nothing(tmp_path: Path) -> None:
    async with speaking("zh", tmp_path, (59, 14), mode=Mode(read_only=True)) as op:
        assert left_in_english(op.shown(), set()) == []
    async with speaking("zh", tmp_path / "wide", (120, 40), mode=Mode(read_only=True, dry_run=True)) as op:
        assert left_in_english(op.shown(), foreign(op)) == []
        assert tr("READ-ONLY") in op.shown()


def shown_by(app: App[Any]) -> str:
    """What the screen of an app shows."""
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())
