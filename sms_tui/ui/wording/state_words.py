"""The words and style names for a task's state and stage, the same in the table and the detail pane."""

from collections.abc import Mapping
from types import MappingProxyType

from sms_tui.domain.quantities import percent
from sms_tui.domain.rows import Row
from sms_tui.domain.situation import AGENT_LOST, AUTO_LAUNCH, Situation
from sms_tui.domain.steps import is_normal, step_name
from sms_tui.domain.task import FINISHED, SubTask, Task, TaskState
from sms_tui.domain.text import clean
from sms_tui.ui.wording.glyphs import Glyphs
from sms_tui.ui.wording.language import tr

STATE_STYLES: Mapping[TaskState, str] = MappingProxyType(
    {
        TaskState.READY: "ready",
        TaskState.RUNNING: "running",
        TaskState.SYNCING: "moving",
        TaskState.MIGRATE_SUCCESS: "done",
        TaskState.SYNC_SUCCESS: "done",
        TaskState.MIGRATE_FAIL: "failed",
        TaskState.SYNC_FAIL: "failed",
        TaskState.ABORTING: "changing",
        TaskState.ABORT: "waiting",
        TaskState.SKIPPING: "changing",
        TaskState.DELETING: "changing",
        TaskState.RESETING: "changing",
        TaskState.SYNC_F_ROLLBACKING: "changing",
        TaskState.SYNC_F_ROLLBACK_SUCCESS: "waiting",
        TaskState.UNKNOWN: "unknown",
    }
)
STYLES = ("ready", "running", "moving", "changing", "waiting", "done", "failed", "unknown")
"""Every style name that a cell can have beside the empty one."""

_SHORT = MappingProxyType(
    {TaskState.SYNC_F_ROLLBACKING: "ROLLING BACK", TaskState.SYNC_F_ROLLBACK_SUCCESS: "ROLLED BACK"}
)
_MOVING = frozenset({Situation.LAUNCHING, Situation.CLONING})
_LONGEST_STATE = 40
_COUNTED = frozenset({"copy", "sync", "final sync", "clone", "check consistency"})
"""Steps whose percentage is worth showing from 0 on; the others are over soon."""


def state_style(row: Row) -> str:
    """The style of a row's state: a lost agent outranks what the task says of itself."""
    task = row.task
    if task.has_lost_agent:
        return "failed"
    if row.pending.words:
        return "unknown" if row.pending.in_doubt else "changing"
    return "changing" if task.situation in _MOVING else STATE_STYLES[task.state]


def state_words(row: Row, glyphs: Glyphs) -> str:
    """The state as a sign and a word, with what is under way or wrong beside it."""
    task = row.task
    return f"{_sign(task, glyphs)} {_state_word(task)}{_pending(row, glyphs)}{_beside(task)}"


def pending_words(row: Row, glyphs: Glyphs) -> str:
    """The state where room is short: what is under way or in doubt instead of its word; empty for nothing.

    The sign of the state stays. What was sent matters more than where the task was before.
    """
    if not row.pending.words:
        return ""
    return f"{_sign(row.task, glyphs)} {glyphs.words(clean(tr(row.pending.words)))}{_beside(row.task)}"


def _sign(task: Task, glyphs: Glyphs) -> str:
    return "!" if task.has_lost_agent else glyphs.states[task.state]


def _state_word(task: Task) -> str:
    """The state in the service's own word, but for two so long that what tells them apart would be cut."""
    if task.state is TaskState.UNKNOWN:
        if not task.state_text:
            return tr("unknown state: none")
        return tr("unknown state: {state}", state=clean(task.state_text, _LONGEST_STATE))
    return tr(_SHORT[task.state]) if task.state in _SHORT else task.state.value


def situation_words(task: Task) -> str:
    """Where the task stands, in our words; the service's where we have none."""
    if task.situation is Situation.UNKNOWN:
        return tr("unknown ({state})", state=task.state_text)
    return tr(task.situation.value)


def standing_words(task: Task) -> str:
    """Where the task stands, and whether its agent is missing there."""
    return f"{situation_words(task)}, {tr(AGENT_LOST)}" if task.has_lost_agent else situation_words(task)


def _pending(row: Row, glyphs: Glyphs) -> str:
    if row.pending.in_doubt:
        said = tr("{operation} unknown", operation=row.pending.in_doubt)
        return f" ? {clean(said)}"
    return f" {glyphs.separator} {glyphs.words(clean(tr(row.pending.words)))}" if row.pending.words else ""


def _beside(task: Task) -> str:
    # A comma takes one cell less than a sign: `! SYNCING, agent lost` is whole in the least width.
    if task.has_lost_agent:
        return f", {tr(AGENT_LOST)}"
    if task.situation in _MOVING:
        return f" ({tr(task.situation.value)})"
    return f", {tr(AUTO_LAUNCH)}" if task.launches_itself else ""


def stage_words(task: Task) -> str:
    """The step a task is at, with its percentage and whether a strange one is normal; empty for none."""
    if task.stage is None or task.state is TaskState.READY or task.state in FINISHED:
        return ""
    return step_words(task.stage, is_launching=task.situation is Situation.LAUNCHING)


def step_words(step: SubTask, *, is_launching: bool = False) -> str:
    """One step in words, with its percentage."""
    words = step_name(step.name, is_launching=is_launching)
    done = step.progress
    if done is None or (done == 0 and words not in _COUNTED):
        return tr(words)
    normal = f" {tr('(normal)')}" if is_normal(step) else ""
    return f"{tr(words)} {percent(done)}{normal}"
