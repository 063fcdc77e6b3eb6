"""A task as the service writes it: the item of the list, and the object that is shown by itself."""

from collections.abc import Mapping

from sms_tui.simulator import wire_servers
from sms_tui.simulator.legs import subtask_name
from sms_tui.simulator.machine import Machine
from sms_tui.simulator.subtasks import SubTask

Json = dict[str, object]
_SHY_MS = 60_000
_BOAST = (101, 102, 103)
_ESTIMATE_GAP = 11
"""In every so many minutes one in which there is no estimate."""


def list_item(machine: Machine, now: int) -> Json:
    """One item of GET /v3/tasks."""
    modern = machine.scenario.epoch == "now"
    item = _common(machine, now)
    state, source = _states_in_list(machine, now)
    item["state"] = state
    item["sub_tasks"] = [_listed_subtask(machine, shown, now) for shown in machine.subtasks]
    item["source_server"] = wire_servers.source_in_task(machine, source)
    item["target_server"] = wire_servers.target_in_task(machine)
    item["log_collect_status"] = machine.logs.status
    item["clone_server"] = (
        {"vm_id": machine.clone.vm_id, "name": machine.clone.name} if machine.clone.vm_id else None
    )
    item["syncing"] = machine.server.role.syncing
    if modern:
        item.update(_modern(machine, now))
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
    shown["vm_template_id"] = ""
    shown["source_server"] = (
        wire_servers.source_in_show(machine) if modern else wire_servers.whole_source(machine)
    )
    shown["target_server"] = wire_servers.target_in_show(machine)
    shown["connected"] = machine.connected
    shown["start_date"], shown["finish_date"] = machine.started_ms, machine.finished_ms
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
        "name": server.task_name,
        "type": "MIGRATE_BLOCK" if server.block else "MIGRATE_FILE",
        "os_type": "WINDOWS" if server.windows else "LINUX",
        "state": machine.state,
        "estimate_complete_time": estimate_ms(machine, now),
        "create_date": server.created_ms,
        "priority": 1,
        "speed_limit": machine.limits.shown(now),
        "migrate_speed": speed(machine, now),
        "compress_rate": round(1 / server.ratio, 2) if server.block and machine.cargo.transfer else 0.0,
        "start_target_server": True,
        "error_json": machine.error,
        "total_time": machine.worked.total_ms(now),
        "migration_ip": server.migration_ip,
        "enterprise_project_id": "0",
    }


def _states_in_list(machine: Machine, now: int) -> tuple[str, str]:
    late = now - machine.changed_ms < machine.server.list_lag_ms
    state, source = machine.former if late else (machine.state, machine.source_state)
    return machine.disguise or state, source


def _modern(machine: Machine, now: int) -> Json:
    """What came in after 2022; some of it only while the task is at work."""
    more: Json = {}
    if info := subtask_info(machine, now):
        more["subtask_info"] = info
    if machine.leg is not None:
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


def speed(machine: Machine, now: int) -> float:
    """The task's migrate_speed in the unit that the scenario's service uses."""
    transfer = machine.cargo.transfer
    if transfer is None:
        return 0.0
    mbit = transfer.mbit_at(now)
    in_megabytes = machine.scenario.megabytes or machine.scenario.epoch == "2022"
    return round(mbit / 8, 2) if in_megabytes else round(mbit, 2)


def remain_seconds(machine: Machine, now: int) -> int:
    """Seconds that the leg under way still takes, 0 when there is none."""
    if machine.leg is None:
        return 0
    done = machine.cargo.transfer.done_ms() if machine.cargo.transfer else machine.leg_until
    return max(done - now, 0) // 1000 if done is not None else 0


def estimate_ms(machine: Machine, now: int) -> int | None:
    """When the service expects to be done; null now and then even while it works."""
    left = remain_seconds(machine, now)
    if not left or (now // 60_000 + machine.server.index) % _ESTIMATE_GAP == 0:
        return None
    return now + left * 1000


def subtask_info(machine: Machine, now: int) -> str:
    """Name and progress of the sub-task under way, or of the one in which the task has failed."""
    name = machine.leg_name
    if not name and machine.error_code and machine.queue:
        name = subtask_name(machine.queue[0], machine.server)
    shown = machine.subtasks.get(name) if name else None
    if shown is None:
        return ""
    progress = _progress(machine, shown, now)
    return f"{name}-{progress}" if progress is not None else name


def _progress(machine: Machine, shown: SubTask, now: int) -> int | None:
    if shown.name != machine.leg_name:
        return shown.progress
    if machine.server.shy and machine.started_ms is not None and now - machine.started_ms < _SHY_MS:
        return None
    progress = machine.progress(now)
    if machine.server.boastful and progress == 99:
        return _BOAST[machine.server.index % 3]
    return progress


def _listed_subtask(machine: Machine, shown: SubTask, now: int) -> Json:
    item: Json = {
        "id": subtask_number(machine, shown.name),
        "name": shown.name,
        "progress": _progress(machine, shown, now),
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
    transfer = machine.cargo.transfer if shown.name == machine.leg_name else None
    item["migrate_speed"] = round(transfer.mbit_at(now), 2) if transfer else 0.0
    item["user_op"] = "start" if shown.started is not None else None
    return item


def _trace(machine: Machine, shown: SubTask, now: int) -> str:
    transfer = machine.cargo.transfer
    if transfer is None or shown.name != machine.leg_name:
        return ""
    volume = "C:" if machine.server.windows else "/dev/vda1"
    return f"{volume} {int(transfer.moved_at(now))}/{int(transfer.goal)}"


def subtask_number(machine: Machine, name: str) -> int:
    """The number that the service gives to a sub-task."""
    return 4100 + machine.server.index * 32 + sum(name.encode()) % 32


def _clone(machine: Machine) -> Mapping[str, object]:
    clone = machine.clone
    return {
        "vm_id": clone.vm_id,
        "name": clone.name,
        "clone_error": clone.error,
        "clone_state": clone.state,
        "error_msg": clone.error,
    }
