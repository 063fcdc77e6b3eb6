"""The six points of no return of a migration, and which of them a task has passed as far as can be known."""

from msgspec import Struct

from sms_tui.domain.situation import Situation
from sms_tui.domain.task import FINISHED, Task, TaskState

_LAUNCHED = FINISHED | {
    TaskState.SYNC_FAIL,
    TaskState.SYNC_F_ROLLBACKING,
    TaskState.SYNC_F_ROLLBACK_SUCCESS,
}
_BEFORE_FORMAT = ("CREATE_CLOUD_SERVER", "SSL_CONFIG", "NETWORK_CHECK", "ATTACH_AGENT_IMAGE")


class Point(Struct, frozen=True):
    """One point after which a way back is closed."""

    words: str
    passed: bool | None
    """None where the service cannot see it."""


def points_of_no_return(task: Task) -> tuple[Point, ...]:
    """The points in the order in which a migration meets them."""
    launched = task.state in _LAUNCHED or task.situation is Situation.LAUNCHING
    return (
        Point("target's disks formatted", launched or _is_formatted(task)),
        Point("business stopped on the source", None),
        Point("launch accepted, continuous sync over", launched),
        Point("target in use: going back loses data", None if launched else False),
        Point("snapshots deleted", task.situation is Situation.CLEARED),
        Point("task deleted, source given up", False),
    )


def _is_formatted(task: Task) -> bool:
    if task.state is TaskState.READY:
        return False
    if task.state is TaskState.SYNCING:
        return True
    steps = (*task.subtasks, *((task.stage,) if task.stage else ()))
    return any((step.progress or 0) > 0 and not step.name.startswith(_BEFORE_FORMAT) for step in steps)
