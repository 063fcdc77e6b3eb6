"""Stories of a cut-over night, through the real app on the simulator."""

import json
from pathlib import Path

import pytest

from sms_tui.config import Profile
from sms_tui.domain.freshness import Freshness
from sms_tui.engine.mode import Mode
from sms_tui.ui.dialogs.action_palette import ActionPalette
from sms_tui.ui.dialogs.confirm import ConfirmDialog
from sms_tui.ui.screens.main import MainScreen
from tests.story import URL, story

pytestmark = pytest.mark.anyio


async def test_the_first_list_fills_the_table(tmp_path: Path) -> None:
    async with story(tmp_path) as op:
        assert len(op.screen.desk.board.order) == len(op.engine.store.tasks) > 0
        assert f"{len(op.engine.store.tasks)} tasks" in op.shown()
        assert "PRODUCTION" in op.shown()


async def test_pausing_one_task_from_the_palette(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        name = op.first("RUNNING")
        task_id = await op.select(name)
        await op.press("a", "p")
        op.question("Pause (stop)", name, "PRODUCTION", "Way back")
        await op.confirm("y")
        assert op.line.writes == [("POST", f"/v3/tasks/{task_id}/action", b'{"operation":"stop"}')]
        assert "accepted" in op.log()
        await op.advance(90)
        assert "confirmed" in op.log()


async def test_the_last_sync_has_one_name_in_the_table_and_beside_it(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", size=(200, 60)) as op:
        await op.select("w1-erp-db-05")
        await op.settle()
        assert "final sync" in next(line for line in op.shown().splitlines() if line.startswith("▌"))
        assert "stage      final sync" in op.shown()
        await op.press("right_square_bracket")
        await op.settle()
        assert "↻ final sync" in op.shown()


async def test_enter_alone_never_sends(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.select(op.first("RUNNING"))
        for _ in range(3):
            await op.press("a", "p")
            assert isinstance(op.app.screen, ConfirmDialog)
            await op.clock.advance(1)
            await op.press("enter", "enter")
            await op.settle()
        assert op.line.writes == []


@pytest.mark.parametrize(("state", "keys"), [("RUNNING", "ap"), ("SYNCING", "at")])
async def test_enter_that_cancels_says_that_nothing_is_sent(tmp_path: Path, state: str, keys: str) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.select(op.first(state))
        await op.press(*keys)
        await op.clock.advance(1)
        await op.press("escape")
        assert op.told() == "", "who presses esc knows"
        await op.press(*keys)
        await op.clock.advance(1)
        await op.press("enter")
        assert not isinstance(op.app.screen, ConfirmDialog)
        assert op.told() == "Cancelled: nothing sent"


async def test_a_key_in_the_deaf_time_does_not_count(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.select(op.first("RUNNING"))
        await op.press("a", "p", "y")
        await op.settle()
        assert op.line.writes == []
        assert isinstance(op.app.screen, ConfirmDialog)


async def test_two_fast_presses_ask_one_question(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.pilot.press("a", "a")
        await op.settle()
        assert sum(isinstance(screen, ActionPalette) for screen in op.app.screen_stack) == 1


async def test_launching_several_needs_their_number_typed(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        syncing = sorted(
            task.name
            for task in op.engine.store.tasks.values()
            if task.situation == "continuous synchronization"
        )
        await op.mark_each(syncing[:2])
        await op.press("a", "t")
        op.question("Launch target (cut over) (test)", *syncing[:2], "Type test 2 to go ahead:")
        await op.confirm("test 2")
        await op.settle()
        assert [json.loads(body) for _, _, body in op.line.writes] == [{"operation": "test"}] * 2


async def test_the_service_refusing_is_said_and_offered_again(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        name = op.first("RUNNING")
        task_id = await op.select(name)
        await op.press("a", "p")
        op.question(name)
        op.service.force_state(task_id, "MIGRATE_SUCCESS")
        await op.confirm("y")
        assert op.line.writes == []
        assert "not sent" in op.log()
        await op.press("R")
        await op.settle()
        assert isinstance(op.app.screen, MainScreen)


async def test_the_screen_never_lies_about_age(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        before = list(op.screen.desk.board.order)
        op.line.is_down = True
        await op.advance(12)
        assert op.engine.store.sync.freshness(op.clock.now()) is not Freshness.FRESH
        assert "STALE" in op.shown() or "OFFLINE" in op.shown()
        await op.advance(240)
        assert "OFFLINE since" in op.shown()
        assert op.screen.desk.board.order == before
        await op.select(op.first("RUNNING"))
        await op.press("a", "p")
        assert isinstance(op.app.screen, ActionPalette)
        assert "OFFLINE" in op.shown()
        await op.press("escape")
        op.line.is_down = False
        await op.poll()
        await op.advance(3)
        assert "updated" in op.shown()


async def test_what_was_left_goes_by_while_nothing_can_be_read(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", size=(160, 40)) as op:
        task_id = await op.select(op.first("RUNNING"))
        await op.settle()

        def told() -> tuple[str, str]:
            """When the end is expected, and how long ago the task changed, as the detail says it."""
            lines = [line.split("│")[-1].strip() for line in op.shown().splitlines()]
            due = next(line for line in lines if line.startswith("ETA")).split(", ")[0]
            return due, next(line for line in lines if line.startswith("changed"))

        assert op.engine.store.tasks[task_id].due
        op.line.is_down = True
        await op.advance(20)
        before = told()
        await op.advance(300)
        due, changed = told()
        assert due == before[0]
        assert changed != before[1]


async def test_a_marked_task_that_is_gone_is_marked_no_more(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        gone, stays = await op.mark("RUNNING", 2)
        kept = await op.select(stays)
        op.service.remove(await op.select(gone))
        await op.advance(60)
        assert list(op.screen.desk.table.marks) == [kept]


async def test_the_bucket_that_was_confirmed_last_is_offered_again(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", profile=Profile("lab", endpoint=URL)) as op:
        first, second = sorted(
            task.name for task in op.engine.store.tasks.values() if task.state == "RUNNING"
        )[:2]
        await op.select(first)
        await op.press("a", "l")
        await op.type("night-logs")
        await op.press("enter")
        op.question("Upload logs", "night-logs")
        await op.confirm("y")
        await op.select(second)
        await op.press("a", "l")
        assert "night-logs" in op.shown()


async def test_read_only_refuses_everything(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", mode=Mode(read_only=True)) as op:
        assert "READ-ONLY" in op.shown()
        await op.select(op.first("RUNNING"))
        await op.press("a", "p")
        assert isinstance(op.app.screen, ActionPalette)
        assert "read-only" in op.shown()
        assert op.line.writes == []


async def test_the_cursor_stays_on_its_task_through_sorting_and_filtering(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        name = op.first("SYNCING")
        task_id = await op.select(name)
        op.screen.flows.viewing.sort_by("progress-")
        await op.settle()
        assert op.screen.desk.table.cursor_id == task_id
        await op.filter(name)
        assert op.screen.desk.board.order == [task_id]
        assert f"filter: {name}" in op.shown()
        await op.press("escape")
        await op.settle()
        assert op.screen.desk.table.cursor_id == task_id
        assert len(op.screen.desk.board.order) == len(op.engine.store.tasks)


async def test_a_wrong_filter_says_where_and_takes_nothing_away(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        shown = list(op.screen.desk.board.order)
        await op.press("slash")
        await op.type("colour=red")
        await op.settle()
        assert "character 1" in op.shown()
        await op.press("enter")
        await op.settle()
        assert "character 1" in op.shown(), "it stays open to be mended"
        await op.press("escape")
        await op.settle()
        assert op.screen.desk.board.order == shown


async def test_marks_hidden_by_a_filter_are_named_in_the_question(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        running = sorted(task.name for task in op.engine.store.tasks.values() if task.state == "RUNNING")
        await op.mark_each(running[:2])
        await op.press("slash")
        await op.type(running[0])
        await op.press("enter", "a", "p")
        op.question(running[0], running[1], "hidden")
        await op.press("escape")
        await op.settle()
        assert op.line.writes == []


async def test_uploading_logs_asks_for_the_bucket_first(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        task_id = await op.select(op.first("RUNNING"))
        await op.press("a", "l")
        assert "sms-logs" in op.shown()
        await op.press("enter")
        op.question("Upload logs (collect_log)")
        await op.confirm("y")
        (write,) = op.line.writes
        assert write[1] == f"/v3/tasks/{task_id}/action"
        assert json.loads(write[2]) == {"operation": "collect_log", "param": {"bucket": "sms-logs"}}


async def test_a_lost_answer_is_unknown_and_then_settled_by_reading(tmp_path: Path) -> None:
    async with story(tmp_path, "post-lost") as op:
        await op.select(op.first("RUNNING"))
        await op.press("a", "p")
        op.question("Pause (stop)")
        await op.confirm("y")
        assert "unknown" in op.log()
        await op.advance(120)
        assert "confirmed" in op.log()
        assert len(op.line.writes) == 1


async def test_unknown_states_are_shown_and_can_only_be_paused(tmp_path: Path) -> None:
    async with story(tmp_path, "unknown-states") as op:
        for _ in range(40):
            unknown = [task for task in op.engine.store.tasks.values() if task.state == "UNKNOWN"]
            if unknown:
                break
            await op.advance(30)
        await op.select(unknown[0].name)
        assert "unknown state" in op.shown()
        await op.press("a", "t")
        assert isinstance(op.app.screen, ActionPalette)


async def test_the_error_of_a_row_is_explained_offline(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        failed = op.first("MIGRATE_FAIL")
        await op.select(failed)
        await op.press("x")
        await op.settle()
        assert "What this error means" in op.shown()
        assert f"{failed}  migration failed" in op.shown(), "the table is out of sight"
        assert "First:" in op.shown()


async def test_a_code_or_words_are_looked_up_in_the_catalogue(tmp_path: Path) -> None:
    async with story(tmp_path) as op:
        for typed, shown in (
            (" sms.3805", "Who: network, target owner"),
            ("port 8900", "SMS.1807"),
            ("no such words", "Nothing in the catalogue."),
        ):
            await op.command(f"explain {typed}")
            assert shown in op.shown()
            await op.press("escape")


async def test_the_command_line_and_help_run_what_they_show(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.command("problems")
        assert op.screen.desk.board.problems_only
        await op.press("question_mark")
        await op.settle()
        assert "Keys" in op.shown()
        await op.press("escape")
        await op.settle()
        assert isinstance(op.app.screen, MainScreen)


async def test_a_paused_screen_stands_still_and_age_goes_on(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.press("p")
        await op.advance(1)
        assert "SCREEN PAUSED" in op.shown()
        rows = [op.screen.desk.table.render_line(y).text[:50] for y in range(1, 10)]
        await op.advance(60)
        assert [op.screen.desk.table.render_line(y).text[:50] for y in range(1, 10)] == rows
        await op.press("p")
        await op.settle()
        assert "SCREEN PAUSED" not in op.shown()


@pytest.mark.parametrize("size", [(80, 24), (60, 15), (200, 60), (300, 80), (100, 30)])
async def test_every_size_shows_name_and_state(tmp_path: Path, size: tuple[int, int]) -> None:
    async with story(tmp_path, "war-room", size=size) as op:
        name = op.first("RUNNING")
        await op.select(name)
        assert name in op.shown()
        assert "RUNNING" in op.shown()


async def test_below_the_smallest_size_action_keys_are_dead(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", size=(59, 14)) as op:
        assert "too small" in op.shown()
        await op.press("a")
        await op.settle()
        assert isinstance(op.app.screen, MainScreen)


async def test_a_watched_row_that_changes_is_told_of(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        name = op.first("RUNNING")
        task_id = await op.select(name)
        await op.press("w")
        assert op.engine.store.watched == {task_id}
        op.service.force_state(task_id, "MIGRATE_FAIL", code="SMS.3805")
        await op.poll()
        await op.advance(12)
        told = op.told().splitlines()
        assert any(name in sentence and "failed" in sentence for sentence in told), told
