"""Every situation with every operation, against a table written by hand."""

import itertools

import pytest

from sms_tui.domain.operations import OPERATIONS, START, Tier
from sms_tui.domain.rules import is_resume, possible_while, refusal, standing, tier_for, warnings
from sms_tui.domain.situation import Situation
from sms_tui.domain.task import Clone, SubTask, Task, TaskState
from tests.domain.samples import CHECKING, CLONED, error, make_task

NAMES = {
    "s": "start",
    "p": "stop",
    "t": "test",
    "u": "cutover",
    "c": "clone_test",
    "r": "restart",
    "b": "sync_failed_rollback",
    "l": "collect_log",
    "x": "clear",
    "n": "network_check",
    "m": "migration_test",
    "d": "delete",
    "v": "speed_limit",
}
# y: may be sent, w: may be sent and is warned about, -: refused; by task state and source state.
TABLE = """
task                     source       s p t u c r b l x n m d v
READY                    waiting      y - - - - - - - - - y y y
RUNNING                  initialize   - y - - - - - y - - - - y
RUNNING                  replicate    - y - - - - - y - - - - y
RUNNING                  cutovering   - w - - - - - y - - - - y
SYNCING                  syncing      - y y y y - - y - - - - y
SYNCING                  cloning      - w - - - - - y - - - - y
SYNCING                  cutovering   - w - - - - - y - - - - y
ABORTING                 stopping     - - - - - - - - - - - - -
SKIPPING                 skipping     - - - - - - - - - - - - -
DELETING                 deleting     - - - - - - - - - - - - -
RESETING                 error        - - - - - - - - - - - - -
SYNC_F_ROLLBACKING       error        - - - - - - - - - - - - -
ABORT                    stopped      y - - - - - - y - y - y y
MIGRATE_FAIL             error        y - - - - - - y - y - y y
SYNC_FAIL                error        y - - - - - w y - y - y y
MIGRATE_SUCCESS          finished     - - - - - w - y w - - y y
SYNC_SUCCESS             finished     - - - - - w - y w - - y y
MIGRATE_SUCCESS          clearfailed  - - - - - w - y w - - y y
MIGRATE_SUCCESS          clearing     - - - - - - - - - - - - -
SYNC_SUCCESS             cleared      - - - - - - - y - - - y y
SYNC_F_ROLLBACK_SUCCESS  finished     - - - - - - - y - - - y y
UNKNOWN                  finished     - w - - - - - w - - - - -
"""
(_, _, *_LETTERS), *_LINES = [line.split() for line in TABLE.strip().splitlines()]
CELLS = [
    (TaskState(state), source, NAMES[letter], mark)
    for state, source, *marks in _LINES
    for letter, mark in zip(_LETTERS, marks, strict=True)
]
WITHOUT_AGENT = {"start", "stop", "clear", "delete"}


def test_the_table_leaves_nothing_out() -> None:
    assert {*NAMES.values(), "skip"} == set(OPERATIONS)
    assert {state for state, *_ in CELLS} == set(TaskState)
    situations = {make_task(state, source).situation for state, source, *_ in CELLS}
    assert situations == set(Situation)


@pytest.mark.parametrize(("state", "source", "operation", "mark"), CELLS)
def test_every_operation_in_every_standing_is_refused_allowed_or_warned_of(
    state: TaskState, source: str, operation: str, mark: str
) -> None:
    task = make_task(state, source, clone=Clone(state="FINISHED"))
    reason = refusal(OPERATIONS[operation], task)
    assert (reason is None) is (mark != "-")
    if mark == "-":
        assert reason is not None
        assert task.situation.value in reason
        assert "Possible when: " in reason
    else:
        assert bool(warnings(OPERATIONS[operation], task)) is (mark == "w")


@pytest.mark.parametrize(("state", "source", "operation", "mark"), CELLS)
def test_without_its_agent_only_some_operations_go_and_with_a_warning(
    state: TaskState, source: str, operation: str, mark: str
) -> None:
    task = make_task(state, source, connected=False, clone=CLONED)
    reason = refusal(OPERATIONS[operation], task)
    if mark == "-" or operation not in WITHOUT_AGENT:
        assert reason is not None
        assert mark == "-" or "agent" in reason
    else:
        assert reason is None
        assert any("disconnected" in warning for warning in warnings(OPERATIONS[operation], task))


@pytest.mark.parametrize(("state", "source", "operation", "mark"), CELLS)
def test_an_agent_of_which_nothing_is_known_refuses_nothing(
    state: TaskState, source: str, operation: str, mark: str
) -> None:
    task = make_task(state, source, connected=None)
    assert (refusal(OPERATIONS[operation], task) is None) is (mark != "-")


