"""The words of a confirmation, made from a plan by pure functions; server text is cleaned and shortened."""

from collections.abc import Sequence
from typing import Protocol

from textual.content import Content

from sms_tui.config import Profile
from sms_tui.domain.operations import LAUNCHES, Tier, titled
from sms_tui.domain.outage import launch_by
from sms_tui.domain.plan import Plan, Target
from sms_tui.domain.quantities import age
from sms_tui.domain.sentence import Sentence, counted, first_few, sentence
from sms_tui.domain.text import DETAIL_LIMIT, clean
from sms_tui.engine.mode import Mode
from sms_tui.engine.sending.policy import Policy
from sms_tui.ui.table.columns import fit
from sms_tui.ui.wording.language import tr
from sms_tui.ui.wording.state_words import situation_words
from sms_tui.ui.wording.task_names import in_column, name_width
from sms_tui.ui.wording.times import minute

MOST_LISTED = 10
_STATE_WIDTH = 26
_AGE_WIDTH = 10
_LABEL_WIDTH = 7
_LONGEST_NAME = 64
_MOST_CHANGES = 3
_BOLD = "bold"
_TEXT = "\0"
"""Stands for the word in a sentence around it"""
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
    def body(self) -> bytes:
        """The body, empty if there is none."""
        ...


def operation_line(plan: Plan) -> Content:
    """Our verb, the API's verb, how many tasks, and how much it can hurt."""
    count = tr(counted(len(plan.targets), "{count} task", "{count} tasks"))
    left_out = tr(", ") + tr("{count} left out", count=len(plan.left_out)) if plan.left_out else ""
    is_alarming = plan.tier >= Tier.DESTRUCTIVE
    tier = tr(plan.tier.words)
    return Content.assemble(
        (tr(titled(plan.label, plan.operation.name)), _BOLD),
        f"  {count}{left_out}  ",
        (f" {tier} ", _ALARM) if is_alarming else (tier, _MUTED),
    )


def place_line(profile: Profile, mode: Mode) -> Content:
    """Where the operation would go."""
    parts = [Content(f"{tr('profile')} ") + Content.styled(clean(profile.name, _LONGEST_NAME), _BOLD)]
    if profile.production:
        parts.append(Content.styled(f" {tr('PRODUCTION')} ", _ALARM))
    if mode.simulated:
        parts.append(Content.styled(tr("SIMULATED"), _WARNING))
    if mode.dry_run:
        parts.append(Content.styled(tr("DRY RUN: nothing will be sent"), _WARNING))
    parts.append(Content.styled(clean(profile.endpoint), _MUTED))
    return Content("  ").join(parts)


def ask_line(plan: Plan, *, dry_run: bool) -> Content:
    """What to press or type, and that it comes to nothing in a dry run."""
    if plan.is_typed:
        before, _, after = tr("Type {text} to go ahead:", text=_TEXT).partition(_TEXT)
        asked = Content.assemble(before, (plan.word, "bold reverse"), after)
    else:
        asked = Content.assemble(("y", "bold reverse"), f" {tr('to go ahead, n or esc to cancel')}")
    if not dry_run:
        return asked
    return asked + Content.styled(f"  {tr('Dry run: goes to the log alone')}", _WARNING)


def policy_line(plan: Plan, policy: Policy, in_flight: int) -> Content | None:
    """How several are sent; None for one."""
    if len(plan.targets) < 2:
        return None
    said = policy.sentence(in_flight, irreversible=plan.tier is Tier.IRREVERSIBLE)
    return Content.assemble((f"{tr('How:')} ", _MUTED), tr(said))


def broken_line() -> Content:
    """Says that the question no longer holds, and how to go on."""
    lead = tr("CHANGED since this was asked: nothing can be sent from here. ctrl+y asks anew, esc cancels.")
    return Content.styled(lead, _ALARM)


def against_lines(against: Sequence[str]) -> Content | None:
    """Why the question no longer holds."""
    return Content("\n").join(_first_few(against, MOST_LISTED)) if against else None


