"""What a confirmation says, as pure text made from a plan; server text enters it cleaned and limited only."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from textual.content import Content

from sms_tui.domain.operations import RESUME_BACK, RESUME_COST, RESUME_WHAT, Tier
from sms_tui.domain.plan import Plan, Target
from sms_tui.domain.quantities import age
from sms_tui.domain.task import Situation, Task
from sms_tui.domain.text import DETAIL_LIMIT, clean
from sms_tui.engine.policy import Policy

MOST_LISTED = 10
TIER_WORDS = {
    Tier.REPEATABLE: "repeatable",
    Tier.COSTLY: "costs money or time",
    Tier.DESTRUCTIVE: "destroys or interrupts",
    Tier.IRREVERSIBLE: "irreversible",
}
_NAME_WIDTH = 22
_STATE_WIDTH = 26
_AGE_WIDTH = 10
_LONGEST_NAME = 64
_MOST_CHANGES = 3
_BOLD = "bold"
_MUTED = "$foreground-muted"
_WARNING = "bold $text-warning"
_ALARM = "bold reverse $text-error"


class PreparedText(Protocol):
    """A request as it would go over the wire."""

    @property
    def method(self) -> str:
        """The HTTP method."""
        ...

    @property
    def url(self) -> str:
        """The whole URL."""
        ...

    @property
    def body(self) -> bytes | str:
        """The body, empty if there is none."""
        ...


def operation_line(plan: Plan) -> Content:
    """Our verb, the API's verb, how many tasks, and how much it can hurt."""
    count = len(plan.targets)
    left_out = f", {len(plan.left_out)} left out" if plan.left_out else ""
    danger = _ALARM if plan.tier >= Tier.DESTRUCTIVE else _MUTED
    return Content.assemble(
        (f"{plan.label} ({plan.operation.name})", _BOLD),
        f"  {count} task{'' if count == 1 else 's'}{left_out}  ",
        (f" {TIER_WORDS[plan.tier]} " if plan.tier >= Tier.DESTRUCTIVE else TIER_WORDS[plan.tier], danger),
    )


def place_line(profile: str, endpoint: str, *, production: bool, simulated: bool, dry_run: bool) -> Content:
    """Where the operation would go."""
    parts: list[Content] = [Content("profile ") + Content.styled(clean(profile, _LONGEST_NAME), _BOLD)]
    if production:
        parts.append(Content.styled(" PRODUCTION ", _ALARM))
    if simulated:
        parts.append(Content.styled("SIMULATED", _WARNING))
    if dry_run:
        parts.append(Content.styled("DRY RUN: nothing will be sent", _WARNING))
    parts.append(Content.styled(clean(endpoint), _MUTED))
    return Content("  ").join(parts)


def ask_line(plan: Plan, *, dry_run: bool) -> Content:
    """What to press or type, and that it comes to nothing in a dry run."""
    if plan.is_typed:
        asked = Content.assemble("Type ", (plan.word, "bold reverse"), " to go ahead:")
    else:
        asked = Content.assemble(("y", "bold reverse"), " to go ahead, n or esc to cancel")
    return asked + Content.styled("  Dry run: goes to the log alone", _WARNING) if dry_run else asked


def policy_line(plan: Plan, policy: Policy, in_flight: int) -> Content | None:
    """How several are sent; None for one."""
    if len(plan.targets) < 2:
        return None
    said = policy.sentence(in_flight, irreversible=plan.tier is Tier.IRREVERSIBLE)
    return Content.assemble(("How: ", _MUTED), said)


def broken_lines(against: Sequence[str]) -> Content | None:
    """Why the question no longer holds."""
    if not against:
        return None
    lead = "CHANGED since this was asked: nothing can be sent from here. ctrl+y asks anew, esc cancels."
    lines = [Content.styled(lead, _ALARM), *_first_few(against)]
    return Content("\n").join(lines)


def news_lines(news: Sequence[str], trouble: str, *, is_reading: bool) -> Content | None:
    """What reading the targets again while the question is open has shown."""
    lines: list[Content] = []
    if news:
        lines.append(Content.styled("Changed since you looked:", _WARNING))
        lines += _first_few(news)
    if trouble:
        lines.append(Content.styled(f"Not read again: {clean(trouble, DETAIL_LIMIT)}", _WARNING))
    if is_reading:
        lines.append(Content.styled("Reading the targets again…", _MUTED))
    return Content("\n").join(lines) if lines else None


def _first_few(said: Sequence[str]) -> list[Content]:
    lines = [Content(clean(text, DETAIL_LIMIT)) for text in said[:_MOST_CHANGES]]
    more = len(said) - len(lines)
    return [*lines, Content(f"and {more} more")] if more else lines


def target_lines(plan: Plan, now: float) -> Content:
    """Each target with its state and the age of that state at `now` (epoch seconds)."""
    if not plan.targets:
        return Content.styled("No task can take this operation now.", _WARNING)
    if len(plan.targets) == 1:
        return _one(plan.targets[0], now)
    lines = [_row("task", "state", "read", "id").stylize(_MUTED)]
    lines.extend(
        _row(target.task.name, state_words(target.task), _ago(target, now), target.task.id)
        for target in plan.targets[:MOST_LISTED]
    )
    if (more := len(plan.targets) - MOST_LISTED) > 0:
        lines.append(Content(f"and {more} more"))
    return Content("\n").join(lines)


