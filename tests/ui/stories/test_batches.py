"""Stories of batches: how far they are, stopping them, trying again, and what stays unknown."""

from pathlib import Path

import pytest

from sms_tui.domain.operations import STOP
from sms_tui.domain.outcome import Outcome
from sms_tui.ui.dialogs.batch import BatchScreen
from sms_tui.ui.dialogs.confirm import ConfirmDialog
from tests.story import Operator, story

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_a_running_batch_is_in_sight_until_it_is_over(tmp_path: Path, size: tuple[int, int]) -> None:
    async with story(tmp_path, "war-room", size=size) as op:
        await op.mark("RUNNING", 3)
        assert "Pause (stop), 3 tasks" not in op.shown()
        await op.press("a", "p")
        op.question("Type 3 to go ahead:")
        await op.confirm("3")
        assert "Pause (stop), 3 tasks: 3 accepted" in op.shown()
        await op.press("B")
        assert isinstance(op.app.screen, BatchScreen)
        assert "3 accepted" in op.shown()
        await op.press("escape")
        await op.advance(120)
        assert "Pause (stop), 3 tasks" not in op.shown()
        await op.press("B")
        assert op.shown().count("RUNNING -> ABORT") == 3
        assert "3 confirmed" in op.shown()


async def test_failed_ones_alone_are_tried_again(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        names = await op.mark("RUNNING", 3)
        await op.press("a", "p")
        op.question("Pause (stop)")
        task_id = next(task.id for task in op.engine.store.tasks.values() if task.name == names[1])
        op.service.force_state(task_id, "MIGRATE_SUCCESS")
        await op.confirm("3")
        assert len(op.line.writes) == 2
        assert "1 not sent" in op.told()
        assert "B tells why. R tries what had no effect again." in op.told()
        op.service.force_state(task_id, "RUNNING")
        await op.advance(6)
        await op.press("B")
        assert "not sent" in op.shown()
        await op.press("R")
        op.question("Pause (stop)", names[1], "y to go ahead")
        await op.confirm("y")
        assert [path for _, path, _ in op.line.writes][2:] == [f"/v3/tasks/{task_id}/action"]


async def test_an_unknown_outcome_is_counted_listed_and_settled_by_reading(tmp_path: Path) -> None:
    async with story(tmp_path, "post-lost") as op:
        name = op.first("RUNNING")
        task_id = await op.select(name)
        await op.press("a", "p")
        op.question("Pause (stop)")
        await op.confirm("y")
        assert "1 unknown outcome" in op.shown()
        assert any("unknown" in said and "S reads now" in said for said in op.told().splitlines())
        await op.press("5")
        assert op.screen.desk.board.order == [task_id]
        await op.press("S")
        await op.settle()
        record = op.engine.dispatcher.batches[-1].records[0]
        assert f"{name}: Pause (stop) " in op.told()
        await op.advance(60)
        assert record.outcome is Outcome.CONFIRMED
        assert "unknown outcome" not in op.shown().splitlines()[0]
        assert len(op.line.writes) == 1


async def test_what_became_of_many_unknown_outcomes_is_told_in_one_sentence(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        op.line.loses_writes = True
        tasks = op.engine.store.tasks.values()
        ids = [task.id for task in tasks if task.state in {"RUNNING", "SYNCING"}][:7]
        plan = op.engine.dispatcher.plan(STOP, ids)
        assert len(plan.ids) == 7
        op.engine.dispatcher.submit(plan, plan.word)
        await op.settle()
        assert sum(each.outcome is Outcome.UNKNOWN for each in op.engine.store.pending_records()) == 7
        op.service.force_state(ids[0], "ABORT")
        op.app.clear_notifications()
        await op.mark_each(op.engine.store.tasks[task_id].name for task_id in ids)
        await op.press("S")
        await op.settle()
        told = op.told().splitlines()
        assert told[-1] == "Read all 7: 1 are settled now."
        assert len(told) == 2, told


async def test_an_unknown_outcome_that_reading_does_not_settle_takes_the_operator_s_word(
    tmp_path: Path,
) -> None:
    async with story(tmp_path, "war-room") as op:
        name = await op.pause_without_answer()
        await op.command("settle")
        told = op.told().splitlines()
        assert any("stays unknown" in sentence and ":resolve" in sentence for sentence in told), told
        await op.press("a", "t")
        assert "is unknown; wait, or use :resolve" in " ".join(op.shown().split())
        await op.press("escape", "colon")
        await op.type("resolve")
        await op.press("enter")
        await op.settle()
        assert "unknown outcome" not in op.shown().splitlines()[0]
        assert f"Pause on {name}" in op.told()
        await op.press("a", "p")
        assert isinstance(op.app.screen, ConfirmDialog)


async def test_the_first_screen_names_what_an_earlier_run_left_open(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        name = await op.pause_without_answer()
    async with story(tmp_path, "war-room") as op:
        op.screen.desk.tick()
        told = op.told().splitlines()
        assert any("Left open by an earlier run" in said and name in said for said in told), told
        assert "1 unknown outcome" in op.shown().splitlines()[0]
        assert op.line.writes == []


async def held_back(op: Operator) -> list[str]:
    """Names of three tasks of a batch; the last two were launched meanwhile and not sent."""
    names = await op.mark("RUNNING", 3)
    await op.press("a", "p")
    await op.settle()
    op.question("Pause (stop)")
    for name in names[1:]:
        op.service.force_state(name, "MIGRATE_SUCCESS")
    await op.confirm("3")
    assert len(op.line.writes) == 1
    await op.press("U")
    return names


async def test_trying_again_names_what_a_filter_hides_now(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        first, second, third = await held_back(op)
        for name in (second, third):
            op.service.force_state(name, "RUNNING")
        await op.advance(6)
        await op.press("slash")
        await op.type(third)
        await op.press("enter", "R")
        op.question("Type 2 to go ahead", f"1 of these hidden by the filter: '{second}'")
        assert first not in op.shown()


async def test_trying_again_names_what_is_gone(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        _, second, third = await held_back(op)
        op.service.force_state(second, "RUNNING")
        op.service.remove(third)
        await op.advance(60)
        assert third not in [task.name for task in op.engine.store.tasks.values()]
        await op.press("R")
        op.question(second, "Left out: 1", f"'{third}': the task no longer exists")
        await op.confirm("y")
        assert len(op.line.writes) == 2


async def test_what_goes_while_it_is_asked_about_is_named_when_it_is_asked_anew(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        first, second, third = await op.mark("RUNNING", 3)
        op.service.remove(third)
        await op.press("a", "p")
        await op.settle()
        op.question("CHANGED since this was asked", f"{third}: the task no longer exists")
        await op.clock.advance(1)
        await op.press("ctrl+y")
        op.question(
            "Type 2 to go ahead", first, second, "Left out: 1", f"'{third}': the task no longer exists"
        )


async def test_trying_again_says_why_nothing_can_be_tried(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        _, second, third = await held_back(op)
        op.service.remove(third)
        await op.advance(60)
        await op.press("R")
        told = op.told().splitlines()
        assert any(f"{second}: " in said and "not possible while finished" in said for said in told), told


async def test_what_goes_while_an_operation_is_chosen_is_named_as_left_out(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        first, second, third = await op.mark("RUNNING", 3)
        await op.press("a")
        op.service.remove(third)
        await op.advance(60)
        assert third not in [task.name for task in op.engine.store.tasks.values()]
        await op.press("p")
        op.question(
            "Type 2 to go ahead", first, second, "Left out: 1", f"'{third}': the task no longer exists"
        )
