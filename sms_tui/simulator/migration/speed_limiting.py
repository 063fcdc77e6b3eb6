"""Applies speed limits: they take effect minutes after they were set, and some are only monitored."""

from sms_tui.simulator.migration.machine import Machine
from sms_tui.simulator.migration.operations import pause
from sms_tui.simulator.migration.speed_limits import Rule

_WATCH_MS = 60_000
_TOLERATED = 2
"""Breaches of the overspeed threshold in a row before the task is paused."""


def set_limits(machine: Machine, rules: tuple[Rule, ...], now: int) -> None:
    """Take new speed rules, which bite minutes later."""
    machine.limits.rules = rules
    machine.asked = True
    machine.note(now, "speed limit set")
    machine.later("limit", now, (300, 600), lambda at: _enforce(machine, at))


def _enforce(machine: Machine, now: int) -> None:
    machine.limits.in_force = machine.limits.rules
    machine.limits.breaches = 0
    _switch(machine, now)
    if any(rule.threshold for rule in machine.limits.in_force):
        machine.agenda.set("watch", now + _WATCH_MS, lambda moment: _watch(machine, moment))
    else:
        machine.agenda.drop("watch")


def _switch(machine: Machine, now: int) -> None:
    limits = machine.limits
    rule = limits.rule_at(now, limits.in_force)
    limits.effective = rule.speed if rule else 0
    machine.share_changed(now)
    if limits.in_force:
        machine.agenda.set("rule", limits.next_change(now), lambda moment: _switch(machine, moment))


def _watch(machine: Machine, now: int) -> None:
    """Without traffic control nothing holds the speed down; past the threshold the task is paused."""
    limits, transfer = machine.limits, machine.replication.transfer
    rule = limits.rule_at(now, limits.in_force)
    mbit = transfer.mbit_at(now) / machine.server.ratio if transfer else 0.0
    over = rule is not None and _is_over(rule, mbit)
    limits.breaches = limits.breaches + 1 if over else 0
    if limits.breaches > _TOLERATED and machine.state in {"RUNNING", "SYNCING"}:
        limits.breaches = 0
        pause(machine, now, "SMS.9007")
        machine.error_code = "SMS.9007"
        machine.error = '{"error_code":"SMS.9007","error_param":["The speed went over its limit"]}'
    machine.agenda.set("watch", now + _WATCH_MS, lambda moment: _watch(machine, moment))


def _is_over(rule: Rule, mbit: float) -> bool:
    return rule.speed > 0 and rule.threshold > 0 and mbit > rule.speed * (1 + rule.threshold / 100)
