"""Stories of looking at tasks in one's own way, and finding it again: views, columns, order, filter."""

import asyncio
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from sms_tui.config import Settings
from sms_tui.domain.views import view_order
from sms_tui.engine.store.news import Change
from sms_tui.state import KeptView, State, load, save
from sms_tui.ui.screens import main as main_screen
from tests.story import Operator, story

pytestmark = pytest.mark.anyio


def heading(op: Operator) -> str:
    """The line over the rows, without the sign of the order."""
    return op.screen.desk.table.render_line(0).text.replace("▲", " ").replace("▼", " ")


async def test_news_that_are_taken_in_portions_come_to_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = []
    for most in (4096, 1):
        monkeypatch.setattr(main_screen, "_MOST_AT_ONCE", most)
        (tmp_path / str(most)).mkdir()
        async with story(tmp_path / str(most), "war-room") as op:
            await op.command("sort progress-")
            for _ in range(3):
                await op.advance(20)
                board = op.screen.desk.board
                assert board.order == view_order(op.engine.store.rows(), board.filter, board.sort)
            assert not op.engine.store.drain()
            shown.append(op.shown())
    assert shown[0] == shown[1]


async def test_news_that_are_taken_in_pieces_are_drawn_in_one_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with story(tmp_path, "calm") as op:
        monkeypatch.setattr(main_screen, "_MOST_AT_ONCE", 2)
        drawn: list[list[str]] = []
        table, store = op.screen.desk.table, op.engine.store
        monkeypatch.setattr(table, "rows_changed", lambda ids: drawn.append(list(ids)))
        chosen = list(store.tasks)[:5]
        for task_id in chosen:
            store.watch([task_id], on=True)
        while sum(map(len, drawn)) < len(chosen):  # noqa: ASYNC110 - nothing else tells of it
            await asyncio.sleep(0)
        assert drawn == [chosen]
        assert all((row := store.row(task_id)) and row.watched for task_id in chosen)
        monkeypatch.undo()


async def test_a_wish_does_not_wait_for_all_the_news_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with story(tmp_path, "war-room") as op:
        monkeypatch.setattr(main_screen, "_MOST_AT_ONCE", 3)
        board, store = op.screen.desk.board, op.engine.store
        looked_at: list[int] = []
        note = board.note

        def noted(change: Change) -> bool:
            looked_at.append(len(change.updated))
            return note(change)

        monkeypatch.setattr(board, "note", noted)
        await op.press("p")
        for task_id in store.tasks:
            store.watch([task_id], on=True)
        await op.press("p")
        await op.settle()
        assert max(looked_at) == 3
        assert not store.drain()
        assert board.order == view_order(store.rows(), board.filter, board.sort)
        assert all((row := store.row(task_id)) and row.watched for task_id in board.order)


async def test_garbage_is_not_looked_for_among_half_an_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with story(tmp_path, "calm") as op:
        looks: list[object] = []
        op.screen.garbage_collection = SimpleNamespace(seen=looks.append)
        op.screen.on_store_changed()
        await asyncio.sleep(0)
        assert looks == [op.engine.store]
        monkeypatch.setattr(op.screen.desk.arranger, "_steps", iter(()))
        op.screen.on_store_changed()
        await asyncio.sleep(0)
        assert len(looks) == 1
        monkeypatch.undo()


async def test_what_was_shown_is_shown_again_after_a_restart(tmp_path: Path) -> None:
    state = State()
    async with story(tmp_path, "war-room", state=state) as op:
        await op.command("sort progress-")
        await op.command("columns name:30,state,eta")
        await op.press("exclamation_mark", "slash", *"w", "enter")
        await op.settle()
        assert op.screen.desk.board.order
    assert save(tmp_path / "state.toml", state) == ""
    async with story(tmp_path, "war-room", state=load(tmp_path / "state.toml")) as op:
        shown = op.screen.desk.board.rows()
        assert shown
        assert all(row.task.is_problem and "w" in row.words for row in shown)
        assert heading(op).split() == ["NAME", "STATE", "ETA"]
        assert heading(op).index("STATE") == 3 + 30 + 2
        for word in ("problems only", "filter: w", "sort: progress-", f"{len(shown)} of 24"):
            assert word in op.shown()


