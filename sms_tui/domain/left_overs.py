"""Resources that a finished or resting task still holds and that cost money, as far as the service tells."""

from collections.abc import Iterator
from enum import StrEnum

from sms_tui.domain.advice import error_code
from sms_tui.domain.situation import RESUMABLE, Situation
from sms_tui.domain.task import Task

_DISK_STAYED = "SMS.1106"
_BEFORE_THE_DISK = ("CREATE_CLOUD_SERVER", "SSL_CONFIG", "NETWORK_CHECK")


class LeftOver(StrEnum):
    """A thing that is billed until somebody deletes it."""

    SNAPSHOTS = "snapshots"
    """Made at a launch; with them go rollback and further synchronization"""
    DISK = "temporary disk"
    """40 GB that the target runs from while it is locked"""
    CLONE = "clone"
    """A server of its own, made for a trial"""


def left_overs(task: Task) -> tuple[LeftOver, ...]:
    """What `task` holds while it is at rest; a clone that can be tried counts even while the task moves."""
    found = () if task.is_active else tuple(_of_target(task))
    is_there = task.clone is not None and task.clone.vm_id and task.situation is not Situation.CLONING
    return (*found, LeftOver.CLONE) if is_there else found


def _of_target(task: Task) -> Iterator[LeftOver]:
    if task.situation in {Situation.FINISHED, Situation.ROLLED_BACK}:
        yield LeftOver.SNAPSHOTS
    is_attached = task.stage is None or not task.stage.name.startswith(_BEFORE_THE_DISK)
    if error_code(task.error) == _DISK_STAYED or (task.situation in RESUMABLE and is_attached):
        yield LeftOver.DISK
