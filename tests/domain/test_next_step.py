"""Every task gets one short next step, whatever the service says of it."""

import json

import pytest

from sms_tui.domain.advice import codes
from sms_tui.domain.next_step import next_step
from sms_tui.domain.task import Clone, Server, SubTask, TaskState
from tests.domain.samples import error, make_task
from tests.hostile import CORPUS

LONGEST = 48
"""Cells that a row has for it"""
READY, RUNNING, SYNCING, ABORT = TaskState.READY, TaskState.RUNNING, TaskState.SYNCING, TaskState.ABORT
FAILED, SYNC_FAILED = TaskState.MIGRATE_FAIL, TaskState.SYNC_FAIL
DONE, SYNCED = TaskState.MIGRATE_SUCCESS, TaskState.SYNC_SUCCESS
MINE, THEIRS = True, False
STEPS = [
    (READY, None, {}, "start full replication", MINE),
    (READY, None, {"syncing": False}, "start; will launch by itself", MINE),
    (READY, "premiging", {}, "wait: migration drill", THEIRS),
    (READY, "premigfailed", {}, "drill failed: read its report, repair", MINE),
    (RUNNING, None, {}, "wait: full replication", THEIRS),
    (RUNNING, None, {"stage": SubTask("MIGRATE_LINUX_FILE", 43.0)}, "wait: copying", THEIRS),
    (
        RUNNING,
        None,
        {"stage": SubTask("MIGRATE_LINUX_FILE", None)},
        "wait: copying, no figure is normal",
        THEIRS,
    ),
    (
        RUNNING,
        None,
        {"stage": SubTask("MIGRATE_LINUX_FILE", 104.0)},
        "wait: copying, over 100 % is normal",
        THEIRS,
    ),
    (RUNNING, None, {"stage": SubTask("FORMAT_DISK_LINUX_FILE", 0.0)}, "wait: formatting disks", THEIRS),
    (RUNNING, None, {"stage": SubTask("BREW_COFFEE", 5.0)}, "wait: full replication", THEIRS),
    (
        RUNNING,
        None,
        {"syncing": False, "stage": SubTask("MIGRATE_LINUX_FILE", 43.0)},
        "will launch by itself; copying",
        THEIRS,
    ),
    (SYNCING, None, {}, "launch when the business is stopped", MINE),
    (SYNCING, None, {"stage": SubTask("SYNC_LINUX_FILE", 6.0)}, "launch when the business is stopped", MINE),
    (SYNCING, None, {"clone": Clone(state="ERROR")}, "clone failed: see why, clone again or launch", MINE),
    (SYNCING, "cloning", {}, "wait: cloning, then synchronization goes on", THEIRS),
    (SYNCING, "cutovering", {}, "wait: launching the target", THEIRS),
    (
        SYNCING,
        "cutovering",
        {"stage": SubTask("SYNC_LINUX_FILE", 0.0)},
        "wait: comparing, 0 % is normal",
        THEIRS,
    ),
    (
        SYNCING,
        "cutovering",
        {"stage": SubTask("SYNC_LINUX_FILE", 6.2)},
        "wait: comparing, 6 % is normal",
        THEIRS,
    ),
    (
        SYNCING,
        "cutovering",
        {"stage": SubTask("SYNC_LINUX_FILE", 50.0)},
        "wait: launching, final sync",
        THEIRS,
    ),
    (
        SYNCING,
        "cutovering",
        {"stage": SubTask("SYNC_LINUX_FILE", None)},
        "wait: launching, final sync",
        THEIRS,
    ),
    (
        SYNCING,
        "cutovering",
        {"stage": SubTask("CONFIGURE_LINUX_FILE", 9.0)},
        "wait: launching, configuring",
        THEIRS,
    ),
    (RUNNING, "cutovering", {"syncing": False}, "wait: launching the target", THEIRS),
    (TaskState.ABORTING, None, {}, "wait: pausing", THEIRS),
    (TaskState.SKIPPING, None, {}, "wait: skipping the consistency check", THEIRS),
    (TaskState.DELETING, None, {}, "wait: deleting the task", THEIRS),
    (TaskState.RESETING, None, {}, "wait: rolling back", THEIRS),
    (TaskState.SYNC_F_ROLLBACKING, None, {}, "wait: rolling back", THEIRS),
    (DONE, "clearing", {}, "wait: deleting snapshots", THEIRS),
    (ABORT, None, {}, "resume", MINE),
    (ABORT, None, {"syncing": False}, "resume; will launch by itself", MINE),
    (ABORT, None, {"error": error("SMS.9007")}, "SMS.9007: raise the speed limit, then resume", MINE),
    (FAILED, None, {"error": error("SMS.3805")}, "SMS.3805: open port 22, then resume", MINE),
    (FAILED, None, {"error": error("SMS.3805")[:30]}, "SMS.3805: open port 22, then resume", MINE),
    (FAILED, None, {"error": error("SMS.1414")}, "SMS.1414: delete the task, new task", MINE),
    (FAILED, None, {"error": error("SMS.9999")}, "find out about SMS.9999, then resume", MINE),
    (FAILED, None, {"error": ""}, "upload and read the logs, then resume", MINE),
    (SYNC_FAILED, None, {"error": error("SMS.0806")}, "SMS.0806: check network and disks, then resume", MINE),
    (DONE, None, {}, "verify the target, then clean up", THEIRS),
    (SYNCED, None, {}, "verify the target, then clean up", THEIRS),
    (DONE, None, {"start_target": False}, "start and verify the target, then clean up", THEIRS),
    (DONE, "clearfailed", {}, "snapshots are still there: delete them again", MINE),
    (DONE, "cleared", {}, "done: remove agent and left-over disks", THEIRS),
    (TaskState.SYNC_F_ROLLBACK_SUCCESS, None, {}, "rolled back: sync again in the console", MINE),
    (TaskState.UNKNOWN, None, {}, "look in the console: unknown state", MINE),
]


