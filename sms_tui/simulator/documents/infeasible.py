"""Source servers that failed their feasibility check and therefore have no task, as documents."""

Json = dict[str, object]
_MIB = 1_048_576
_MEMORY_MB = 4096
_SYSTEM_DISK = 42_949_672_960
_CHECKED = {
    "SMS.6504": "OS_VERSION",
    "SMS.6509": "FILE_SYSTEM",
    "SMS.6511": "DRIVER",
    "SMS.6517": "RSYNC",
    "SMS.6533": "VSS",
    "SMS.6537": "DISK",
    "SMS.6563": "INITRD",
    "SMS.6564": "GRUB",
    "SMS.6616": "OS_VERSION",
    "SMS.6617": "KERNEL",
}
"""What was looked at when a code came up; only OS_VERSION, RSYNC and DISK have been seen."""


def check(result: str, code: str, name: str, *parameters: str) -> Json:
    """One result of the checks of a source server."""
    return {
        "id": 1,
        "params": list(parameters),
        "name": name,
        "result": result,
        "error_code": code,
        "error_or_warn": "" if result == "OK" else result,
        "error_params": "",
    }


def listed(identity: str, number: int, code: str, added: int, *, windows: bool) -> Json:
    """One item of GET /v3/sources."""
    version = "WINDOWS2008_R2_64BIT" if windows else "CENTOS_6_5_64BIT"
    parameters = [version] if _CHECKED[code] == "OS_VERSION" else []
    return {
        "id": identity,
        "ip": f"10.31.0.{number + 10}",
        "name": f"legacy-{number:02d}",
        "enterprise_project_id": "0",
        "add_date": added,
        "os_type": "WINDOWS" if windows else "LINUX",
        "os_version": version,
        "oem_system": False,
        "state": "unavailable",
        "connected": True,
        "cpu_quantity": 2,
        "memory": _MEMORY_MB * _MIB,
        "current_task": None,
        "checks": [check("ERROR", code, _CHECKED[code], *parameters)],
        "init_target_server": {"disks": [], "volume_groups": []},
        "replicatesize": 0,
        "stage_action_time": added,
        "totalsize": _SYSTEM_DISK // 2,
        "last_visit_time": added,
        "migration_cycle": "checking",
        "state_action_time": added,
        "is_consistency_result_exist": False,
        "has_tc": True,
        "start_type": "MANUAL",
    }


def shown(item: Json) -> Json:
    """The answer to GET /v3/sources/{id} for an item of the list."""
    server = {name: value for name, value in item.items() if name != "is_consistency_result_exist"}
    return server | {
        "hostname": f"{item['name']}.corp.example",
        "firmware": "BIOS",
        "memory": _MEMORY_MB,
        "disks": [_disk(item)],
        "volume_groups": [],
        "btrfs_list": [],
        "networks": networks(str(item["ip"])),
        "agent_version": "25.5.0",
    }


def _disk(item: Json) -> Json:
    windows = item["os_type"] == "WINDOWS"
    volume = {
        "device_use": "OS",
        "file_system": "NTFS" if windows else "ext3",
        "index": 1,
        "mount_point": "C:" if windows else "/",
        "name": "C:" if windows else "/dev/vda1",
        "size": _SYSTEM_DISK - _MIB,
        "used_size": item["totalsize"],
        "inode_size": 256,
        "uuid": item["id"],
    }
    return {
        "name": "Disk 0" if windows else "/dev/vda",
        "size": _SYSTEM_DISK,
        "used_size": item["totalsize"],
        "device_use": "BOOT",
        "physical_volumes": [volume],
        "os_disk": True,
        "partition_style": "MBR",
        "relation_name": "Disk 1" if windows else "/dev/vdb",
    }


def networks(ip: str) -> list[Json]:
    """The network cards of a source server."""
    hardware = "02-00-5e-" + "-".join(f"{int(part):02x}" for part in ip.split(".")[1:])
    gateway = ip.rpartition(".")[0] + ".1"
    card: Json = {"name": "eth0", "ip": ip, "ipv6": "", "netmask": "255.255.255.0", "gateway": gateway}
    return [card | {"mtu": 1500, "mac": hardware, "id": "1"}]
