"""The figures of a task as the service reports them, with the service's inconsistencies."""

from sms_tui.simulator.migration.machine import Machine
from sms_tui.simulator.migration.steps import Step, expected_ms, subtask_name
from sms_tui.simulator.migration.subtasks import SubTask

_SHY_MS = 60_000
_PREPARED_MS = 1_800_000
_BOAST = (101, 102, 103)
_ESTIMATE_GAP = 11
"""In every so many minutes one in which there is no estimate."""


def created_ms(machine: Machine) -> int:
    """When the task was created: some time before its copy began, however long that has taken by now."""
    planned, begun = machine.server.created_ms, machine.started_ms
    return planned if begun is None else min(planned, begun - _PREPARED_MS)


def speed(machine: Machine, now: int) -> float:
    """The task's migrate_speed in the unit that the scenario's service uses."""
    transfer = machine.replication.transfer
    if transfer is None:
        return 0.0
    mbit = transfer.mbit_at(now)
    in_megabytes = machine.scenario.megabytes or machine.scenario.epoch == "2022"
    return round(mbit / 8, 2) if in_megabytes else round(mbit, 2)


def compress_rate(machine: Machine) -> float:
    """Bytes on the wire per byte of the source while blocks are copied, else 0."""
    is_compressed = machine.server.block and machine.replication.transfer
    return round(1 / machine.server.ratio, 2) if is_compressed else 0.0


def remain_seconds(machine: Machine, now: int) -> int | None:
    """Seconds to the end of full replication, 0 when nothing is under way; None where nobody can say."""
    if machine.step is None:
        return 0
    done = machine.replication.transfer.done_ms() if machine.replication.transfer else machine.step_until
    if machine.stage != "replicate" or not machine.connected or done is None:
        return None
    ahead = sum(_expected_ms(machine, step) for step in machine.queue)
    return (max(done - now, 0) + ahead) // 1000


def _expected_ms(machine: Machine, step: Step) -> int:
    if step.name != "migrate":
        return expected_ms(step, machine.server, machine.scenario.pace)
    missing = 1 - machine.replication.copied / machine.server.total
    return int(machine.replication.expected_ms(machine.possible_mbit()) * missing)


def estimate_ms(machine: Machine, now: int) -> int | None:
    """When the service expects to be done; null now and then even while it works."""
    left = remain_seconds(machine, now)
    if not left or (now // 60_000 + machine.server.index) % _ESTIMATE_GAP == 0:
        return None
    return now + left * 1000


def subtask_info(machine: Machine, now: int) -> str:
    """Name and progress of the sub-task under way, or of the one in which the task has failed."""
    name = machine.shown_subtask
    if not name and machine.error_code and machine.queue:
        name = subtask_name(machine.queue[0], machine.server)
    shown = machine.subtasks.get(name) if name else None
    if shown is None:
        return ""
    done = progress(machine, shown, now)
    return f"{name}-{done}" if done is not None else name


def progress(machine: Machine, shown: SubTask, now: int) -> int | None:
    """A sub-task's percentage: missing at first in some tasks, beyond 100 at the end of others."""
    if shown.name != machine.shown_subtask:
        return shown.progress
    if machine.server.shy and machine.started_ms is not None and now - machine.started_ms < _SHY_MS:
        return None
    done = machine.progress(now)
    if machine.server.boastful and done == 99:
        return _BOAST[machine.server.index % 3]
    return done
