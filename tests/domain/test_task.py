"""Where a task stands, read from its own state and its source's."""

import pytest

from sms_tui.domain.situation import Situation
from sms_tui.domain.task import ACTIVE, FAILED, FINISHED, TRANSIENT, Clone, SubTask, TaskState
from tests.domain.samples import make_task


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("READY", TaskState.READY),
        ("ready", TaskState.READY),
        ("Sync_F_Rollbacking", TaskState.SYNC_F_ROLLBACKING),
        ("RESETING", TaskState.RESETING),
        ("RESETTING", TaskState.UNKNOWN),
        ("", TaskState.UNKNOWN),
        (" READY", TaskState.UNKNOWN),
        ("READY\n", TaskState.UNKNOWN),
        ("ＲＥＡＤＹ", TaskState.UNKNOWN),
        ("ab\u017fort", TaskState.UNKNOWN),
        ("\u017fyncing", TaskState.UNKNOWN),
        ("unknown", TaskState.UNKNOWN),
    ],
)
def test_a_state_is_read_by_its_exact_spelling(text: str, state: TaskState) -> None:
    assert TaskState.parse(text) is state


@pytest.mark.parametrize("kind", [TaskState, Situation])
def test_a_member_equals_its_text_and_hashes_like_it(kind: type[TaskState] | type[Situation]) -> None:
    for member in kind:
        assert member == member.value
        assert hash(member) == hash(member.value)


@pytest.mark.parametrize(
    ("state", "source", "situation"),
    [
        ("READY", "waiting", "ready"),
        ("READY", "cutovering", "ready"),
        ("RUNNING", "", "full replication"),
        ("RUNNING", "replicate", "full replication"),
        ("RUNNING", "nonsense", "full replication"),
        ("RUNNING", "cutovering", "launching"),
        ("SYNCING", "syncing", "continuous synchronization"),
        ("SYNCING", "cloning", "cloning"),
        ("SYNCING", "cutovering", "launching"),
        ("ABORTING", "stopping", "changing state"),
        ("ABORTING", "cutovering", "changing state"),
        ("SKIPPING", "skipping", "changing state"),
        ("DELETING", "deleting", "changing state"),
        ("RESETING", "", "changing state"),
        ("SYNC_F_ROLLBACKING", "", "changing state"),
        ("ABORT", "stopped", "paused"),
        ("MIGRATE_FAIL", "error", "migration failed"),
        ("SYNC_FAIL", "error", "synchronization failed"),
        ("MIGRATE_SUCCESS", "finished", "finished"),
        ("SYNC_SUCCESS", "finished", "finished"),
        ("MIGRATE_SUCCESS", "clearing", "changing state"),
        ("MIGRATE_SUCCESS", "clearfailed", "finished"),
        ("SYNC_SUCCESS", "cleared", "finished without snapshots"),
        ("SYNC_F_ROLLBACK_SUCCESS", "", "rolled back"),
        ("UNKNOWN", "syncing", "unknown"),
    ],
)
def test_states_of_task_and_source_give_the_situation(state: str, source: str, situation: str) -> None:
    assert make_task(TaskState(state), source).situation.value == situation


def test_states_fall_into_groups_that_do_not_overlap() -> None:
    assert not ACTIVE & (FAILED | FINISHED)
    assert not FAILED & FINISHED
    assert TRANSIENT < ACTIVE
    at_rest = set(TaskState) - ACTIVE - FAILED - FINISHED
    assert at_rest == {TaskState.READY, TaskState.ABORT, TaskState.SYNC_F_ROLLBACK_SUCCESS, TaskState.UNKNOWN}


@pytest.mark.parametrize("state", list(TaskState))
def test_a_problem_is_failed_or_lost_or_unheard_of(state: TaskState) -> None:
    bad = state in {"MIGRATE_FAIL", "SYNC_FAIL", "UNKNOWN"}
    done = state in {"MIGRATE_SUCCESS", "SYNC_SUCCESS"}
    assert make_task(state).is_problem is bad
    assert make_task(state, connected=None).is_problem is bad
    assert make_task(state, connected=False).is_problem is (not done)
    assert make_task(state).is_failed is (state in {"MIGRATE_FAIL", "SYNC_FAIL"})


@pytest.mark.parametrize("source", ["cutovering", "cloning", "clearing", "premiging"])
def test_a_moving_source_makes_any_task_active(source: str) -> None:
    assert make_task(TaskState.MIGRATE_SUCCESS, source).is_active
    assert not make_task(TaskState.MIGRATE_SUCCESS).is_active


@pytest.mark.parametrize("state", list(TaskState))
def test_a_task_launches_itself_until_it_has(state: TaskState) -> None:
    before = state in {"READY", "RUNNING", "ABORTING", "ABORT", "MIGRATE_FAIL"}
    assert make_task(state, syncing=False).launches_itself is before
    assert not make_task(state, syncing=True).launches_itself
    assert not make_task(state, syncing=None).launches_itself


def test_the_name_of_a_situation_can_stand_in_a_list() -> None:
    assert [situation for situation in Situation if "," in situation] == []


def test_what_is_told_of_clones_and_steps_gives_no_access() -> None:
    assert Clone(sent_error="sent password=canary").error == "sent password=***"
    assert SubTask("step", sent_trace="sent password=canary").trace == "sent password=***"
