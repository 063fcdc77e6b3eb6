"""How several operations are sent: in which order, and what holds the rest back."""

from collections.abc import Callable, Iterable
from typing import ClassVar

from msgspec.structs import replace
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Button

from sms_tui.domain.sentence import sentence
from sms_tui.engine.sending.policy import Order, Policy
from sms_tui.ui.dialogs.frame import Dialog, bracketed, words
from sms_tui.ui.wording.language import tr

_ORDERS = (Order.AT_ONCE, Order.ONE_BY_ONE, Order.CANARY)
_KEYS = "up down move, space or Enter changes, 1 2 3 choose the order, esc or q goes back"


class Setting(Button):
    """One line with the present value of a setting, which changes when it is pressed."""

    def __init__(self, name: str, say: Callable[[], str], turn: Callable[[int], None]) -> None:
        self._say = say
        self._turn = turn
        super().__init__(bracketed(say()), id=name, compact=True)

    def turn(self, step: int) -> None:
        """Take the next value, or the one before."""
        self._turn(step)

    def say(self) -> None:
        """Write what holds now."""
        self.label = bracketed(self._say())
        self.refresh(layout=True)


class BatchOrder(Dialog[Policy]):
    """Shows a policy as lines that can be changed and answers with the result; it sends nothing."""

    AUTO_FOCUS = "#order"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,h,ctrl+g", "give_up", "Back", show=False, id="order.back"),
        Binding("down,j", "app.focus_next", "Next line", show=False, id="order.next"),
        Binding("up,k", "app.focus_previous", "Previous line", show=False, id="order.previous"),
        Binding("space,right", "turn(1)", "Change", show=False, id="order.change"),
        Binding("left", "turn(-1)", "Change back", show=False, id="order.change_back"),
        *(
            Binding(str(place), f"order({place - 1})", str(order), show=False, id=f"order.{place}")
            for place, order in enumerate(_ORDERS, 1)
        ),
    ]

    def __init__(
        self, policy: Policy, states: tuple[str, ...], in_flight: int, count: int, *, irreversible: bool
    ) -> None:
        super().__init__()
        self.heading = tr("How the {count} are sent", count=count)
        self._policy = policy
        self._states = states
        self._in_flight = in_flight
        self._irreversible = irreversible

    def body(self) -> Iterable[Widget]:
        """The lines."""
        with Vertical(classes="buttons"):
            yield Setting("order", self._order, self._turn_order)
            yield Setting("goal", self._goal, self._turn_goal)
            yield Setting("halt", self._halt, self._turn_halt)
            if self._irreversible:
                yield Setting("leave-out", self._change, self._turn_change)

    def foot(self) -> Iterable[Widget]:
        """The keys."""
        yield words(tr(_KEYS), classes="hint")

    def on_mount(self) -> None:
        """Show only the settings that matter here."""
        self._say()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Change the line that was pressed."""
        event.stop()
        if isinstance(event.button, Setting):
            event.button.turn(1)
            self._say()

    def action_turn(self, step: int) -> None:
        """Change the line with the focus."""
        if isinstance(self.focused, Setting):
            self.focused.turn(step)
            self._say()

    def action_order(self, place: int) -> None:
        """Take one of the orders."""
        self._policy = replace(self._policy, order=_ORDERS[place])
        self._say()

    def action_give_up(self) -> None:
        """Go back with what is shown."""
        self.answer(self._policy)

    def _say(self) -> None:
        self.query_one("#goal").display = self._policy.order is Order.CANARY
        for line in self.query(Setting):
            line.say()

    def _order(self) -> str:
        said = {
            Order.AT_ONCE: sentence("all at once, at most {count} under way", count=self._in_flight),
            Order.ONE_BY_ONE: sentence("one at a time, each when the one before is answered"),
            Order.CANARY: sentence("canary first: one, then the rest"),
        }
        return tr("Order: {order}", order=said[self._policy.order])

    def _goal(self) -> str:
        return tr("The rest follows once it {goal}", goal=self._policy.goal)

    def _halt(self) -> str:
        halts = self._policy.halt_on_refusal
        then = sentence("send nothing more" if halts else "go on with the others")
        return tr("When one is not accepted: {then}", then=then)

    def _change(self) -> str:
        then = sentence("leave it out and go on" if self._policy.leave_out else "halt the batch")
        return tr("If a task changes before it is sent: {then}", then=then)

    def _turn_order(self, step: int) -> None:
        place = _ORDERS.index(self._policy.order)
        self._policy = replace(self._policy, order=_ORDERS[(place + step) % len(_ORDERS)])

    def _turn_goal(self, step: int) -> None:
        place = self._states.index(self._policy.canary_state) + step
        self._policy = replace(self._policy, canary_state=self._states[place % len(self._states)])

    def _turn_halt(self, _step: int) -> None:
        self._policy = replace(self._policy, halt_on_refusal=not self._policy.halt_on_refusal)

    def _turn_change(self, _step: int) -> None:
        self._policy = replace(self._policy, leave_out=not self._policy.leave_out)
