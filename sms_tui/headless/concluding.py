"""How `run` ends: what was waited for in vain, the sum of a batch, and what nobody knows."""

from sms_tui.domain.outcome import Outcome
from sms_tui.domain.sentence import first_few
from sms_tui.domain.task import Task
from sms_tui.domain.text import NAME_LIMIT, clean
from sms_tui.engine.record import Batch, OperationRecord

_MOST_NAMES = 10


def end_of_wait(record: OperationRecord, task: Task | None, wanted: str, *, in_vain: bool) -> str:
    """What waiting for the state `wanted` came to; empty: for an effect. Silent where that was seen."""
    name = clean(record.task_name, NAME_LIMIT)
    if not in_vain:
        return f"{name} is {task.state_text}." if wanted and task else ""
    if not wanted:
        return f"{name} was not seen to work yet."
    if task is None:
        return f"{name} is gone, and was not seen to be {wanted}."
    if task.state_text.upper() == wanted.upper():
        return f"{name} is {task.state_text} as it was before; no effect was seen."
    return f"{name} is {task.state_text}, not {wanted}."


def total(batch: Batch) -> str:
    """How many had which outcome, those left out from the beginning among them."""
    counts = [(len(batch.records_with(outcome)), outcome.word) for outcome in Outcome]
    counts.append((len(batch.plan.left_out), "left out"))
    said = ", ".join(f"{count} {word}" for count, word in counts if count)
    return f"{sum(count for count, _ in counts)} tasks: {said}."


def unknown(batch: Batch) -> str:
    """Which outcomes nobody knows, and what to do before anything is sent again; empty if none is."""
    shown, more = first_few(batch.records_with(Outcome.SENT, Outcome.UNKNOWN), _MOST_NAMES)
    if not shown:
        return ""
    names = ", ".join([*(clean(record.task_name, NAME_LIMIT) for record in shown), *filter(None, [more])])
    return (
        f"Unknown: {names}. Before anything is sent again, look at it with 'sms-tui show'; "
        "'sms-tui journal settle' reads once more."
    )
