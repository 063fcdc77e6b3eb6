"""What can be copied of a task: labels, each with what puts its text together once that is wanted."""

import json
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from urllib.parse import quote

from sms_tui.domain.advice import error_text
from sms_tui.domain.masking import masked
from sms_tui.domain.operations import Operation, titled
from sms_tui.domain.plan import Plan
from sms_tui.domain.rows import Row
from sms_tui.domain.sentence import sentence
from sms_tui.domain.task import TaskDetail
from sms_tui.ui.terminal.sequences import MOST_BYTES
from sms_tui.ui.wording.run_line import blank_run_line, run_line

JSON = "JSON"
"""The one text of several lines: none of its line feeds is foreign"""


Command = tuple[str, Callable[[], str]]
"""Its label, and what puts it together"""
Text = tuple[str, Callable[[], str | None]]
"""Its label, and what puts it together; None where no clipboard takes as much"""


def copy_texts(
    row: Row, detail: TaskDetail | None, endpoint: str, reached_by: Sequence[str]
) -> Sequence[Text]:
    """Everything worth copying; an empty text is not offered."""
    task = row.task
    texts: tuple[tuple[str, str | Callable[[], str | None]], ...] = (
        (sentence("name"), task.name),
        (sentence("id"), task.id),
        (sentence("source ip"), task.source.ip),
        (sentence("target ip"), task.target.ip or task.migration_ip),
        (sentence("target server id"), task.target.id),
        (sentence("error"), error_text(task.error) or task.error),
        (JSON, partial(_json, detail.document) if detail else ""),
        (sentence("curl (placeholder for the token)"), curl(endpoint, task.id)),
        (sentence("command: show"), shlex.join(["sms-tui", "show", task.id, *reached_by])),
    )
    return [(label, partial(str, text) if isinstance(text, str) else text) for label, text in texts if text]


def _json(document: Mapping[str, object]) -> str | None:
    """All of `document`; nobody waits until one of megabytes has been searched for secrets."""
    room, left = MOST_BYTES, list[object]([document])
    while left:
        value = left.pop()
        room -= len(value) if isinstance(value, str) else 1
        if room < 0:
            return None
        if isinstance(value, Mapping):
            left += (*value.keys(), *value.values())
        elif isinstance(value, list):
            left += value
    return json.dumps(masked(document), indent=1)


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
