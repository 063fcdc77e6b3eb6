"""The last question before an operation is sent: to which tasks, with what consequence, and a deliberate yes.

The yes is never a binding: a key that was on its way to another screen reaches this dialog's bindings, but
not its own key handling, which hears only what was pressed while the dialog could be read.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Key, Paste
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from sms_tui.domain.operations import Tier
from sms_tui.domain.plan import Plan
from sms_tui.ui.dialogs import confirm_text
from sms_tui.ui.dialogs.confirm_text import PreparedText
from sms_tui.ui.dialogs.deaf_time import DeafTime
from sms_tui.ui.dialogs.form import ParameterForm
from sms_tui.ui.dialogs.frame import BubblingInput, Dialog, bracketed, button, words

_AGES_EVERY = 1.0
_LONGEST_WORD = 80


@dataclass(frozen=True, slots=True)
class DialogContext:
    """Where operations go, and the clocks: `now` in epoch seconds, `monotonic` in seconds."""

    profile: str
    production: bool
    endpoint: str
    simulated: bool
    dry_run: bool
    now: Callable[[], float]
    monotonic: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A deliberate yes to exactly this plan."""

    typed: str
    plan: Plan
    leave_out: bool = False
    """Whether the rest of an irreversible batch may go on without a task that changed meanwhile."""


class TypedWord(BubblingInput):
    """A field that counts only what is typed by hand; the dialog decides which keys were."""

    def on_paste(self, event: Paste) -> None:
        """Drop pasted text: it proves nothing about what was read."""
        event.stop()
        event.prevent_default()

    def action_paste(self) -> None:
        """Drop what the program's own clipboard holds, for the same reason."""


class LeaveOutChoice(Button):
    """Chooses what becomes of an irreversible batch when one of its tasks changes meanwhile."""

    def __init__(self, name: str) -> None:
        self.is_taken = False
        super().__init__(self._text, id=name, compact=True)

    def toggle(self) -> None:
        """Choose the other way."""
        self.is_taken = not self.is_taken
        self.label = self._text
        self.refresh(layout=True)

    @property
    def _text(self) -> Content:
        then = "leave it out and go on" if self.is_taken else "stop everything"
        return bracketed(f"If a task changes before it is sent: {then}")


