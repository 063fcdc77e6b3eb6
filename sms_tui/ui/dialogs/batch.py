"""The progress and the outcome of a batch, task by task."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from sms_tui.domain.task import Task
from sms_tui.domain.text import DETAIL_LIMIT, clean
from sms_tui.engine.record import Batch
from sms_tui.ui.dialogs.batch_lines import BatchLines
from sms_tui.ui.dialogs.frame import Dialog, words
from sms_tui.ui.wording import batch_text
from sms_tui.ui.wording.language import tr

_LOOKS_EVERY = 0.5
_KEYS = "H stops it, R tries what had no effect again, [ ] earlier and later, esc or q closes"


class BatchScreen(Dialog[Batch]):
    """Shows the batches of this run, the newest first; answers with one to be tried again."""

    DEFAULT_CSS = """
    BatchScreen .box { height: 100%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,B", "give_up", "Close", show=False, id="batch.close"),
        Binding("H", "halt", "Stop the batch: what is queued is not sent", show=False, id="batch.halt"),
        Binding("R", "again", "Try what had no effect again", show=False, id="batch.again"),
        Binding("left_square_bracket", "turn(-1)", "Earlier batch", show=False, id="batch.earlier"),
        Binding("right_square_bracket", "turn(1)", "Later batch", show=False, id="batch.later"),
    ]

    def __init__(
        self,
        batches: Callable[[], Sequence[Batch]],
        tasks: Callable[[], Mapping[str, Task]],
        halt: Callable[[Batch], str],
    ) -> None:
        super().__init__()
        self._batches = batches
        self._tasks = tasks
        self._halt = halt
        self._batch = batches()[-1]
        self._said = ""
        self._lines = BatchLines()

    def head(self) -> Iterable[Widget]:
        """Which batch, and how far it is."""
        yield words("", id="how-far")

    def body(self) -> Iterable[Widget]:
        """Its tasks."""
        yield self._lines

    def foot(self) -> Iterable[Widget]:
        """What was done here last, and the keys."""
        yield words("", id="said")
        yield words(tr(_KEYS), classes="hint")

    def on_mount(self) -> None:
        """Keep up with what happens."""
        self._show()
        self.set_interval(_LOOKS_EVERY, self._show)

    def action_halt(self) -> None:
        """Stop what is shown."""
        self._said = self._halt(self._batch)
        self._show()

    def action_again(self) -> None:
        """Leave to ask whether operations without effect should be tried again."""
        if any(record.outcome.may_be_offered_again for record in self._batch.records):
            self.answer(self._batch)
        else:
            self._said = tr("Nothing here failed in a way that is safe to try again.")
            self._show()

    def action_turn(self, step: int) -> None:
        """Show the batch before or after this one."""
        batches = self._batches()
        place = batches.index(self._batch) if self._batch in batches else len(batches) - 1
        self._batch = batches[max(0, min(place + step, len(batches) - 1))]
        self._said = ""
        self._show()

    def _show(self) -> None:
        batches, batch = self._batches(), self._batch
        place = f"  {batches.index(batch) + 1}/{len(batches)}" if batch in batches else ""
        lines = [Content.assemble((batch_text.title(batch), "bold"), (place, "$foreground-muted"))]
        lines.append(Content(batch_text.tally(batch)))
        why = filter(None, (batch.waits_for, batch.why_stopped))
        lines += [Content.styled(clean(tr(text), DETAIL_LIMIT), "$text-warning") for text in why]
        self.query_one("#how-far", Static).update(Content("\n").join(lines))
        self._lines.show_batch(batch, self._tasks())
        self.query_one("#said", Static).update(Content.styled(self._said, "bold $text-warning"))
