"""The agent of a task disconnects and returns: what that interrupts, and what continues afterwards."""

from sms_tui.simulator.migration.failing import break_with
from sms_tui.simulator.migration.failure_causes import CAUSES, LatentFailure
from sms_tui.simulator.migration.machine import Machine
from sms_tui.simulator.migration.operations import fetch_order

_WORK = ("go-on", "fail", "clone", "log", "measure", "drill")
"""What the agent does, which stands still without it."""
_NOT_YET = 1 << 50
_RECONNECTS_AFTER = 60_000


def disconnect(machine: Machine, now: int) -> None:
    """The agent is lost: nothing is copied or done, and no operation is fetched."""
    if machine.connected:
        machine.agenda.shift(_WORK, _NOT_YET)
        machine.connected = False
        machine.visited_ms = now
    machine.agenda.drop("order", "recover")
    machine.share_changed(now)
    machine.note(now, "the agent is lost")


def reconnect(machine: Machine, now: int) -> None:
    """The agent is back, goes on where it was and asks for work."""
    if not machine.connected:
        absence = now - machine.visited_ms
        machine.agenda.shift(_WORK, absence - _NOT_YET)
        machine.step_from += absence
        machine.step_until += absence
    machine.connected = True
    machine.visited_ms = now
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
            machine.latent_failure = LatentFailure(CAUSES[code], "", 0.0)
    disconnect(machine, now)
    machine.agenda.set("reconnect", now + _RECONNECTS_AFTER, lambda moment: reconnect(machine, moment))
