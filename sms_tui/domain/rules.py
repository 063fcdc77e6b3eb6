"""When an operation makes sense: refusals with their reason, warnings, and the tier for a given task.

The service has the last word on every one of these; here they save an operator from a mistake.
"""

from sms_tui.domain.operations import CUTOVER, ROLL_BACK, SKIP, START, TEST, Operation, Tier
from sms_tui.domain.task import RESUMABLE, Situation, Task

_CHECK_SUBTASK = "CHECK_CONSISTENCY"
_NO_AGENT = "The agent is disconnected; most operations are refused by the service until it is back."
_BRING_BACK = "Start the agent on the source and wait a minute."


def refusal(operation: Operation, task: Task) -> str | None:
    """Why `operation` makes no sense for `task` as it is now, in one sentence, or None if it may be sent."""
    situation = task.situation
    if situation not in operation.allowed:
        return f"{operation.label} is not possible while {_described(task)}. {_available(operation)}"
    if operation is SKIP and not _is_checking(task):
        return "Skip is possible only while a consistency check stands between 5 and 95 %."
    if task.connected is False and not operation.without_agent:
        return f"{operation.label} needs the agent, which is disconnected. {_BRING_BACK}"
    return None


def warnings(operation: Operation, task: Task) -> tuple[str, ...]:
    """What to say about `task` beyond the operation's own words before it is sent."""
    found = []
    if caution := operation.cautious.get(task.situation):
        found.append(caution)
    if task.connected is False and operation.without_agent:
        found.append(_NO_AGENT)
    if operation is START and task.launches_itself:
        found.append("This task launches its target by itself when the copy is complete (syncing is off).")
    if operation in {TEST, CUTOVER} and (task.clone is None or task.clone.state.upper() != "FINISHED"):
        found.append("No finished clone test is on record for this server.")
    if operation is ROLL_BACK:
        found.append("Newer endpoints may reject this operation.")
    return tuple(found)


def tier_for(operation: Operation, task: Task) -> Tier:
    """The tier of `operation` on `task`: starting a paused or failed task formats nothing."""
    return Tier.REPEATABLE if is_resume(operation, task) else operation.tier


def is_resume(operation: Operation, task: Task) -> bool:
    """Whether `start` means going on rather than beginning."""
    return operation is START and task.situation in RESUMABLE


def _is_checking(task: Task) -> bool:
    steps = (*task.subtasks, task.stage) if task.stage else task.subtasks
    return any(
        step.name == _CHECK_SUBTASK and step.progress is not None and 5 <= step.progress <= 95
        for step in steps
    )


def _described(task: Task) -> str:
    situation = task.situation
    return (
        f"in an unknown state: {task.state_text[:40]}" if situation is Situation.UNKNOWN else situation.value
    )


def needs(operation: Operation) -> str:
    """What a task must be for `operation`, such as `needs ready or paused`."""
    *others, last = _names(operation)
    return f"needs {', '.join(others)} or {last}" if others else f"needs {last}"


def _available(operation: Operation) -> str:
    return f"Possible when: {', '.join(_names(operation))}."


def _names(operation: Operation) -> list[str]:
    return sorted(situation.value for situation in operation.allowed if situation is not Situation.UNKNOWN)
