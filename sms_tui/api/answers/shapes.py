"""The JSON shapes that the service sends: only the fields we use, all of them optional.

A field that is missing, null or of the wrong type must never cost us the whole item.
"""

from typing import Annotated

import msgspec

Whole = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]
Number = Annotated[float, msgspec.Meta(ge=-1e15, le=1e15)]


class Shape(msgspec.Struct, gc=False, frozen=True):
    """What all shapes share: unknown fields are skipped, nothing is required."""


class SubTaskShape(Shape, frozen=True, gc=False):
    """A step of a task."""

    name: str | None = None
    progress: Number | None = None
    start_date: Whole | None = None
    end_date: Whole | None = None
    migrate_speed: Number | None = None
    process_trace: str | None = None


class ServerShape(Shape, frozen=True, gc=False):
    """A source or target server inside a task."""

    id: str | None = None
    vm_id: str | None = None
    name: str | None = None
    ip: str | None = None
    os_version: str | None = None
    state: str | None = None
    migration_cycle: str | None = None


class CloneShape(Shape, frozen=True, gc=False):
    """The clone of a target."""

    vm_id: str | None = None
    name: str | None = None
    clone_state: str | None = None
    clone_error: str | None = None
    error_msg: str | None = None


class TaskShape(Shape, frozen=True, gc=False):
    """A task, in a list or by itself, of either generation of the API."""

    id: str | None = None
    name: str | None = None
    state: str | None = None
    type: str | None = None
    os_type: str | None = None
    source_server: ServerShape | None = None
    target_server: ServerShape | None = None
    clone_server: CloneShape | None = None
    sub_tasks: tuple[SubTaskShape, ...] | None = None
    subtask_info: str | None = None
    syncing: bool | None = None
    start_target_server: bool | None = None
    connected: bool | None = None
    migrate_speed: Number | None = None
    speed_limit: Whole | None = None
    error_json: str | None = None
    create_date: Whole | None = None
    start_date: Whole | None = None
    finish_date: Whole | None = None
    estimate_complete_time: Whole | None = None
    remain_seconds: Whole | None = None
    log_collect_status: str | None = None
    migration_ip: str | None = None
    region_id: str | None = None
    region_name: str | None = None
    project_name: str | None = None
    project_id: str | None = None


class CurrentTaskShape(Shape, frozen=True, gc=False):
    """What a source says of its task."""

    id: str | None = None
    start_date: Whole | None = None
    remain_seconds: Whole | None = None
    region_id: str | None = None
    project_name: str | None = None


class SourceShape(Shape, frozen=True, gc=False):
    """A source server in the list of sources."""

    id: str | None = None
    state: str | None = None
    migration_cycle: str | None = None
    connected: bool | None = None
    replicatesize: Whole | None = None
    totalsize: Whole | None = None
    current_task: CurrentTaskShape | None = None


class RuleShape(Shape, frozen=True, gc=False):
    """A rule of a task's speed limit."""

    start: str | None = None
    end: str | None = None
    speed: Whole | None = None
    over_speed_threshold: Number | None = None
