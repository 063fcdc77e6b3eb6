"""How a batch is worked off."""

from dataclasses import dataclass
from enum import StrEnum

from sms_tui.domain.operations import Tier
from sms_tui.domain.plan import Plan


class Order(StrEnum):
    """In which order the operations of a batch are sent."""

    AT_ONCE = "at once"
    ONE_BY_ONE = "one by one"
    CANARY = "canary first"


@dataclass(frozen=True, slots=True)
class Policy:
    """The operator's wish for a batch."""

    order: Order = Order.AT_ONCE
    canary_state: str = ""
    """State that the first task must reach before the rest is sent; empty for the operation's own goal"""
    halt_on_refusal: bool = False
    """Send nothing more after the first operation that was not accepted"""
    leave_out: bool = False
    """An irreversible batch goes on without tasks that changed meanwhile"""


AT_ONCE = Policy()
CAREFUL = Policy(Order.ONE_BY_ONE, halt_on_refusal=True)
"""What an irreversible batch gets unless the operator chose otherwise"""


def default_policy(plan: Plan) -> Policy:
    """The policy for a plan whose operator wished for none."""
    return CAREFUL if plan.tier is Tier.IRREVERSIBLE else AT_ONCE
