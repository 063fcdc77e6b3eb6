"""A task as the service sends it, made into a task as the domain knows it: units, defaults, and the stage."""

from collections.abc import Sequence
from sys import intern
from typing import Literal

from sms_tui.api.shapes import CloneShape, ServerShape, SubTaskShape, TaskShape
from sms_tui.domain.task import NO_SERVER, Clone, Server, SubTask, Task, TaskState

SpeedUnit = Literal["Mbit/s", "MB/s"]
MBITS_PER_MBYTE = 8
_LONGEST_SHARED = 64
_WHOLE = tuple(map(float, range(101)))
_NO_CLONE = frozenset({"", "NOT_READY"})


def task_of(wire: TaskShape, unit: SpeedUnit, *, whole: bool) -> Task | None:
    """The task in `wire`, None without an id; `unit` is that of its speed, `whole` keeps its subtasks."""
    if not wire.id:
        return None
    steps, target = wire.sub_tasks or (), _server(wire.target_server)
    return Task(
        id=wire.id,
        name=wire.name or wire.id,
        state=TaskState.parse(wire.state or ""),
        state_text=shared(wire.state),
        kind=shared(wire.type),
        os_type=shared(wire.os_type),
        priority=wire.priority,
        source=_server(wire.source_server),
        target=target,
        clone=_clone(wire.clone_server),
        stage=_stage(steps, wire.subtask_info or ""),
        subtasks=tuple(_subtask(step) for step in steps) if whole else (),
        syncing=wire.syncing,
        start_target=wire.start_target_server,
        connected=wire.connected,
        speed=_number(_mbits(wire.migrate_speed, unit)),
        speed_limit=wire.speed_limit,
        compress_rate=_number(wire.compress_rate),
        error=wire.error_json or "",
        created_ms=wire.create_date,
        started_ms=wire.start_date,
        finished_ms=wire.finish_date,
        estimate_ms=wire.estimate_complete_time,
        total_ms=wire.total_time,
        remain_seconds=wire.remain_seconds,
        log_status=shared(wire.log_collect_status),
        migration_ip=target.ip if wire.migration_ip == target.ip else wire.migration_ip or "",
        region=shared(wire.region_id or wire.region_name),
        project=shared(wire.project_name or wire.project_id),
        enterprise_project_id=shared(wire.enterprise_project_id),
    )


def _mbits(speed: float | None, unit: SpeedUnit) -> float | None:
    """A task's speed comes in the profile's unit; that of a subtask is Mbit/s at all times."""
    return speed if speed is None or unit == "Mbit/s" else speed * MBITS_PER_MBYTE


def _number(number: float | None) -> float | None:
    """One object for 0, 100 % and their like, which most tasks have."""
    is_common = number is not None and 0 <= number <= 100 and number == int(number)
    return _WHOLE[int(number)] if number is not None and is_common else number


def shared(text: str | None) -> str:
    """One object for a text that thousands of tasks repeat; long ones are not worth keeping."""
    if not text:
        return ""
    return intern(text) if len(text) <= _LONGEST_SHARED else text


def _server(wire: ServerShape | None) -> Server:
    """A target's id is that of its virtual machine, which is what other tools know it by."""
    if wire is None:
        return NO_SERVER
    return Server(
        id=wire.vm_id or wire.id or "",
        name=wire.name or "",
        ip=wire.ip or "",
        os_version=shared(wire.os_version),
        state=shared((wire.state or "").lower()),
        cycle=shared((wire.migration_cycle or "").lower()),
    )


def _clone(wire: CloneShape | None) -> Clone | None:
    """None also for the empty form that the service sends where no clone was ever asked for."""
    if wire is None:
        return None
    clone = Clone(
        wire.vm_id or "", wire.name or "", wire.clone_state or "", wire.clone_error or wire.error_msg or ""
    )
    is_blank = not (clone.vm_id or clone.name or clone.error) and clone.state.upper() in _NO_CLONE
    return None if is_blank else clone


def _subtask(wire: SubTaskShape) -> SubTask:
    return SubTask(
        name=shared(wire.name),
        progress=_number(wire.progress),
        started_ms=wire.start_date,
        ended_ms=wire.end_date,
        speed=wire.migrate_speed,
        trace=wire.process_trace or "",
    )


def _stage(steps: Sequence[SubTaskShape], info: str) -> SubTask | None:
    """The step under way, else the next one, else the last one; without steps what the short form says."""
    running = waiting = None
    for step in steps:
        if step.end_date is not None or (step.progress is not None and step.progress >= 100):
            continue
        if step.start_date is not None or step.progress:
            running = step
        elif waiting is None:
            waiting = step
    chosen = running or waiting or (steps[-1] if steps else None)
    return _from_info(info) if chosen is None else _subtask(chosen)


def _from_info(info: str) -> SubTask | None:
    """Read such as `FORMAT_DISK_LINUX_FILE-10`."""
    name, dash, progress = info.rpartition("-")
    if dash and progress.isascii() and progress.isdigit() and len(progress) <= 3:
        return SubTask(shared(name), float(progress))
    return SubTask(shared(info)) if info else None
