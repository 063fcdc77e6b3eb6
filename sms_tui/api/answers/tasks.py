"""Turns a task as the service sends it into a domain task: units, defaults and the current stage."""

from collections.abc import Sequence
from sys import intern
from typing import Literal

from sms_tui.api.answers.shapes import CloneShape, ServerShape, SubTaskShape, TaskShape
from sms_tui.domain.task import NO_SERVER, Clone, Server, SubTask, Task, TaskState

SpeedUnit = Literal["Mbit/s", "MB/s"]
_MBITS_PER_MBYTE = 8
_LONGEST_SHARED = 64
_WHOLE = tuple(map(float, range(101)))
_NO_CLONE = frozenset({"", "NOT_READY"})


def task_of(shape: TaskShape, unit: SpeedUnit, *, whole: bool) -> Task | None:
    """The task in `shape`, None without an id; `unit` is that of its speed, `whole` keeps its subtasks."""
    if not shape.id:
        return None
    steps, target = shape.sub_tasks or (), _server(shape.target_server)
    return Task(
        id=shape.id,
        # A name of blanks can be neither seen nor typed.
        name=shape.name if shape.name and not shape.name.isspace() else shape.id,
        state=TaskState.parse(shape.state or ""),
        state_text=shared(shape.state),
        kind=shared(shape.type),
        os_type=shared(shape.os_type),
        source=_server(shape.source_server),
        target=target,
        clone=_clone(shape.clone_server),
        stage=_stage(steps, shape.subtask_info or ""),
        subtasks=tuple(_subtask(step) for step in steps) if whole else (),
        syncing=shape.syncing,
        start_target=shape.start_target_server,
        connected=shape.connected,
        speed=_number(_mbits(shape.migrate_speed, unit)),
        speed_limit=shape.speed_limit,
        error=shape.error_json or "",
        created_ms=shape.create_date,
        started_ms=shape.start_date,
        finished_ms=shape.finish_date,
        estimate_ms=shape.estimate_complete_time,
        remain_seconds=shape.remain_seconds,
        log_status=shared(shape.log_collect_status),
        migration_ip=target.ip if shape.migration_ip == target.ip else shape.migration_ip or "",
        region=shared(shape.region_id or shape.region_name),
        project=shared(shape.project_name or shape.project_id),
    )


def _mbits(speed: float | None, unit: SpeedUnit) -> float | None:
    """A task's speed comes in the profile's unit; that of a subtask is Mbit/s at all times."""
    return speed if speed is None or unit == "Mbit/s" else speed * _MBITS_PER_MBYTE


def _number(number: float | None) -> float | None:
    """Shares one object for common numbers such as 0 and 100 %."""
    is_common = number is not None and 0 <= number <= 100 and number == int(number)
    return _WHOLE[int(number)] if number is not None and is_common else number


def shared(text: str | None) -> str:
    """One object for a text that thousands of tasks repeat; long ones are not worth keeping."""
    if not text:
        return ""
    return intern(text) if len(text) <= _LONGEST_SHARED else text


def _server(shape: ServerShape | None) -> Server:
    """Takes the virtual machine's id as the id of a target, since other tools use that one."""
    if shape is None:
        return NO_SERVER
    return Server(
        id=shape.vm_id or shape.id or "",
        name=shape.name or "",
        ip=shape.ip or "",
        os_version=shared(shape.os_version),
        state=shared((shape.state or "").lower()),
        cycle=shared((shape.migration_cycle or "").lower()),
    )


def _clone(shape: CloneShape | None) -> Clone | None:
    """None also for the empty form that the service sends where no clone was ever asked for."""
    if shape is None:
        return None
    clone = Clone(
        shape.vm_id or "",
        shape.name or "",
        shape.clone_state or "",
        " ".join(filter(None, (shape.clone_error, shape.error_msg))),
    )
    is_blank = not (clone.vm_id or clone.name or clone.sent_error) and clone.state.upper() in _NO_CLONE
    return None if is_blank else clone


def _subtask(shape: SubTaskShape) -> SubTask:
    return SubTask(
        name=shared(shape.name),
        progress=_number(shape.progress),
        started_ms=shape.start_date,
        ended_ms=shape.end_date,
        speed=shape.migrate_speed,
        sent_trace=shape.process_trace or "",
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
