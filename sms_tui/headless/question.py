"""What an operator reads before `run` sends an operation, and the word they have to type."""

import asyncio
import sys
import termios
import textwrap
from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import islice

from sms_tui.config import Profile
from sms_tui.domain.operations import Tier
from sms_tui.domain.plan import DEAF_SECONDS, Plan, Target
from sms_tui.domain.quantities import age
from sms_tui.domain.sentence import first_few
from sms_tui.domain.text import NAME_LIMIT, clean
from sms_tui.engine import Engine
from sms_tui.engine.sending.policy import Policy

MOST_TARGETS = 10
_LABEL = len("What happens:  ")
Ask = Callable[[str], Awaitable[str]]


def plan_lines(plan: Plan, profile: Profile, engine: Engine, policy: Policy) -> Iterator[str]:
    """Everything the dialog of the interface would say of `plan`."""
    production = "  PRODUCTION" if profile.production else ""
    yield f"{plan.label} ({plan.operation.name})  profile {clean(profile.name, NAME_LIMIT)}{production}"
    yield f"  at {clean(engine.endpoint)}"
    now = engine.clock.now()
    shown, more = first_few(plan.targets, MOST_TARGETS)
    for target in shown:
        yield from _target_lines(target, now)
    if more:
        yield f"  … {more}"
    yield from left_out_lines(plan)
    what, cost, back = plan.consequences
    yield f"What happens:  {what}"
    yield f"What it costs: {cost}"
    yield f"The way back:  {back}"
    if len(plan.targets) > 1:
        irreversible = plan.tier is Tier.IRREVERSIBLE
        yield f"How:           {policy.sentence(engine.in_flight, irreversible=irreversible)}"
    yield from (f"Request:       {line}" for line in islice(request_lines(plan, engine), 1))


def folded(line: str, width: int) -> Sequence[str]:
    """`line` for a terminal of that width, whole words under its beginning; 0: as it is.

    A request stays one line, so that it can be copied: the terminal folds it.
    """
    if not width or len(line) <= width or line.startswith("Request:"):
        return [line]
    indent = 6 if line.startswith(" ") else _LABEL
    return textwrap.wrap(line, width, subsequent_indent=" " * indent, break_on_hyphens=False)


def _target_lines(target: Target, now: float) -> Iterator[str]:
    task = target.task
    seen = f"{clean(task.state_text, 40)} ({task.situation.value}), {age(now - target.read_at)} ago"
    yield f"  {clean(task.name, NAME_LIMIT)}  {clean(task.id)}  {seen}"
    yield from (f"      ! {warning}" for warning in target.warnings)


def left_out_lines(plan: Plan) -> Iterator[str]:
    """The tasks that cannot take the operation, each with its reason."""
    for left in plan.left_out:
        yield f"  left out: {clean(left.task.name, NAME_LIMIT)}  {clean(left.reason)}"


def warning_lines(plan: Plan) -> Iterator[str]:
    """Each warning about single tasks once, for those who are not asked: it names the tasks."""
    found: dict[str, list[str]] = {}
    for target in plan.targets:
        for warning in target.warnings:
            found.setdefault(warning, []).append(clean(target.task.name, NAME_LIMIT))
    for warning, names in found.items():
        shown, more = first_few(names, MOST_TARGETS)
        yield f"! {', '.join([*shown, *filter(None, [more])])}: {warning}"


def request_lines(plan: Plan, engine: Engine) -> Iterator[str]:
    """The exact requests, as one line each."""
    yield from (request.line for request in engine.dispatcher.requests(plan))


def question(plan: Plan) -> str:
    """What is asked at the end: the text to type, word for word."""
    if plan.is_typed:
        return f"Type {plan.word} to go ahead: "
    return "y to go ahead, anything else cancels: "


async def ask_terminal(prompt: str) -> str:
    """Ask on the terminal without holding up the loop, so that signals and polling go on.

    What was typed before there was a question is no answer to it; nor is a key meant for what stood there.
    """
    await asyncio.sleep(DEAF_SECONDS)
    termios.tcflush(sys.stdin, termios.TCIFLUSH)
    sys.stderr.write(prompt)
    sys.stderr.flush()
    loop = asyncio.get_running_loop()
    typed = asyncio.Event()
    loop.add_reader(sys.stdin, typed.set)
    try:
        await typed.wait()
    finally:
        loop.remove_reader(sys.stdin)
    return sys.stdin.readline().rstrip("\n")
