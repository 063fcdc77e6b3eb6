"""Tasks in every situation, made in code."""

from typing import Any

from sms_tui.domain.rows import Pending, Row
from sms_tui.domain.task import Clone, Server, SubTask, Task, TaskState

NOW = 1_700_000_000.0
SOURCE_STATES = {
    TaskState.READY: "waiting",
    TaskState.RUNNING: "replicate",
    TaskState.SYNCING: "syncing",
    TaskState.ABORTING: "stopping",
    TaskState.ABORT: "stopped",
    TaskState.MIGRATE_FAIL: "error",
    TaskState.SYNC_FAIL: "error",
    TaskState.MIGRATE_SUCCESS: "finished",
    TaskState.SYNC_SUCCESS: "finished",
    TaskState.DELETING: "deleting",
    TaskState.SKIPPING: "skipping",
}
"""The source state that usually goes with a task state."""


def make_task(state: TaskState = TaskState.RUNNING, source_state: str | None = None, **changes: Any) -> Task:
    """A connected task that does not launch itself, its source server in the usual state or another."""
    values: dict[str, Any] = {
        "id": "0aa93c0e-0f1e-4b3d-9c5f-00000000abcd",
        "name": "web-07",
        "state": state,
        "state_text": state.value,
        "source": Server(
            id="s7",
            name="web-07",
            ip="192.0.2.7",
            state=SOURCE_STATES.get(state, "") if source_state is None else source_state,
        ),
        "target": Server(id="t7", name="web-07-new", ip="203.0.113.7"),
        "syncing": True,
        "connected": True,
    }
    return Task(**{**values, **changes})


def make_row(state: TaskState = TaskState.RUNNING, source_state: str | None = None, **changes: Any) -> Row:
    """A row with such a task; `pending`, `watched` and `changed_at` are the row's own."""
    own = {key: changes.pop(key) for key in ("pending", "watched", "changed_at") if key in changes}
    return Row(make_task(state, source_state, **changes), **{"changed_at": NOW, **own})


def in_doubt(operation: str) -> Pending:
    """What a row says of an operation of which nobody knows whether it took effect."""
    return Pending(f"unknown: {operation}", in_doubt=operation)


def error(code: str) -> str:
    """An `error_json` as the service writes it."""
    return f'{{"error_code":"{code}","error_param":["x"]}}'


PAUSING = Pending("pausing…")
CLONED = Clone(vm_id="c7", name="clone", state="FINISHED")
CHECKING = SubTask("CHECK_CONSISTENCY", 40.0)
