"""When an operation makes sense: refusals with their reason, warnings, and the tier for a given task.

The service has the last word on every one of these; here they save an operator from a mistake.
"""

from collections.abc import Hashable
from functools import lru_cache

from sms_tui.domain.operations import CUTOVER, RESUME_LABEL, ROLL_BACK, SKIP, START, TEST, Operation, Tier
from sms_tui.domain.sentence import Sentence, joined, sentence
from sms_tui.domain.situation import RESUMABLE, Situation
from sms_tui.domain.task import Task

_CHECK_SUBTASK = "CHECK_CONSISTENCY"
_NO_AGENT = sentence(
    "The agent is disconnected; most operations are refused by the service until it is back."
)
_LAUNCHES_ITSELF = sentence(
    "This task launches its target by itself when the copy is complete (syncing is off)."
)
_NEVER_CLONED = sentence("No finished clone test is on record for this server.")
_MAY_BE_REJECTED = sentence("Newer endpoints may reject this operation.")
_NOT_CHECKING = sentence("Skip is possible only while a consistency check stands between 5 and 95 %.")
_FEW = 1024
"""Sentences that are kept: thousands of tasks may be judged at a key, most of which have the same to hear"""


def refusal(operation: Operation, task: Task, *, resumes: bool = False) -> Sentence | None:
    """Why `operation` makes no sense for `task` as it is now, in one sentence, or None if it may be sent.

    `resumes`: the operation is called Resume here.
    """
    situation = task.situation
    if situation not in operation.allowed:
        return _impossible(operation, situation, _unknown_state(task), resumes=resumes)
    if operation is SKIP and not _is_checking(task):
        return _NOT_CHECKING
    if task.connected is False and not operation.without_agent:
        return _needs_agent(operation)
    return None


def warnings(operation: Operation, task: Task) -> tuple[str, ...]:
    """What to say about `task` beyond the operation's own words before it is sent."""
    found = []
    if caution := operation.cautious.get(task.situation):
        found.append(sentence(caution))
    if task.connected is False and operation.without_agent:
        found.append(_NO_AGENT)
    if operation is START and task.launches_itself:
        found.append(_LAUNCHES_ITSELF)
    if operation in {TEST, CUTOVER} and not _was_cloned(task):
        found.append(_NEVER_CLONED)
    if operation is ROLL_BACK:
        found.append(_MAY_BE_REJECTED)
    return tuple(found)


def tier_for(operation: Operation, task: Task) -> Tier:
    """The tier of `operation` on `task`: starting a paused or failed task formats nothing."""
    return Tier.REPEATABLE if is_resume(operation, task) else operation.tier


def standing(task: Task) -> Hashable:
    """All of `task` that the judgements here depend on: tasks of one standing are judged alike."""
    return (
        task.situation,
        _unknown_state(task),
        task.connected,
        task.launches_itself,
        _was_cloned(task),
        _is_checking(task),
    )


def is_resume(operation: Operation, task: Task) -> bool:
    """Whether `start` means going on rather than beginning."""
    return operation is START and task.situation in RESUMABLE


def _unknown_state(task: Task) -> str:
    """The service's own word, where nothing else is known of the state."""
    return task.state_text if task.situation is Situation.UNKNOWN else ""


def _was_cloned(task: Task) -> bool:
    return task.clone is not None and task.clone.is_finished


def _is_checking(task: Task) -> bool:
    steps = (*task.subtasks, task.stage) if task.stage else task.subtasks
    return any(
        step.name == _CHECK_SUBTASK and step.progress is not None and 5 <= step.progress <= 95
        for step in steps
    )


@lru_cache(_FEW)
def _impossible(operation: Operation, situation: Situation, state_text: str, *, resumes: bool) -> Sentence:
    """`state_text` only where the situation is not known."""
    unknown = sentence("in an unknown state: {state}", state=state_text[:40])
    return sentence(
        "{operation} is not possible while {state}. {possible}",
        operation=sentence(RESUME_LABEL if resumes else operation.label),
        state=unknown if situation is Situation.UNKNOWN else sentence(situation.value),
        possible=sentence(
            "Possible when: {states}.", states=joined(", ", _names(operation, resumes=resumes))
        ),
    )


@lru_cache(_FEW)
def _needs_agent(operation: Operation) -> Sentence:
    return sentence(
        "{operation} needs the agent, which is disconnected. "
        "Start the agent on the source and wait a minute.",
        operation=sentence(operation.label),
    )


def possible_while(operation: Operation) -> Sentence:
    """Where a task must stand for `operation`, such as `possible while ready or paused`."""
    *others, last = _names(operation)
    if not others:
        return sentence("possible while {state}", state=last)
    return sentence("possible while {states} or {last}", states=joined(", ", others), last=last)


def _names(operation: Operation, *, resumes: bool = False) -> list[Sentence]:
    allowed = RESUMABLE if resumes else operation.allowed
    return [
        sentence(name) for name in sorted(each.value for each in allowed if each is not Situation.UNKNOWN)
    ]
