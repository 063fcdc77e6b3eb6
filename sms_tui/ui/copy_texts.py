"""What can be copied of a task, each as one line of text under its label."""

import json
from collections.abc import Sequence

from sms_tui.domain.advice import error_text
from sms_tui.domain.masking import masked
from sms_tui.domain.query import Row
from sms_tui.domain.sentence import sentence
from sms_tui.domain.task import TaskDetail


def copy_texts(row: Row, detail: TaskDetail | None, endpoint: str, profile: str) -> Sequence[tuple[str, str]]:
    """Label and text of everything worth copying; an empty text is not offered."""
    task = row.task
    return (
        (sentence("name"), task.name),
        (sentence("id"), task.id),
        (sentence("source ip"), task.source.ip),
        (sentence("target ip"), task.target.ip or task.migration_ip),
        (sentence("target server id"), task.target.id),
        (sentence("error"), error_text(task.error) or task.error),
        ("JSON", json.dumps(masked(detail.document), indent=1) if detail else ""),
        (sentence("curl (placeholder for the token)"), curl(endpoint, task.id)),
        (sentence("command"), f"sms-tui --profile {profile} show {task.id}"),
    )


def curl(endpoint: str, task_id: str) -> str:
    """A command that reads the task; whoever runs it puts the token in."""
    return f"curl -H 'X-Auth-Token: <token>' '{endpoint.rstrip('/')}/v3/tasks/{task_id}'"
