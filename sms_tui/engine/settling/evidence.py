"""What a later read of a task proves about an operation: that its goal is reached, or that nobody can tell.

Evidence says that a state is reached, never that we caused it.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from sms_tui.domain.operations import (
    CLEAR,
    CLONE_TEST,
    COLLECT_LOG,
    CUTOVER,
    DELETE,
    MIGRATION_TEST,
    RESTART,
    ROLL_BACK,
    SKIP,
    SPEED_LIMIT,
    START,
    STOP,
    TEST,
    Operation,
)
from sms_tui.domain.sentence import Sentence, sentence
from sms_tui.domain.situation import SourceState
from sms_tui.domain.task import FAILED, FINISHED, Task, TaskState

Proof = Callable[[Task, Task], bool]
_PAUSED = frozenset({TaskState.ABORTING, TaskState.ABORT})
_STARTED = frozenset({TaskState.RUNNING, TaskState.SYNCING}) | FINISHED
_LAUNCHED = frozenset({SourceState.CUTOVERING, SourceState.FINISHED})
_CLONED = frozenset({"PREPARING", "CREATING", "FINISHED"})
_NOT_UPLOADING = ("", "INIT", "UPLOADED")
_UPLOAD_FAILED = "_FAIL"
_UPLOAD_OVER = (_UPLOAD_FAILED, "SUCCESS")


def _has_started(before: Task, after: Task) -> bool:
    """Counts one that ran and failed since, because it cannot fail again without having run."""
    failed_anew = after.state in FAILED and before.state not in FAILED
    return after.state is not before.state and (after.state in _STARTED or failed_anew)


def _has_paused(before: Task, after: Task) -> bool:
    return after.state in _PAUSED and before.state not in _PAUSED


def _has_launched(before: Task, after: Task) -> bool:
    """Excludes a task that was launching or finished before, which would look the same without us."""
    moved = (after.state, after.source.state) != (before.state, before.source.state)
    return moved and (after.source.state in _LAUNCHED or after.state in FINISHED)


def _has_cloned(before: Task, after: Task) -> bool:
    is_new = _clone(after) != _clone(before) and _clone(after)[0] in _CLONED
    return is_new or (after.source.state == SourceState.CLONING != before.source.state)


def _clone(task: Task) -> tuple[str, str]:
    return (task.clone.state.upper(), task.clone.vm_id) if task.clone else ("", "")


def _has_collected(before: Task, after: Task) -> bool:
    return _is_another_upload(before, after) and not _has_upload_failed(after)


def _is_another_upload(before: Task, after: Task) -> bool:
    """Excludes an upload that was under way before, which continues without us."""
    return not is_uploading(before) and after.log_status not in {before.log_status, ""}


def _has_upload_failed(task: Task) -> bool:
    return task.log_status.upper().endswith(_UPLOAD_FAILED)


def is_uploading(task: Task) -> bool:
    """Whether the agent is uploading logs now."""
    status = task.log_status.upper()
    return status not in _NOT_UPLOADING and not status.endswith(_UPLOAD_OVER)


def _has_skipped(before: Task, after: Task) -> bool:
    """A list may leave out the step, so a missing step proves nothing."""
    is_another = bool(_step(before) and _step(after)) and _step(after) != _step(before)
    return after.state is TaskState.SKIPPING or is_another


def _step(task: Task) -> str:
    return task.stage.name if task.stage else ""


def _is_in(*states: TaskState) -> Proof:
    """For an operation that is possible in none of `states`: whatever was before, being in one proves it."""
    return lambda _, after: after.state in states


def _source_came_to(*states: SourceState) -> Proof:
    return lambda before, after: after.source.state in states and after.source.state != before.source.state


_BAD_ENDS: Mapping[Operation, str] = MappingProxyType(
    {CLEAR: SourceState.CLEAR_FAILED, MIGRATION_TEST: SourceState.DRILL_FAILED}
)
"""States of the source server"""
_PROOFS: Mapping[Operation, Proof] = MappingProxyType(
    {
        START: _has_started,
        STOP: _has_paused,
        COLLECT_LOG: _has_collected,
        TEST: _has_launched,
        CUTOVER: _has_launched,
        CLONE_TEST: _has_cloned,
        RESTART: _is_in(TaskState.RUNNING, TaskState.SYNCING, TaskState.SYNC_FAIL),
        ROLL_BACK: _is_in(
            TaskState.SYNC_F_ROLLBACKING, TaskState.SYNC_F_ROLLBACK_SUCCESS, TaskState.RESETING
        ),
        SKIP: _has_skipped,
        CLEAR: _source_came_to(SourceState.CLEARING, SourceState.CLEARED),
        MIGRATION_TEST: _source_came_to(SourceState.DRILL_READY, SourceState.DRILLING, SourceState.DRILLED),
        DELETE: _is_in(TaskState.DELETING),
    }
)
"""For each operation whether `after` shows what it was meant to reach, `before` being the last read before.

A delete is confirmed by the task's absence too, speed rules by reading them.
"""


def can_be_seen(operation: Operation) -> bool:
    """Whether a read can show that `operation` took effect; only measuring the network leaves no trace."""
    return operation in _PROOFS or operation is SPEED_LIMIT


def is_reached(operation: Operation, before: Task, after: Task) -> bool:
    """Whether `after` shows what `operation` was meant to reach."""
    proof = _PROOFS.get(operation)
    return proof is not None and proof(before, after)


def has_failed(operation: Operation, before: Task, after: Task) -> bool:
    """Whether `after` shows that `operation` took effect and then failed."""
    if operation is CLONE_TEST:
        return _clone(after) != _clone(before) and _clone(after)[0] == "ERROR"
    if operation is COLLECT_LOG:
        return _is_another_upload(before, after) and _has_upload_failed(after)
    bad_end = _BAD_ENDS.get(operation)
    return after.source.state == bad_end != before.source.state


def difference(before: Task, after: Task) -> Sentence:
    """What changed between two reads, as a line for the log."""
    pairs = (
        ("{old} -> {new}", before.state_text, after.state_text),
        ("source {old} -> {new}", before.source.state, after.source.state),
        ("logs {old} -> {new}", before.log_status, after.log_status),
        ("clone {old} -> {new}", _clone(before)[0], _clone(after)[0]),
    )
    found = (sentence(what, old=old or "?", new=new or "?") for what, old, new in pairs if old != new)
    return next(found, sentence("seen in a later read"))
