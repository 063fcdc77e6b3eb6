"""The steps of a task as lines of the detail pane."""

from collections.abc import Iterable

from rich.cells import cell_len

from sms_tui.domain.freshness import NOTABLE_SKEW
from sms_tui.domain.quantities import duration, percent, speed
from sms_tui.domain.situation import Situation
from sms_tui.domain.steps import step_name
from sms_tui.domain.task import SubTask, TaskState
from sms_tui.domain.text import clean
from sms_tui.ui.detail.facts import MUTED, DetailFacts, not_read
from sms_tui.ui.table.columns import fit
from sms_tui.ui.widgets.hanging_indent import Line, Piece
from sms_tui.ui.wording.language import tr
from sms_tui.ui.wording.state_words import state_style
from sms_tui.ui.wording.times import moment

_NAME_WIDTH = 18
_BAR = 10
_ROOM_FOR_BAR = 55
_GAP = 2


def subtasks(facts: DetailFacts, width: int) -> list[Line]:
    """The steps by name, each with its progress and duration; never as a count."""
    if not facts.subtasks:
        return not_read()
    lines: list[Line] = []
    current = facts.task.stage.name if facts.task.stage else ""
    for step in facts.subtasks:
        lines.extend(_step_lines(facts, step, width, is_current=step.name == current))
    return lines


def _step_lines(facts: DetailFacts, step: SubTask, width: int, *, is_current: bool) -> list[Line]:
    glyphs = facts.glyphs
    is_launching = is_current and facts.task.situation is Situation.LAUNCHING
    done = step.progress
    is_done = done is not None and done >= 100
    sign = glyphs.states[TaskState.MIGRATE_SUCCESS] if is_done else glyphs.states[TaskState.READY]
    style = "done" if is_done else MUTED
    if is_current and not is_done:
        sign, style = glyphs.states[facts.task.state], state_style(facts.row)
    bar = f" {glyphs.bar(done or 0, _BAR)}" if width >= _ROOM_FOR_BAR else ""
    pieces: list[Piece] = [
        (f"{sign} ", style),
        (
            fit(tr(step_name(step.name, is_launching=is_launching)), _NAME_WIDTH, glyphs.ellipsis),
            "bold" if is_current else "",
        ),
        (f"{bar} {glyphs.missing if done is None else percent(done):>5}", style),
    ]
    below = [clean(step.name), _begun(facts, step), speed(step.speed) if step.speed else ""]
    time = step_time(facts, step)
    if cell_len(time) + _GAP <= width - sum(cell_len(text) for text, _ in pieces):
        pieces.append((f"  {time}", ""))
    else:
        below.insert(0, time)
    if step.trace:
        below.append(tr("service's trace: {trace}", trace=clean(step.trace)))
    return [tuple(pieces), *(((f"  {text}", MUTED),) for text in _filled(below, width - _GAP))]


def _filled(parts: Iterable[str], width: int) -> list[str]:
    """As many of the parts in each line as fit; none is broken where it could stand in a line of its own."""
    lines: list[str] = []
    for part in filter(None, parts):
        if lines and cell_len(lines[-1]) + _GAP + cell_len(part) <= width:
            lines[-1] += f"  {part}"
        else:
            lines.append(part)
    return lines


def _begun(facts: DetailFacts, step: SubTask) -> str:
    if step.started_ms is None:
        return ""
    begin = step.started_ms / 1000
    if begin - facts.now > NOTABLE_SKEW:
        return tr("since {time} by a clock ahead of ours", time=moment(begin))
    return tr("since {time}", time=moment(begin))


def step_time(facts: DetailFacts, step: SubTask) -> str:
    """How long a step took, or has taken so far; empty where nobody knows."""
    if step.started_ms is None:
        return ""
    begin = step.started_ms / 1000
    if step.ended_ms is None and facts.task.is_active:
        if begin - facts.now > NOTABLE_SKEW:
            return ""
        return tr("{time} so far", time=duration(max(facts.now - begin, 0)))
    # A step that failed or was paused does not say when it ended; the task may, if not of an older run.
    finished = facts.task.finished_ms or 0
    ended = finished if step.ended_ms is None and finished >= step.started_ms else step.ended_ms
    return "" if ended is None else tr(duration(max(ended / 1000 - begin, 0)))
