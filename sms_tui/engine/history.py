"""Speeds seen at the last refreshes, for the curve in the detail pane: bounded for each task."""

from array import array
from collections.abc import Sequence

from sms_tui.domain.task import Task

_MOST_SPEEDS = 120


class SpeedHistory:
    """One speed for each refresh while a task is active; 4 bytes each, for thousands of tasks."""

    def __init__(self, most: int = _MOST_SPEEDS) -> None:
        self._most = most
        self._speeds: dict[str, array[float]] = {}

    def note(self, task: Task) -> None:
        """Take the speed of `task` as the list has it now; a task at rest has no curve."""
        if not task.is_active:
            self._speeds.pop(task.id, None)
        elif task.speed is not None:
            speeds = self._speeds.setdefault(task.id, array("f"))
            if len(speeds) >= self._most:
                del speeds[0]
            speeds.append(task.speed)

    def of(self, task_id: str) -> Sequence[float]:
        """The speeds of a task, Mbit/s, oldest first."""
        return self._speeds.get(task_id, ())

    def forget(self, task_id: str) -> None:
        """Drop the curve of a task."""
        self._speeds.pop(task_id, None)
