"""Stories of several profiles: each with its own theme, and one that cannot be opened."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from sms_tui.config import Profile, Settings
from sms_tui.domain.outcome import Outcome
from sms_tui.engine import Engine
from sms_tui.state import State
from sms_tui.ui.screens.main import MainScreen
from sms_tui.ui.screens.opening import OpeningScreen
from sms_tui.ui.screens.trouble import TroubleScreen
from sms_tui.ui.session import Session
from tests.story import URL, Operator, Stage, story

pytestmark = pytest.mark.anyio
REASON = "config.toml:7: profiles.broken.endpoint is 'ftp://x'; allowed: an https:// URL"


async def change_to(op: Operator, name: str, theme: str) -> None:
    """Choose a profile in the picker and wait until it is in view."""
    await op.press("P", "slash", *name, "enter", "enter")
    for _ in range(100):
        await op.clock.settle(10)
        await op.pilot.pause()
        if isinstance(op.app.screen, MainScreen) and op.screen.desk.session.profile.name == name:
            break
    assert (op.screen.desk.session.profile.name, op.app.theme) == (name, theme)


async def test_a_change_of_profile_changes_the_theme_and_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    night, state = Profile("night", endpoint=URL, theme="high-contrast"), State()
    settings = Settings(theme="cutover-light")
    async with story(tmp_path, settings=settings, state=state, theme="none", others={"night": night}) as op:
        assert op.app.theme == "cutover-light"
        await op.press("space")
        await change_to(op, "night", "high-contrast")
        assert not op.screen.desk.table.marks, "marks are of the profile before"
        assert "PRODUCTION" not in op.shown()
        await change_to(op, "prod", "cutover-light")
        assert "PRODUCTION" in op.shown()
        assert state.theme == "", "a profile's theme is no choice of the operator"


async def test_while_the_next_profile_is_opened_nothing_of_the_one_before_can_be_used(tmp_path: Path) -> None:
    async with story(tmp_path, others={"night": Profile("night", endpoint=URL)}) as op:
        row, sessions, found = op.app.screen.desk.board.order[0], op.app.sessions, asyncio.Event()
        name, opened = op.engine.store.tasks[row].name, sessions.open_session

        @asynccontextmanager
        async def slowly(profile: str) -> AsyncIterator[Session]:
            await found.wait()
            async with opened(profile) as session:
                yield session

        sessions.open_session = slowly
        assert name in op.shown()
        await op.press("P", "slash", *"night", "enter", "enter")
        for _ in range(20):
            await op.pilot.pause()
        assert isinstance(op.app.screen, OpeningScreen)
        assert "Opening profile night…" in op.shown()
        assert name not in op.shown()
        await op.press("a", "d", "colon")
        assert isinstance(op.app.screen, OpeningScreen)
        found.set()
        for _ in range(100):
            await op.clock.settle(10)
            await op.pilot.pause()
            if isinstance(op.app.screen, MainScreen):
                break
        assert op.screen.desk.session.profile.name == "night"


async def test_no_key_is_for_a_session_whose_engine_takes_its_time_to_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_ending, may_end, run = asyncio.Event(), asyncio.Event(), Engine.run

    async def slowly(engine: Engine) -> None:
        try:
            await run(engine)
        finally:
            is_ending.set()
            await may_end.wait()

    monkeypatch.setattr(Engine, "run", slowly)
    async with story(tmp_path, others={"night": Profile("night", endpoint=URL)}) as op:
        await op.press("P", "slash", *"night", "enter", "enter")
        await is_ending.wait()
        assert isinstance(op.app.screen, OpeningScreen)
        may_end.set()


async def test_a_profile_that_cannot_be_opened_says_why_and_leads_back(tmp_path: Path) -> None:
    state = State()
    async with story(tmp_path, state=state, others={"broken": REASON}) as op:
        await op.press("P", "slash", *"broken", "enter", "enter")
        for _ in range(100):
            await op.clock.settle(10)
            await op.pilot.pause()
            if isinstance(op.app.screen, TroubleScreen):
                break
        shown = " ".join(op.shown().replace("┃", " ").split())
        assert "Profile broken cannot be opened" in shown
        assert REASON in shown
        assert "esc goes back to prod" in shown
        assert state.last_profile == "prod", "the next start must not begin with it"
        await op.press("escape")
        for _ in range(100):
            await op.clock.settle(10)
            await op.pilot.pause()
            if isinstance(op.app.screen, MainScreen):
                break
        assert op.screen.desk.session.profile.name == "prod"
        assert op.app.is_running


async def test_a_profile_whose_credentials_are_refused_can_be_opened_again(tmp_path: Path) -> None:
    async with story(tmp_path, others={"night": Profile("night", endpoint=URL)}) as op:
        before = op.screen
        await op.press("P", "enter")
        await op.settle()
        assert op.screen is before
        assert op.told() == "prod is open already."
        op.line.refuses = True
        await op.poll()
        assert "STALE" in op.shown()
        op.line.refuses = False
        await op.press("P", "enter")
        for _ in range(100):
            await op.clock.settle(10)
            await op.pilot.pause()
            if op.screen is not before and op.screen.desk.store.sync.rounds:
                break
        assert op.screen.desk.session.profile.name == "prod"
        assert "STALE" not in op.shown()


async def test_a_login_opens_the_profile_with_credentials_read_anew(tmp_path: Path) -> None:
    """A token may end soon, and who knows has fetched another: nobody has to wait for a refusal."""
    async with story(tmp_path) as op:
        before = op.screen
        await op.press("colon", *"login", "enter")
        for _ in range(100):
            await op.clock.settle(10)
            await op.pilot.pause()
            if isinstance(op.app.screen, MainScreen) and op.app.screen is not before:
                break
        assert op.screen.desk.session is not before.desk.session
        assert op.screen.desk.session.profile.name == "prod"


async def test_a_login_leaves_the_demo_as_it_is(tmp_path: Path) -> None:
    """It is no profile, and its service cannot be reached a second time: that ended the program."""
    stage = Stage(tmp_path)
    stage.app.options = replace(stage.app.options, profiles=())
    async with stage.app.run_test(size=(80, 24)) as pilot:
        op = await stage.operator(pilot)
        await op.press("colon", *"login", "enter")
        (notice,) = op.app._notifications
        assert "has no credentials that could be read anew." in notice.message


async def test_a_login_that_could_only_find_the_same_token_keeps_what_is_on_the_screen(
    tmp_path: Path,
) -> None:
    async with story(tmp_path, may_renew=False) as op:
        before = op.screen
        op.line.refuses = True
        await op.poll()
        await op.press("colon", *"login", "enter")
        assert "start it again with a new one" in op.told()
        await op.press("P", "enter")
        await op.settle()
        assert op.app.screen is before
        assert op.told().endswith("There is no other profile.")


async def test_a_change_while_a_batch_runs_asks_and_sends_no_more(tmp_path: Path) -> None:
    night = Profile("night", endpoint=URL)
    async with story(tmp_path, "war-room", size=(80, 24), others={"night": night}) as op:
        await op.pause_one_by_one(4)
        before, batch = op.screen, op.engine.dispatcher.batches[0]
        await op.press("P", "slash", *"night", "enter")
        await op.pilot.pause()
        assert "Change the profile while operations are under way?" in op.shown()
        assert "3 operations queued: would not be sent." in op.shown()
        await op.press("n")
        assert op.screen is before
        await op.press("P", "slash", *"night", "enter")
        await op.pilot.pause()
        await op.press("y")
        for _ in range(100):
            await op.clock.settle(10)
            await op.pilot.pause()
            is_next = isinstance(op.app.screen, MainScreen) and op.app.screen is not before
            if is_next and "4 tasks: 3 not sent" in op.shown():
                break
        assert op.screen.desk.session.profile.name == "night"
        assert len(op.line.writes) == 1
        assert [record.outcome for record in batch.records].count(Outcome.NOT_SENT) == 3
        assert "Pause (stop), 4 tasks: 3 not sent, 1 accepted" in op.shown()


async def test_where_there_is_no_other_profile_that_is_said_instead_of_asking(tmp_path: Path) -> None:
    async with story(tmp_path) as op:
        await op.press("P")
        assert isinstance(op.app.screen, MainScreen)
        assert op.told() == "There is no other profile."


async def test_where_a_profile_cannot_be_opened_another_one_is_chosen(tmp_path: Path) -> None:
    stage = Stage(tmp_path, profile=Profile("prod", endpoint=URL), others={"broken": "no such key"})
    stage.app.sessions.change("broken")
    async with stage.app.run_test(size=(80, 24)) as pilot:
        for _ in range(100):
            await stage.clock.settle(10)
            await pilot.pause()
            if isinstance(stage.app.screen, TroubleScreen):
                break
        await pilot.press("P")
        await pilot.pause()
        await pilot.press("k", "enter")
        op = await stage.operator(pilot)
        assert op.screen.desk.session.profile.name == "prod"
