"""On a narrow terminal one pane covers another: no key acts on rows that nobody sees."""

from pathlib import Path

import pytest

from tests.story import Operator, Stage, story

pytestmark = pytest.mark.anyio
NARROW = (80, 24)


def in_sight(op: Operator) -> str:
    """The pane that is seen of table, detail and log, and has the focus."""
    desk = op.screen.desk
    panes = {"table": desk.table, "detail": desk.detail, "log": desk.log}
    focused = op.app.focused
    assert focused is not None
    (name,) = [name for name, pane in panes.items() if pane in focused.ancestors_with_self]
    assert panes[name].display
    return name


@pytest.mark.parametrize("key", ["slash", "1", "exclamation_mark"])
async def test_what_changes_the_rows_shows_them(tmp_path: Path, key: str) -> None:
    async with story(tmp_path, "war-room", size=NARROW) as op:
        await op.press("d")
        assert in_sight(op) == "detail"
        await op.press(key)
        await op.settle()
        if key == "slash":
            await op.press(*"db", "enter")
            await op.settle()
        assert in_sight(op) == "table"
        assert not op.screen.desk.detail.display


async def test_a_filter_given_up_leaves_the_table_in_sight(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", size=NARROW) as op:
        await op.press("d", "slash", "escape")
        await op.settle()
        assert in_sight(op) == "table"
        await op.press("space")
        assert op.screen.desk.table.display
        assert len(op.screen.desk.table.marks) == 1


async def test_the_way_back_is_told_even_where_there_is_little_room(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", size=NARROW) as op:
        op.line.is_down = True
        await op.advance(60)
        await op.press("d")
        await op.settle()
        footer = op.shown().split("\n")[-1]
        assert "OFFLINE" in footer
        assert "esc back" in footer


@pytest.mark.parametrize("key", ["escape", "q"])
async def test_the_way_back_from_the_log_leads_through_the_detail(tmp_path: Path, key: str) -> None:
    async with story(tmp_path, "war-room", size=NARROW) as op:
        await op.press("d", "L")
        assert in_sight(op) == "log"
        await op.press(key)
        assert in_sight(op) == "detail"
        await op.press(key)
        assert in_sight(op) == "table"


async def test_a_zoomed_detail_is_left_in_one_step(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", size=NARROW) as op:
        await op.press("d", "z", "escape")
        assert in_sight(op) == "table"


async def test_on_a_wide_terminal_the_way_back_keeps_the_detail(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        for key in ("d", "L"):
            await op.press(key, "escape")
            assert in_sight(op) == "table"
            assert op.screen.desk.detail.display
        await op.press("d", "z", "escape")
        assert in_sight(op) == "table"
        assert op.screen.desk.detail.display


async def test_what_is_typed_and_what_is_wrong_with_it_are_both_seen(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", size=(80, 24)) as op:
        await op.press("slash", *"stat:x")
        await op.settle()
        prompt = op.shown().split("\n")[-2]
        assert "stat:x" in prompt
        assert "there is no column 'stat'; did you mean state, " in prompt
        assert prompt.endswith("…")
        await op.press("backspace", "backspace")
        await op.settle()
        assert "filter (? explains): stat" in op.shown()


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("keys", [(), ("slash",)])
async def test_what_is_said_in_passing_leaves_the_log_and_what_is_typed_in_sight(
    tmp_path: Path, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    stage = Stage(tmp_path, "war-room")
    async with stage.app.run_test(size=size, notifications=True) as pilot:
        op = await stage.operator(pilot)
        for number in range(9):
            op.engine.log.add("note", f"line {number} {'long ' * 30}")
        await op.press(*keys)
        op.screen.desk.tick()
        await op.settle()
        before = op.shown().splitlines()
        top = next(place for place, line in enumerate(before) if line.startswith("─log"))
        op.app.tell("said")
        op.app.tell("said again")
        await op.settle()
        after = op.shown().splitlines()
        assert after[top:] == before[top:]
        assert after != before


@pytest.mark.parametrize("width", [60, 61, 80, 109])
async def test_what_is_said_in_passing_is_seen_to_its_last_word(tmp_path: Path, width: int) -> None:
    stage = Stage(tmp_path, "war-room")
    async with stage.app.run_test(size=(width, 15), notifications=True) as pilot:
        op = await stage.operator(pilot)
        for length in range(width // 2 - 6, width // 2 + 1):
            op.app.tell("said ".ljust(length - 4, "x") + " end")
            # The notices are made when the loop comes round to it.
            await pilot.pause()
            await op.settle()
            assert " end" in op.shown(), length
            op.app.clear_notifications()
            await op.settle()
