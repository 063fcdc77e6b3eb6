"""What to do next: explains error codes from a catalogue in the package, and names the next step of a task.

It works offline, since a jump host has no browser. What may be sent is not decided here but in `rules`.
"""

import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pkgutil import get_data
from types import MappingProxyType

from msgspec import Struct

from sms_tui.domain.outage import is_diverging
from sms_tui.domain.quantities import percent
from sms_tui.domain.sentence import Sentence, joined, sentence
from sms_tui.domain.situation import Situation, SourceState
from sms_tui.domain.steps import doing, is_normal
from sms_tui.domain.task import SubTask, Task, TaskState

_MOST_READ = 4096
"""Characters of `error_json` that are looked at; the service cuts it at 255"""
_DEEPEST = 8
"""Lists in lists that are still put in words; no service means more, and Python would not go on for ever"""
_CODE = re.compile(r"\b(?:SMS|APIGW|APIG|IAM)\.\d{4}(?!\d)")
_NAMED_CODE = re.compile(r'"error_code"\s*:\s*"([\w.-]{1,40})"')
_PLAUSIBLE = re.compile(r"[\w.-]{1,40}")
_RESUMING = MappingProxyType(
    {
        "y": sentence("Resume helps after the fix."),
        "a": sentence("The agent may go on by itself; else Resume helps after the fix."),
        "n": sentence("Resume does not help: a new task or registration is needed."),
    }
)


class Advice(Struct, frozen=True):
    """One row of the catalogue."""

    code: str
    meaning: str
    first: str
    """What to do first, short enough for a row: the action up to its first semicolon"""
    rest: str
    who: str
    """S source, N network, T target, A account, V vendor, joined by `/`; `-` for nobody in particular"""
    resume: str
    """y: resume after the fix; a: the same, but where it is set up to the agent tries again by itself;
    n: a new task is needed; -: there is no task yet, or nothing to resume"""

    @property
    def action(self) -> Sentence:
        """All that is to be done."""
        return joined("; ", (self.first, self.rest))

    @property
    def resuming(self) -> str:
        """Whether resuming helps; empty where there is nothing to resume."""
        return _RESUMING.get(self.resume, "")


class Step(Struct, frozen=True):
    """What a task needs next, in at most 48 characters."""

    text: str
    waiting_for_operator: bool = False


@lru_cache(maxsize=1)
def _catalogue() -> Mapping[str, Advice]:
    # Only now, since most tasks have no error; `importlib.resources` would load what archives need, too.
    data = get_data("sms_tui.domain", "errors.tsv") or b""
    rows = map(_advice, data.decode().splitlines()[1:])
    return MappingProxyType({row.code: row for row in rows})


def _advice(line: str) -> Advice:
    code, meaning, action, who, resume = line.split("\t")
    first, _, rest = action.partition("; ")
    return Advice(code, sentence(meaning), sentence(first), sentence(rest), who, resume)


def explain(code: str) -> Advice | None:
    """What the catalogue says of `code`, if it knows it."""
    return _catalogue().get(code.strip().upper())


def codes() -> list[str]:
    """Every code of the catalogue."""
    return list(_catalogue())


def search(words: str) -> list[Advice]:
    """The rows in which all of `words` begin a word, whatever the case; none for no words."""
    wanted = words.casefold().split()
    return [advice for advice in _catalogue().values() if wanted and _holds(advice, wanted)]


def _holds(advice: Advice, wanted: list[str]) -> bool:
    text = f"{advice.code} {advice.meaning} {advice.action}".casefold()
    return all(re.search(rf"(?<!\w){re.escape(word)}", text) for word in wanted)


def error_code(error: str) -> str:
    """The code in an `error_json`, even where the text is cut off; empty if there is none."""
    return _code(error[:_MOST_READ]) if error else ""


@lru_cache(maxsize=1024)
def _code(error: str) -> str:
    document = _parsed(error)
    code = document.get("error_code") if isinstance(document, dict) else None
    if isinstance(code, str) and _PLAUSIBLE.fullmatch(code):
        return code
    if named := _NAMED_CODE.search(error):
        return named[1]
    found = _CODE.search(error)
    return found[0] if found else ""


def error_text(error: str) -> str:
    """An `error_json` in words, its code first; the text as it was sent where it cannot be read."""
    document = _parsed(error[:_MOST_READ])
    if not isinstance(document, dict):
        return error
    parts = (document.get("error_msg"), document.get("error_param"))
    words = [text for part in parts if (text := _words(part))]
    return " ".join((error_code(error), *words)).strip() or error


def _words(part: object, depth: int = 0) -> str:
    if isinstance(part, str):
        return part
    if depth > _DEEPEST:
        return "…"
    if isinstance(part, list):
        return ", ".join(_words(item, depth + 1) for item in part)
    return "" if part is None else _dumped(part)


def _dumped(part: object) -> str:
    try:
        return json.dumps(part, ensure_ascii=False)
    except RecursionError:
        return "…"


def _parsed(error: str) -> object:
    try:
        return json.loads(error)
    except (ValueError, RecursionError):
        return None


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
