"""Stories of the last question: what it is about may change while it is read, and hands are fast."""

import json
from pathlib import Path

import pytest
from textual.events import Key

from sms_tui.domain.outcome import Outcome
from sms_tui.engine.mode import Mode
from sms_tui.ui.dialogs.action_palette import ActionPalette
from sms_tui.ui.dialogs.batch_order import BatchOrder
from sms_tui.ui.dialogs.confirm import ConfirmDialog
from sms_tui.ui.dialogs.quit import QuitDialog
from sms_tui.ui.screens.main import MainScreen
from tests.story import Operator, Stage, story

pytestmark = pytest.mark.anyio


async def launched_meanwhile(op: Operator) -> list[str]:
    """Mark two tasks, and have one of them finish behind the operator's back."""
    names = await op.mark("SYNCING", 8)
    await op.press("U")
    ready = [name for name in names if situation(op, name) == "continuous synchronization"][:2]
    await op.mark_each(ready)
    op.service.force_state(task_of(op, ready[0]), "MIGRATE_SUCCESS")
    return ready


async def nothing_left_to_launch(op: Operator) -> None:
    """Ask to launch two tasks, of which one is finished by then, and the other while the question is open."""
    _, second = await launched_meanwhile(op)
    await op.press("a", "t")
    await op.settle()
    op.service.force_state(task_of(op, second), "MIGRATE_SUCCESS")
    await op.advance(6)


def task_of(op: Operator, name: str) -> str:
    return next(task.id for task in op.engine.store.tasks.values() if task.name == name)


def situation(op: Operator, name: str) -> str:
    return op.engine.store.tasks[task_of(op, name)].situation.value


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_the_question_reads_again_and_no_longer_holds(tmp_path: Path, size: tuple[int, int]) -> None:
    async with story(tmp_path, "war-room", size=size) as op:
        first, second = await launched_meanwhile(op)
        await op.press("a", "t")
        await op.settle()
        op.question("CHANGED since this was asked", first, "not possible while finished", "ctrl+y asks anew")
        assert "to go ahead" not in op.shown()
        await op.confirm("test 2")
        assert isinstance(op.app.screen, ConfirmDialog)
        assert op.line.writes == []
        await op.press("ctrl+y")
        op.question("Type", second, "to go ahead", "Left out: 1")
        await op.confirm(second)
        assert [path for _, path, _ in op.line.writes] == [f"/v3/tasks/{task_of(op, second)}/action"]


