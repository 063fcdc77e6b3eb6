"""The last question before an operation is sent, answered by a deliberate yes.

The yes is never a key binding. A key that was typed for another screen may still reach this dialog's
bindings, but its own key handling hears only keys that were pressed while the dialog could be read.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Key, Paste
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from sms_tui.domain.operations import Tier
from sms_tui.domain.plan import Plan
from sms_tui.engine.sending.policy import Policy, canary_states, default_policy
from sms_tui.ui.dialogs import confirm_text
from sms_tui.ui.dialogs.batch_order import BatchOrder
from sms_tui.ui.dialogs.confirm_text import PreparedText
from sms_tui.ui.dialogs.context import DialogContext
from sms_tui.ui.dialogs.deaf_time import DeafTime
from sms_tui.ui.dialogs.form import ParameterForm
from sms_tui.ui.dialogs.frame import Buttons, button, words
from sms_tui.ui.dialogs.plan_check import Look
from sms_tui.ui.dialogs.plan_view import PlanView
from sms_tui.ui.widgets.field import LedField
from sms_tui.ui.wording.language import tr

_LONGEST_WORD = 80


class Confirmation(Struct, frozen=True):
    """A deliberate yes to exactly this plan."""

    typed: str
    plan: Plan
    policy: Policy


class AskAnew(Struct, frozen=True):
    """The plan no longer holds, and the operator wants a new question with the same settings."""

    plan: Plan
    policy: Policy


class TypedWord(LedField):
    """A field that counts only what is typed by hand; the dialog decides which keys were."""

    def on_paste(self, event: Paste) -> None:
        """Drop pasted text: it proves nothing about what was read."""
        event.stop()
        event.prevent_default()

    def action_paste(self) -> None:
        """Drop what the program's own clipboard holds, for the same reason."""


