"""Every situation with every operation, against a table written by hand."""

import itertools

import pytest

from sms_tui.domain.operations import OPERATIONS, START, Tier
from sms_tui.domain.rules import is_resume, refusal, standing, tier_for, warnings
from sms_tui.domain.situation import Situation
from sms_tui.domain.task import Clone, SubTask, TaskState
from tests.domain.samples import CHECKING, CLONED, make_task

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
def test_connected(state: TaskState, source: str, operation: str, mark: str) -> None:
    task = make_task(state, source, clone=CLONED)
    reason = refusal(OPERATIONS[operation], task)
    assert (reason is None) is (mark != "-")
    if mark == "-":
        assert reason is not None
        assert task.situation.value in reason
        assert "Possible when: " in reason
    else:
        assert bool(warnings(OPERATIONS[operation], task)) is (mark == "w")


@pytest.mark.parametrize(("state", "source", "operation", "mark"), CELLS)
def test_disconnected(state: TaskState, source: str, operation: str, mark: str) -> None:
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
    reason = refusal(START, task)
    assert reason is not None
    assert "FROB" in reason
    assert len(reason) < 200


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


def test_tasks_of_one_standing_are_judged_alike() -> None:
    conditions = itertools.product(
        TaskState,
        ("replicate", "cutovering", "finished"),
        (True, False, None),
        (True, False),
        (None, SubTask("CHECK_CONSISTENCY", 50.0), SubTask("CHECK_CONSISTENCY", 99.0)),
        (None, Clone("v", state="FINISHED"), Clone("v", state="CREATING")),
    )
    judged: dict[object, object] = {}
    for state, source, connected, syncing, stage, clone in conditions:
        task = make_task(state, source, connected=connected, syncing=syncing, stage=stage, clone=clone)
        for operation in OPERATIONS.values():
            verdict = refusal(operation, task), warnings(operation, task), tier_for(operation, task)
            assert judged.setdefault((standing(task), operation.name), verdict) == verdict
    assert len(judged) < 0.7 * len(OPERATIONS) * len(TaskState) * 3 * 3 * 2 * 3 * 3, "most are like others"
