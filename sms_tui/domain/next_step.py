"""What a task needs next, in one short line. What may be sent is not decided here but in `rules`."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

from msgspec import Struct

from sms_tui.domain.advice import error_code, explain
from sms_tui.domain.outage import is_diverging
from sms_tui.domain.quantities import percent
from sms_tui.domain.sentence import Sentence, sentence
from sms_tui.domain.situation import Situation, SourceState
from sms_tui.domain.steps import doing, is_normal
from sms_tui.domain.task import SubTask, Task, TaskState


class Step(Struct, frozen=True):
    """What a task needs next, in at most 48 characters."""

    text: str
    waiting_for_operator: bool = False


def next_step(task: Task) -> Step:
    """What has to happen next, and whether it waits for the operator."""
    if task.has_lost_agent:
        return _LOOK_AT_AGENT if task.ends_with_agent else _RECONNECT
    if task.source.state == SourceState.DRILLING:
        return _DRILLING
    return _STEPS[task.situation](task)


def _for_operator(text: Sentence) -> Step:
    return Step(text, waiting_for_operator=True)


# Asked of tens of thousands of tasks when they are sorted or searched: what can be said is said once.
_RECONNECT = _for_operator(sentence("reconnect the agent on the source"))
_LOOK_AT_AGENT = _for_operator(sentence("agent lost: check its network, no restart yet"))
_DRILLING = Step(sentence("wait: migration drill"))
_DRILL_FAILED = _for_operator(sentence("drill failed: read its report, repair"))
_START = _for_operator(sentence("start full replication"))
_START_ALL = _for_operator(sentence("start; will launch by itself"))
_CLONE_FAILED = _for_operator(sentence("clone failed: see why, clone again or launch"))
_LAUNCH = _for_operator(sentence("launch when the business is stopped"))
_DIVERGING = _for_operator(sentence("sync rounds grow: find out why, then launch"))
_CLONING = Step(sentence("wait: cloning, then synchronization goes on"))
_LAUNCHING = Step(sentence("wait: launching the target"))
_RESUME = _for_operator(sentence("resume"))
_RESUME_ALL = _for_operator(sentence("resume; will launch by itself"))
_CLEAN_AGAIN = _for_operator(sentence("snapshots are still there: delete them again"))
_START_TARGET = Step(sentence("start and verify the target, then clean up"))
_VERIFY = Step(sentence("verify the target, then clean up"))
_CLEARED = Step(sentence("done: remove agent and left-over disks"))
_ROLLED_BACK = _for_operator(sentence("rolled back: sync again in the console"))
_UNKNOWN = _for_operator(sentence("look in the console: unknown state"))


def _ready(task: Task) -> Step:
    if task.source.state == SourceState.DRILL_FAILED:
        return _DRILL_FAILED
    return _START_ALL if task.launches_itself else _START


def _replicating(task: Task) -> Step:
    now = doing(task.stage) or "full replication"
    template = "will launch by itself; {now}" if task.launches_itself else _reassuring(task.stage)
    return _during(template, now)


def _reassuring(step: SubTask | None) -> str:
    """What a worried reader of the percentage should know."""
    template = "wait: {now}"
    if step is not None and step.name.startswith("MIGRATE_"):
        if step.progress is None:
            template = "wait: {now}, no figure is normal"
        elif is_normal(step):
            template = "wait: {now}, over 100 % is normal"
    return template


@lru_cache(maxsize=256)
def _during(template: str, now: str) -> Step:
    return Step(sentence(template, now=sentence(now)))


def _continuous(task: Task) -> Step:
    has_failed = task.clone is not None and task.clone.has_failed
    if has_failed:
        return _CLONE_FAILED
    return _DIVERGING if is_diverging(task) else _LAUNCH


def _launching(task: Task) -> Step:
    step = task.stage
    now = doing(step)
    if step is not None and step.name.startswith("SYNC_"):
        if step.progress is not None and is_normal(step):
            return Step(sentence("wait: comparing, {percent} is normal", percent=percent(step.progress)))
        now = "final sync"
    template = "wait: launching, {now}"
    return _during(template, now) if now else _LAUNCHING


def _in_transition(task: Task) -> Step:
    now = _TRANSITIONS.get(task.state, "deleting snapshots")
    template = "wait: {now}"
    return _during(template, now)


def _paused(task: Task) -> Step:
    if error_code(task.error):
        return _failed(task)
    return _RESUME_ALL if task.launches_itself else _RESUME


def _failed(task: Task) -> Step:
    return _repair(error_code(task.error))


@lru_cache(maxsize=1024)
def _repair(code: str) -> Step:
    advice = explain(code)
    if advice is None:
        text = sentence("upload and read the logs, then resume")
        if code:
            text = sentence("find out about {code}, then resume", code=code[:20])
        return _for_operator(text)
    template = "{code}: {first}, new task" if advice.resume == "n" else "{code}: {first}, then resume"
    first = sentence(advice.first).in_midst()
    return _for_operator(sentence(template, code=code, first=first))


def _finished(task: Task) -> Step:
    if task.source.state == SourceState.CLEAR_FAILED:
        return _CLEAN_AGAIN
    return _START_TARGET if task.start_target is False else _VERIFY


_TRANSITIONS: Mapping[TaskState, str] = MappingProxyType(
    {
        TaskState.ABORTING: "pausing",
        TaskState.SKIPPING: "skipping the consistency check",
        TaskState.DELETING: "deleting the task",
        TaskState.RESETING: "rolling back",
        TaskState.SYNC_F_ROLLBACKING: "rolling back",
    }
)
_STEPS: Mapping[Situation, Callable[[Task], Step]] = MappingProxyType(
    {
        Situation.READY: _ready,
        Situation.REPLICATING: _replicating,
        Situation.CONTINUOUS: _continuous,
        Situation.CLONING: lambda _: _CLONING,
        Situation.LAUNCHING: _launching,
        Situation.TRANSITION: _in_transition,
        Situation.PAUSED: _paused,
        Situation.MIGRATION_FAILED: _failed,
        Situation.SYNC_FAILED: _failed,
        Situation.FINISHED: _finished,
        Situation.CLEARED: lambda _: _CLEARED,
        Situation.ROLLED_BACK: lambda _: _ROLLED_BACK,
        Situation.UNKNOWN: lambda _: _UNKNOWN,
    }
)
