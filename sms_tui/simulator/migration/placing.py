"""Puts a task into a given situation, with a plausible past, because worlds begin in the middle of things."""

from collections.abc import Callable

from sms_tui.simulator.migration import failing, operations
from sms_tui.simulator.migration.agent import disconnect
from sms_tui.simulator.migration.failure_causes import CAUSES
from sms_tui.simulator.migration.machine import Clone, Machine
from sms_tui.simulator.migration.steps import Step, duration_ms, subtask_name
from sms_tui.simulator.migration.stopwatch import Stopwatch
from sms_tui.simulator.world.chronicle import Chronicle
from sms_tui.simulator.world.seeded_random import identifier

_MINUTE = 60_000
_Placer = Callable[[Machine, float, str, int], None]
"""Takes how far the step under way is, the code of a failure, and the moment"""


def place_role(machine: Machine, now: int) -> None:
    """Put the task where its role wants it when the world begins."""
    role = machine.server.role
    percent = role.percent
    if machine.server.index >= len(machine.scenario.cast):
        percent = min(max(percent + machine.random.between(-25, 25), 2.0), 95.0)
    place(machine, role.at, percent, role.code, now)
    if not role.connected:
        disconnect(machine, now)


def place_infeasible(machine: Machine, code: str) -> None:
    """Leave the source without a task, because its checks have found `code`."""
    machine.gone = True
    machine.infeasible = code
    machine.source_state, machine.cycle = "unavailable", "checking"


def place(machine: Machine, situation: str, percent: float, code: str, now: int) -> None:
    """Put the task into `situation`, `percent` of the way through the step that it stands for.

    A state that nobody knows is only what it shows; it goes on as what it is.
    """
    placer = _PLACERS.get(situation)
    machine.disguise = "" if placer else situation
    if placer is None:
        return
    # How it got there is no part of what happened, so it stays out of the chronicle.
    chronicle, machine.chronicle = machine.chronicle, Chronicle()
    connected, machine.connected = machine.connected, True
    _forget(machine, now)
    placer(machine, percent, code, now)
    if not connected:
        disconnect(machine, now)
    machine.former = (machine.state, machine.source_state)
    machine.keep_time(now)
    if machine.started_ms is not None:
        machine.worked.credit((machine.finished_ms or now) - machine.started_ms)
    machine.chronicle = chronicle


def _forget(machine: Machine, now: int) -> None:
    machine.halt(now)
    if "fix" in machine.agenda:
        failing.fix(machine)
    machine.agenda.clear()
    machine.order = None
    machine.in_line = False
    machine.stage = ""
    machine.queue = []
    machine.replication.copied = machine.replication.leftover = 0.0
    machine.error = machine.error_code = ""
    machine.started_ms = machine.finished_ms = None
    machine.resynced = False
    machine.launches = 0
    machine.clone = Clone()
    machine.worked = Stopwatch()
    machine.checks = machine.server.role.check
    machine.subtasks.reset()


def _ready(machine: Machine, _percent: float, _code: str, now: int) -> None:
    machine.move(now, "placed", "READY", "waiting", "replicating")


def _in_step(stage: str, step: str, source: str = "") -> _Placer:
    """In the midst of a step; `source` only where its stage does not tell the state of the source."""
    state, shown, cycle = _IN_STAGE[stage]

    def placer(machine: Machine, percent: float, _code: str, now: int) -> None:
        begun = now - _elapsed_in(machine, step, percent)
        _live_through(machine, stage, step, begun)
        machine.move(now, "placed", state, source or shown, cycle)
        _take_up(machine, percent, begun, now)

    return placer


def _elapsed_in(machine: Machine, step: str, percent: float) -> int:
    if step == "migrate":
        return int(machine.replication.expected_ms(machine.possible_mbit()) * percent / 100)
    return int(percent / 100 * 2 * _MINUTE)


def _live_through(machine: Machine, stage: str, step: str, now: int) -> None:
    """List as past everything that comes before `step`, which is to begin now, and plan the rest."""
    if stage != "replicate":
        _copy_everything(machine, now - int(machine.random.between(20, 300)) * _MINUTE)
        machine.replication.round_from = now - int(machine.random.between(3, 12)) * _MINUTE
    machine.plan(stage)
    past: list[Step] = []
    while machine.queue and machine.queue[0].name != step:
        past.append(machine.queue.pop(0))
    begun = _list_as_past(machine, past, now)
    if stage == "replicate":
        machine.started_ms = begun


def _copy_everything(machine: Machine, now: int) -> None:
    machine.plan("replicate")
    machine.started_ms = _list_as_past(machine, machine.queue, now)
    machine.queue = []
    machine.replication.copied = float(machine.server.total)


def _list_as_past(machine: Machine, steps: list[Step], end: int) -> int:
    """List these steps as completed, the last one at `end`; gives the moment at which the first one began."""
    spans: list[tuple[str, int, int]] = []
    for step in reversed(steps):
        begun = end - _typical_ms(machine, step)
        if name := subtask_name(step, machine.server):
            spans.append((name, begun, end))
        end = begun
    for name, begun, ended in reversed(spans):
        machine.subtasks.put(name, begun, ended)
    return end


def _typical_ms(machine: Machine, step: Step) -> int:
    if step.name == "migrate":
        return machine.replication.expected_ms(machine.possible_mbit())
    if step.copies:
        return 2 * _MINUTE
    return duration_ms(step, machine.server, machine.scenario.pace, machine.random)