async def test_every_reason_why_it_no_longer_holds_can_be_read_on_a_small_screen(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", size=(80, 24)) as op:
        names = await op.mark("SYNCING", 8)
        await op.press("U")
        names = [name for name in names if situation(op, name) == "continuous synchronization"][:4]
        await op.mark_each(names)
        for name in names:
            op.service.force_state(task_of(op, name), "MIGRATE_SUCCESS")
        await op.press("a", "t")
        await op.settle()
        op.question("CHANGED since this was asked", *(f"{name}: Launch target" for name in names))
        shown = " ".join(op.shown().replace("┃", " ").split())
        assert shown.count("Possible when: continuous synchronization.") == len(names)


async def test_asked_anew_with_nothing_left_there_is_no_question(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await nothing_left_to_launch(op)
        await op.press("ctrl+y")
        assert not isinstance(op.app.screen, ConfirmDialog)
        assert "is not possible while finished" in op.told()


async def test_options_that_were_set_stay_so_when_it_is_asked_anew(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        first, second = await op.mark("MIGRATE_FAIL", 2)
        await op.press("a", "s")
        await op.settle()
        await op.clock.advance(1)
        await op.press("o", "tab", *"true", "enter")
        op.question("Resume (start)", "is_need_consistency_check = true")
        op.service.force_state(task_of(op, first), "MIGRATE_SUCCESS")
        await op.advance(6)
        await op.pilot.pause(1.1)
        op.question("CHANGED since this was asked")
        await op.clock.advance(1)
        await op.press("ctrl+y")
        op.question("Left out: 1", second, "is_need_consistency_check = true")


async def test_who_types_on_where_nothing_is_left_to_ask_types_into_nothing(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await nothing_left_to_launch(op)
        await op.press("ctrl+y", *"test1q")
        await op.settle()
        assert op.app.is_running
        assert isinstance(op.app.screen, MainScreen)
        assert op.screen.desk.board.view_key == "0"
        assert "what is typed on is dropped" in op.told()
        await op.clock.advance(1)
        await op.press("a")
        assert isinstance(op.app.screen, ActionPalette)


async def test_what_changes_without_consequence_is_told_and_the_question_holds(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        name = op.first("RUNNING")
        task_id = await op.select(name)
        op.service.force_state(task_id, "SYNCING")
        await op.press("a", "p")
        await op.settle()
        op.question("Changed since you looked", "full replication -> continuous synchronization")
        await op.confirm("y")
        assert len(op.line.writes) == 1


async def test_what_a_poll_brings_counts_as_well(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        task_id = await op.select(op.first("RUNNING"))
        await op.press("a", "p")
        await op.settle()
        op.question("y to go ahead")
        op.service.force_state(task_id, "MIGRATE_SUCCESS")
        await op.poll()
        dialog = op.app.screen
        assert isinstance(dialog, ConfirmDialog)
        await op.pilot.pause(1.1)
        op.question("CHANGED since this was asked")
        await op.confirm("y")
        assert op.line.writes == []


async def test_a_service_that_does_not_answer_the_question_s_reading_holds_nobody_up(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.select(op.first("RUNNING"))
        await op.press("a", "p")
        op.line.is_down = True
        await op.settle()
        op.question("y to go ahead")
        op.line.is_down = False
        await op.confirm("y")
        assert len(op.line.writes) == 1


async def test_a_question_waits_while_the_line_is_down_and_goes_ahead_once_tasks_are_read_again(
    tmp_path: Path,
) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.select(op.first("RUNNING"))
        await op.press("a", "p")
        await op.settle()
        op.line.is_down = True
        await op.advance(60)
        await op.press("y")
        op.question("! Refused: OFFLINE: only repeatable operations are sent", "y to go ahead")
        assert op.line.writes == []
        op.line.is_down = False
        await op.advance(60)
        op.question("y to go ahead")
        await op.confirm("y")
        assert len(op.line.writes) == 1


async def test_a_canary_is_chosen_with_keys_where_letters_are_text(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", size=(80, 24)) as op:
        names = await op.mark("RUNNING", 3)
        await op.press("a", "p")
        op.question("How: all at once, 4 under way; go on after a refusal")
        await op.clock.advance(1)
        await op.press("ctrl+g")
        assert isinstance(op.app.screen, BatchOrder)
        await op.press("3", "down", "space", "down", "space", "escape")
        op.question("How: canary first, the rest once it is paused; halt at the first not accepted")
        await op.confirm("3")
        assert len(op.line.writes) == 1
        assert f"canary {names[0]}: waits until it is paused" in op.shown()
        assert "2 queued" in op.shown()
        await op.advance(120)
        assert len(op.line.writes) == 3


async def test_what_is_tried_again_goes_as_carefully_as_the_first_time(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        names = await op.mark("RUNNING", 3)
        await op.press("a", "p")
        op.question("How: all at once")
        await op.clock.advance(1)
        await op.press("ctrl+g", "3", "down", "space", "down", "space", "escape")
        op.question("How: canary first")
        await op.confirm("3")
        await op.press("H")
        await op.settle()
        assert "Stopped: the remaining 2 were not sent." in op.told()
        await op.press("R")
        op.question("How: canary first", *names[1:])


async def test_stopping_says_how_many_were_not_sent(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.pause_one_by_one(4)
        await op.press("H")
        await op.settle()
        assert "Stopped: the remaining 3 were not sent." in op.told()
        await op.advance(60)
        assert len(op.line.writes) == 1
        outcomes = [record.outcome for record in op.engine.dispatcher.batches[0].records]
        assert outcomes.count(Outcome.NOT_SENT) == 3


async def test_who_goes_on_typing_after_cancelling_types_into_nothing(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        name = next(
            task.name
            for task in op.engine.store.tasks.values()
            if task.situation == "continuous synchronization"
        )
        await op.select(name)
        await op.press("a", "t")
        op.question("Type")
        await op.clock.advance(1)
        await op.press("enter", *"apysE1q")
        await op.settle()
        assert isinstance(op.app.screen, MainScreen)
        assert op.app.is_running
        assert op.screen.desk.board.view_key == "0"
        assert "what is typed on is dropped" in op.told()
        assert op.line.writes == []
        await op.clock.advance(1)
        await op.press("a")
        assert isinstance(op.app.screen, ActionPalette)


async def test_a_key_that_cancels_twice_does_not_quit(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.select(op.first("RUNNING"))
        await op.press("a", "p")
        await op.clock.advance(1)
        await op.press("q", "q", "q")
        await op.settle()
        assert op.app.is_running
        assert isinstance(op.app.screen, MainScreen)
        await op.press("a")
        assert isinstance(op.app.screen, ActionPalette), "another key is nobody's echo"


async def test_a_whole_burst_confirms_nothing_and_opens_one_question(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.select(op.first("RUNNING"))
        for char in "aappyy":
            op.app.post_message(Key(char, char))
        await op.pilot.pause()
        await op.settle()
        assert sum(isinstance(screen, ConfirmDialog) for screen in op.app.screen_stack) == 1
        assert op.line.writes == []


async def test_a_dry_run_says_what_would_go_and_what_it_needs(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", mode=Mode(dry_run=True)) as op:
        assert "DRY RUN" in op.shown()
        name = op.first("RUNNING")
        task_id = await op.select(name)
        await op.press("a", "p")
        op.question("DRY RUN: nothing will be sent", "Dry run: goes to the log alone")
        await op.confirm("y")
        assert op.line.writes == []
        body = json.dumps({"operation": "stop"}, separators=(",", ":"))
        assert f"would send POST http://localhost/v3/tasks/{task_id}/action {body}" in op.log()
        assert "it is full replication, and this is possible while cloning, " in op.log()


@pytest.mark.parametrize("keys", [["q"], ["ctrl+q"], ["ctrl+c", "ctrl+c"]])
async def test_leaving_while_a_batch_runs_asks_and_sends_no_more(tmp_path: Path, keys: list[str]) -> None:
    async with story(tmp_path, "war-room", size=(80, 24)) as op:
        await op.pause_one_by_one(4)
        await op.press(*keys)
        await op.pilot.pause()
        assert isinstance(op.app.screen, QuitDialog)
        assert "3 operations queued: would not be sent." in op.shown()
        assert "Pause (stop), 4 tasks: 3 queued, 1 accepted" in op.shown()
        await op.press("n")
        assert op.app.is_running
        await op.press(*keys)
        await op.press("y")
        await op.pilot.pause()
        assert len(op.line.writes) == 1
        outcomes = [record.outcome for record in op.engine.dispatcher.batches[0].records]
        assert outcomes.count(Outcome.NOT_SENT) == 3


async def test_what_is_said_in_passing_covers_only_the_edge_of_a_dialog(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "war-room")
    async with stage.app.run_test(size=(80, 24), notifications=True) as pilot:
        op = await stage.operator(pilot)
        await op.press("question_mark")
        before = op.shown().splitlines()
        assert before[-1].startswith("┗━")
        for count in ("few", "more", "many"):
            op.app.tell(f"{count} words " * 20, "warning")
        await op.settle()
        after = op.shown().splitlines()
        assert after[:-1] == before[:-1]
        assert "many words" in after[-1], "of several the newest"
        assert "…" in after[-1]


async def test_what_none_of_several_can_take_is_not_put_down_to_the_first_of_them(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.mark_each(["w3-web-17", "w2-web-09"])
        await op.press("a", "r")
        await op.settle()
        line = next(line for line in op.shown().splitlines() if "(restart)" in line)
        assert "None of these can take it" in line
        assert "None of these can take it. It is possible while finished." in op.shown()
        await op.press("b")
        await op.settle()
        assert "It is possible while synchronization failed." in op.shown()


async def test_a_key_that_meant_nothing_to_the_palette_means_nothing_behind_it_either(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.select(op.first("RUNNING"))
        cursor = op.screen.desk.table.cursor_id
        await op.press("a")
        await op.settle()
        for name, character in (("asterisk", "*"), ("j", "j"), ("p", "p")):
            op.app.post_message(Key(name, character))
        await op.settle()
        op.question("Pause (stop)")
        await op.press("escape")
        await op.settle()
        assert op.screen.desk.table.marks == []
        assert op.screen.desk.table.cursor_id == cursor


async def test_keys_behind_the_one_that_leaves_a_dialog_are_for_what_is_there_then(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.press("question_mark")
        await op.settle()
        for name, character in (("escape", None), ("asterisk", "*")):
            op.app.post_message(Key(name, character))
        await op.settle()
        assert len(op.screen.desk.table.marks) == 24
