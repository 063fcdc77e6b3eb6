"""What happened to a task between two reads, in the words of the event log."""

from collections.abc import Iterator

from sms_tui.domain.advice import error_code
from sms_tui.domain.sentence import Sentence, sentence
from sms_tui.domain.situation import AGENT_LOST, Situation
from sms_tui.domain.task import FINISHED, Task
from sms_tui.engine.event_log import Severity


def transitions(old: Task, new: Task) -> Iterator[tuple[str, Severity]]:
    """One line for everything that an operator would call a change of state."""
    if (old.situation, old.state_text) != (new.situation, new.state_text):
        yield _moved(old, new), "error" if new.is_failed else "information"
    elif new.is_failed and error_code(old.error) != error_code(new.error):
        yield sentence("another error: {code}", code=error_code(new.error) or sentence("none")), "error"
    if old.connected is not None and new.connected is not None and old.connected is not new.connected:
        if new.connected:
            yield sentence("agent connected again"), "information"
        else:
            yield sentence(AGENT_LOST), "warning"


def appeared(task: Task) -> str:
    """The line for a task that was not in the lists before."""
    return sentence("new in the list: {state}", state=_word(task))


def _moved(old: Task, new: Task) -> str:
    before, after = _word(old), _word(new)
    if before == after:
        before, after = _titled(before, old.state_text), _titled(after, new.state_text)
    moved = sentence("{old} -> {new}", old=before, new=after)
    code = error_code(new.error) if new.is_failed else ""
    return sentence("{what}: {why}", what=moved, why=code) if code else moved


def _word(task: Task) -> str:
    """The situation; the service's own word where the situation is none, or is only that something moves."""
    situation = task.situation
    if situation is Situation.UNKNOWN:
        return task.state_text or sentence("no state")
    word = sentence(situation.value)
    if situation is not Situation.TRANSITION:
        return word
    # Of a finished task the source alone tells what goes on.
    return _titled(word, task.source.state if task.state in FINISHED else task.state_text)


def _titled(word: str, sent: str) -> Sentence:
    return sentence("{label} ({name})", label=word, name=sent)
