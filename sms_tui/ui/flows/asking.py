"""What every flow needs from the screen: ask a question, say a sentence."""

from typing import TYPE_CHECKING, Protocol, TypeVar

from sms_tui.engine.event_log import Severity
from sms_tui.ui.wording.language import tr

if TYPE_CHECKING:
    from sms_tui.ui.dialogs.frame import Dialog

T = TypeVar("T")


class Ask(Protocol):
    """Shows a dialog and waits for its answer; None if it was cancelled."""

    async def __call__(self, dialog: "Dialog[T]") -> T | None:
        """Return what the dialog was dismissed with."""
        ...


class Tell(Protocol):
    """Says one sentence to the operator without asking for anything."""

    def __call__(self, sentence: str, severity: Severity = "information") -> None:
        """Show `sentence`, which may hold foreign text."""
        ...


def nothing_chosen() -> str:
    """The sentence for a key that needs a task when none is marked or under the cursor."""
    return tr("No task is chosen: move the cursor to one, or mark some.")
