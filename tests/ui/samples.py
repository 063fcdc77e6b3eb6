"""Tasks and rows to draw, made in code."""

from typing import Any

from sms_tui.domain.rows import Pending, Row
from sms_tui.domain.task import Server, SubTask, Task, TaskState

NOW = 1_700_000_000.0

HOSTILE = (
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x9b2J\x9d0;x\x9c",
    "a\tb\r\nc\x00d\x7f",
    "[bold red]markup[/] [link=x]y[/link]",
    "\u202eevil\u2066\u200b\ufeff",
    "日本語サーバー" * 20,
    "e\u0301" * 60,
    "z" + "\u0300" * 300,
    "👩‍👩‍👧‍👦🏳️‍🌈👍🏽" * 10,
    "\ud800lone",
    "\u0300\u0301starts with marks",
    "ﷺ" * 30,
    " " * 50,
    "",
    "x" * 100_000,
)


def task(number: int = 0, state: TaskState = TaskState.RUNNING, **changes: Any) -> Task:
    """A task with id `task-0000` and so on."""
    values: dict[str, Any] = {
        "id": f"task-{number:04d}",
        "name": f"web-{number:02d}",
        "state": state,
        "state_text": state.value,
        "source": Server(id=f"s{number}", name=f"web-{number:02d}", ip="192.0.2.1", state="replicate"),
        "target": Server(id=f"t{number}", name=f"web-{number:02d}-new", ip="203.0.113.1"),
        "stage": SubTask("MIGRATE_LINUX_FILE", 43.0),
        "speed": 186.4,
        "syncing": True,
        "connected": True,
        "remain_seconds": 7500,
    }
    return Task(**{**values, **changes})


def row(number: int = 0, state: TaskState = TaskState.RUNNING, **changes: Any) -> Row:
    """A row whose task changed a minute and a half ago; `pending` and `watched` are the row's own."""
    own = {key: changes.pop(key) for key in ("pending", "watched", "changed_at") if key in changes}
    return Row(task(number, state, **changes), **{"changed_at": NOW - 90, **own})


def hostile_row(text: str, number: int = 0) -> Row:
    """A row in which every text that a service could send is `text`."""
    server = Server(id=text, name=text, ip=text, os_version=text, state=text, cycle=text)
    return row(
        number,
        TaskState.UNKNOWN,
        name=text,
        state_text=text,
        kind=text,
        os_type=text,
        source=server,
        target=server,
        stage=SubTask(text, 1e300, sent_trace=text),
        subtasks=(SubTask(text, None, 10**18, -(10**18), 1e300, text),),
        error=text,
        log_status=text,
        migration_ip=text,
        region=text,
        project=text,
        speed=1e300,
        estimate_ms=10**18,
        remain_seconds=10**18,
        created_ms=-(10**18),
        started_ms=10**18,
        pending=Pending(text),
    )
