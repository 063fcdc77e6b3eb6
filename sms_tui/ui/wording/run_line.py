"""The `sms-tui run` command that does the same as an operation of the interface, for a shell."""

import shlex
from collections.abc import Iterator, Sequence

from sms_tui.domain.plan import Plan
from sms_tui.engine.sending.policy import ORDER_WORDS, Order, Policy


def run_line(plan: Plan, reached_by: Sequence[str], policy: Policy | None = None) -> str:
    """The command for exactly the targets of `plan`, by their ids, since names can be given anew.

    `reached_by` are the options that lead to the same service. What has to be filled in stands in `<>`.
    """
    given = dict.fromkeys((each.name for each in plan.operation.parameters if each.required), "<{}>")
    pairs = {name: blank.format(name) for name, blank in given.items()} | dict(plan.parameters)
    options = [word for name, value in pairs.items() for word in ("--param", f"{name}={value}")]
    if policy is not None and len(plan.targets) > 1:
        options += _how(policy)
    return _line(plan.operation.name, plan.ids, (*options, *reached_by))


def blank_run_line(ids: Sequence[str], reached_by: Sequence[str]) -> str:
    """The command with the operation still to be named."""
    return _line("<operation>", ids, reached_by)


def _line(operation: str, ids: Sequence[str], options: Sequence[str]) -> str:
    """An id that begins with a dash must not be read as an option."""
    apart = ["--"] if any(task_id.startswith("-") for task_id in ids) else []
    if apart:
        return shlex.join(["sms-tui", "run", *options, *apart, operation, *ids])
    return shlex.join(["sms-tui", "run", operation, *ids, *options])


def _how(policy: Policy) -> Iterator[str]:
    yield from ("--order", ORDER_WORDS[policy.order])
    if policy.order is Order.CANARY and policy.canary_state:
        yield from ("--canary-state", policy.canary_state)
    yield "--halt" if policy.halt_on_refusal else "--no-halt"
    if policy.leave_out:
        yield "--leave-out"