@pytest.mark.parametrize(("state", "source", "changes", "text", "mine"), STEPS)
def test_each_standing_has_its_next_step_and_who_is_to_take_it(
    state: TaskState, source: str | None, changes: dict[str, object], text: str, mine: bool
) -> None:
    step = next_step(make_task(state, source, **changes))
    assert (step.text, step.waiting_for_operator) == (text, mine)


@pytest.mark.parametrize(("state", "source", "changes", "text", "mine"), STEPS)
def test_a_lost_agent_outranks_everything_but_the_end(
    state: TaskState, source: str | None, changes: dict[str, object], text: str, mine: bool
) -> None:
    step = next_step(make_task(state, source, connected=False, **changes))
    if state in {"MIGRATE_SUCCESS", "SYNC_SUCCESS"}:
        assert (step.text, step.waiting_for_operator) == (text, mine)
    else:
        assert (step.text, step.waiting_for_operator) == ("reconnect the agent on the source", True)


def test_nobody_is_sent_to_restart_the_agent_of_a_task_that_this_would_end() -> None:
    """A restart ends what is copied in blocks; where nothing is copied yet it harms nothing."""
    for changes in ({"kind": "MIGRATE_BLOCK"}, {"os_type": "WINDOWS"}):
        lost = next_step(make_task(SYNCING, connected=False, **changes))
        assert (lost.text, lost.waiting_for_operator) == (
            "agent lost: check its network, no restart yet",
            True,
        )
        assert len(lost.text) <= LONGEST
        assert next_step(make_task(READY, connected=False, **changes)).text.startswith("reconnect")


def test_the_table_has_every_state() -> None:
    assert {state for state, *_ in STEPS} == set(TaskState)


@pytest.mark.parametrize("code", codes())
def test_every_remedy_fits_into_a_row(code: str) -> None:
    text = next_step(make_task(FAILED, error=error(code))).text
    assert text.startswith(f"{code}: ")
    assert text.endswith((", then resume", ", new task"))
    assert len(text) <= LONGEST


@pytest.mark.parametrize("state", list(TaskState))
def test_no_server_makes_a_step_long(state: TaskState) -> None:
    for text in (*CORPUS, "x" * 300):
        server = Server(id=text, name=text, state=text)
        sent = json.dumps({"error_code": text})
        task = make_task(
            state, error=sent, state_text=text, stage=SubTask(text, 1e15), clone=Clone(state=text)
        )
        for one in (task, make_task(state, name=text, error=text)):
            assert 0 < len(next_step(one).text) <= LONGEST
        assert next_step(make_task(state, text, error=sent, target=server)).text
