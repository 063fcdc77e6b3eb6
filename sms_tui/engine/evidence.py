"""What a later read of a task says about an operation: that its goal is reached, or that it cannot be told.

Evidence says that a state is reached, never that we caused it.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from sms_tui.domain.operations import (
    CLEAR,
    CLONE_TEST,
    COLLECT_LOG,
    CUTOVER,
    MIGRATION_TEST,
    RESTART,
    ROLL_BACK,
    SKIP,
    START,
    STOP,
    TEST,
    Operation,
)
from sms_tui.domain.task import FINISHED, Task, TaskState

Proof = Callable[[Task, Task], bool]
_PAUSED = frozenset({TaskState.ABORTING, TaskState.ABORT})
_ROLLED_BACK = frozenset(
    {TaskState.SYNC_F_ROLLBACKING, TaskState.SYNC_F_ROLLBACK_SUCCESS, TaskState.RESETING}
)
_CLEARED = frozenset({"clearing", "cleared", "clearfailed"})
_LAUNCHED = frozenset({"cutovering", "finished"})
_CLONED = frozenset({"PREPARING", "CREATING", "FINISHED", "ERROR"})


def _moved_on(before: Task, after: Task) -> bool:
    return after.state is not before.state and after.state not in {TaskState.READY, TaskState.UNKNOWN}


def _clone(task: Task) -> tuple[str, str]:
    return (task.clone.state.upper(), task.clone.vm_id) if task.clone else ("", "")


def _has_cloned(before: Task, after: Task) -> bool:
    is_new = _clone(after) != _clone(before) and _clone(after)[0] in _CLONED
    return is_new or (after.source.state == "cloning" and before.source.state != "cloning")


_PROOFS: Mapping[Operation, Proof] = MappingProxyType(
    {
        START: _moved_on,
        STOP: lambda before, after: after.state in _PAUSED and before.state not in _PAUSED,
        COLLECT_LOG: lambda before, after: after.log_status not in {before.log_status, ""},
        TEST: lambda _before, after: after.source.state in _LAUNCHED or after.state in FINISHED,
        CUTOVER: lambda _before, after: after.source.state in _LAUNCHED or after.state in FINISHED,
        CLONE_TEST: _has_cloned,
        RESTART: lambda _before, after: after.state not in FINISHED and after.state is not TaskState.UNKNOWN,
        ROLL_BACK: lambda _before, after: after.state in _ROLLED_BACK,
        SKIP: lambda before, after: after.state is TaskState.SKIPPING or after.stage != before.stage,
        CLEAR: lambda _before, after: after.source.state in _CLEARED,
        MIGRATION_TEST: lambda before, after: (
            after.source.state.startswith("premig") and after.source.state != before.source.state
        ),
    }
)
"""For each operation whether `after` shows what it was meant to reach, `before` being the last read before.

Measuring the network, setting a speed limit and deleting show nothing in the state of a task: a delete is
confirmed by the task's absence, the other two cannot be told from it.
"""


def can_be_seen(operation: Operation) -> bool:
    """Whether a read of the task can show that `operation` took effect."""
    return operation in _PROOFS


def is_reached(operation: Operation, before: Task, after: Task) -> bool:
    """Whether `after` shows what `operation` was meant to reach."""
    proof = _PROOFS.get(operation)
    return proof is not None and proof(before, after)