class ConfirmDialog(PlanView[Confirmation | AskAnew]):
    """Lets a plan go only on `y`, or on the exact text where one is asked for."""

    DEFAULT_CSS = """
    ConfirmDialog {
        #typed { height: 1; }
        TypedWord { width: 1fr; max-width: 42; }
        #told { width: auto; padding-left: 1; }
        #broken, #anew { display: none; }
        &.-broken #broken, &.-broken #anew { display: block; }
        &.-broken .go-ahead { display: none; }
        &.-broken #show-command, &.-broken #show-options, &.-broken #show-how { display: none; }
    }
    """
    AUTO_FOCUS = "#cancel"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,n", "give_up", "Cancel", show=False, id="confirm.no"),
        Binding("e,ctrl+r", "request", "Show the exact request", show=False, id="confirm.request"),
        Binding("o,ctrl+o", "options", "Optional parameters", show=False, id="confirm.options"),
        Binding("c,f2", "command", "Copy it as a command", show=False, id="confirm.command"),
        Binding("h,ctrl+g", "how", "How several are sent", show=False, id="confirm.how"),
        Binding("ctrl+y", "anew", "Ask anew after a change", show=False, id="confirm.anew"),
    ]

    def __init__(
        self,
        plan: Plan,
        context: DialogContext,
        requests: Callable[[Plan], Sequence[PreparedText]],
        look: Look,
        policy: Policy | None = None,
    ) -> None:
        super().__init__(plan, policy or default_policy(plan), context, requests, look)
        self._deaf_time = DeafTime(context.clock.monotonic)
        self.closed_by: Key | None = None
        """The key that closed the dialog; more keys meant for the dialog may follow it"""

    def foot(self) -> Iterable[Widget]:
        """How to go ahead and how not to, always in sight."""
        plan = self._check.plan
        yield words(confirm_text.broken_line(), id="broken")
        yield words("", id="refused", classes="go-ahead")
        yield words(confirm_text.ask_line(plan, dry_run=self._where.mode.dry_run), classes="go-ahead")
        if plan.is_typed:
            with Horizontal(id="typed", classes="go-ahead"):
                yield TypedWord(placeholder="_" * len(plan.word), name="word", max_length=_LONGEST_WORD)
                yield words("", id="told")
        if len(plan.targets) > 1:
            yield words("", id="policy", classes="go-ahead")
        with Buttons():
            yield button(tr("Cancel"), "cancel")
            yield button(tr("Ask anew {key}", key="ctrl+y"), "anew")
            yield button(tr("Request {key}", key="ctrl+r" if plan.is_typed else "e"), "show-request")
            yield button(tr("Shell {key}", key="f2" if plan.is_typed else "c"), "show-command")
            if plan.operation.parameters:
                yield button(tr("Options {key}", key="ctrl+o" if plan.is_typed else "o"), "show-options")
            if len(plan.targets) > 1:
                yield button(tr("How {key}", key="ctrl+g" if plan.is_typed else "h"), "show-how")

    def on_screen_resume(self) -> None:
        """Be deaf until the dialog has been in sight for a moment."""
        self.call_after_refresh(self._deaf_time.start)

    def on_screen_suspend(self) -> None:
        """Be deaf while another screen is in front."""
        self._deaf_time.stop()

    def is_deaf(self, key: Key) -> bool:
        """Whether `key` came too early, too late, or cannot have been meant."""
        return super().is_deaf(key) or not self._deaf_time.hears(key) or self.closed_by is not None

    async def press(self, key: Key) -> None:
        """Take the letter of a yes or a no, or a part of the word where one has to be typed."""
        if self._check.plan.is_typed:
            await self._type(key)
        else:
            self._answer_with(key)

    async def _type(self, key: Key) -> None:
        """Lead what is typed to the field, wherever the focus is."""
        field = self.query_one(TypedWord)
        if key.key == "enter" and self.focused is self.query_one("#cancel"):
            key.stop()
            self._tell_cancelled()
            self._close(key, None)
        elif self._check.is_broken and key.is_printable:
            key.stop()
            # An Enter after a text typed blindly must not close the dialog that explains the change.
            self.set_focus(None)
        elif (key.is_printable or self.focused is field) and await field.edit(key):
            key.stop()

    def _answer_with(self, key: Key) -> None:
        if key.key in {"n", "q"}:
            key.stop()
            self._close(key, None)
        elif key.key == "y":
            key.stop()
            if self._check.holds_for("y"):
                self._close(key, Confirmation("y", self._check.plan, self._policy))
            else:
                self.show_plan()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say when Enter would go ahead."""
        self._tell(tr("Enter goes ahead") if self._check.holds_for(event.value) else "")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go ahead if the text is the one asked for."""
        self.show_plan()
        if self._check.holds_for(event.value):
            self.answer(Confirmation(event.value, self._check.plan, self._policy))
        elif not self._check.plan.accepts(event.value):
            self._tell(
                tr("Not that text: nothing sent" if event.value.strip() else "Nothing typed: nothing sent")
            )

    async def on_button_pressed(self, event: Button.Pressed) -> None:
        """Do what the button says; none of them goes ahead."""
        name = (event.button.id or "").removeprefix("show-")
        if name == "cancel":
            self._tell_cancelled()
            name = "give_up"
        await self.run_action(name)

    def action_options(self) -> None:
        """Ask for the parameters that may be left unset."""

        def take(parameters: dict[str, str] | None) -> None:
            if parameters is None:
                return
            self._check.plan = replace(self._check.plan, parameters=parameters)
            if self._check.plan.is_typed:
                self.query_one(TypedWord).clear()
            self.show_plan()

        plan = self._check.plan
        if plan.operation.parameters and not self._check.is_broken:
            form = ParameterForm(plan.operation, plan.parameters, required_only=False, label=plan.label)
            form.place = self.place
            self.app.push_screen(form, take)

    def action_how(self) -> None:
        """Ask how several are to be sent."""

        def take(policy: Policy | None) -> None:
            self._policy = policy or self._policy
            self.show_plan()

        plan = self._check.plan
        if len(plan.targets) > 1 and not self._check.is_broken:
            states = canary_states(plan.operation)
            irreversible = plan.tier is Tier.IRREVERSIBLE
            form = BatchOrder(
                self._policy, states, self._where.in_flight, len(plan.targets), irreversible=irreversible
            )
            form.place = self.place
            self.app.push_screen(form, take)

    def action_anew(self) -> None:
        """Put the question again as it stands now, once it no longer holds as it was put."""
        if self._check.is_broken:
            self.answer(AskAnew(self._check.plan, self._policy))

    def _close(self, key: Key, result: Confirmation | None) -> None:
        # A key that follows the one that opened a form must not close this dialog.
        if self.is_active:
            self.closed_by = key
            self.answer(result)

    def _tell_cancelled(self) -> None:
        # Who takes the Enter on Cancel for a yes would believe that it was sent.
        if self.is_active:
            self.notify(tr("Cancelled: nothing sent"), markup=False)

    def _tell(self, sentence: str) -> None:
        self.query_one("#told", Static).update(Content.styled(sentence, "$text-warning"))

    def show_plan(self) -> None:
        """Show the plan, and give up on this question once the plan no longer holds."""
        if self._check.is_broken and not self.has_class("-broken"):
            self.add_class("-broken")
            self._deaf_time.start()
            self.set_focus(None)
            self.action_scroll_body("home")
        super().show_plan()

    def parts(self) -> Mapping[str, Content | None]:
        """What the foot says is of no use once the plan no longer holds."""
        check = self._check
        refused = confirm_text.refused_line(check.refusal)
        policy = confirm_text.policy_line(check.plan, self._policy, self._where.in_flight)
        is_broken = check.is_broken
        return {
            **super().parts(),
            "refused": None if is_broken else refused,
            "policy": None if is_broken else policy,
        }
