"""`show`: one task by id, beginning of an id or name, for people and for programs."""

import json
from pathlib import Path

import pytest

from sms_tui.domain.rows import Row
from sms_tui.domain.task import Clone, SubTask, TaskState
from sms_tui.exit_codes import ExitCode
from sms_tui.headless.show import described, show_task
from sms_tui.simulator.world.scenario import Role
from tests.domain.samples import NOW, make_task
from tests.headless.stage import Stage, options, stage

pytestmark = pytest.mark.anyio


async def shown(there: Stage, *argv: str) -> ExitCode:
    return await show_task(there.engine, options("show", *argv), there.output)


async def test_the_text_says_state_next_step_and_what_the_error_means(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        assert await shown(there, "w1-failed-04") is ExitCode.DONE
        task_id = there.id_of("failed-04")
    for text in (task_id, "MIGRATE_FAIL (migration failed)", "SMS.3805", "First: ", "Step  "):
        assert text in there.data


def test_nothing_is_100_percent_before_it_is_done() -> None:
    step = SubTask("MIGRATE_LINUX_FILE", 99.9)
    task = make_task(TaskState.RUNNING, stage=step, subtasks=(step,))
    (line,) = [line for line in described(Row(task, NOW), NOW) if line.startswith(step.name)]
    assert line.split()[1:3] == ["99", "%"]


def test_a_failed_clone_says_why() -> None:
    task = make_task(
        TaskState.SYNCING, clone=Clone(name="web-clone", state="ERROR", sent_error="SMS.0601 quota")
    )
    assert "Clone        web-clone ERROR SMS.0601 quota" in list(described(Row(task, NOW), NOW))


async def test_json_is_the_document_as_it_was_sent(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        assert await shown(there, "w1-sync-03", "-o", "json") is ExitCode.DONE
        document = json.loads(there.data)
        assert document["id"] == there.id_of("sync-03")
        assert document["source_server"]["name"]
        assert "sub_tasks" in document


async def test_a_whole_id_needs_no_list(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        task_id = there.id_of("sync-03")
        assert await shown(there, task_id) is ExitCode.DONE
        assert [path for _, path, _ in there.line.requests] == [f"/v3/tasks/{task_id}"]


async def test_the_beginning_of_an_id_is_enough_from_eight_characters_on(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        task_id = there.id_of("sync-03")
        assert await shown(there, task_id[:8]) is ExitCode.DONE
        assert await shown(there, task_id[:7]) is ExitCode.USAGE
    assert "needs 8 characters" in there.told
    assert task_id in there.told


async def test_a_name_that_several_have_lists_them(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        await there.engine.poller.refresh()
        tasks = there.engine.store.tasks
        names = [task.name for task in tasks.values()]
        assert len(set(names)) == len(names)
        assert await shown(there, "00000000-0000-0000-0000-000000000000") is ExitCode.USAGE
    assert "there is no task" in there.told


async def test_a_hostile_task_is_shown_harmlessly(tmp_path: Path) -> None:
    async with stage(tmp_path, cast=(Role("\x1b]0;x\x07evil\u202e", at="SYNCING"),)) as there:
        await there.engine.poller.refresh()
        (task_id,) = there.engine.store.tasks
        assert await shown(there, task_id) is ExitCode.DONE
    assert "evil" in there.data
    assert not {"\x1b", "\x07", "\u202e"} & set(there.data)


async def test_what_cannot_be_read_has_its_code(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        task_id = there.id_of("sync-03")
        there.line.is_cut = True
        assert await shown(there, task_id) is ExitCode.UNREACHABLE
        assert await shown(there, "w1-sync-03") is ExitCode.UNREACHABLE
    assert there.data == ""
