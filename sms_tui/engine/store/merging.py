"""Combines three answers into one task: the list, the list of source servers, and a read of the task itself.

Each of them lacks something that another one has. A newer answer wins; a value it cannot contain is kept from
before, as long as that can still be true. Pure functions over tasks.
"""

from operator import attrgetter
from typing import TypeVar

from msgspec.structs import replace

from sms_tui.domain.task import Clone, Round, Server, SourceFacts, SubTask, Task, TaskState, round_shown

T = TypeVar("T")
_AS_GOOD = 2.0
"""Seconds by which two moments may differ that are worked out of whole seconds"""
_MAY_LACK = (
    "source",
    "target",
    "clone",
    "stage",
    "subtasks",
    "past_rounds",
    "syncing",
    "connected",
    "started_ms",
    "finished_ms",
    "due",
    "replicated",
    "total",
    "log_status",
    "region",
    "project",
)
"""What one answer tells and another one leaves out."""
_may_lack = attrgetter(*_MAY_LACK)


def joined(new: Task, known: Task | None) -> Task:
    """`new` as it was just read; what its answer does not tell is kept from `known`. Without subtasks."""
    if known is None:
        return new if not new.subtasks else replace(new, subtasks=())
    same_state = new.state is known.state
    is_same_round = same_state and new.is_active
    # Thousands may come in a second, so nothing is called that need not be. Of equals the new one is taken:
    # what the list told last stays in memory anyway.
    source = new.source if new.source == known.source else _server(new.source, known.source)
    kept = (
        source,
        new.target if new.target == known.target else _server(new.target, known.target),
        _clone(new.clone, known.clone),
        _stage(new.stage, known.stage),
        (),
        _past_rounds(new, source, known) if new.state is TaskState.SYNCING else (),
        known.syncing if new.syncing is None else new.syncing,
        known.connected if new.connected is None else new.connected,
        known.started_ms if new.started_ms is None else new.started_ms,
        known.finished_ms if new.finished_ms is None and same_state else new.finished_ms,
        _due(new.due, known.due) if is_same_round else new.due,
        known.replicated if new.replicated is None else new.replicated,
        known.total if new.total is None else new.total,
        new.log_status or known.log_status,
        new.region or known.region,
        new.project or known.project,
    )
    # Most answers lack nothing that was known before.
    return new if kept == _may_lack(new) else replace(new, **dict(zip(_MAY_LACK, kept, strict=True)))


def completed(task: Task, listed: Task) -> Task:
    """`task`, which was read by itself, with what only lists tell; the same object if that is no news."""
    syncing = task.syncing if listed.syncing is None else listed.syncing
    log_status = listed.log_status or task.log_status
    if (syncing, log_status) == (task.syncing, task.log_status):
        return task
    return replace(task, syncing=syncing, log_status=log_status)


def dated(task: Task, at: float) -> Task:
    """`task` as it was read at `at` (epoch seconds), with the moment at which what remains is over."""
    if task.remain_seconds is None:
        return task
    return replace(task, remain_seconds=None, due=at + task.remain_seconds if task.is_active else None)


def informed(task: Task, facts: SourceFacts, at: float, *, names_state: bool) -> Task:
    """`task` with what the list of sources told at `at`; the same object where that brings no news.

    With `names_state` the task's own answers tell the source's state, and the facts' one does not count: two
    lists that are read a second apart must not make a task change to and fro.
    """
    source = task.source
    state = source.state if names_state else facts.state or source.state
    cycle = facts.cycle or source.cycle
    connected = _known(facts.connected, task.connected)
    replicated = _known(facts.replicated, task.replicated)
    total = _known(facts.total, task.total)
    # The task list tells no such time of a task at rest: taken from here, it would come and go.
    remains = facts.remain_seconds if task.is_active else None
    due = _due(None if remains is None else at + remains, task.due)
    started_ms = _known(facts.started_ms, task.started_ms)
    region, project = task.region or facts.region, task.project or facts.project
    told = (connected, replicated, total, due, started_ms, region, project, state, cycle)
    if told == _told_before(task):
        return task
    is_elsewhere = (state, cycle) != (source.state, source.cycle)
    return replace(
        task,
        source=replace(source, state=state, cycle=cycle) if is_elsewhere else source,
        connected=connected,
        replicated=replicated,
        total=total,
        due=due,
        started_ms=started_ms,
        region=region,
        project=project,
    )


def _told_before(task: Task) -> tuple[object, ...]:
    return (
        task.connected,
        task.replicated,
        task.total,
        task.due,
        task.started_ms,
        task.region,
        task.project,
        task.source.state,
        task.source.cycle,
    )


def looks_different(old: Task, new: Task) -> bool:
    """Whether an operator would call this a change, and not just a number that advances by itself."""
    # First what changes most often. What was not known before has not changed by becoming known.
    return bool(
        (old.stage is not None and (new.stage is None or _is_elsewhere(old.stage, new.stage)))
        or (old.replicated is not None and old.replicated != new.replicated)
        or (old.state_text and old.state_text != new.state_text)
        or (old.source.state and old.source.state != new.source.state)
        or (old.error and old.error != new.error)
        or (old.connected is not None and old.connected is not new.connected)
        or (old.log_status and old.log_status != new.log_status)
        or _is_other(old.clone, new.clone)
    )


def _is_elsewhere(old: SubTask, new: SubTask) -> bool:
    return old.progress != new.progress or old.name != new.name


def _is_other(old: Clone | None, new: Clone | None) -> bool:
    if old is None or new is None:
        return old is not new and (old is None or bool(old.state))
    return bool(old.state) and old.state != new.state


def stands_alike(old: Task, new: Task) -> bool:
    """Whether both stand at the same point, so that log, counts and lists of ids say the same of them."""
    return (
        old.state is new.state
        and old.state_text == new.state_text
        and (
            old.source is new.source
            or (old.source.state == new.source.state and old.source.id == new.source.id)
        )
        and old.error == new.error
        and old.connected is new.connected
    )


def _known(new: T | None, old: T | None) -> T | None:
    return old if new is None else new


def _due(new: float | None, known: float | None) -> float | None:
    """The newer moment; the known one where both are the same but for how long an answer was under way."""
    if new is None or known is None:
        return known if new is None else new
    return known if abs(new - known) <= _AS_GOOD else new


def _server(new: Server, known: Server) -> Server:
    return replace(
        new,
        name=new.name or known.name,
        ip=new.ip or known.ip,
        os_version=new.os_version or known.os_version,
        state=new.state or known.state,
        cycle=new.cycle or known.cycle,
    )


def _clone(new: Clone | None, known: Clone | None) -> Clone | None:
    """Keeps the progress of a clone, which the list leaves out."""
    if new is None or known is None or new.vm_id != known.vm_id:
        return new
    return replace(new, state=new.state or known.state, sent_error=new.sent_error or known.sent_error)


def _past_rounds(new: Task, source: Server, known: Task) -> tuple[Round, ...]:
    """The rounds that were seen up to now, without the one that `new` shows itself."""
    seen = known.rounds
    if not seen:
        return ()
    shown = round_shown(new.stage, source)
    return seen[:-1] if shown is not None and shown.started_ms == seen[-1].started_ms else seen


def _stage(new: SubTask | None, known: SubTask | None) -> SubTask | None:
    """Keeps the speed of a step, which only a read of the single task contains."""
    if new is None or known is None or new.speed is not None or known.speed is None or new.name != known.name:
        return new
    return replace(new, speed=known.speed)
