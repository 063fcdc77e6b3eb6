"""Source and target servers as documents: inside tasks, as items of their own list, and in full."""

from sms_tui.simulator.documents import figures
from sms_tui.simulator.migration.failure_causes import FEASIBILITY
from sms_tui.simulator.migration.machine import Machine
from sms_tui.simulator.migration.steps import disks_of
from sms_tui.simulator.world.seeded_random import identifier
from sms_tui.simulator.world.templates import template_id

Json = dict[str, object]
_SYSTEM_DISK = 42_949_672_960
_MIB = 1_048_576


def source_in_task(machine: Machine, state: str) -> Json:
    """`source_server` of a task in the list."""
    return _identity(machine) | {"oem_system": False, "state": _spelt(machine, state)}


def source_in_show(machine: Machine) -> Json:
    """`source_server` of a task shown by itself."""
    return source_in_task(machine, machine.source_state) | {"migration_cycle": machine.cycle}


def target_in_task(machine: Machine) -> Json:
    """`target_server` of a task in the list."""
    server = machine.server
    return {
        "id": server.target_id,
        "vm_id": server.vm_id,
        "name": f"{server.name}-hwc",
        "ip": server.migration_ip if machine.started_ms else None,
        "os_type": _os_type(machine),
        "os_version": server.os_version,
    }


def target_in_show(machine: Machine) -> Json:
    """`target_server` of a task shown by itself."""
    kept = machine.launches and machine.source_state != "cleared"
    return target_in_task(machine) | {
        "system_dir": "Y:\\Windows\\System32" if machine.server.windows else "",
        "disks": _disks(machine, target=True),
        "volume_groups": [],
        "btrfs_list": [],
        "image_disk_id": _id(machine, "image"),
        "cutovered_snapshot_ids": _snapshots(machine) if kept else "",
    }


def _snapshots(machine: Machine) -> str:
    return ";".join(
        _id(machine, f"snapshot-{machine.launches}-{number}") for number, _ in enumerate(_sizes(machine))
    )


def clone_of(machine: Machine) -> Json | None:
    """`clone_server` in both lists; None where there is no clone."""
    clone = machine.clone
    return {"vm_id": clone.vm_id, "name": clone.name} if clone.vm_id else None


def template_of(machine: Machine) -> str:
    """The template by which a new target is made; empty for one that exists."""
    server = machine.server
    region = machine.scenario.regions.index(server.region)
    return template_id(machine.seed, region) if server.role.new_target else ""


def source_item(machine: Machine, now: int) -> Json:
    """One item of GET /v3/sources."""
    item = _source(machine, now)
    item["memory"] = _memory_mb(machine) * _MIB
    if machine.scenario.epoch == "now":
        item["is_consistency_result_exist"] = bool(machine.consistency)
    return item


def source_shown(machine: Machine, now: int) -> Json:
    """The answer to GET /v3/sources/{id}."""
    shown = _source(machine, now) | _hardware(machine) | {"agent_version": "25.5.0"}
    if shown["current_task"] is not None:
        shown["current_task"] = _task_in_shown_source(machine, now)
    return shown


def whole_source(machine: Machine) -> Json:
    """`source_server` of a task shown by itself in 2022: a machine's description without a state."""
    alone = {
        "domain_id": _id(machine, "domain").replace("-", ""),
        "has_rsync": not machine.server.windows,
        "paravirtualization": False,
        "raw_devices": "",
        "boot_loader": "GRUB",
        "system_dir": "",
        "agent_version": "22.7.1",
    }
    return _identity(machine) | _hardware(machine) | alone


def _identity(machine: Machine) -> Json:
    server = machine.server
    return {
        "id": server.source_id,
        "ip": server.ip,
        "name": machine.source_name,
        "os_type": _os_type(machine),
        "os_version": server.os_version,
    }


def _hardware(machine: Machine) -> Json:
    return {
        "hostname": f"{machine.server.name}.corp.example",
        "firmware": "BIOS",
        "cpu_quantity": machine.server.cores,
        "memory": _memory_mb(machine),
        "disks": _disks(machine, target=False),
        "volume_groups": [],
        "btrfs_list": [],
        "networks": _networks(machine),
    }


def _spelt(machine: Machine, state: str) -> str:
    """A source state in the spelling of the scenario's service."""
    if not machine.scenario.upper_case:
        return state
    return "INIT" if state == "initialize" else state.upper()


def _source(machine: Machine, now: int) -> Json:
    server = machine.server
    return _identity(machine) | {
        "enterprise_project_id": "0",
        "add_date": figures.created_ms(machine),
        "oem_system": False,
        "state": _spelt(machine, machine.source_state),
        "connected": machine.connected,
        "cpu_quantity": server.cores,
        "current_task": None if machine.gone else _current_task(machine, now),
        "checks": [_check(machine)],
        "init_target_server": {"disks": _initial_disks(machine), "volume_groups": []},
        "replicatesize": 0 if machine.gone else machine.replication.replicated_at(now),
        "stage_action_time": machine.changed_ms,
        "totalsize": server.total,
        "last_visit_time": machine.visited_ms,
        "migration_cycle": machine.cycle,
        "state_action_time": machine.changed_ms,
        "has_tc": server.role.has_tc,
        "start_type": "MANUAL",
    }


