"""Tasks as documents: the item of the list, and the object that is shown by itself."""

from collections.abc import Mapping
from functools import cache

from sms_tui.simulator.documents import servers
from sms_tui.simulator.documents.figures import (
    compress_rate,
    created_ms,
    estimate_ms,
    progress,
    remain_seconds,
    speed,
    subtask_info,
)
from sms_tui.simulator.migration.machine import Machine
from sms_tui.simulator.migration.subtasks import SubTask

Json = dict[str, object]


def list_item(machine: Machine, now: int) -> Json:
    """One item of GET /v3/tasks."""
    modern = machine.scenario.epoch == "now"
    item = _common(machine, now)
    state, source = states_in_list(machine, now)
    item["state"] = state
    item["sub_tasks"] = [_listed_subtask(machine, shown, now) for shown in machine.subtasks]
    item["source_server"] = servers.source_in_task(machine, source)
    item["target_server"] = servers.target_in_task(machine)
    item["log_collect_status"] = machine.logs.status
    item["clone_server"] = servers.clone_of(machine)
    item["syncing"] = machine.server.role.syncing
    if modern:
        item.update(_modern(machine, now))
    if modern and machine.settings:
        item["special_config"] = machine.settings
    return item


def show(machine: Machine, now: int) -> Json:
    """The answer to GET /v3/tasks/{id}."""
    server, modern = machine.server, machine.scenario.epoch == "now"
    shown = _common(machine, now)
    if modern:
        shown.update(_modern(machine, now))
        shown.setdefault("subtask_info", "")
    else:
        shown.pop("speed_limit")
    shown["state"] = machine.disguise or machine.state
    shown["region_id"] = shown["region_name"] = shown["project_name"] = server.region
    shown["project_id"] = server.project_id
    shown["vm_template_id"] = servers.template_of(machine)
    shown["source_server"] = servers.source_in_show(machine) if modern else servers.whole_source(machine)
    shown["target_server"] = servers.target_in_show(machine)
    shown["connected"] = machine.connected
    shown["start_date"] = machine.started_ms
    shown["finish_date"] = machine.finished_ms
    shown["float_ip"] = server.migration_ip
    shown["remain_seconds"] = remain_seconds(machine, now)
    shown["target_snapshot_id"] = ""
    shown["clone_server"] = _clone(machine)
    shown["sub_tasks"] = [_shown_subtask(machine, each, now) for each in machine.subtasks]
    return shown


def _common(machine: Machine, now: int) -> Json:
    server = machine.server
    return {
        "id": server.task_id,
        "name": machine.task_name,
        "type": "MIGRATE_BLOCK" if server.block else "MIGRATE_FILE",
        "os_type": "WINDOWS" if server.windows else "LINUX",
        "state": machine.state,
        "estimate_complete_time": estimate_ms(machine, now),
        "create_date": created_ms(machine),
        "priority": 1,
        "speed_limit": machine.limits.shown(now),
        "migrate_speed": speed(machine, now),
        "compress_rate": compress_rate(machine),
        "start_target_server": True,
        "error_json": machine.error,
        "total_time": machine.worked.total_ms(now),
        "migration_ip": server.migration_ip,
        "enterprise_project_id": "0",
    }


def states_in_list(machine: Machine, now: int) -> tuple[str, str]:
    """The states of task and source in the list, which is some seconds late."""
    late = now - machine.changed_ms < machine.server.list_lag_ms
    state, source = machine.former if late else (machine.state, machine.source_state)
    return machine.disguise or state, source


def _modern(machine: Machine, now: int) -> Json:
    """What came in after 2022; some of it only while the task is at work."""
    more: Json = {}
    if info := subtask_info(machine, now):
        more["subtask_info"] = info
    if machine.step is not None:
        wobble = (now // 5000 + machine.server.index * 7) % 11
        more["need_migration_test"] = False
        more["total_cpu_usage"] = 38.0 + wobble
        more["agent_cpu_usage"] = 9.0 + wobble / 2
        more["total_mem_usage"] = 5200.0 + wobble * 16
        more["agent_mem_usage"] = 208.0 + wobble
        more["total_disk_io"] = 90.0 + wobble
        more["agent_disk_io"] = 60.0 + wobble
    if machine.network:
        more["network_check_info"] = machine.network
    return more


def _listed_subtask(machine: Machine, shown: SubTask, now: int) -> Json:
    item: Json = {
        "id": _subtask_number(machine, shown.name),
        "name": shown.name,
        "progress": progress(machine, shown, now),
        "start_date": shown.started,
        "end_date": shown.ended,
    }
    if trace := _trace(machine, shown, now):
        item["process_trace"] = trace
    return item


def _shown_subtask(machine: Machine, shown: SubTask, now: int) -> Json:
    item = _listed_subtask(machine, shown, now)
    if machine.scenario.epoch == "2022":
        del item["id"]
    transfer = machine.replication.transfer if shown.name == machine.shown_subtask else None
    item["migrate_speed"] = round(transfer.mbit_at(now), 2) if transfer else 0.0
    item["user_op"] = "start" if shown.started is not None else None
    return item


def _trace(machine: Machine, shown: SubTask, now: int) -> str:
    transfer = machine.replication.transfer
    if transfer is None or shown.name != machine.shown_subtask:
        return ""
    volume = "C:" if machine.server.windows else "/dev/vda1"
    return f"{volume} {int(transfer.moved_at(now))}/{int(transfer.goal)}"


def _subtask_number(machine: Machine, name: str) -> int:
    """The number that the service gives to a sub-task."""
    return 4100 + machine.server.index * 32 + _sum(name)


@cache
def _sum(name: str) -> int:
    return sum(name.encode()) % 32


def _clone(machine: Machine) -> Mapping[str, object]:
    clone = machine.clone
    return {
        "vm_id": clone.vm_id,
        "name": clone.name,
        "clone_error": clone.code,
        "clone_state": clone.state,
        "error_msg": clone.error,
    }