def news_lines(news: Sequence[str], trouble: str, *, is_reading: bool) -> Content | None:
    """What reading the targets again while the question is open has shown."""
    lines: list[Content] = []
    if news:
        lines.append(Content.styled(tr("Changed since you looked:"), _WARNING))
        lines += _first_few(news)
    if trouble:
        lines.append(
            Content.styled(clean(tr("Not read again: {reason}", reason=trouble), DETAIL_LIMIT), _WARNING)
        )
    if is_reading:
        lines.append(Content.styled(tr("Reading the targets again…"), _MUTED))
    return Content("\n").join(lines) if lines else None


def _first_few(said: Sequence[str], most: int = _MOST_CHANGES) -> list[Content]:
    shown, more = first_few(said, most)
    lines = [Content(clean(tr(text), DETAIL_LIMIT)) for text in shown]
    return [*lines, Content(tr(more))] if more else lines


def target_lines(plan: Plan, now: float) -> Content:
    """Each target with its state and the age of that state at `now` (epoch seconds)."""
    if not plan.targets:
        return Content.styled(tr("No task can take this operation now."), _WARNING)
    if len(plan.targets) == 1:
        return _one(plan.targets[0], now)
    shown, more = first_few(plan.targets, MOST_LISTED)
    width = name_width(target.task.name for target in shown)
    title = in_column(tr("task"), "", width)
    lines = [_row(title, tr("state"), tr("read"), tr("id")).stylize(_MUTED)]
    lines.extend(_target(target, width, now) for target in shown)
    if more:
        lines.append(Content(tr(more)))
    return Content("\n").join(lines)


def caution_lines(plan: Plan) -> Content | None:
    """What to think of first: targets that a filter hides, then every warning once."""
    lines = [*_hidden(plan), *_warnings(plan)]
    return Content("\n").join(lines) if lines else None


def window_line(plan: Plan, ends: float | None, now: float) -> Content | None:
    """By when to launch for a target that runs at the end of the change window; None where none ends."""
    if ends is None or not plan.targets or plan.operation not in LAUNCHES:
        return None
    alone, checked = launch_by([target.task for target in plan.targets], ends)
    times = {"end": minute(ends), "alone": minute(alone), "checked": minute(checked)}
    if now > alone:
        return Content.styled(
            tr("TOO LATE for {end}: the latest moment to launch was {alone}.", **times), _ALARM
        )
    if alone == checked:
        said = tr("To run by {end}: launch by {alone}.", **times)
    else:
        said = tr("To run by {end}: launch by {alone}, with a consistency check by {checked}.", **times)
    if not all(target.task.rounds for target in plan.targets):
        said = f"{said} {tr('Earlier by the final sync, of unknown length.')}"
    return Content.styled(said, _WARNING if now > checked else "")


def refused_line(reason: str | None) -> Content | None:
    """Why a yes would not be sent now."""
    return Content.styled(f"! {tr('Refused: {reason}', reason=reason)}", _WARNING) if reason else None


def _hidden(plan: Plan) -> list[Content]:
    hidden = [target.task.name for target in plan.targets if target.task.id in plan.hidden]
    if not hidden:
        return []
    lead = tr("{count} of these hidden by the filter:", count=len(hidden))
    return [Content.assemble((f"! {lead} ", _WARNING), named(hidden, quoted=True))]


def _warnings(plan: Plan) -> list[Content]:
    about: dict[str, list[str]] = {}
    for target in plan.targets:
        for warning in target.warnings:
            about.setdefault(warning, []).append(target.task.name)
    return [
        Content.assemble(
            (f"! {clean(tr(text), DETAIL_LIMIT)}", _WARNING), _about(names, of=len(plan.targets))
        )
        for text, names in about.items()
    ]


