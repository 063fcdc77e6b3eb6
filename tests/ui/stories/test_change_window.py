"""Stories of the change window: its end is typed once, and then counted towards wherever it matters."""

from pathlib import Path

import pytest

from sms_tui.ui.wording.times import minute
from tests.story import Operator, story

pytestmark = pytest.mark.anyio


async def window(op: Operator, text: str) -> None:
    """Type the end of the window."""
    await op.press("colon")
    await op.type(f"window {text}".strip())
    await op.press("enter")
    await op.settle()


def header(op: Operator) -> str:
    return op.shown().splitlines()[0]


async def test_header_and_launch_question_count_towards_its_end(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", size=(160, 40)) as op:
        assert "window" not in header(op)
        end = minute(op.clock.now() + 3 * 3600)
        await window(op, end)
        assert "window 2 h 59 m" in header(op) or "window 3 h 00 m" in header(op)
        await op.select("w2-web-09")
        await op.press("a", "t")
        await op.settle()
        op.question(f"To run by {end}: launch by ", "with a consistency check by ")
        await op.advance(1)
        await op.press("escape")
        await window(op, end := minute(op.clock.now() + 120))
        assert "window 1 m" in header(op) or "window 2 m" in header(op)
        await op.press("a", "t")
        await op.settle()
        op.question(f"TOO LATE for {end}: the latest moment to launch was ")
        await op.advance(1)
        await op.press("escape")
        await op.advance(125)
        assert "WINDOW OVER" in header(op)
        await window(op, "off")
        assert "WINDOW" not in header(op).upper()


@pytest.mark.parametrize("text", ["soon", "25:00", "off", ""])
async def test_what_is_no_time_sets_nothing(tmp_path: Path, text: str) -> None:
    async with story(tmp_path, "calm", size=(120, 40)) as op:
        await window(op, text)
        assert op.screen.desk.window.ends is None
        assert "window" not in header(op)