def _take_up(machine: Machine, percent: float, begun: int, now: int) -> None:
    """Stand in the middle of the next step, which began in the past."""
    step = machine.queue[0]
    if step.name == "migrate":
        machine.replication.copied = machine.server.total * percent / 100
        machine.replication.round_from = begun
    machine.next_step(now)
    if shown := machine.subtasks.get(subtask_name(step, machine.server)):
        shown.started = begun
    if not step.copies:
        _shift_step(machine, percent, now)


def _shift_step(machine: Machine, percent: float, now: int) -> None:
    length = machine.step_until - machine.step_from
    machine.step_from = now - int(length * percent / 100)
    machine.end_step_at(machine.step_from + length)


_IN_STAGE = {
    "replicate": ("RUNNING", "replicate", "replicating"),
    "sync": ("SYNCING", "syncing", "syncing"),
    "relaunch": ("SYNCING", "cutovering", "cutovering"),
}
"""States of task and source, and the cycle"""
_replicating = _in_step("replicate", "migrate")
_syncing = _in_step("sync", "sync")
_resting = _in_step("sync", "gap")


def _checking(machine: Machine, percent: float, code: str, now: int) -> None:
    machine.checks = True
    _in_step("relaunch", "check")(machine, percent, code, now)


def _failed(machine: Machine, percent: float, code: str, now: int) -> None:
    code = code or "SMS.0807"
    step = CAUSES[code].steps[0]
    stage = "relaunch" if step in {"configure", "detach"} else "replicate"
    _in_step(stage, step)(machine, percent, code, now)
    failing.break_with(machine, code, now)


def _sync_failed(machine: Machine, percent: float, code: str, now: int) -> None:
    _syncing(machine, percent, code, now)
    failing.break_with(machine, code or "SMS.0806", now)


def _paused(machine: Machine, percent: float, code: str, now: int) -> None:
    _replicating(machine, percent, code, now)
    machine.halt(now)
    machine.paused_from = "RUNNING"
    machine.move(now, "placed", "ABORT", "stopped")


def _pausing(machine: Machine, percent: float, code: str, now: int) -> None:
    _replicating(machine, percent, code, now)
    operations.pause(machine, now, "placed")


def _cloned(machine: Machine, percent: float, code: str, now: int) -> None:
    _resting(machine, percent, code, now)
    vm_id = identifier(machine.seed, f"clone-{machine.server.index}")
    machine.clone = Clone("FINISHED", vm_id, f"{machine.server.name}-clone")


def _finished(machine: Machine, _percent: float, _code: str, now: int) -> None:
    ended = now - int(machine.random.between(20, 600)) * _MINUTE
    _live_through(machine, "relaunch", "", ended)
    machine.stage = ""
    machine.launches = 1
    machine.finished_ms = ended
    machine.move(now, "placed", "MIGRATE_SUCCESS", "finished", "cutovered")


def _synced(machine: Machine, percent: float, code: str, now: int) -> None:
    _finished(machine, percent, code, now)
    machine.resynced = True
    machine.move(now, "placed", "SYNC_SUCCESS")


def _cleared(machine: Machine, percent: float, code: str, now: int) -> None:
    _finished(machine, percent, code, now)
    machine.move(now, "placed", source="cleared")


def _resetting(machine: Machine, percent: float, code: str, now: int) -> None:
    _rolling_back(machine, percent, code, now)
    machine.move(now, "placed", "RESETING")


def _rolled_back(machine: Machine, percent: float, code: str, now: int) -> None:
    _rolling_back(machine, percent, code, now)
    machine.agenda.drop("rollback")
    operations.rolled_back(machine, now)


def _after(before: _Placer, operation: str) -> _Placer:
    """What `operation` makes of another situation."""

    def placer(machine: Machine, percent: float, code: str, now: int) -> None:
        before(machine, percent, code, now)
        operations.EFFECTS[operation](machine, now, {})

    return placer


_rolling_back = _after(_sync_failed, "sync_failed_rollback")
_PLACERS: dict[str, _Placer] = {
    "READY": _ready,
    "RUNNING": _replicating,
    "set-up": _in_step("replicate", "attach", "initialize"),
    "SYNCING": _syncing,
    "scanning": _in_step("sync", "scan"),
    "resting": _resting,
    "cutovering": _in_step("relaunch", "configure"),
    "comparing": _in_step("relaunch", "compare"),
    "checking": _checking,
    "cloning": _after(_resting, "clone_test"),
    "cloned": _cloned,
    "drilling": _after(_ready, "migration_test"),
    "MIGRATE_FAIL": _failed,
    "SYNC_FAIL": _sync_failed,
    "ABORT": _paused,
    "ABORTING": _pausing,
    "SKIPPING": _after(_checking, "skip"),
    "DELETING": lambda machine, _, __, now: operations.delete(machine, now),
    "RESETING": _resetting,
    "SYNC_F_ROLLBACKING": _rolling_back,
    "SYNC_F_ROLLBACK_SUCCESS": _rolled_back,
    "MIGRATE_SUCCESS": _finished,
    "SYNC_SUCCESS": _synced,
    "clearing": _after(_finished, "clear"),
    "cleared": _cleared,
}
SITUATIONS = tuple(_PLACERS)
"""Every situation that a role or a test can ask for."""