async def test_a_task_leaves_the_list_of_young_ones_as_time_passes_but_not_while_the_screen_is_paused(
    tmp_path: Path,
) -> None:
    async with story(tmp_path, "war-room") as op:
        board = op.screen.desk.board

        async def filter_youngest() -> None:
            youngest = max(op.engine.store.rows(), key=lambda row: row.changed_at)
            age = int(op.clock.now() - youngest.changed_at) + 20
            await op.press("slash", "ctrl+u", *"age", "less_than_sign", *str(age), "s", "enter")
            await op.settle()
            assert youngest.task.id in board.order
            assert f"filter: age<{age}s" in op.shown()

        async def wait() -> None:
            """Time passes for the program alone, so that no task changes."""
            await op.clock.advance(60)
            await op.settle()
            op.screen.desk.tick()
            await op.settle()

        await filter_youngest()
        await wait()
        assert board.order == []
        await filter_youngest()
        before = board.order
        await op.press("p")
        await wait()
        assert board.order == before


async def test_a_view_is_kept_by_name_with_a_digit_and_dropped_again(tmp_path: Path) -> None:
    state = State()
    async with story(tmp_path, "war-room", state=state, size=(160, 40)) as op:
        await op.press("3", "slash", *"w1", "enter")
        await op.command("columns name,error")
        shown = list(op.screen.desk.board.order)
        assert 0 < len(shown) < len(op.engine.store.tasks)
        await op.command("save-view night one")
        assert "[6 night one]" in op.shown()
        assert op.screen.desk.board.filter.text == ""
        await op.command("columns name,state")
        await op.press("0")
        await op.settle()
        assert heading(op).split() == ["NAME", "STATE"]
        await op.press("6")
        await op.settle()
        assert op.screen.desk.board.order == shown
        assert heading(op).split() == ["NAME", "ERROR"]
        await op.command("drop-view night one")
        assert "night one" not in op.shown().split("NAME")[0]
        assert len(op.screen.desk.board.order) == len(op.engine.store.tasks)
        assert state.views == {}


async def test_a_view_kept_on_a_kept_view_narrows_both(tmp_path: Path) -> None:
    state = State(views={"wave": KeptView(base="failed", filter="w1")}, view="wave")
    async with story(tmp_path, "war-room", state=state) as op:
        await op.press("slash", *"mail", "enter")
        await op.command("save-view mine")
        assert state.views["mine"].base == "failed"
        assert state.views["mine"].filter == "w1 mail"
        await op.command("save-view all")
        assert "all" not in state.views, "a name that is taken is not given twice"


