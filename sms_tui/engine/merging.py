"""One task out of three answers: the list, the list of source servers, and a read of the task by itself.

Each of them leaves out what another one tells. What the newer answer says counts; what it cannot say is kept
from before, as long as it can still be true. Pure functions over tasks.
"""

from typing import Any, TypeVar

from msgspec.structs import replace

from sms_tui.domain.task import Clone, Server, SourceFacts, SubTask, Task

T = TypeVar("T")
_UNTOLD = (None, "")
"""What was not known before has not changed by becoming known."""


def joined(new: Task, known: Task | None) -> Task:
    """`new` as it was just read, with what such an answer never tells kept from `known`; without subtasks."""
    if known is None:
        return new if not new.subtasks else replace(new, subtasks=())
    same_state = new.state is known.state
    is_same_round = same_state and new.is_active
    kept: dict[str, Any] = {
        "source": _server(new.source, known.source),
        "target": _server(new.target, known.target),
        "clone": _clone(new.clone, known.clone),
        "stage": _stage(new.stage, known.stage),
        "subtasks": (),
        "syncing": _known(new.syncing, known.syncing),
        "connected": _known(new.connected, known.connected),
        "started_ms": _known(new.started_ms, known.started_ms),
        "replicated": _known(new.replicated, known.replicated),
        "total": _known(new.total, known.total),
        "log_status": new.log_status or known.log_status,
        "region": new.region or known.region,
        "project": new.project or known.project,
    }
    if same_state:
        kept["finished_ms"] = _known(new.finished_ms, known.finished_ms)
    if is_same_round:
        kept["remain_seconds"] = _known(new.remain_seconds, known.remain_seconds)
    # Most answers lack nothing that was known before, and making a task takes long beside looking at one.
    news = {name: value for name, value in kept.items() if getattr(new, name) is not value}
    return replace(new, **news) if news else new


def informed(task: Task, facts: SourceFacts, *, names_state: bool) -> Task:
    """`task` with what the list of sources tells; the same object where that brings no news.

    With `names_state` the task's own answers tell the source's state, and the facts' one does not count: two
    lists that are read a second apart must not make a task change to and fro.
    """
    source = task.source
    state = source.state if names_state else facts.state or source.state
    cycle = facts.cycle or source.cycle
    connected = _known(facts.connected, task.connected)
    replicated = _known(facts.replicated, task.replicated)
    total = _known(facts.total, task.total)
    remain_seconds = _known(facts.remain_seconds, task.remain_seconds)
    started_ms = _known(facts.started_ms, task.started_ms)
    region, project = task.region or facts.region, task.project or facts.project
    told = (connected, replicated, total, remain_seconds, started_ms, region, project, state, cycle)
    if told == _told_before(task):
        return task
    return replace(
        task,
        source=replace(source, state=state, cycle=cycle),
        connected=connected,
        replicated=replicated,
        total=total,
        remain_seconds=remain_seconds,
        started_ms=started_ms,
        region=region,
        project=project,
    )


def _told_before(task: Task) -> tuple[object, ...]:
    return (
        task.connected,
        task.replicated,
        task.total,
        task.remain_seconds,
        task.started_ms,
        task.region,
        task.project,
        task.source.state,
        task.source.cycle,
    )


def looks_different(old: Task, new: Task) -> bool:
    """Whether an operator would say that something happened, rather than that a number moved on its own."""
    return any(
        before != after and before not in _UNTOLD
        for before, after in zip(_look(old), _look(new), strict=True)
    )


def _look(task: Task) -> tuple[object, ...]:
    stage = task.stage
    return (
        task.state_text,
        task.source.state,
        stage and (stage.name, stage.progress),
        task.error,
        task.connected,
        task.log_status,
        task.clone.state if task.clone else "no clone",
        task.replicated,
    )


def _known(new: T | None, old: T | None) -> T | None:
    return old if new is None else new


def _server(new: Server, known: Server) -> Server:
    if new == known:
        return known
    return replace(
        new,
        name=new.name or known.name,
        ip=new.ip or known.ip,
        os_version=new.os_version or known.os_version,
        state=new.state or known.state,
        cycle=new.cycle or known.cycle,
    )


def _clone(new: Clone | None, known: Clone | None) -> Clone | None:
    """The list names a clone but not how far its making is."""
    if new is None or known is None or new.vm_id != known.vm_id:
        return new
    return replace(new, state=new.state or known.state, error=new.error or known.error)


def _stage(new: SubTask | None, known: SubTask | None) -> SubTask | None:
    """Only a read by itself tells the speed of a step."""
    if new is None or known is None or new.speed is not None or known.speed is None or new.name != known.name:
        return new
    return replace(new, speed=known.speed)