def state_words(task: Task) -> str:
    """Our word for the state, and the service's."""
    if task.situation is Situation.UNKNOWN:
        return f"unknown ({task.state_text})"
    return task.situation.value


def caution_lines(plan: Plan) -> Content | None:
    """What to think of first: targets that a filter hides, then every warning once."""
    lines = [*_hidden(plan), *_warnings(plan)]
    return Content("\n").join(lines) if lines else None


def _hidden(plan: Plan) -> list[Content]:
    hidden = [target.task.name for target in plan.targets if target.task.id in plan.hidden]
    if not hidden:
        return []
    lead = f"! {len(hidden)} of these hidden by the filter: "
    return [Content.assemble((lead, _WARNING), named(hidden, quoted=True))]


def _warnings(plan: Plan) -> list[Content]:
    about: dict[str, list[str]] = {}
    for target in plan.targets:
        for warning in target.warnings:
            about.setdefault(warning, []).append(target.task.name)
    return [
        Content.assemble((f"! {clean(text, DETAIL_LIMIT)}", _WARNING), _about(names, of=len(plan.targets)))
        for text, names in about.items()
    ]


def left_out_lines(plan: Plan) -> Content | None:
    """The chosen tasks that the operation is not for, and why."""
    if not plan.left_out:
        return None
    alike: dict[str, list[str]] = {}
    for task in plan.left_out:
        alike.setdefault(task.reason, []).append(task.name)
    lines = [Content.styled(f"Left out: {len(plan.left_out)}", _BOLD)]
    lines.extend(
        Content.assemble(f"{named(names, quoted=True)}: ", (clean(reason, DETAIL_LIMIT), _MUTED))
        for reason, names in alike.items()
    )
    return Content("\n").join(lines)


def consequence_lines(plan: Plan) -> Content:
    """What happens, what it costs, how to get back."""
    what, cost, back = plan.operation.what, plan.operation.cost, plan.operation.way_back
    if plan.targets and plan.resumes:
        what, cost, back = RESUME_WHAT, RESUME_COST, RESUME_BACK
    labelled = (("What happens", what), ("What it costs", cost), ("Way back", back))
    return Content("\n").join(Content.assemble((f"{label}: ", _BOLD), text) for label, text in labelled)


def parameter_lines(plan: Plan) -> Content | None:
    """What is sent along."""
    if not plan.parameters:
        return None
    pairs = (f"{name} = {clean(value) or '(empty)'}" for name, value in plan.parameters.items())
    return Content.assemble(("Sent along: ", _BOLD), ", ".join(pairs))


def request_lines(requests: Sequence[PreparedText], total: int) -> Content:
    """The requests as they would be sent, credentials aside."""
    lines = [Content.styled("Request", _BOLD) if total == 1 else _first_of(len(requests), total)]
    for request in requests:
        body = request.body.decode("utf-8", "replace") if isinstance(request.body, bytes) else request.body
        lines.append(Content(f"{request.method} {clean(request.url, DETAIL_LIMIT)}"))
        if body:
            lines.append(Content(clean(body, DETAIL_LIMIT, lines=True)))
    return Content("\n").join(lines)


def named(names: Sequence[str], *, quoted: bool = False) -> str:
    """Names in one line: the first ten, then a count."""
    shown = [clean(name, _LONGEST_NAME) for name in names[:MOST_LISTED]]
    text = ", ".join(f"'{name}'" if quoted else name for name in shown)
    more = len(names) - len(shown)
    return f"{text} and {more} more" if more > 0 else text


def _about(names: Sequence[str], *, of: int) -> str:
    if of == 1:
        return ""
    return " (all of them)" if len(names) == of else f" ({named(names, quoted=True)})"


def _first_of(count: int, total: int) -> Content:
    title = f"{total} requests" if count == total else f"Requests, the first {count} of {total}"
    return Content.styled(title, _BOLD)


def _one(target: Target, now: float) -> Content:
    task = target.task
    pairs: Iterable[tuple[str, str]] = (
        ("task ", clean(task.name)),
        ("id   ", clean(task.id)),
        ("state", f"{clean(state_words(task))}, read {_ago(target, now)}"),
    )
    return Content("\n").join(
        Content.assemble((f"{label}  ", _MUTED), (text, _BOLD if label.strip() == "task" else ""))
        for label, text in pairs
    )


def _row(name: str, state: str, read: str, task_id: str) -> Content:
    cells = ((name, _NAME_WIDTH), (state, _STATE_WIDTH), (read, _AGE_WIDTH))
    columns = [Content(clean(text)).truncate(width, ellipsis=True, pad=True) for text, width in cells]
    return Content(" ").join([*columns, Content(clean(task_id))])


def _ago(target: Target, now: float) -> str:
    return f"{age(max(0.0, now - target.read_at))} ago"
