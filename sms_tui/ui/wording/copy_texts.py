"""What can be copied of a task: labels, each with one line of text."""

import json
import shlex
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from urllib.parse import quote

from sms_tui.domain.advice import error_text
from sms_tui.domain.masking import masked
from sms_tui.domain.operations import Operation, titled
from sms_tui.domain.plan import Plan
from sms_tui.domain.rows import Row
from sms_tui.domain.sentence import sentence
from sms_tui.domain.task import TaskDetail
from sms_tui.ui.wording.run_line import blank_run_line, run_line

JSON = "JSON"
"""The one text of several lines: none of its line feeds is foreign"""


def copy_texts(
    row: Row, detail: TaskDetail | None, endpoint: str, reached_by: Sequence[str]
) -> Sequence[tuple[str, str]]:
    """Label and text of everything worth copying; an empty text is not offered."""
    task = row.task
    return (
        (sentence("name"), task.name),
        (sentence("id"), task.id),
        (sentence("source ip"), task.source.ip),
        (sentence("target ip"), task.target.ip or task.migration_ip),
        (sentence("target server id"), task.target.id),
        (sentence("error"), error_text(task.error) or task.error),
        (JSON, json.dumps(masked(detail.document), indent=1) if detail else ""),
        (sentence("curl (placeholder for the token)"), curl(endpoint, task.id)),
        (sentence("command: show"), shlex.join(["sms-tui", "show", task.id, *reached_by])),
    )


Command = tuple[str, Callable[[], str]]
"""Its label, and what puts it together"""


def run_lines(
    sketches: Iterable[Plan],
    plan: Callable[[Operation, Sequence[str]], Plan],
    ids: Sequence[str],
    reached_by: Sequence[str],
) -> Sequence[Command]:
    """`sms-tui run` of every operation that has a target in its sketch, and one to be filled in.

    There may be thousands of ids, and one of the commands is wanted.
    """

    def line(operation: Operation) -> str:
        return run_line(plan(operation, ids), reached_by)

    commands = [
        (
            sentence("command: {operation}", operation=titled(sketch.label, sketch.operation.name)),
            partial(line, sketch.operation),
        )
        for sketch in sketches
        if sketch.targets
    ]
    return (*commands, (sentence("command: any operation"), lambda: blank_run_line(ids, reached_by)))


def curl(endpoint: str, task_id: str) -> str:
    """A command that reads the task; whoever runs it has the token in a variable.

    It goes through a pipe, since everybody on the machine can read the words of a command.
    """
    url = shlex.quote(f"{endpoint.rstrip('/')}/v3/tasks/{quote(task_id, safe='', errors='replace')}")
    return f"printf 'X-Auth-Token: %s\\n' \"$SMS_TUI_TOKEN\" | curl -H @- {url}"
