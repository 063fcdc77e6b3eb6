"""What can be copied of a task, each as one line of text under its label."""

import json
from collections.abc import Sequence

from sms_tui.domain.advice import error_text
from sms_tui.domain.masking import masked
from sms_tui.domain.query import Row
from sms_tui.domain.task import TaskDetail


def copy_texts(row: Row, detail: TaskDetail | None, endpoint: str, profile: str) -> Sequence[tuple[str, str]]:
    """Label and text of everything worth copying; an empty text is not offered."""
    task = row.task
    return (
        ("name", task.name),
        ("id", task.id),
        ("source ip", task.source.ip),
        ("target ip", task.target.ip or task.migration_ip),
        ("target server id", task.target.id),
        ("error", error_text(task.error) or task.error),
        ("JSON", json.dumps(masked(detail.document), indent=1) if detail else ""),
        ("curl (placeholder for the token)", curl(endpoint, task.id)),
        ("command", f"sms-tui --profile {profile} show {task.id}"),
    )


def curl(endpoint: str, task_id: str) -> str:
    """A command that reads the task; whoever runs it puts the token in."""
    return f"curl -H 'X-Auth-Token: <token>' '{endpoint.rstrip('/')}/v3/tasks/{task_id}'"
