"""How many servers may migrate at the same time."""

from collections.abc import Iterable

from sms_tui.simulator.migration.machine import Machine
from sms_tui.simulator.migration.rules import Refusal
from sms_tui.simulator.world.scenario import Scenario

BEGINNINGS = frozenset({"start", "restart"})
"""The operations after which one more server migrates."""
_ACTIVE = frozenset({"RUNNING", "SYNCING", "SKIPPING"})
_USED_UP = Refusal(400, "SMS.6526", "The quota of servers migrating at once is used up")


def start_refusal(scenario: Scenario, machines: Iterable[Machine]) -> Refusal | None:
    """Why one more start is refused; where starts wait for their turn, it is not."""
    if scenario.concurrent is None or scenario.quota_waits:
        return None
    claimed = sum(_is_active(each) or _is_to_start(each) for each in machines)
    return _USED_UP if claimed >= scenario.concurrent else None


def may_begin(scenario: Scenario, machines: Iterable[Machine]) -> bool:
    """Whether a start that has been accepted need not wait for others to end."""
    if scenario.concurrent is None or not scenario.quota_waits:
        return True
    return sum(_is_active(each) for each in machines) < scenario.concurrent


def _is_active(machine: Machine) -> bool:
    return machine.state in _ACTIVE


def _is_to_start(machine: Machine) -> bool:
    return machine.order is not None and machine.order.operation in BEGINNINGS
