"""How a batch is carried out: the order, and what happens after a refusal."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct

from sms_tui.domain.operations import (
    CLEAR,
    CLONE_TEST,
    CUTOVER,
    RESTART,
    ROLL_BACK,
    START,
    STOP,
    TEST,
    Operation,
    Tier,
)
from sms_tui.domain.plan import Plan
from sms_tui.domain.sentence import Sentence, joined, sentence
from sms_tui.domain.situation import Situation


class Order(StrEnum):
    """In which order the operations of a batch are sent."""

    AT_ONCE = "at once"
    ONE_BY_ONE = "one by one"
    CANARY = "canary first"


ORDER_WORDS: Mapping[Order, str] = MappingProxyType(
    {Order.AT_ONCE: "all", Order.ONE_BY_ONE: "one", Order.CANARY: "canary"}
)
"""How the command line names them"""


class Policy(Struct, frozen=True):
    """How the operator wants a batch to be carried out."""

    order: Order = Order.AT_ONCE
    canary_state: str = ""
    """State that the first task must reach before the rest is sent; empty for the operation's own goal"""
    halt_on_refusal: bool = False
    """Send nothing more after the first operation that was not accepted"""
    leave_out: bool = False
    """An irreversible batch goes on without tasks that changed meanwhile"""

    def sentence(self, in_flight: int, *, irreversible: bool) -> Sentence:
        """What will be done, in one line; `in_flight` is how many may be under way at once."""
        orders = {
            Order.AT_ONCE: sentence("all at once, {count} under way", count=in_flight),
            Order.ONE_BY_ONE: sentence("one at a time"),
            Order.CANARY: sentence("canary first, the rest once it {goal}", goal=self.goal),
        }
        parts = [orders[self.order]]
        parts.append(
            sentence("halt at the first not accepted")
            if self.halt_on_refusal
            else sentence("go on after a refusal")
        )
        if irreversible:
            parts.append(
                sentence("leave out what changed") if self.leave_out else sentence("halt at a change")
            )
        return joined("; ", parts)

    @property
    def goal(self) -> Sentence:
        """What the canary must have reached."""
        if self.canary_state:
            return sentence("is {state}", state=sentence(self.canary_state))
        return sentence("is seen to work")


AT_ONCE = Policy()
CAREFUL = Policy(Order.ONE_BY_ONE, halt_on_refusal=True)
"""What an irreversible batch gets unless the operator chose otherwise"""
REHEARSAL = Policy(Order.ONE_BY_ONE, leave_out=True)
"""A dry run shows every request, although none of them is accepted"""


def default_policy(plan: Plan) -> Policy:
    """The policy for a plan whose operator chose none."""
    return CAREFUL if plan.tier is Tier.IRREVERSIBLE else AT_ONCE


_GOALS: Mapping[Operation, tuple[Situation, ...]] = MappingProxyType(
    {
        START: (Situation.REPLICATING, Situation.CONTINUOUS),
        STOP: (Situation.PAUSED,),
        TEST: (Situation.FINISHED,),
        CUTOVER: (Situation.FINISHED,),
        CLONE_TEST: (Situation.CONTINUOUS,),
        RESTART: (Situation.CONTINUOUS,),
        ROLL_BACK: (Situation.ROLLED_BACK,),
        CLEAR: (Situation.CLEARED,),
    }
)


def canary_states(operation: Operation) -> tuple[str, ...]:
    """The states that are worth waiting for after `operation`; the empty one is its own goal."""
    return ("", *(situation.value for situation in _GOALS.get(operation, ())))
