"""A plan: one operation on a fixed list of tasks, and what the operator must type to confirm it.

Dialogs show a plan and the dispatcher carries one out; neither ever looks at "the current row".
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field

from sms_tui.domain.operations import (
    COLLECT_LOG,
    LAUNCHES,
    RESUME_LABEL,
    SPEED_LIMIT,
    START,
    STOP,
    Consequences,
    Operation,
    Parameter,
    Tier,
)
from sms_tui.domain.outage import cost_of_launch
from sms_tui.domain.recopy import cost_of_recopy
from sms_tui.domain.rules import is_resume, refusal, tier_for, warnings
from sms_tui.domain.sentence import counted, joined, sentence
from sms_tui.domain.speed_limit import SpeedRuleError, parse_rules
from sms_tui.domain.task import Task
from sms_tui.domain.text import is_plain

DEAF_SECONDS = 0.4
"""After a question was put: what is typed in that time is no answer, since nobody can have read it yet"""
_LONGEST_ID = 255
_OF_A_PATH = frozenset("/\\?#%")
"""What ends a part of a path, or says which it is"""
LONGEST_TYPED_NAME = 40
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_YES = "y"
_RISKS_THE_COPY = LAUNCHES | {STOP}
"""After a pause much is copied again, and after a launch that fails sometimes all of it"""
GONE = sentence("the task no longer exists")


class Target(Struct, frozen=True):
    """One task that a plan is for, as it was when the plan was made."""

    task: Task
    read_at: float
    """Epoch seconds"""
    warnings: tuple[str, ...] = ()


class LeftOut(Struct, frozen=True):
    """One task that was chosen but cannot take the operation, and why."""

    task: Task
    reason: str


class Plan(Struct, frozen=True):
    """What would be sent to which tasks; made once, never changed."""

    operation: Operation
    targets: tuple[Target, ...]
    left_out: tuple[LeftOut, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    """Ids of targets that a filter hid from view when they were chosen."""

    @property
    def ids(self) -> tuple[str, ...]:
        """The task ids, in the order in which they are sent."""
        return tuple(target.task.id for target in self.targets)

    @property
    def chosen(self) -> tuple[Task, ...]:
        """Every task that was chosen for it, left out or not."""
        return (*(target.task for target in self.targets), *(left.task for left in self.left_out))

    @property
    def resumes(self) -> bool:
        """Whether every target would only go on."""
        return _all_resume(self.operation, self.targets)

    @property
    def consequences(self) -> Consequences:
        """What comes of a yes to this plan."""
        told = self.operation.consequences(resumes=self.resumes)
        if resuming := self._resuming_beside_others():
            return told._replace(what=joined(" ", (sentence(told.what), resuming)))
        if self.operation not in _RISKS_THE_COPY or not self.targets:
            return told
        tasks = [target.task for target in self.targets]
        cost = sentence(told.cost) if self.operation is STOP else cost_of_launch(tasks)
        return told._replace(cost=joined(" ", (cost, cost_of_recopy(tasks) or "")))

    def _resuming_beside_others(self) -> str:
        """Of a start: which of them it does not format, if only some."""
        count = sum(is_resume(self.operation, target.task) for target in self.targets)
        if not 0 < count < len(self.targets):
            return ""
        return counted(
            count,
            "{count} of the {all} is paused or failed: it goes on where it stopped and is not formatted.",
            "{count} of the {all} are paused or failed: they go on where they stopped and are not formatted.",
            all=len(self.targets),
        )

    @property
    def label(self) -> str:
        """Our verb for this plan; where nothing is possible, for what was chosen."""
        chosen = self.targets or self.left_out
        return RESUME_LABEL if _all_resume(self.operation, chosen) else self.operation.label

    @property
    def tier(self) -> Tier:
        """The highest tier among the targets, of which only those of a start can differ."""
        if self.operation is not START:
            return self.operation.tier
        return max(
            (tier_for(self.operation, target.task) for target in self.targets), default=self.operation.tier
        )

    @property
    def word(self) -> str:
        """What has to be typed to go ahead; `y` means the key alone."""
        count = len(self.targets)
        if self.tier is Tier.REPEATABLE or (self.tier is Tier.COSTLY and count == 1):
            return _YES
        if self.tier is not Tier.IRREVERSIBLE:
            return str(count)
        return typed_name(self.targets[0].task) if count == 1 else f"{self.operation.name} {count}"

    @property
    def is_typed(self) -> bool:
        """Whether a text has to be typed, rather than one key pressed."""
        return self.word != _YES or self.tier is Tier.IRREVERSIBLE

    def accepts(self, typed: str) -> bool:
        """Whether `typed` is exactly the operator's word for this plan."""
        return bool(self.targets) and typed.strip() == self.word


