"""Which ways back a task has closed behind it, as far as the service tells."""

from typing import Any

import pytest

from sms_tui.domain.points_of_no_return import points_of_no_return
from sms_tui.domain.task import Server, SubTask, Task, TaskState
from tests.domain.samples import make_task


def task(state: TaskState = TaskState.RUNNING, **changes: Any) -> Task:
    """One that is being copied unless told otherwise."""
    copying = {"source": Server(state="replicate"), "stage": SubTask("MIGRATE_LINUX_FILE", 43.0)}
    return make_task(state, **{**copying, **changes})


def situations() -> list[tuple[Task, str]]:
    """Tasks with the points they passed: x passed, - not, ? cannot be known."""
    format_done = SubTask("FORMAT_DISK_LINUX", 100)
    before = (SubTask("SSL_CONFIG", 100), SubTask("ATTACH_AGENT_IMAGE", 90), SubTask("FORMAT_DISK_LINUX", 0))
    return [
        (task(TaskState.READY), "-?----"),
        (task(stage=SubTask("ATTACH_AGENT_IMAGE", 90), subtasks=before), "-?----"),
        (task(stage=SubTask("FORMAT_DISK_LINUX", 3)), "x?----"),
        (task(TaskState.MIGRATE_FAIL, stage=None, subtasks=(format_done,)), "x?----"),
        (task(TaskState.RUNNING, stage=None), "??----"),
        (task(TaskState.ABORT, stage=None), "????--"),
        (task(TaskState.ABORT, stage=None, subtasks=before), "-?----"),
        (
            task(TaskState.ABORT, stage=None, subtasks=(format_done, SubTask("SYNC_LINUX_FILE", 6))),
            "x???--",
        ),
        (task(TaskState.ABORT, stage=SubTask("CONFIGURE_LINUX", 40)), "x?x?--"),
        (task(TaskState.MIGRATE_FAIL, stage=SubTask("DETTACH_AGENT_IMAGE", 40)), "x?x?--"),
        (task(TaskState.MIGRATE_FAIL, stage=SubTask("MIGRATE_LINUX_FILE", 40)), "x?----"),
        (task(TaskState.UNKNOWN, stage=None), "?????-"),
        (task(TaskState.DELETING, stage=None), "?????-"),
        (task(TaskState.RESETING, stage=None), "x?x?--"),
        (task(TaskState.RUNNING, stage=None, replicated=7), "x?----"),
        (task(TaskState.MIGRATE_SUCCESS, source=Server(state="clearfailed")), "x?x??-"),
        (task(TaskState.SYNCING), "x?----"),
        (task(TaskState.SYNCING, source=Server(state="cutovering")), "x?x?--"),
        (task(TaskState.MIGRATE_SUCCESS), "x?x?--"),
        (task(TaskState.SYNC_FAIL), "x?x?--"),
        (task(TaskState.SYNC_SUCCESS, source=Server(state="cleared")), "x?x?x-"),
    ]


@pytest.mark.parametrize(("given", "passed"), situations())
def test_each_state_has_its_points_of_no_return_behind_it(given: Task, passed: str) -> None:
    marks = {True: "x", False: "-", None: "?"}
    assert "".join(marks[point.passed] for point in points_of_no_return(given)) == passed
