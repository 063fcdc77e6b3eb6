"""`sms-tui show`: everything about one task, for people or as the document that the service sent."""

import json
from argparse import Namespace
from collections.abc import Iterator

from msgspec.structs import replace

from sms_tui.domain.advice import error_code, error_text, explain
from sms_tui.domain.masking import masked
from sms_tui.domain.next_step import next_step
from sms_tui.domain.outcome import Trouble, TroubleKind
from sms_tui.domain.quantities import age, duration, moment, percent, size, speed
from sms_tui.domain.rows import Row
from sms_tui.domain.steps import eta_seconds, progress_of
from sms_tui.domain.task import Clone, Server, SubTask, Task, TaskDetail
from sms_tui.domain.text import DETAIL_LIMIT, clean
from sms_tui.engine import Engine
from sms_tui.engine.store.roster import last_change
from sms_tui.exit_codes import ExitCode, of_trouble
from sms_tui.headless.output import Output
from sms_tui.headless.reading import read_list
from sms_tui.headless.resolving import ResolveError, resolve
from sms_tui.headless.tables import table

_UUID_LENGTH = 36
Line = tuple[str, str]


async def show_task(engine: Engine, options: Namespace, output: Output) -> ExitCode:
    """Print one task."""
    detail = await _read(engine, options.task, output)
    if isinstance(detail, ExitCode):
        return detail
    if options.output == "json":
        output.data(json.dumps(masked(detail.document), indent=2, ensure_ascii=True))
        return ExitCode.DONE
    changed_at = last_change(detail.task, detail.read_at)
    row = engine.store.row(detail.task.id) or Row(detail.task, changed_at)
    # What the list alone tells is in the row, what only a read of the one task tells in the detail.
    whole = Row(
        replace(row.task, subtasks=detail.task.subtasks), row.changed_at, row.pending, row.watched, row.as_of
    )
    for line in described(whole, engine.clock.now()):
        output.data(line)
    return ExitCode.DONE


async def _read(engine: Engine, word: str, output: Output) -> TaskDetail | ExitCode:
    """A whole id is read at once; only a name or the beginning of an id needs the list."""
    if len(word) == _UUID_LENGTH:
        detail = await engine.read_task(word)
        if isinstance(detail, TaskDetail):
            return detail
        if detail.kind is not TroubleKind.NOT_FOUND:
            return _failed(detail, output)
    if code := await read_list(engine, output):
        return code
    try:
        task_id = resolve([word], engine.store.tasks)[0]
    except ResolveError as problem:
        output.say(f"sms-tui show: {problem}")
        return ExitCode.USAGE
    detail = await engine.read_task(task_id)
    return detail if isinstance(detail, TaskDetail) else _failed(detail, output)


def _failed(trouble: Trouble, output: Output) -> ExitCode:
    output.say(f"sms-tui: {trouble.sentence}")
    return of_trouble(trouble)


def described(row: Row, now: float) -> Iterator[str]:
    """The lines that say everything of a task; `now` is in epoch seconds."""
    task = row.task
    yield from _aligned([*_standing(row, now), *_numbers(task, now), *_machines(task)])
    if task.error:
        yield from ("", *_explained(task))
    if task.subtasks:
        yield ""
        yield from table(("Step", "Progress", "Speed", "Took"), [_step(step) for step in task.subtasks])


def _aligned(lines: list[Line]) -> Iterator[str]:
    width = max(len(label) for label, _ in lines)
    for label, text in lines:
        if text:
            yield f"{label:<{width}}  {clean(text, DETAIL_LIMIT)}"


def _standing(row: Row, now: float) -> list[Line]:
    task = row.task
    agent = {True: "connected", False: "DISCONNECTED", None: ""}[task.connected]
    return [
        ("Name", task.name),
        ("Id", task.id),
        ("State", f"{task.state_text} ({task.situation.value})"),
        ("Pending", row.pending.words),
        ("Next step", next_step(task).text),
        ("Agent", agent),
        ("Last change", f"{age(now - row.changed_at)} ago, {moment(row.changed_at)}"),
    ]


def _numbers(task: Task, now: float) -> list[Line]:
    progress = progress_of(task)
    moved = f"{size(task.replicated)} of {size(task.total)}" if task.replicated and task.total else ""
    limit = f"{task.speed_limit} Mbit/s" if task.speed_limit else ""
    return [
        ("Progress", "" if progress is None else percent(progress)),
        ("Moved", moved),
        ("Speed", "" if task.speed is None else speed(task.speed)),
        ("Speed limit", limit),
        ("Time left", _left(task, now)),
        ("Created", _moment(task.created_ms)),
        ("Started", _moment(task.started_ms)),
        ("Finished", _moment(task.finished_ms)),
        ("Type", f"{task.kind} {task.os_type}".strip()),
        ("Logs", task.log_status),
    ]


def _left(task: Task, now: float) -> str:
    left = eta_seconds(task, now)
    return "" if left is None else duration(left) if left >= 0 else f"overdue by {duration(-left)}"


def _machines(task: Task) -> list[Line]:
    return [
        ("Source", _server(task.source)),
        ("Target", _server(task.target)),
        ("Clone", _clone(task.clone) if task.clone else ""),
        ("Region", f"{task.region} {task.project}".strip()),
    ]


def _server(server: Server) -> str:
    return "  ".join(filter(None, (server.name, server.ip, server.os_version, server.state, server.id)))


def _clone(clone: Clone) -> str:
    return " ".join(filter(None, (clone.name, clone.state, clone.vm_id, clone.error)))


def _moment(milliseconds: int | None) -> str:
    return "" if milliseconds is None else moment(milliseconds / 1000)


def _explained(task: Task) -> Iterator[str]:
    code = error_code(task.error)
    yield f"Error  {clean(error_text(task.error) or task.error, DETAIL_LIMIT)}"
    if advice := explain(code):
        yield f"       {advice.meaning}"
        yield f"       First: {advice.action}"


def _step(step: SubTask) -> tuple[str, str, str, str]:
    took = (step.ended_ms - step.started_ms) / 1000 if step.ended_ms and step.started_ms else None
    return (
        clean(step.name),
        "–" if step.progress is None else percent(step.progress),
        "–" if step.speed is None else speed(step.speed),
        "–" if took is None else duration(took),
    )
