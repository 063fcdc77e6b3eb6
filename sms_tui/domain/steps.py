"""The steps of a task: their names, what is normal in each, and how far each brings the whole task.

The service calls a step a sub-task. Steps are known by name only, since their number and order change during
a task's life.
"""

import math
import re
from functools import lru_cache

from msgspec import Struct

from sms_tui.domain.situation import Situation, SourceState
from sms_tui.domain.task import FINISHED, SubTask, Task, TaskState
from sms_tui.domain.text import clean

_COMPARING = frozenset({0, 6})
"""Percentages at which a synchronization rests while it looks for changes."""
LAUNCH_STEPS = ("CONFIGURE_", "DETTACH_", "DETACH_")
"""How the names of steps begin that only a launch has"""
_ANY_SECOND = 60.0
"""Seconds for which a task whose time is over may still be about to end, as long as it is read"""
_ENDS = frozenset({Situation.REPLICATING, Situation.LAUNCHING})
"""Situations of which it says something that no time is left"""


class _Kind(Struct, frozen=True):
    pattern: re.Pattern[str]
    words: str
    doing: str
    begins: float | None
    """Percent of the whole task; the service gives none, its console lets the copy span 20 to 80."""
    ends: float | None


_KINDS = tuple(
    _Kind(re.compile(pattern), words, doing, begins, ends)
    for pattern, words, doing, begins, ends in (
        (r"CREATE_CLOUD_SERVER", "create server", "creating the target", 0, 4),
        (r"SSL_CONFIG", "set up keys", "setting up keys", 4, 6),
        (r"ATTACH_AGENT_IMAGE", "attach disk", "attaching the disk", 6, 14),
        (r"FORMAT_DISK_\w+", "format disks", "formatting disks", 14, 20),
        (r"MIGRATE_\w+", "copy", "copying", 20, 80),
        (r"SYNC_\w+", "sync", "synchronizing", 80, 80),
        (r"CLONE_VM", "clone", "cloning", 80, 80),
        (r"CHECK_CONSISTENCY|CONSISTENCY_CHECK", "check consistency", "checking consistency", 80, 86),
        (r"CONFIGURE_\w+", "configure system", "configuring", 86, 94),
        # 100 is for tasks that say themselves that they are finished.
        (r"DETT?ACH_AGENT_IMAGE", "detach disk", "detaching the disk", 94, 99),
        (r"NETWORK_CHECK|CHECK_NETWORK", "measure network", "measuring network", None, None),
    )
)


@lru_cache(maxsize=1024)
def _kind(name: str) -> _Kind | None:
    return next((kind for kind in _KINDS if kind.pattern.fullmatch(name)), None)


@lru_cache(maxsize=1024)
def step_name(name: str, *, is_launching: bool = False) -> str:
    """A step's name in words; names that nobody knows are shown as they are, in lower case."""
    kind = _kind(name)
    if kind is None:
        return clean(name).replace("_", " ").lower()
    return "final sync" if is_launching and kind.words == "sync" else kind.words


def doing(step: SubTask | None) -> str:
    """What happens during `step`, such as `copying`; empty for a step that nobody knows."""
    kind = _kind(step.name) if step else None
    return kind.doing if kind else ""


def is_normal(step: SubTask) -> bool:
    """Whether a percentage that looks stuck or wrong is to be expected: comparing comes before copying."""
    if step.progress is None:
        return False
    comparing = step.name.startswith("SYNC_") and step.progress // 1 in _COMPARING
    return comparing or step.progress > 100


def progress_of(task: Task) -> float | None:
    """The whole task in percent, 0 to 100; None where the service says too little to tell."""
    if task.state in FINISHED:
        return 100.0
    if task.state is TaskState.READY:
        return 0.0
    step = task.stage
    kind = _kind(step.name) if step else None
    if step is None or step.progress is None or not math.isfinite(step.progress):
        return None
    if kind is None or kind.begins is None or kind.ends is None:
        return None
    return kind.begins + (kind.ends - kind.begins) * min(max(step.progress, 0.0), 100.0) / 100


def eta_seconds(task: Task, now: float, unread: float = 0.0) -> float | None:
    """Seconds to the end that the service expects, negative when overdue; None if it says nothing.

    `unread`: seconds for which the task could not be read. A task whose time ran out within them is not
    called late, since nobody can say.
    """
    # With the agent gone nothing comes nearer to its end, and while a clone is made nobody counts.
    if not task.is_active or task.connected is False or task.source.state == SourceState.CLONING:
        return None
    left = _seconds_left(task, now, unread)
    # What has synchronized all there is goes on doing so, and what changes its state is not counted.
    return None if left is not None and left <= 0 and task.situation not in _ENDS else left


def _seconds_left(task: Task, now: float, unread: float) -> float | None:
    if task.remain_seconds is not None:
        left = task.remain_seconds - unread
        return None if unread and left < 0 else left
    if task.due is not None:
        left = task.due - now
        if left >= 0 or (left >= -_ANY_SECOND and not unread):
            return max(left, 0.0)
        if unread:
            return None
    return None if task.estimate_ms is None else task.estimate_ms / 1000 - now