async def test_a_view_travels_to_another_window_as_a_command(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.press("1", "slash", *"w", "enter")
        await op.command("sort eta")
        await op.command("sort eta")
        assert "sort: eta " in op.shown()
        await op.command("sort eta-")
        await op.command("columns name:20,next")
        line = op.screen.flows.viewing.as_command()
    assert line == ":show view='waiting for me' sort=eta- columns=name:20,next filter=w"
    async with story(tmp_path, "war-room") as op:
        op.screen.flows.viewing.show(line.removeprefix(":show "))
        await op.settle()
        assert op.screen.flows.viewing.as_command() == line
        op.screen.flows.viewing.show("colour=red")
        await op.settle()
        assert op.screen.flows.viewing.as_command() == line, "what cannot be read changes nothing"


async def test_columns_are_chosen_ordered_and_widened_by_keys(tmp_path: Path) -> None:
    state = State()
    async with story(
        tmp_path, "war-room", state=state, settings=Settings(columns={"name": 0, "eta": 9})
    ) as op:
        assert heading(op).split() == ["NAME", "ETA"]
        await op.press("C", *["greater_than_sign"] * 3, "j", "minus", "enter")
        await op.settle()
        assert state.columns == ["eta", "name"]
        assert state.widths == {"name": 19, "eta": 9}
        await op.press("d", "escape")
        await op.poll()
        await op.pilot.resize_terminal(90, 30)
        # The detail is open still, and there is room for one of the two here.
        await op.press("escape")
        await op.settle()
        assert heading(op).split() == ["ETA", "NAME"]


async def test_a_new_filter_takes_the_place_of_the_old_one_unless_that_is_edited(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.press("slash", *"w1", "enter", "slash", *"w2", "enter")
        await op.settle()
        assert op.screen.desk.board.filter.text == "w2"
        await op.press("slash", "end", *" db", "enter")
        await op.settle()
        assert op.screen.desk.board.filter.text == "w2 db"
        await op.press("slash", "enter")
        await op.settle()
        assert op.screen.desk.board.filter.text == "w2 db", "looked at, and kept"


async def test_filters_typed_before_come_back_with_the_arrow(tmp_path: Path) -> None:
    state = State(filter_history=["w1"])
    async with story(tmp_path, "war-room", state=state) as op:
        await op.press("slash", *"w2", "enter", "slash", "up", "up")
        await op.settle()
        assert op.screen.desk.board.filter.text == "w1"
        await op.press("escape")
        await op.settle()
        assert op.screen.desk.board.filter.text == "w2", "given up: as it was before"
        assert state.filter_history == ["w2", "w1"]


@pytest.mark.parametrize("keys", [("3",), ("exclamation_mark",), ("s", "down", "down", "enter")])
async def test_a_cursor_that_a_choice_leaves_without_a_task_goes_to_the_first(
    tmp_path: Path, keys: tuple[str, ...]
) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.press(*keys)
        await op.settle()
        assert op.screen.desk.table.cursor_id == op.screen.desk.board.order[0]
        assert "No task under the cursor" not in op.shown()


async def test_a_cursor_nobody_moved_marks_the_top_of_the_list_after_a_choice_too(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.command("sort speed-")
        table = op.screen.desk.table
        first, *others = op.screen.desk.board.order
        assert table.cursor_id == first
        table.set_order([*others, first])
        assert table.cursor_id is None
        assert (table.scroll_offset.y, table.selection.place) == (0, 0)


@pytest.mark.parametrize("clear", [("escape",), ("slash", "backspace", "enter")])
async def test_a_cursor_nobody_moved_stays_on_its_task_when_a_filter_is_cleared(
    tmp_path: Path, clear: tuple[str, ...]
) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.filter("w2")
        table = op.screen.desk.table
        found = table.cursor_id
        assert found == op.screen.desk.board.order[0]
        await op.press(*clear)
        await op.settle()
        assert table.cursor_id == found
        assert op.screen.desk.board.order[0] != found
        assert 0 <= table.selection.place - table.scroll_offset.y < table.rows_in_view


async def test_a_column_that_is_chosen_and_not_seen_says_why(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", size=(80, 24)) as op:
        await op.press("C")
        await op.settle()
        shown = op.shown()
        assert re.search(r"\[x] STAGE +no room on this screen", shown)
        assert re.search(r"\[x] NEXT +Next step; no room on this screen", shown)
        assert re.search(r"\[x] STATE +┃", shown)
        assert re.search(r"\[ ] KIND +┃", shown)


async def test_an_empty_view_says_what_empties_it(tmp_path: Path) -> None:
    async with story(tmp_path, "calm") as op:
        await op.press("3")
        await op.settle()
        assert "No task is in this view." in op.shown()
        assert "esc clears the filter" not in op.shown()
        await op.press("0", "exclamation_mark")
        await op.settle()
        assert "No problem among the tasks of this view." in op.shown()
        await op.press("slash", "z", "enter")
        await op.settle()
        assert "esc clears the filter" in op.shown()


async def test_a_task_of_which_nobody_knows_what_was_done_to_it_is_a_problem(tmp_path: Path) -> None:
    async with story(tmp_path, "calm") as op:
        name = await op.pause_without_answer()
        await op.press("exclamation_mark")
        await op.settle()
        assert "1 unknown outcome" in op.shown()
        assert [row.task.name for row in op.screen.desk.board.rows()] == [name]
