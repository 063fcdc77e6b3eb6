"""Stories of the change window: its end is typed once, and then counted towards wherever it matters."""

from pathlib import Path

import pytest

from sms_tui.simulator.world.clock import START_MS
from sms_tui.state import State
from sms_tui.ui.wording.times import minute
from tests.story import Operator, story

pytestmark = pytest.mark.anyio


def header(op: Operator) -> str:
    return op.shown().splitlines()[0]


async def test_header_and_launch_question_count_towards_its_end(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", size=(160, 40)) as op:
        assert "window" not in header(op)
        end = minute(op.clock.now() + 3 * 3600)
        await op.command(f"window {end}")
        assert "window 2 h 59 m" in header(op) or "window 3 h 00 m" in header(op)
        await op.select("w2-web-09")
        await op.press("a", "t")
        await op.settle()
        op.question(f"To run by {end}: launch by ", "with a consistency check by ")
        await op.advance(1)
        await op.press("escape")
        end = minute(op.clock.now() + 120)
        await op.command(f"window {end}")
        assert "window 1 m" in header(op) or "window 2 m" in header(op)
        await op.press("a", "t")
        await op.settle()
        op.question(f"TOO LATE for {end}: the latest moment to launch was ")
        await op.advance(1)
        await op.press("escape")
        await op.advance(125)
        assert "WINDOW OVER" in header(op)
        await op.command("window off")
        assert "WINDOW" not in header(op).upper()


@pytest.mark.parametrize("text", ["soon", "25:00", "off", ""])
async def test_what_is_no_time_sets_nothing(tmp_path: Path, text: str) -> None:
    async with story(tmp_path, "calm", size=(120, 40)) as op:
        await op.command(f"window {text}".strip())
        assert op.screen.flows.window.ends is None
        assert "window" not in header(op)


async def test_the_end_is_remembered_over_a_restart_until_the_night_is_over(tmp_path: Path) -> None:
    remembered = State()
    async with story(tmp_path / "first", "calm", size=(120, 40), state=remembered) as op:
        await op.command(f"window {minute(op.clock.now() + 3 * 3600)}")
    async with story(tmp_path / "second", "calm", size=(120, 40), state=remembered) as op:
        assert "window " in header(op)


@pytest.mark.parametrize("ends", [START_MS // 1000 - 24 * 3600, 2**62])
async def test_a_window_of_another_night_is_forgotten(tmp_path: Path, ends: int) -> None:
    async with story(tmp_path, size=(120, 40), state=State(change_windows={"prod": ends})) as op:
        assert "WINDOW" not in header(op).upper()


async def test_each_profile_has_a_window_of_its_own(tmp_path: Path) -> None:
    remembered = State(change_windows={"other": START_MS // 1000 + 3600})
    async with story(tmp_path, size=(120, 40), state=remembered) as op:
        assert "WINDOW" not in header(op).upper()
        await op.command("window off")
    assert list(remembered.change_windows) == ["other"]
