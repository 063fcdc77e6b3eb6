"""The question before leaving while operations are under way."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Key
from textual.widget import Widget
from textual.widgets import Button

from sms_tui.domain.outcome import Outcome
from sms_tui.domain.sentence import counted
from sms_tui.engine.record import Batch
from sms_tui.engine.sending.sender import PATIENCE
from sms_tui.ui.dialogs.frame import Dialog, button, words
from sms_tui.ui.wording import batch_text
from sms_tui.ui.wording.language import tr


class QuitDialog(Dialog[bool]):
    """Says what leaving means for batches that are under way; True means leave."""

    AUTO_FOCUS = "#cancel"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,n", "give_up", "Stay", show=False, id="quit.no"),
    ]

    def __init__(self, batches: Sequence[Batch], *, changes_profile: bool = False) -> None:
        """`changes_profile`: only the session ends, for another one."""
        super().__init__()
        self.heading = tr("Quit while operations are under way?")
        if changes_profile:
            self.heading = tr("Change the profile while operations are under way?")
        self._changes_profile = changes_profile
        self._batches = batches
        self._waiting = sum(len(batch.records_with(Outcome.QUEUED)) for batch in batches)
        self._sent = sum(len(batch.records_with(Outcome.SENT)) for batch in batches)

    def body(self) -> Iterable[Widget]:
        """What would become of them."""
        if self._waiting:
            said = counted(
                self._waiting,
                "{count} operation queued: would not be sent.",
                "{count} operations queued: would not be sent.",
            )
            yield words(tr(said))
        if self._sent:
            said = counted(
                self._sent,
                "{count} operation sent and not answered yet: cannot be called back. The answer is "
                "waited for, {seconds} s at most; without it the outcome is unknown in the journal, "
                "and the next run reads the task.",
                "{count} operations sent and not answered yet: cannot be called back. Answers are "
                "waited for, {seconds} s at most; without one the outcome is unknown in the journal, "
                "and the next run reads the task.",
                seconds=round(PATIENCE),
            )
            yield words(tr(said))
        for batch in self._batches:
            yield words(f"{batch_text.title(batch)}: {batch_text.tally(batch)}", classes="hint")

    def foot(self) -> Iterable[Widget]:
        """The two ways."""
        ways = tr("to change it, n or esc to stay" if self._changes_profile else "to quit, n or esc to stay")
        yield words(Content.assemble(("y", "bold reverse"), f" {ways}"))
        yield button(tr("Stay"), "cancel")

    async def press(self, key: Key) -> None:
        """Leave on `y` alone."""
        if key.key == "y":
            key.stop()
            self.answer(True)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Stay."""
        event.stop()
        self.answer(None)