@pytest.mark.parametrize(
    ("progress", "allowed"), [(None, False), (0, False), (4.9, False), (5, True), (95, True), (95.1, False)]
)
@pytest.mark.parametrize("state", [TaskState.RUNNING, TaskState.SYNCING])
def test_a_check_can_be_skipped_between_5_and_95_percent(
    state: TaskState, progress: float | None, allowed: bool
) -> None:
    step = SubTask("CHECK_CONSISTENCY", progress)
    by_stage = make_task(state, stage=step)
    by_list = make_task(state, stage=SubTask("SYNC_LINUX_FILE", 50.0), subtasks=(step,))
    assert (refusal(OPERATIONS["skip"], by_stage) is None) is allowed
    assert (refusal(OPERATIONS["skip"], by_list) is None) is allowed


@pytest.mark.parametrize("state", [state for state in TaskState if state not in {"RUNNING", "SYNCING"}])
def test_a_check_cannot_be_skipped_when_nothing_runs(state: TaskState) -> None:
    assert refusal(OPERATIONS["skip"], make_task(state, stage=CHECKING)) is not None


def test_another_step_cannot_be_skipped() -> None:
    assert refusal(OPERATIONS["skip"], make_task(stage=SubTask("MIGRATE_LINUX_FILE", 50.0))) is not None
    assert refusal(OPERATIONS["skip"], make_task()) is not None


def test_an_unknown_state_is_named_and_bounded() -> None:
    task = make_task(TaskState.UNKNOWN, state_text="FROB" * 100)
    begins = (
        f"is not possible while in an unknown state: {'FROB' * 10}. Possible when: migration failed, paused,"
    )
    assert refusal(START, task) == f"Start full replication {begins} ready, synchronization failed."
    assert refusal(START, task, resumes=True) == f"Resume {begins} synchronization failed."


def test_where_an_operation_is_possible_is_one_phrase() -> None:
    assert possible_while(OPERATIONS["restart"]) == "possible while finished"
    several = "possible while migration failed, paused, ready or synchronization failed"
    assert possible_while(START) == several


@pytest.mark.parametrize("state", list(TaskState))
def test_only_going_on_is_harmless(state: TaskState) -> None:
    task = make_task(state)
    goes_on = state in {TaskState.ABORT, TaskState.MIGRATE_FAIL, TaskState.SYNC_FAIL}
    assert is_resume(START, task) is goes_on
    assert tier_for(START, task) is (Tier.REPEATABLE if goes_on else Tier.DESTRUCTIVE)
    assert not is_resume(OPERATIONS["stop"], task)


@pytest.mark.parametrize("state", [TaskState.READY, TaskState.ABORT, TaskState.MIGRATE_FAIL])
def test_starting_what_launches_itself_is_warned_about(state: TaskState) -> None:
    assert any("by itself" in warning for warning in warnings(START, make_task(state, syncing=False)))
    assert warnings(START, make_task(state, syncing=True)) == ()
    assert warnings(START, make_task(state, syncing=None)) == ()


@pytest.mark.parametrize("operation", ["test", "cutover"])
@pytest.mark.parametrize(
    ("clone", "warned"), [(None, True), (Clone(state="ERROR"), True), (Clone(state="finished"), False)]
)
def test_launching_without_a_clone_test_is_warned_about(
    operation: str, clone: Clone | None, warned: bool
) -> None:
    found = warnings(OPERATIONS[operation], make_task(TaskState.SYNCING, clone=clone))
    assert any("clone test" in warning for warning in found) is warned


def told(operation: str, task: Task) -> str:
    return "\n".join(warnings(OPERATIONS[operation], task))


@pytest.mark.parametrize("state", [TaskState.ABORT, TaskState.MIGRATE_FAIL, TaskState.SYNC_FAIL])
def test_before_a_resume_stands_what_the_error_needs(state: TaskState) -> None:
    assert "SMS.1414: Resume does not help" in told("start", make_task(state, error=error("SMS.1414")))
    repairable = told("start", make_task(state, error=error("SMS.3805")))
    assert "SMS.3805" in repairable
    assert "open port 22" in repairable
    assert "does not help" not in repairable
    assert told("start", make_task(state, error=error("SMS.9999"))) == ""
    assert told("start", make_task(state, error="")) == ""


def test_an_old_error_says_nothing_where_nothing_is_resumed() -> None:
    assert told("start", make_task(TaskState.READY, error=error("SMS.1414"))) == ""
    assert told("stop", make_task(TaskState.RUNNING, error=error("SMS.1414"))) == ""