def _check(machine: Machine) -> Json:
    """The one result of the checks of a source that is told."""
    name = FEASIBILITY.get(machine.infeasible, "OS_VERSION")
    return {
        "id": 1,
        "params": [machine.server.os_version] if machine.infeasible and name == "OS_VERSION" else [],
        "name": name,
        "result": "ERROR" if machine.infeasible else "OK",
        "error_code": machine.infeasible,
        "error_or_warn": "ERROR" if machine.infeasible else "",
        "error_params": "",
    }


def _current_task(machine: Machine, now: int) -> Json:
    logs = machine.logs
    task = _task_in_shown_source(machine, now) | {
        "estimate_complete_time": figures.estimate_ms(machine, now),
        "compress_rate": figures.compress_rate(machine),
        "clone_server": clone_of(machine),
        "remain_seconds": figures.remain_seconds(machine, now),
    }
    if machine.scenario.epoch == "2022":
        del task["subtask_info"]
        return task
    return task | {
        "log_bucket": logs.bucket,
        "log_expire": logs.expire,
        "log_upload_time": logs.uploaded,
        "log_share_url": logs.url,
    }


def _task_in_shown_source(machine: Machine, now: int) -> Json:
    server = machine.server
    return {
        "id": server.task_id,
        "name": machine.task_name,
        "type": "MIGRATE_BLOCK" if server.block else "MIGRATE_FILE",
        "state": machine.disguise or machine.state,
        "start_date": machine.started_ms,
        "speed_limit": machine.limits.shown(now),
        "migrate_speed": figures.speed(machine, now),
        "start_target_server": True,
        "vm_template_id": template_of(machine),
        "region_id": server.region,
        "project_name": server.region,
        "project_id": server.project_id,
        "target_server": {"vm_id": server.vm_id, "name": f"{server.name}-hwc"},
        "log_collect_status": machine.logs.status,
        "exist_server": not server.role.new_target,
        "use_public_ip": True,
        "subtask_info": figures.subtask_info(machine, now),
    }


def _networks(machine: Machine) -> list[Json]:
    ip = machine.server.ip
    hardware = "02-00-5e-" + "-".join(f"{int(part):02x}" for part in ip.split(".")[1:])
    gateway = ip.rpartition(".")[0] + ".1"
    card: Json = {"name": "eth0", "ip": ip, "netmask": "255.255.255.0", "gateway": gateway}
    if machine.scenario.epoch == "now":
        card["ipv6"] = ""
    return [card | {"mtu": 1500, "mac": hardware, "id": "1"}]


def _sizes(machine: Machine) -> list[int]:
    total = machine.server.total
    system = min(total, _SYSTEM_DISK)
    return [system] if disks_of(machine.server) == 1 else [system // 2, total - system // 2]


def _disks(machine: Machine, *, target: bool) -> list[Json]:
    modern = machine.scenario.epoch == "now"
    return [
        _disk(machine, number, used, target=target, modern=modern)
        for number, used in enumerate(_sizes(machine))
    ]


def _disk(machine: Machine, number: int, used: int, *, target: bool, modern: bool) -> Json:
    size = max(used * 5 // 3, _SYSTEM_DISK)
    name = _disk_name(machine, number)
    disk: Json = {"name": name, "size": size, "used_size": used, "device_use": "NORMAL" if number else "BOOT"}
    disk["physical_volumes"] = [_volume(machine, number, size, used, target=target, modern=modern)]
    style = {"os_disk": number == 0, "partition_style": "GPT" if number else "MBR"}
    if not target:
        return disk | style | {"relation_name": _disk_name(machine, number + 1)}
    disk["disk_id"] = _id(machine, f"disk-{number}")
    if modern:
        disk |= style
        disk |= {"id": 700 + machine.server.index * 2 + number, "disk_index": str(number)}
        if not machine.server.windows:
            disk["relation_name"] = _disk_name(machine, number + 1)
    return disk


def _volume(machine: Machine, number: int, size: int, used: int, *, target: bool, modern: bool) -> Json:
    windows = machine.server.windows
    name = "CDEF"[number] + ":" if windows else f"{_disk_name(machine, number)}1"
    size -= _MIB
    volume: Json = {
        "device_use": "NORMAL" if number else "OS",
        "file_system": "NTFS" if windows else "xfs" if number else "ext4",
        "index": 1,
        "mount_point": name if windows else "/data" if number else "/",
        "name": name,
        "size": size,
        "used_size": used,
        "uuid": _id(machine, f"volume-{number}-{target}"),
    }
    if not modern:
        return volume
    if not target:
        return volume | {"inode_size": 256}
    volume |= {"id": 1100 + machine.server.index * 2 + number, "free_size": size - used}
    return volume if windows else volume | {"relation_name": f"{_disk_name(machine, number + 1)}1"}


def _initial_disks(machine: Machine) -> list[Json]:
    kept = ("name", "size", "device_use", "used_size", "physical_volumes")
    return [{key: disk[key] for key in kept} for disk in _disks(machine, target=False)]


def _disk_name(machine: Machine, number: int) -> str:
    return f"Disk {number}" if machine.server.windows else f"/dev/vd{'abcd'[number]}"


def _memory_mb(machine: Machine) -> int:
    return machine.server.cores * 2048


def _os_type(machine: Machine) -> str:
    return "WINDOWS" if machine.server.windows else "LINUX"


def _id(machine: Machine, what: str) -> str:
    return identifier(machine.seed, f"{what}-{machine.server.index}")
