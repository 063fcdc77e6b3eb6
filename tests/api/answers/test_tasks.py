"""Where each field of a document goes: two that changed places would be believed."""

import json

from msgspec.structs import replace

from sms_tui.api.answers.codec import TaskReader, read_sources, split
from sms_tui.domain.task import Clone, Server, SourceFacts, SubTask, Task


def one(**fields: object) -> Task:
    body = json.dumps({"tasks": [{"id": "a", **fields}]}).encode()
    (task,), _ = TaskReader("Mbit/s").read_page(split(body, "tasks")[0])
    return task


def test_every_field_has_its_own_place() -> None:
    server = {"name": "sn", "ip": "192.0.2.1", "os_version": "ov", "state": "SS", "migration_cycle": "MC"}
    clone = {"vm_id": "cv", "name": "cn", "clone_state": "CS", "clone_error": "ce", "error_msg": "em"}
    times = {"create_date": 1, "start_date": 2, "finish_date": 3, "estimate_complete_time": 4}
    names = {"region_id": "ri", "region_name": "rn", "project_name": "pn", "project_id": "pi"}
    step = {"name": "A", "progress": 5, "start_date": 6, "end_date": None, "process_trace": "pt"}
    flags = {"start_target_server": False, "log_collect_status": "INIT", "remain_seconds": 7, "os_type": "OT"}
    task = one(
        source_server={**server, "id": "s"},
        target_server={**server, "id": "s", "vm_id": "vm"},
        clone_server=clone,
        sub_tasks=[step],
        migration_ip="192.0.2.9",
        **times,
        **names,
        **flags,
    )
    assert task.source == Server("s", "sn", "192.0.2.1", "ov", "ss", "mc")
    assert task.target == replace(task.source, id="vm")
    assert task.clone == Clone("cv", "cn", "CS", "ce em")
    assert task.stage == SubTask("A", 5.0, started_ms=6, sent_trace="pt")
    assert (task.created_ms, task.started_ms, task.finished_ms, task.estimate_ms) == (1, 2, 3, 4)
    assert (task.start_target, task.log_status, task.remain_seconds, task.os_type) == (False, "INIT", 7, "OT")
    assert (task.migration_ip, task.region, task.project) == ("192.0.2.9", "ri", "pn")
    assert (one(region_name="rn").region, one(project_id="pi").project) == ("rn", "pi")
    assert one(sub_tasks=[{**step, "end_date": 8}]).stage == replace(task.stage, ended_ms=8)


def test_every_field_of_a_source_has_its_own_place() -> None:
    task = {"id": "t", "start_date": 1, "remain_seconds": 2, "region_id": "ri", "project_name": "pn"}
    source = {"id": "s", "state": "SS", "migration_cycle": "MC", "replicatesize": 3, "totalsize": 4}
    body = json.dumps({"source_servers": [{**source, "connected": True, "current_task": task}]}).encode()
    (facts,) = read_sources(split(body, "source_servers")[0])
    assert facts == SourceFacts("s", "t", "ss", "mc", True, 3, 4, 2, 1, "ri", "pn")