@pytest.mark.parametrize("state", [TaskState.ABORT, TaskState.MIGRATE_FAIL, TaskState.SYNC_FAIL])
@pytest.mark.parametrize(
    ("step", "begun"),
    [
        (SubTask("CONFIGURE_LINUX_FILE", 20.0), True),
        (SubTask("CONFIGURE_WINDOWS", 0.0, started_ms=1), True),
        (SubTask("DETTACH_AGENT_IMAGE", 50.0), True),
        (SubTask("DETACH_AGENT_IMAGE", 50.0), True),
        (SubTask("CONFIGURE_LINUX_FILE", 0.0), False),
        (SubTask("CONFIGURE_LINUX_FILE", None), False),
        (SubTask("ATTACH_AGENT_IMAGE", 50.0), False),
        (SubTask("SYNC_LINUX_FILE", 50.0), False),
        (None, False),
    ],
)
def test_resuming_a_launch_is_not_called_harmless(
    state: TaskState, step: SubTask | None, begun: bool
) -> None:
    assert ("goes on with the launch" in told("start", make_task(state, stage=step))) is begun


@pytest.mark.parametrize("operation", ["test", "cutover"])
def test_a_target_that_stays_down_after_its_launch_is_warned_about(operation: str) -> None:
    for start_target in (False, True, None):
        task = make_task(TaskState.SYNCING, clone=CLONED, start_target=start_target)
        assert ("stays down" in told(operation, task)) is (start_target is False)


@pytest.mark.parametrize("state", [TaskState.READY, TaskState.ABORT])
def test_one_that_launches_itself_and_stays_down_is_warned_about(state: TaskState) -> None:
    assert "stays down" in told("start", make_task(state, syncing=False, start_target=False))
    assert "stays down" not in told("start", make_task(state, syncing=True, start_target=False))


def test_a_windows_source_that_was_restarted_cannot_be_synchronized_again() -> None:
    done = TaskState.MIGRATE_SUCCESS
    assert "never restarted" in told("restart", make_task(done, os_type="WINDOWS"))
    assert "never restarted" in told("restart", make_task(done, os_type="windows"))
    assert "never restarted" not in told("restart", make_task(done, os_type="LINUX"))


def test_after_a_failed_cleaning_the_way_back_is_in_doubt() -> None:
    assert "snapshot" in told("restart", make_task(TaskState.MIGRATE_SUCCESS, "clearfailed"))
    assert "snapshot" not in told("restart", make_task(TaskState.MIGRATE_SUCCESS))


def test_a_clone_is_not_forgotten_with_its_task() -> None:
    paused = TaskState.ABORT
    assert "clone" in told("delete", make_task(paused, clone=CLONED))
    assert "clone" not in told("delete", make_task(paused, clone=None))
    assert "clone" not in told("delete", make_task(paused, clone=Clone(state="ERROR")))


def test_what_is_copied_in_blocks_ends_when_its_agent_is_restarted() -> None:
    begun, at_rest = TaskState.RUNNING, {TaskState.READY, TaskState.MIGRATE_SUCCESS, TaskState.SYNC_SUCCESS}
    for changes in ({"kind": "MIGRATE_BLOCK"}, {"os_type": "WINDOWS"}, {"os_type": "windows", "kind": "x"}):
        for state in TaskState:
            assert make_task(state, **changes).ends_with_agent is (state not in at_rest)
        reason = refusal(OPERATIONS["collect_log"], make_task(begun, connected=False, **changes))
        assert reason is not None
        assert "Start the agent" not in reason
        assert "a restart of the agent ends this task" in reason
        assert "ends this task" in told("stop", make_task(begun, connected=False, **changes))
    linux = make_task(begun, connected=False, kind="MIGRATE_FILE", os_type="LINUX")
    assert "Start the agent" in str(refusal(OPERATIONS["collect_log"], linux))
    assert "ends this task" not in told("stop", linux)


def test_tasks_of_one_standing_are_judged_alike() -> None:
    conditions = itertools.product(
        TaskState,
        ("replicate", "cutovering", "finished", "clearfailed"),
        (True, False, None),
        (True, False),
        (None, SubTask("CHECK_CONSISTENCY", 50.0), SubTask("CONFIGURE_WINDOWS", 99.0)),
        (None, Clone("v", state="FINISHED"), Clone("v", state="CREATING")),
        ("", error("SMS.1414"), error("SMS.3805")),
        ("LINUX", "WINDOWS"),
        (None, False),
    )
    judged: dict[object, object] = {}
    for state, source, connected, syncing, stage, clone, sent, system, starts in conditions:
        task = make_task(
            state,
            source,
            connected=connected,
            syncing=syncing,
            stage=stage,
            clone=clone,
            error=sent,
            os_type=system,
            start_target=starts,
        )
        for operation in OPERATIONS.values():
            verdict = refusal(operation, task), warnings(operation, task), tier_for(operation, task)
            assert judged.setdefault((standing(task), operation.name), verdict) == verdict
    many = len(TaskState) * 4 * 3 * 2 * 3 * 3 * 3 * 2 * 2
    assert len(judged) < 0.7 * len(OPERATIONS) * many, "most are like others"
