"""Tasks as JSON documents, in the form that scripts and exported files rely on."""

from collections.abc import Mapping
from datetime import UTC, datetime

from sms_tui.domain.advice import error_code, error_text
from sms_tui.domain.left_overs import left_overs
from sms_tui.domain.next_step import next_step
from sms_tui.domain.rows import Row, wave_of
from sms_tui.domain.steps import eta_seconds, progress_of
from sms_tui.domain.task import Server, Task

Document = Mapping[str, object]
_BEGIN_OF_TIME = -62_135_596_800
"""The year 1 in epoch seconds, the first one that Python and ISO 8601 can write"""
_END_OF_TIME = 253_402_300_800
"""The year 10 000, which they no longer can"""


def task_document(row: Row, now: float) -> Document:
    """One task at `now` (epoch seconds): what was sent, and what this program makes of it."""
    task = row.task
    step = next_step(task)
    left = eta_seconds(task, now)
    return {
        "id": task.id,
        "name": task.name,
        "state": task.state_text,
        "situation": task.situation.value,
        "stage": task.stage.name if task.stage else None,
        "stage_progress": task.stage.progress if task.stage else None,
        "progress": progress_of(task),
        "speed_mbit": task.speed,
        "speed_limit_mbit": task.speed_limit,
        "remaining_seconds": None if left is None else round(left),
        "replicated_bytes": task.replicated,
        "total_bytes": task.total,
        "type": task.kind,
        "os_type": task.os_type,
        "connected": task.connected,
        "syncing": task.syncing,
        "source": _server(task.source),
        "target": _server(task.target),
        "wave": wave_of(row),
        "region": task.region,
        "project": task.project,
        "error_code": error_code(task.error),
        "error": error_text(task.error),
        "next_step": step.text,
        "waiting_for_operator": step.waiting_for_operator,
        "billed": list(left_overs(task)),
        "clone_state": task.clone.state if task.clone else "",
        "created_at": _date(task.created_ms),
        "started_at": _date(task.started_ms),
        "changed_at": utc(row.changed_at),
    }


def _server(server: Server) -> Document:
    return {"id": server.id, "name": server.name, "ip": server.ip, "state": server.state}


def change_document(before: Task | None, row: Row, at: float) -> Document:
    """One change of state, seen at `at` (epoch seconds)."""
    return {"time": utc(at), "from": before.state_text if before else None, **task_document(row, at)}


def _date(ms: int | None) -> str | None:
    return utc(None if ms is None else ms / 1000)


def utc(seconds: float | None) -> str | None:
    """An epoch second as ISO 8601 in UTC; None for none, and for what no calendar holds."""
    if seconds is None or not _BEGIN_OF_TIME <= seconds < _END_OF_TIME:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
