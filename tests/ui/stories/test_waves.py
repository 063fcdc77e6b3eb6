"""Stories of waves: how far each of them is, and the table on one of them."""

from pathlib import Path

import pytest
from textual.events import Key

from tests.story import story

pytestmark = pytest.mark.anyio


async def test_waves_are_counted_over_all_tasks_and_one_is_chosen(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.press("exclamation_mark", "exclamation_mark", "slash")
        await op.type("w1-web")
        await op.press("enter", "W")
        lines = [
            line
            for line in op.shown().splitlines()
            if " of 24 finished  " in line or " of 8 finished  " in line
        ]
        assert [line.split("finished")[0].split()[-1] for line in lines] == ["24", "8", "8", "8"]
        assert "all" in lines[0]
        assert "wave 3" in lines[3]
        assert "0 of 8 finished  1 failed  1 running  7 waiting for you" in lines[2]
        await op.press("j", "j", "j", "enter")
        await op.settle()
        desk = op.screen.desk
        assert desk.board.filter.text == "wave=3"
        assert {row.task.name[:3] for row in desk.board.rows()} == {"w3-"}
        await op.press("W", "g", "enter")
        await op.settle()
        assert desk.board.filter.text == ""
        assert len(desk.board.order) == 24


async def test_a_wave_that_is_not_chosen_leaves_the_filter(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.press("slash")
        await op.type("wave=2")
        await op.press("enter", "W")
        assert "wave 2  (now)" in op.shown()
        await op.press("escape")
        assert op.screen.desk.board.filter.text == "wave=2"


async def test_keys_typed_right_behind_are_meant_for_the_list(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        cursor = op.screen.desk.table.cursor_id
        for name in ("W", "j", "j", "enter"):
            op.app.post_message(Key(name, name if len(name) == 1 else "\r"))
        await op.settle()
        assert op.screen.desk.board.filter.text == "wave=2"
        assert op.app.screen is op.screen
        assert cursor not in op.screen.desk.board.order


async def test_where_no_name_tells_a_wave_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sms_tui.domain.waves.wave_of", lambda _: None)
    async with story(tmp_path, "calm") as op:
        await op.press("W")
        await op.settle()
        assert op.told() == "No name tells a wave, as w3-db-01 or wave-3-db do."
        assert op.app.screen is op.screen
