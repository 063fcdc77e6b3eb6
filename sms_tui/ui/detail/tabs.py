"""What each tab of the detail pane says of a task: lines of plain pieces with style names.

Pure functions, so that every word can be tested without a screen. Foreign text is cleaned here, piece by
piece.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from rich.cells import cell_len
from textual.content import Content
from textual.style import Style

from sms_tui.domain.advice import error_code, error_text, explain
from sms_tui.domain.left_overs import left_overs
from sms_tui.domain.next_step import next_step
from sms_tui.domain.outage import cost_of_launch, is_diverging
from sms_tui.domain.points_of_no_return import points_of_no_return
from sms_tui.domain.quantities import age, duration, percent, size, speed
from sms_tui.domain.rules import DIVERGING, RESTART_ENDS_IT
from sms_tui.domain.sentence import first_few, sentence
from sms_tui.domain.situation import Situation
from sms_tui.domain.steps import eta_seconds, is_normal, progress_of
from sms_tui.domain.task import Server, Task, TaskDetail, TaskState
from sms_tui.domain.text import DETAIL_LIMIT, clean
from sms_tui.ui.detail.chart import chart
from sms_tui.ui.detail.facts import MUTED, DetailFacts, not_read
from sms_tui.ui.detail.raw_json import hung_json, raw_lines
from sms_tui.ui.detail.subtasks import step_time, subtasks
from sms_tui.ui.table.columns import fit
from sms_tui.ui.widgets import text_lines
from sms_tui.ui.widgets.hanging_indent import HANG, Line, Piece, hung, wrapped
from sms_tui.ui.wording.language import tr
from sms_tui.ui.wording.state_words import (
    STYLES,
    state_style,
    state_words,
    step_words,
)
from sms_tui.ui.wording.times import clock, moment

_LABEL = 11
_INDENT = 2
_BAR = 20
_DAY = 86_400
_CHART_HEIGHT = 6
_MOST_DISKS = 16
_STYLES: Mapping[str, str | Style] = MappingProxyType(
    {"": "", MUTED: "$text-muted", "bold": "bold", "title": "bold $accent"}
    | {HANG: text_lines.HANG}
    | {name: f"${'task-' + name}" for name in STYLES}
    | {"failed": "bold $task-failed"}
)


def overview(facts: DetailFacts, width: int) -> list[Line]:
    """The task in words: where it stands, what comes next, what is wrong, and what cannot be undone."""
    return [
        *_title(facts, width),
        *_state(facts),
        *_error(facts, width),
        *_figures(facts),
        *_launch(facts, width),
        (),
        *_points(facts),
        (),
        *_clone_and_logs(facts),
        *_ids(facts),
    ]


def _title(facts: DetailFacts, width: int) -> list[Line]:
    task = facts.task
    lines: list[Line] = [((clean(task.name) or clean(task.id), "title"),)]
    if task.launches_itself:
        words = tr("LAUNCHES ITSELF: when the copy is complete the target starts unasked (syncing is off).")
        lines += _alarm(words, width)
    if task.has_lost_agent:
        lines += _alarm(tr("AGENT DISCONNECTED: most operations are refused until it is back."), width)
        if task.ends_with_agent:
            lines += _alarm(tr(RESTART_ENDS_IT), width)
    return [*lines, ()]


def _alarm(words: str, width: int) -> list[Line]:
    return [((part, "failed"),) for part in wrapped(words, width)]


def _state(facts: DetailFacts) -> list[Line]:
    row, task, glyphs = facts.row, facts.task, facts.glyphs
    style = state_style(row)
    step = next_step(task)
    words = [(state_words(row, glyphs), style), (f"  {tr(task.situation.value)}", MUTED)]
    if clean(task.state_text) != task.state.value and task.state is not TaskState.UNKNOWN:
        words.append((f"  {tr('sent as {state}', state=clean(task.state_text))}", MUTED))
    waiting = "waiting" if step.waiting_for_operator else ""
    lines = [_pair("state", *words)]
    if task.stage is not None:
        stage = step_words(task.stage, is_launching=task.situation is Situation.LAUNCHING)
        lines.append(_pair("stage", (stage, ""), (f"  {clean(task.stage.name)}", MUTED)))
    lines.append(_pair("next", (clean(glyphs.words(tr(step.text))), waiting)))
    changed = facts.now - row.changed_at
    exactly = (clock if changed < _DAY else moment)(row.changed_at)
    return [*lines, _pair("changed", (_ago(changed), ""), (f"  {exactly}", MUTED))]


def _error(facts: DetailFacts, width: int) -> list[Line]:
    sent = facts.task.error
    if not sent:
        return []
    code = error_code(sent)
    lines = [(), _pair("error", (clean(code) or tr("without a code"), "failed"))]
    lines += _paragraph("", clean(error_text(sent).removeprefix(code).strip(), DETAIL_LIMIT), width)
    advice = explain(code) if code else None
    if advice is None:
        return [*lines, _pair("", (tr("The catalogue has no entry for it."), MUTED))] if code else lines
    return [
        *lines,
        *_paragraph("means", tr(advice.meaning), width),
        *_paragraph("first", tr(advice.action), width),
        *_paragraph("then", tr(advice.resuming or "Nothing to resume."), width),
    ]


def _figures(facts: DetailFacts) -> list[Line]:
    task, glyphs = facts.task, facts.glyphs
    lines: list[Line] = [()]
    done = progress_of(task)
    moved = _moved(task)
    if done is not None:
        bar = (f"{glyphs.bar(done, _BAR)} {percent(done)}", state_style(facts.row))
        lines.append(_pair("progress", bar, (f"  {moved}" if moved else "", MUTED)))
    else:
        lines.append(_pair("progress", (moved or glyphs.missing, "")))
    if task.stage is not None and is_normal(task.stage):
        lines.append(
            _pair("", (tr("This percentage is normal here: changes are compared before they move."), MUTED))
        )
    limit = f"  {tr('limit')} {speed(task.speed_limit)}" if task.speed_limit else ""
    rate = glyphs.missing if task.speed is None else speed(task.speed)
    lines.append(_pair("speed", (rate, ""), (f"{_where_measured(task)}{limit}", MUTED)))
    return [*lines, _pair("ETA", (_eta(facts), ""))]


def _where_measured(task: Task) -> str:
    """The speed of blocks is measured before they are compressed, that of files on the network card."""
    if task.is_in_blocks:
        return f"  {tr('before compression')}"
    return f"  {tr('on the wire')}" if task.kind.upper() == "MIGRATE_FILE" else ""


def _launch(facts: DetailFacts, width: int) -> list[Line]:
    """What a launch of a task that can be launched would come to."""
    task = facts.task
    if task.situation is not Situation.CONTINUOUS:
        return []
    lines: list[Line] = [()]
    if task.rounds:
        seen = tr(", ").join(tr(duration(each.seconds)) for each in task.rounds)
        lines.append(_pair("rounds", (seen, ""), (f"  {tr('the last that were seen')}", MUTED)))
    if is_diverging(task):
        lines += _alarm(tr(DIVERGING), width)
    return [*lines, *_paragraph("launch", tr(cost_of_launch([task])), width)]


def ageing(facts: DetailFacts) -> tuple[str, ...]:
    """The words on any tab that change with time alone."""
    step, read = facts.task.stage, facts.detail
    return (
        _ago(facts.now - facts.row.changed_at),
        _eta(facts),
        step_time(facts, step) if step else "",
        _read(facts, read) if read else "",
    )


def _moved(task: Task) -> str:
    if task.replicated is None:
        return ""
    if not task.total:
        return tr("{size} moved", size=size(task.replicated))
    return tr("{part} of {whole}", part=size(task.replicated), whole=size(task.total))


def _eta(facts: DetailFacts) -> str:
    left = eta_seconds(facts.task, facts.now, facts.unread)
    if left is None:
        return facts.glyphs.missing
    due = moment(facts.now + left)
    if left >= 0:
        return tr("{due}, in {left}", due=due, left=duration(left))
    return tr("{due}, overdue by {late}", due=due, late=duration(-left))


def _points(facts: DetailFacts) -> list[Line]:
    glyphs = facts.glyphs
    lines: list[Line] = [((tr("points of no return"), MUTED),)]
    for point in points_of_no_return(facts.task):
        words = sentence(point.words)
        said: dict[bool | None, Piece] = {
            True: (f"{glyphs.passed} {tr('{point}: passed', point=words)}", "waiting"),
            False: (f"{glyphs.not_passed} {tr('{point}: not yet', point=words)}", ""),
            None: (f"{glyphs.cannot_know} {tr('{point}: not visible from here', point=words)}", MUTED),
        }
        lines.append((said[point.passed],))
    return lines


def _clone_and_logs(facts: DetailFacts) -> list[Line]:
    task, missing = facts.task, facts.glyphs.missing
    lines = []
    if (clone := task.clone) is not None and clone.state:
        style = "failed" if clone.error else ""
        words = " ".join(filter(None, map(clean, (clone.state, clone.name, clone.vm_id))))
        failed = f"  {clean(clone.error)}" if clone.error else ""
        lines.append(_pair("clone", (words, style), (failed, style)))
    else:
        lines.append(_pair("clone", (missing, "")))
    lines.append(_pair("logs", (clean(task.log_status) or missing, "")))
    if left := left_overs(task):
        kept = tr(", ").join(map(tr, left))
        lines.append(_pair("billed", (kept, "waiting"), (f"  {tr('until somebody deletes it')}", MUTED)))
    return lines


def _ids(facts: DetailFacts) -> list[Line]:
    task = facts.task
    known = (
        ("task", task.id),
        ("source", task.source.id),
        ("target", task.target.id),
        ("kind", " ".join(filter(None, (task.kind, task.os_type)))),
        ("address", task.migration_ip),
        ("region", task.region),
        ("project", task.project),
        ("created", "" if task.created_ms is None else moment(task.created_ms / 1000)),
        ("started", "" if task.started_ms is None else moment(task.started_ms / 1000)),
    )
    return [_pair(label, (clean(text), MUTED)) for label, text in known if text]


def servers(facts: DetailFacts, _width: int) -> list[Line]:
    """Both ends of the migration."""
    task = facts.task
    connected = {None: "not told", True: "connected", False: "disconnected"}[task.connected]
    agent = _pair("agent", (tr(connected), "failed" if task.connected is False else ""))
    return [
        *_server("SOURCE", task.source),
        agent,
        (),
        *_server("TARGET", task.target),
        *_disks(facts),
    ]


def _server(title: str, server: Server) -> list[Line]:
    known = (
        ("name", server.name),
        ("address", server.ip),
        ("system", server.os_version),
        ("state", server.state),
        ("cycle", server.cycle),
        ("id", server.id),
    )
    return [((tr(title), "title"),), *(_pair(label, (clean(text), "")) for label, text in known if text)]


def _disks(facts: DetailFacts) -> list[Line]:
    if facts.detail is None:
        return []
    target = facts.detail.document.get("target_server")
    disks = target.get("disks") if isinstance(target, dict) else None
    if not isinstance(disks, list):
        return []
    shown, more = first_few(disks, _MOST_DISKS)
    lines = [_disk(disk) for disk in shown if isinstance(disk, dict)]
    if more:
        lines.append(_pair("", (tr(more), MUTED)))
    return lines


def _disk(disk: Mapping[str, object]) -> Line:
    total, used = disk.get("size"), disk.get("used_size")
    words = [clean(str(disk.get("name", "")))]
    if isinstance(total, int) and isinstance(used, int):
        words.append(tr("{part} of {whole} used", part=size(used), whole=size(total)))
    return _pair("disk", ("  ".join(words), ""), (f"  {clean(str(disk.get('device_use', '')))}", MUTED))


def speeds(facts: DetailFacts, width: int) -> list[Line]:
    """The speeds that polling saw, as a chart from zero up."""
    seen = facts.speeds
    if not seen:
        return [((tr("No speed seen yet: it is kept from the polls of this session."), MUTED),)]
    top = max(seen)
    lines: list[Line] = [((tr("{speed} at most", speed=speed(top)), MUTED),)]
    lines += [((text, "running"),) for text in chart(seen, width, _CHART_HEIGHT, facts.glyphs)]
    return [
        *lines,
        (),
        _pair("latest", (speed(seen[-1]), "bold"), (_where_measured(facts.task), MUTED)),
        _pair("least", (speed(min(seen)), "")),
        _pair("mean", (speed(sum(seen) / len(seen)), "")),
        _pair("most", (speed(top), "")),
        _pair("polls", (str(len(seen)), "")),
        _pair("limit", (speed(facts.task.speed_limit) if facts.task.speed_limit else tr("none"), "")),
    ]


def raw(facts: DetailFacts, width: int) -> list[Line]:
    """The whole document as the service sent it, with secrets masked."""
    if facts.detail is None:
        return not_read()
    return [
        ((_read(facts, facts.detail), MUTED),),
        *(part for line in raw_lines(facts.detail.document) for part in hung_json(line, width)),
    ]


def _read(facts: DetailFacts, detail: TaskDetail) -> str:
    return tr("read {age} ago", age=age(facts.now - detail.read_at))


_DRAWN: Mapping[str, Callable[[DetailFacts, int], list[Line]]] = MappingProxyType(
    {"Overview": overview, "Subtasks": subtasks, "Servers": servers, "Speed": speeds, "Raw": raw}
)
TABS = tuple(_DRAWN)
"""The tabs of the pane that show one task, by title."""


def tab_content(tab: str, facts: DetailFacts, width: int) -> Content:
    """What one tab says, for a pane of `width` cells; nothing in it is read as markup."""
    return Content("\n").join(
        Content.assemble(*((text, _STYLES[style]) for text, style in line))
        for whole in _DRAWN[tab](facts, width)
        for line in hung(whole, width, _indent(whole))
    )


def _indent(line: Line) -> int:
    """How far in a line goes on: beside its label, else a little further in than it began."""
    first = line[0][0] if line else ""
    if len(line) > 1 and cell_len(first) == _LABEL:
        return _LABEL
    return len(first) - len(first.lstrip()) + _INDENT


def _ago(seconds: float) -> str:
    return tr("{age} ago", age=age(max(seconds, 0)))


def _pair(label: str, *pieces: Piece) -> Line:
    return ((fit(tr(label), _LABEL), MUTED), *(piece for piece in pieces if piece[0]))


def _paragraph(label: str, text: str, width: int) -> list[Line]:
    """A longer text beside its label, wrapped under itself."""
    parts = wrapped(text, max(width - _LABEL, 10))
    return [_pair(label if number == 0 else "", (part, "")) for number, part in enumerate(parts)]
