"""Stories of the end of the night: what is still to do, asked for by the wave."""

from pathlib import Path

import pytest

from sms_tui.ui.wording.times import clock
from tests.story import story

pytestmark = pytest.mark.anyio


async def test_a_wave_has_its_list(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", size=(100, 60)) as op:
        await op.command("closing 2")
        shown = op.shown()
        assert "Wave 2" in shown
        assert "8 tasks: still to do" in shown
        assert "1 failed" in shown
        assert "w2-ad-14  synchronization failed" in shown
        assert "w2-proxy-16  continuous synchronization, agent lost" in shown
        assert "w1-" not in shown
        assert "Not visible from here:" in shown
        await op.press("escape")
        await op.command("closing 77")
        assert op.told() == "There is no wave '77'. Waves: 1, 2, 3"


async def test_without_a_wave_it_is_about_what_is_shown(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", size=(100, 60)) as op:
        await op.press("slash", *"jump", "enter")
        await op.command("closing")
        assert "1 task: nothing left that can be seen from here" in op.shown()
        await op.press("escape", "escape", "slash", *"w1-web-01", "enter")
        await op.command("closing")
        assert "1 keeps snapshots" in op.shown()
        op.line.is_down = True
        read_at = op.engine.store.sync.synced_at
        await op.advance(60)
        await op.press("escape")
        await op.command("closing")
        assert f"Read at {clock(read_at)}." in op.shown(), "it stands still, and tasks may be out of reach"
