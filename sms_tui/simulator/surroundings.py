"""What happens around a task: its agent comes and goes, its speed limits change, its link is watched."""

from sms_tui.simulator.failures import CAUSES, Ailment
from sms_tui.simulator.limits import Rule
from sms_tui.simulator.machine import Machine
from sms_tui.simulator.orders import fetch_order, pause
from sms_tui.simulator.trouble import break_with

_WORK = ("leg", "fail", "clone", "log", "measure", "drill")
"""What the agent does, which stands still without it."""
_NOT_YET = 1 << 50
_RECONNECTS_AFTER = 60_000
_WATCH_MS = 60_000
_TOLERATED = 2
"""Breaches of the overspeed threshold in a row before the task is paused."""


def disconnect(machine: Machine, now: int) -> None:
    """The agent is lost: nothing is copied or done, and no operation is fetched."""
    if machine.connected:
        machine.agenda.shift(_WORK, _NOT_YET)
        machine.connected, machine.visited_ms = False, now
    machine.agenda.drop("order", "recover")
    machine.share_changed(now)
    machine.note(now, "the agent is lost")


def reconnect(machine: Machine, now: int) -> None:
    """The agent is back, goes on where it was and asks for work."""
    if not machine.connected:
        absence = now - machine.visited_ms
        machine.agenda.shift(_WORK, absence - _NOT_YET)
        machine.leg_from += absence
        machine.leg_until += absence
    machine.connected, machine.visited_ms = True, now
    machine.share_changed(now)
    machine.note(now, "the agent is back")
    if machine.order:
        fetch_order(machine, now)


def restart_agent(machine: Machine, now: int) -> None:
    """The agent restarts; only file copies on Linux survive that, and all others not even at rest."""
    if machine.server.block and machine.started_ms is not None:
        copying = machine.server.windows and machine.stage == "replicate"
        code = "SMS.0212" if copying else "SMS.1414"
        if machine.state in {"RUNNING", "SYNCING"}:
            break_with(machine, code, now)
        else:
            machine.ailment = Ailment(CAUSES[code], "", 0.0)
    disconnect(machine, now)
    machine.agenda.set("reconnect", now + _RECONNECTS_AFTER, lambda moment: reconnect(machine, moment))


def set_limits(machine: Machine, rules: tuple[Rule, ...], now: int) -> None:
    """Take new speed rules, which bite minutes later."""
    machine.limits.rules, machine.asked = rules, True
    machine.note(now, "speed limit set")
    moment = now + int(machine.dice.between(300, 600) * 1000)
    machine.agenda.set("limit", moment, lambda at: _enforce(machine, at))


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
    limits, transfer = machine.limits, machine.cargo.transfer
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