def make_plan(
    operation: Operation,
    tasks: Iterable[tuple[Task, float]],
    parameters: Mapping[str, str] | None = None,
    hidden: Iterable[str] = (),
) -> Plan:
    """Sort `tasks`, each with the epoch seconds at which it was read, into targets and left out."""
    targets: list[Target] = []
    left_out: list[LeftOut] = []
    for task, read_at in tasks:
        if reason := id_problem(task.id) or refusal(operation, task):
            left_out.append(LeftOut(task, reason))
        else:
            targets.append(Target(task, read_at, warnings(operation, task)))
    # Only now is it known what the operation is called.
    if _all_resume(operation, targets):
        left_out = [
            LeftOut(each.task, refusal(operation, each.task, resumes=True) or each.reason)
            for each in left_out
        ]
    return Plan(operation, tuple(targets), tuple(left_out), dict(parameters or {}), frozenset(hidden))


def _all_resume(operation: Operation, chosen: Sequence[Target] | Sequence[LeftOut]) -> bool:
    return bool(chosen) and all(is_resume(operation, each.task) for each in chosen)


def typed_name(task: Task) -> str:
    """What stands for one task where its name has to be typed; names can be hostile, ids cannot."""
    return task.name if is_plain(task.name, LONGEST_TYPED_NAME) else task.id[-6:]


def parameter_problem(operation: Operation, parameters: Mapping[str, str]) -> str | None:
    """Why `parameters` cannot be sent with `operation`, or None; nothing is sent with a problem."""
    for parameter in operation.parameters:
        if problem := _value_problem(operation, parameter, parameters.get(parameter.name)):
            return problem
    if operation is COLLECT_LOG and not _BUCKET.fullmatch(parameters["bucket"]):
        return sentence(
            "'{bucket}' is not a bucket name: 3 to 63 lower-case letters, digits, '-' or '.', "
            "beginning and ending with a letter or digit",
            bucket=parameters["bucket"],
        )
    if operation is SPEED_LIMIT:
        try:
            parse_rules(parameters["rules"])
        except SpeedRuleError as problem:
            return str(problem)
    return None


def _value_problem(operation: Operation, parameter: Parameter, value: str | None) -> str | None:
    if value is None and parameter.required:
        return sentence(
            "{operation} needs the parameter {name}",
            operation=sentence(operation.label),
            name=parameter.name,
        )
    if value and parameter.choices and value not in parameter.choices:
        return sentence(
            "{name} is one of {choices}, not '{value}'",
            name=parameter.name,
            choices=", ".join(parameter.choices),
            value=value,
        )
    return None


def is_task_id(text: str) -> bool:
    """Whether `text` can be a task id: 1 to 255 characters that cannot change the path of a request."""
    return (
        0 < len(text) <= _LONGEST_ID
        and text.isprintable()
        and _OF_A_PATH.isdisjoint(text)
        and text not in {".", ".."}
    )


def id_problem(task_id: str) -> str | None:
    """Why no request can be made for the task with this id, or None."""
    return None if is_task_id(task_id) else sentence("{id!r} cannot be the id of a task", id=task_id[:40])