class ConfirmDialog(Dialog[Confirmation]):
    """Shows a plan whole and lets it go only on `y`, or on the exact text where one is asked for."""

    DEFAULT_CSS = """
    ConfirmDialog {
        .table { text-wrap: nowrap; text-overflow: ellipsis; }
        Body Static { margin-bottom: 1; }
        #request { display: none; }
        #request.shown { display: block; }
        #typed { height: 1; }
        TypedWord { width: 42; }
        #told { width: 1fr; padding-left: 1; }
    }
    """
    AUTO_FOCUS = "#cancel"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,n", "give_up", "Cancel", show=False, id="confirm.no"),
        Binding("e,ctrl+r", "request", "Show the exact request", show=False, id="confirm.request"),
        Binding("o,ctrl+o", "options", "Optional parameters", show=False, id="confirm.options"),
    ]

    def __init__(
        self, plan: Plan, context: DialogContext, requests: Callable[[Plan], Sequence[PreparedText]]
    ) -> None:
        super().__init__()
        self._plan = plan
        self._where = context
        self._requests = requests
        self._deaf_time = DeafTime(context.monotonic)
        self.is_dangerous = context.production or plan.tier is Tier.IRREVERSIBLE

    def head(self) -> Iterable[Widget]:
        """Verb and place."""
        where = self._where
        yield words(confirm_text.operation_line(self._plan), classes="table")
        yield words(
            confirm_text.place_line(
                where.profile,
                where.endpoint,
                production=where.production,
                simulated=where.simulated,
                dry_run=where.dry_run,
            ),
            classes="table",
        )

    def body(self) -> Iterable[Widget]:
        """Targets first, since they are what a mistake is about."""
        yield words(confirm_text.target_lines(self._plan, self._where.now()), id="targets", classes="table")
        if (cautions := confirm_text.caution_lines(self._plan)) is not None:
            yield words(cautions)
        yield words("", id="parameters")
        yield words(confirm_text.consequence_lines(self._plan))
        if (left_out := confirm_text.left_out_lines(self._plan)) is not None:
            yield words(left_out)
        yield words("", id="request")

    def foot(self) -> Iterable[Widget]:
        """How to go ahead and how not to, always in sight."""
        if self._plan.is_typed:
            yield words(Content.assemble("Type ", (self._plan.word, "bold reverse"), " to go ahead:"))
            with Horizontal(id="typed"):
                yield TypedWord("word", max_length=_LONGEST_WORD)
                yield words("", id="told")
        else:
            yield words(Content.assemble(("y", "bold reverse"), " to go ahead, n or esc to cancel"))
        with Horizontal(classes="buttons"):
            yield button("Cancel", "cancel")
            yield button("Request ctrl+r" if self._plan.is_typed else "Request e", "show-request")
            if self._plan.operation.parameters:
                yield button("Options ctrl+o" if self._plan.is_typed else "Options o", "show-options")
        if self._plan.tier is Tier.IRREVERSIBLE and len(self._plan.targets) > 1:
            with Horizontal(classes="buttons"):
                yield LeaveOutChoice("leave-out")

    def on_mount(self) -> None:
        """Let the ages grow while the dialog is open."""
        self._show_parameters()
        self.set_interval(_AGES_EVERY, self._show_ages)

    def on_screen_resume(self) -> None:
        """Be deaf until the dialog has been in sight for a moment."""
        self.call_after_refresh(self._deaf_time.start)

    def on_screen_suspend(self) -> None:
        """Be deaf while another screen is in front."""
        self._deaf_time.stop()

    def is_deaf(self, key: Key) -> bool:
        """Whether `key` came too early or cannot have been meant."""
        return super().is_deaf(key) or not self._deaf_time.hears(key)

    def press(self, key: Key) -> None:
        """Take `y` where it suffices; lead what is typed to the field, wherever the focus is."""
        if not self._plan.is_typed:
            if key.key == "y":
                key.stop()
                self._go_ahead("y")
        elif key.is_printable and key.character:
            key.stop()
            self.query_one(TypedWord).take(key)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say when Enter would go ahead."""
        self._tell("Enter goes ahead" if self._plan.accepts(event.value) else "")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go ahead if the text is the one asked for."""
        self._go_ahead(event.value)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Do what the button says; none of them goes ahead."""
        if isinstance(event.button, LeaveOutChoice):
            event.button.toggle()
            return
        actions = {
            "cancel": self.action_give_up,
            "show-request": self.action_request,
            "show-options": self.action_options,
        }
        actions[event.button.id or ""]()

    def action_request(self) -> None:
        """Show or hide the exact request."""
        request = self.query_one("#request", Static)
        request.toggle_class("shown")
        if request.has_class("shown"):
            self._show_request()
            self.call_after_refresh(request.scroll_visible, animate=False, top=True)

    def action_options(self) -> None:
        """Ask for the parameters that may be left unset."""
        if self._plan.operation.parameters:
            form = ParameterForm(self._plan.operation, self._plan.parameters, required_only=False)
            self.app.push_screen(form, self._take_options)

    def _go_ahead(self, typed: str) -> None:
        if self._plan.accepts(typed):
            leave_out = any(choice.is_taken for choice in self.query(LeaveOutChoice))
            self.answer(Confirmation(typed, self._plan, leave_out))
        elif self._plan.is_typed:
            self._tell("Not that text: nothing sent" if typed.strip() else "Nothing typed: nothing sent")

    def _tell(self, sentence: str) -> None:
        self.query_one("#told", Static).update(Content.styled(sentence, "$text-warning"))

    def _take_options(self, parameters: dict[str, str] | None) -> None:
        if parameters is None:
            return
        self._plan = replace(self._plan, parameters=parameters)
        if self._plan.is_typed:
            self.query_one(TypedWord).clear()
        self._show_parameters()
        if self.query_one("#request").has_class("shown"):
            self._show_request()

    def _show_parameters(self) -> None:
        lines = confirm_text.parameter_lines(self._plan)
        field = self.query_one("#parameters", Static)
        field.display = lines is not None
        field.update(lines or "")

    def _show_request(self) -> None:
        lines = confirm_text.request_lines(self._requests(self._plan), len(self._plan.targets))
        self.query_one("#request", Static).update(lines)

    def _show_ages(self) -> None:
        self.query_one("#targets", Static).update(confirm_text.target_lines(self._plan, self._where.now()))