def left_out_lines(plan: Plan) -> Content | None:
    """The chosen tasks that the operation is not for, and why."""
    if not plan.left_out:
        return None
    alike: dict[str, list[str]] = {}
    possible: dict[str, None] = {}
    for left in plan.left_out:
        why = left.reason
        if isinstance(why, Sentence) and "possible" in why.fields:
            # Alike for most of them, and longer than what differs.
            possible[tr(str(why.fields["possible"]))] = None
            why = sentence("not while {state}", state=why.fields["state"])
        alike.setdefault(why, []).append(left.task.name)
    lead = tr("Left out: {count}", count=len(plan.left_out))
    lines = [Content.assemble((lead, _BOLD), *(f"  {clean(text, DETAIL_LIMIT)}" for text in possible))]
    lines.extend(
        Content.assemble(f"{named(names, quoted=True)}{tr(': ')}", (clean(tr(reason), DETAIL_LIMIT), _MUTED))
        for reason, names in alike.items()
    )
    return Content("\n").join(lines)


def consequence_lines(plan: Plan) -> Content:
    """What happens, what it costs, how to get back."""
    what, cost, back = plan.consequences
    labelled = (("What happens", what), ("What it costs", cost), ("Way back", back))
    return Content("\n").join(
        Content.assemble((f"{tr(label)}{tr(': ')}", _BOLD), tr(text)) for label, text in labelled
    )


def parameter_lines(plan: Plan) -> Content | None:
    """What is sent along."""
    if not plan.parameters:
        return None
    pairs = (f"{name} = {clean(value) or tr('(empty)')}" for name, value in plan.parameters.items())
    return Content.assemble((f"{tr('Sent along:')} ", _BOLD), ", ".join(pairs))


def request_lines(requests: Sequence[PreparedText], total: int) -> Content:
    """The requests as they would be sent, credentials aside."""
    lines = [Content.styled(tr("Request"), _BOLD) if total == 1 else _first_of(len(requests), total)]
    for request in requests:
        body = request.body.decode("utf-8", "replace")
        lines.append(Content(f"{request.method} {clean(request.url, DETAIL_LIMIT)}"))
        if body:
            lines.append(Content(clean(body, DETAIL_LIMIT, lines=True)))
    return Content("\n").join(lines)


def command_lines(command: str) -> Content:
    """The command that does the same; a long one only begins here."""
    return Content.assemble((f"{tr('As a command')}\n", _BOLD), clean(command, DETAIL_LIMIT))


def named(names: Sequence[str], *, quoted: bool = False) -> str:
    """Names in one line: the first ten, then a count."""
    shown, more = first_few(names, MOST_LISTED)
    cleaned = [clean(name, _LONGEST_NAME) for name in shown]
    text = ", ".join(f"'{name}'" if quoted else name for name in cleaned)
    return f"{text} {tr(more)}" if more else text


def _about(names: Sequence[str], *, of: int) -> str:
    if of == 1:
        return ""
    return f" {tr('(all of them)')}" if len(names) == of else f" ({named(names, quoted=True)})"


def _first_of(count: int, total: int) -> Content:
    title = tr("{count} requests", count=total)
    if count != total:
        title = tr("Requests, the first {count} of {total}", count=count, total=total)
    return Content.styled(title, _BOLD)


def _one(target: Target, now: float) -> Content:
    task = target.task
    state = tr("{state}, read {age} ago", state=clean(situation_words(task)), age=_age_of(target, now))
    pairs = (("task", clean(task.name)), ("id", clean(task.id)), ("state", state))
    return Content("\n").join(
        Content.assemble((fit(tr(label), _LABEL_WIDTH), _MUTED), (text, _BOLD if label == "task" else ""))
        for label, text in pairs
    )


def _target(target: Target, name_cells: int, now: float) -> Content:
    task = target.task
    name = in_column(task.name, task.id, name_cells)
    return _row(name, situation_words(task), _ago(target, now), task.id)


def _row(name: Content, state: str, read: str, task_id: str) -> Content:
    cells = ((state, _STATE_WIDTH), (read, _AGE_WIDTH))
    columns = [Content(clean(text)).truncate(width, ellipsis=True, pad=True) for text, width in cells]
    return Content(" ").join([name, *columns, Content(clean(task_id))])


def _ago(target: Target, now: float) -> str:
    return tr("{age} ago", age=_age_of(target, now))


def _age_of(target: Target, now: float) -> Sentence:
    return age(max(0.0, now - target.read_at))
