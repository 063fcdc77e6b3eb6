"""A form for the parameters of an operation; it checks every value and sends nothing."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from sms_tui.domain.operations import COLLECT_LOG, SPEED_LIMIT, Operation, Parameter, titled
from sms_tui.domain.plan import parameter_problem
from sms_tui.domain.speed_limit import parse_rules
from sms_tui.domain.text import DETAIL_LIMIT, clean
from sms_tui.ui.dialogs.frame import Dialog, button, words
from sms_tui.ui.widgets.field import Field
from sms_tui.ui.wording.language import tr


class ParameterForm(Dialog[dict[str, str]]):
    """Asks for parameters and answers with those that are to be sent; a field left empty is not sent.

    `values` prefills the fields; `label` is our verb for these tasks where it is not the operation's, such as
    Resume. Raises nothing: what cannot be sent is said under the fields.
    """

    DEFAULT_CSS = """
    ParameterForm {
        .head { padding: 0; }
        .label { margin-top: 1; }
    }
    """
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "app.focus_next", "Next field", show=False, id="form.next"),
        Binding("up", "app.focus_previous", "Previous field", show=False, id="form.previous"),
    ]

    def __init__(
        self, operation: Operation, values: Mapping[str, str], *, required_only: bool, label: str = ""
    ) -> None:
        super().__init__()
        self.heading = tr(titled(label or operation.label, operation.name))
        self._operation = operation
        self._values = dict(values)
        self._asked = [each for each in operation.parameters if each.required or not required_only]

    def body(self) -> Iterable[Widget]:
        """One field for each parameter."""
        if self._operation is SPEED_LIMIT:
            yield words(self._rules_now(), classes="hint")
        for position, parameter in enumerate(self._asked):
            yield words(self._label(parameter), classes="label")
            value = clean(self._values.get(parameter.name, ""), DETAIL_LIMIT)
            yield Field(value, placeholder=_placeholder(parameter), name=f"value-{position}")

    def foot(self) -> Iterable[Widget]:
        """What is wrong with the values, or what they mean."""
        yield words("", id="verdict")
        with Horizontal(classes="buttons"):
            yield button(tr("Enter goes on"), "go-on")
            yield button(tr("Cancel esc"), "cancel")

    def on_mount(self) -> None:
        """Say at once what the prefilled values mean."""
        self._judge(complain=False)

    def on_input_changed(self) -> None:
        """Take back the complaint while the value is being mended."""
        self._judge(complain=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on to the confirmation if the values can be sent."""
        # Keys that came together with Enter are in the field by now, and are no part of what it settled.
        event.input.value = event.value
        self._go_on()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Go on, or give up."""
        if event.button.id == "go-on":
            self._go_on()
        else:
            self.answer(None)

    def _go_on(self) -> None:
        if self._judge(complain=True) is None:
            self.answer(self._filled())

    def _judge(self, *, complain: bool) -> str | None:
        problem = parameter_problem(self._operation, self._filled())
        verdict = Content()
        if problem is None:
            verdict = Content.styled(self._meaning(), "$foreground-muted")
        elif complain:
            verdict = Content.styled(clean(tr(problem), DETAIL_LIMIT), "bold $text-error")
        self.query_one("#verdict", Static).update(verdict)
        return problem

    def _filled(self) -> dict[str, str]:
        asked = {parameter.name for parameter in self._asked}
        filled = {name: value for name, value in self._values.items() if name not in asked}
        for position, parameter in enumerate(self._asked):
            value = self.query_one(f"#value-{position}", Input).value.strip()
            if value or parameter.required:
                filled[parameter.name] = value
        return filled

    def _meaning(self) -> str:
        if self._operation is COLLECT_LOG:
            return tr("Goes on to the confirmation.")
        if self._operation is not SPEED_LIMIT:
            return tr("An empty field is not sent.")
        rules = parse_rules(self._filled().get("rules", ""))
        if not rules:
            return tr("No rule: every limit is removed.")
        return tr("Will be set: {rules}", rules=", ".join(map(str, rules)))

    def _rules_now(self) -> str:
        rules = self._values.get("rules")
        if rules is None:
            return tr("The rules in force are not known here; what you set replaces all of them.")
        if not rules:
            return tr("In force now: no rule. What you set replaces all of them.")
        return tr(
            "In force now: {rules}. What you set replaces all of them.", rules=clean(rules, DETAIL_LIMIT)
        )

    def _label(self, parameter: Parameter) -> Content:
        known = [parameter.name]
        # A limit has to be sent, but its field may be left empty: that is a limit too.
        if self._operation is not SPEED_LIMIT:
            known.append(tr("required") if parameter.required else tr("optional"))
        return Content.assemble((tr(parameter.label), "bold"), f" ({', '.join(known)})")


def _placeholder(parameter: Parameter) -> str:
    if parameter.choices:
        return tr(
            "{others} or {last}; empty: not sent",
            others=", ".join(parameter.choices[:-1]),
            last=parameter.choices[-1],
        )
    return "" if parameter.required else tr("empty: not sent")
