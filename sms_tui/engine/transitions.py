"""What happened to a task between two reads, in the words that the log shows."""

from collections.abc import Iterator

from sms_tui.domain.advice import error_code
from sms_tui.domain.task import Situation, Task
from sms_tui.engine.event_log import Severity


def transitions(old: Task, new: Task) -> Iterator[tuple[str, Severity]]:
    """One line for each thing that an operator would call a change of state."""
    if (old.situation, old.state_text) != (new.situation, new.state_text):
        yield _moved(old, new), "error" if new.is_failed else "information"
    elif new.is_failed and error_code(old.error) != error_code(new.error):
        yield f"another error: {error_code(new.error) or 'none'}", "error"
    if old.connected is not None and new.connected is not None and old.connected is not new.connected:
        yield ("agent connected again", "information") if new.connected else ("agent lost", "warning")


def appeared(task: Task) -> str:
    """The line for a task that was not in the lists before."""
    return f"new in the list: {_word(task)}"


def _moved(old: Task, new: Task) -> str:
    before, after = _word(old), _word(new)
    if before == after:
        before, after = f"{before} ({old.state_text})", f"{after} ({new.state_text})"
    code = error_code(new.error) if new.is_failed else ""
    return f"{before} -> {after}{': ' if code else ''}{code}"


def _word(task: Task) -> str:
    """The situation; the service's own word where the situation is none, or is only that something moves."""
    situation = task.situation
    if situation is Situation.UNKNOWN:
        return task.state_text or "no state"
    return f"{situation.value} ({task.state_text})" if situation is Situation.TRANSITION else situation.value
