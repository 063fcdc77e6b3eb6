"""When an operation makes sense: refusals with their reason, warnings, and the tier for a given task.

The service has the last word on all of these; here they only save an operator from a mistake.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from sms_tui.domain.advice import error_code, explain
from sms_tui.domain.operations import (
    CUTOVER,
    DELETE,
    RESTART,
    RESUME_LABEL,
    ROLL_BACK,
    SKIP,
    START,
    TEST,
    Operation,
    Tier,
)
from sms_tui.domain.outage import is_diverging
from sms_tui.domain.sentence import Sentence, joined, sentence
from sms_tui.domain.situation import RESUMABLE, Situation, SourceState
from sms_tui.domain.steps import LAUNCH_STEPS
from sms_tui.domain.task import Task

_CHECK_SUBTASK = "CHECK_CONSISTENCY"
_NO_AGENT = sentence(
    "The agent is disconnected; most operations are refused by the service until it is back."
)
RESTART_ENDS_IT = sentence("Look at its network first: a restart of the agent ends this task for good.")
_START_AGENT = sentence("Start the agent on the source and wait a minute.")
_LAUNCHES_ITSELF = sentence(
    "This task launches its target by itself when the copy is complete (syncing is off)."
)
_STAYS_DOWN = sentence("The target stays down after the launch (start_target_server is off): you start it.")
_LAUNCH_HAD_BEGUN = sentence(
    "The launch had begun: a resume goes on with the launch, up to the target's boot."
)
_NEVER_CLONED = sentence("No finished clone test is on record.")
DIVERGING = sentence(
    "Each of the last sync rounds took longer than the one before: the source writes faster than the link "
    "carries, or a limit, other copies or a busy source slow it. Expect a long final sync."
)
_WINDOWS_SINCE = sentence("On Windows only if agent and source were never restarted since the launch.")
_SNAPSHOTS_IN_DOUBT = sentence(
    "Deleting its snapshots has failed: the cut-over snapshot, the only way back, may be gone."
)
_CLONE_STAYS = sentence(
    "Its clone is a server of its own: it may stay and be billed once the task that names it is gone."
)
_MAY_BE_REJECTED = sentence(
    "Newer endpoints may reject this operation; then the snapshot is restored by hand, in EVS."
)
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
        return _refusal_without_agent(operation, is_fragile=task.ends_with_agent)
    return None


def warnings(operation: Operation, task: Task) -> tuple[str, ...]:
    """What to say about `task` beyond the operation's own words before it is sent."""
    found = []
    if caution := operation.cautious.get(task.situation):
        found.append(sentence(caution))
    if task.connected is False and operation.without_agent:
        found += [_NO_AGENT, RESTART_ENDS_IT] if task.ends_with_agent else [_NO_AGENT]
    if of_operation := _OF_OPERATION.get(operation):
        found += of_operation(task)
    return tuple(found)


def _of_start(task: Task) -> Iterator[Sentence]:
    if is_resume(START, task):
        yield from _unrepaired(error_code(task.error))
        if _had_launched(task):
            yield _LAUNCH_HAD_BEGUN
    if task.launches_itself:
        yield _LAUNCHES_ITSELF
        if task.start_target is False:
            yield _STAYS_DOWN


def _unrepaired(code: str) -> Iterator[Sentence]:
    """What a resume comes to as long as the error's cause is there."""
    advice = explain(code)
    if advice is None or not advice.resuming:
        return
    if advice.resume == "n":
        yield sentence("{code}: {what}", code=advice.code, what=advice.resuming)
    else:
        first = sentence(advice.first).in_midst()
        yield sentence("{code} stopped it: {first} before you resume.", code=advice.code, first=first)


def _of_launch(task: Task) -> Iterator[Sentence]:
    if not _was_cloned(task):
        yield _NEVER_CLONED
    if task.start_target is False:
        yield _STAYS_DOWN
    if is_diverging(task):
        yield DIVERGING


def _of_restart(task: Task) -> Iterator[Sentence]:
    if task.is_windows:
        yield _WINDOWS_SINCE
    if task.source.state == SourceState.CLEAR_FAILED:
        yield _SNAPSHOTS_IN_DOUBT


def _of_delete(task: Task) -> Iterator[Sentence]:
    if _has_clone(task):
        yield _CLONE_STAYS


def _of_roll_back(_task: Task) -> Iterator[Sentence]:
    yield _MAY_BE_REJECTED


def tier_for(operation: Operation, task: Task) -> Tier:
    """The tier of `operation` on `task`: starting a paused or failed task formats nothing."""
    return Tier.REPEATABLE if is_resume(operation, task) else operation.tier


def standing(task: Task) -> Hashable:
    """All of `task` that the judgements here depend on: tasks of one standing are judged alike."""
    return (
        task.situation,
        _unknown_state(task),
        task.connected,
        task.ends_with_agent,
        task.launches_itself,
        task.start_target,
        is_diverging(task),
        task.source.state == SourceState.CLEAR_FAILED,
        error_code(task.error) if task.situation in RESUMABLE else "",
        task.is_windows,
        _had_launched(task),
        _was_cloned(task),
        _has_clone(task),
        _is_checking(task),
    )


def is_resume(operation: Operation, task: Task) -> bool:
    """Whether `start` means going on rather than beginning."""
    return operation is START and task.situation in RESUMABLE


def _unknown_state(task: Task) -> str:
    """The service's own word, where nothing else is known of the state."""
    return task.state_text if task.situation is Situation.UNKNOWN else ""


def _had_launched(task: Task) -> bool:
    """Whether the step it stopped in is one of a launch."""
    step = task.stage
    if step is None or step.ended_ms is not None or not step.name.startswith(LAUNCH_STEPS):
        return False
    return bool(step.progress) or step.started_ms is not None


def _has_clone(task: Task) -> bool:
    return task.clone is not None and bool(task.clone.vm_id)


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
def _refusal_without_agent(operation: Operation, *, is_fragile: bool) -> Sentence:
    return sentence(
        "{operation} needs the agent, which is disconnected. {first}",
        operation=sentence(operation.label),
        first=RESTART_ENDS_IT if is_fragile else _START_AGENT,
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


_OF_OPERATION: Mapping[Operation, Callable[[Task], Iterable[Sentence]]] = MappingProxyType(
    {
        START: _of_start,
        TEST: _of_launch,
        CUTOVER: _of_launch,
        RESTART: _of_restart,
        ROLL_BACK: _of_roll_back,
        DELETE: _of_delete,
    }
)
