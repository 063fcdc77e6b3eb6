"""The six points of no return of a migration, and which of them a task has passed as far as is known."""

from collections.abc import Sequence

from msgspec import Struct

from sms_tui.domain.situation import Situation, SourceState
from sms_tui.domain.steps import LAUNCH_STEPS
from sms_tui.domain.task import FINISHED, SubTask, Task, TaskState

_AFTER_LAUNCH = FINISHED | {
    TaskState.SYNC_FAIL,
    TaskState.RESETING,
    TaskState.SYNC_F_ROLLBACKING,
    TaskState.SYNC_F_ROLLBACK_SUCCESS,
}
_BEFORE_LAUNCH = frozenset({TaskState.READY, TaskState.RUNNING, TaskState.SYNCING})
_AT_ANY_TIME = frozenset({TaskState.UNKNOWN, TaskState.DELETING})
_BEFORE_FORMAT = ("CREATE_CLOUD_SERVER", "SSL_CONFIG", "NETWORK_CHECK", "ATTACH_AGENT_IMAGE")
_FORMAT = "FORMAT_DISK_"
_COPY = "MIGRATE_"
_SNAPSHOTS_IN_DOUBT = frozenset({SourceState.CLEARING, SourceState.CLEAR_FAILED})


class Point(Struct, frozen=True):
    """One point after which a way back is closed."""

    words: str
    passed: bool | None
    """None where the service does not tell."""


def points_of_no_return(task: Task) -> tuple[Point, ...]:
    """The points in the order in which a migration meets them."""
    steps = (*task.subtasks, *((task.stage,) if task.stage else ()))
    launched = _is_launched(task, steps)
    return (
        Point("target's disks formatted", launched or _is_formatted(task, steps)),
        Point("business stopped on the source", None),
        Point("launch accepted, continuous sync over", launched),
        Point("target in use: going back loses data", False if launched is False else None),
        Point("snapshots deleted", _is_cleared(task)),
        Point("task deleted, source given up", False),
    )


def _is_formatted(task: Task, steps: Sequence[SubTask]) -> bool | None:
    if task.state is TaskState.READY:
        return False
    if task.state is TaskState.SYNCING or task.replicated:
        return True
    if any(_has_begun(step) and not step.name.startswith(_BEFORE_FORMAT) for step in steps):
        return True
    is_ahead = any(step.name.startswith((_FORMAT, *_BEFORE_FORMAT)) for step in steps)
    return False if is_ahead else None


def _is_launched(task: Task, steps: Sequence[SubTask]) -> bool | None:
    if task.state in _AFTER_LAUNCH or task.situation is Situation.LAUNCHING:
        return True
    if any(_has_begun(step) and step.name.startswith(LAUNCH_STEPS) for step in steps):
        return task.state is not TaskState.SYNCING
    if task.state in _BEFORE_LAUNCH:
        return False
    # What was stopped in a synchronization may have been in the last one.
    known = (_FORMAT, _COPY, *_BEFORE_FORMAT)
    is_copying = bool(steps) and all(step.name.startswith(known) for step in steps if _has_begun(step))
    return False if is_copying and task.state not in _AT_ANY_TIME else None


def _has_begun(step: SubTask) -> bool:
    return (step.progress or 0) > 0


def _is_cleared(task: Task) -> bool | None:
    if task.situation is Situation.CLEARED:
        return True
    return None if task.state in _AT_ANY_TIME or task.source.state in _SNAPSHOTS_IN_DOUBT else False
