"""How a task fails, and how it recovers."""

from sms_tui.simulator.migration.failure_causes import CAUSES, RECOVERABLE, LatentFailure, error_json
from sms_tui.simulator.migration.machine import Machine
from sms_tui.simulator.world.servers import GIGABYTE

_FIXED_AFTER = (600.0, 2400.0)
"""Seconds until somebody has paid the bill, opened the port or raised the quota."""


def strike(machine: Machine, now: int) -> None:
    """Let the failure that lay in wait happen."""
    if machine.latent_failure is not None:
        _suffer(machine, machine.latent_failure, now)


def break_with(machine: Machine, code: str, now: int) -> None:
    """Fail with `code` here and now; what a resume does not heal stays and strikes again."""
    _suffer(machine, LatentFailure(CAUSES[code], "", 0.1), now)


def _suffer(machine: Machine, latent_failure: LatentFailure, now: int) -> None:
    cause = latent_failure.cause
    latent_failure.at = 0.1
    machine.latent_failure = latent_failure if cause.cure != "resume" else None
    if cause.cure == "fix":
        machine.later("fix", now, _FIXED_AFTER, lambda _: fix(machine))
    fail(machine, cause.code, now)


def fix(machine: Machine) -> None:
    """Take the cause of the failure away, whatever it was."""
    machine.latent_failure = None


def fail(machine: Machine, code: str, now: int) -> None:
    """Stop with an error; the states tell in which stage."""
    machine.halt(now)
    machine.agenda.drop("drill", "abort")
    spoil_clone(machine, "a failure")
    machine.error_code = code
    machine.error = error_json(code, machine.server, machine.random)
    syncing = machine.stage == "sync" or machine.resynced
    machine.move(now, f"failed with {code}", "SYNC_FAIL" if syncing else "MIGRATE_FAIL", "error")
    wait = machine.scenario.auto_recovery_s
    if wait and code in RECOVERABLE:
        machine.agenda.set("recover", now + int(wait * 1000), lambda moment: _recover(machine, moment))


def spoil_clone(machine: Machine, by: str) -> None:
    """Break off a clone that is in the making."""
    if "clone" in machine.agenda:
        machine.agenda.drop("clone")
        machine.clone.state = "ERROR"
        machine.clone.code = "SMS.0601"
        machine.clone.error = f"The clone was interrupted by {by}"


def _recover(machine: Machine, now: int) -> None:
    if machine.state in {"MIGRATE_FAIL", "SYNC_FAIL"} and machine.connected:
        resume(machine, now, "the agent recovered by itself")


def resume(machine: Machine, now: int, cause: str) -> None:
    """Go on after a pause or a failure; a very large copy begins nearly anew."""
    failed = {"MIGRATE_FAIL": "RUNNING", "SYNC_FAIL": "SYNCING"}
    state = failed.get(machine.state, machine.paused_from)
    machine.error = machine.error_code = ""
    machine.agenda.drop("recover", "measure")
    machine.site.leave(machine, now)
    copying = bool(machine.queue) and machine.queue[0].name == "migrate"
    if copying and machine.server.total > machine.scenario.reverify_gigabytes * GIGABYTE:
        machine.replication.verify_again()
    machine.move(now, cause, state, _source_state(machine.stage, copying))
    machine.next_step(now)


def _source_state(stage: str, copying: bool) -> str:
    if stage == "replicate":
        return "replicate" if copying else "initialize"
    return "syncing" if stage == "sync" else "cutovering"
