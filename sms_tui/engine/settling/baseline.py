"""What the journal keeps of a task's state before an operation, enough to recognise a later effect."""

from collections.abc import Mapping

from sms_tui.domain.task import Clone, Server, SubTask, Task, TaskState


def to_fields(task: Task) -> dict[str, object]:
    """The part of `task` that evidence is judged by."""
    return {
        "state": task.state_text,
        "source_state": task.source.state,
        "log_status": task.log_status,
        "clone_state": task.clone.state if task.clone else "",
        "clone_vm_id": task.clone.vm_id if task.clone else "",
        "step": task.stage.name if task.stage else "",
    }


def from_fields(task_id: str, name: str, fields: Mapping[str, object]) -> Task:
    """A task as a journal of an earlier run remembers it."""

    def text(key: str) -> str:
        return str(fields.get(key) or "")

    return Task(
        id=task_id,
        name=name,
        state=TaskState.parse(text("state")),
        state_text=text("state"),
        source=Server(state=text("source_state")),
        clone=Clone(vm_id=text("clone_vm_id"), state=text("clone_state")),
        stage=SubTask(text("step")),
        log_status=text("log_status"),
    )
