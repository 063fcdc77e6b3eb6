"""A sample of what a theme looks like, whatever the tasks in view happen to show of it."""

from collections.abc import Iterable

from textual.content import Content

from sms_tui.domain.task import TaskState
from sms_tui.ui.wording.glyphs import Glyphs
from sms_tui.ui.wording.language import tr
from sms_tui.ui.wording.state_words import STATE_STYLES

_STATES = (
    TaskState.READY,
    TaskState.RUNNING,
    TaskState.SYNCING,
    TaskState.ABORTING,
    TaskState.ABORT,
    TaskState.SYNC_SUCCESS,
    TaskState.SYNC_FAIL,
)
"""One of each colour that a known state has"""


def sample(glyphs: Glyphs) -> Content:
    """States and words of the header in the colours that they have on the main screen."""
    states = [(f"{glyphs.states[state]} {state}", f"${'task-' + STATE_STYLES[state]}") for state in _STATES]
    words = [
        # What follows is no word about this session.
        (tr("for example:"), "$text-muted"),
        (f" {tr('PRODUCTION')} ", "bold $production-text on $production"),
        (tr("READ-ONLY"), "bold $warning"),
        (tr("NO OPERATIONS"), "bold $error"),
        (f"{glyphs.mark} {tr('mark')}", "bold $mark"),
    ]
    return _line(states) + "\n" + _line(words)


def _line(words: Iterable[tuple[str, str]]) -> Content:
    return Content(" ").join(Content.assemble(word) for word in words)
