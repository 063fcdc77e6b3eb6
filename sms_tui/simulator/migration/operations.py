"""What each operation does to a task once its agent has received it, and everything that follows."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from sms_tui.simulator.migration.failing import resume, spoil_clone
from sms_tui.simulator.migration.machine import Clone, Machine, Order, measure_network
from sms_tui.simulator.migration.quota import BEGINNINGS
from sms_tui.simulator.migration.rules import refusal
from sms_tui.simulator.migration.stopwatch import Stopwatch
from sms_tui.simulator.world.seeded_random import identifier, token

Effect = Callable[[Machine, int, Mapping[str, object]], None]
_QUOTA_RETRY_MS = 15_000
_LONGEST_POLL = 55.0
"""Seconds; together with the list's own delay an effect is seen within a minute."""


def give(machine: Machine, order: Order, now: int) -> None:
    """Accept an operation; a second one like it is taken and ignored while the first waits for the agent."""
    if machine.order is not None:
        machine.note(now, f"{order.operation} ignored, it is under way")
        return
    machine.order = order
    machine.asked = True
    machine.note(now, f"{order.operation} accepted")
    fetch_order(machine, now)


def fetch_order(machine: Machine, now: int) -> None:
    """Let the agent ask for work when it next does."""
    wait = (20, _LONGEST_POLL) if machine.random.happens(0.02) else (3, 20)
    machine.later("order", now, wait, lambda moment: _obey(machine, moment))


def _obey(machine: Machine, now: int) -> None:
    order, machine.order = machine.order, None
    if order is None:
        return
    if order.operation in BEGINNINGS and not order.may_begin():
        if not machine.in_line:
            machine.in_line = True
            machine.note(now, f"{order.operation} waits for its turn")
        machine.order = order
        machine.agenda.set("order", now + _QUOTA_RETRY_MS, lambda moment: _obey(machine, moment))
        return
    machine.in_line = False
    if refusal(machine, order.operation, now):
        # What no longer fits comes to nothing: the task has failed or ended in between.
        machine.note(now, f"{order.operation} came too late")
        return
    EFFECTS[order.operation](machine, now, order.details)


def _start(machine: Machine, now: int, details: Mapping[str, object]) -> None:
    _set_check(machine, details)
    if machine.stage:
        resume(machine, now, "start")
    else:
        machine.enter("replicate", now, "start")


def _stop(machine: Machine, now: int, _details: Mapping[str, object]) -> None:
    pause(machine, now, "stop")


def pause(machine: Machine, now: int, cause: str) -> None:
    """Stop what is under way; it takes seconds until everything stands still."""
    machine.halt(now)
    machine.agenda.drop("drill")
    spoil_clone(machine, "a pause")
    machine.paused_from = machine.state
    machine.move(now, cause, "ABORTING", "stopping")
    # A drill without any replication before it leaves nothing to be resumed.
    still = ("ABORT", "stopped") if machine.stage else ("READY", "waiting")
    machine.later(
        "abort", now, (5, 40), lambda moment: machine.move(moment, "everything stands still", *still)
    )


def _launch(machine: Machine, now: int, _details: Mapping[str, object]) -> None:
    machine.halt(now)
    machine.target_taken = False
    machine.enter("relaunch", now, "launch")


def _clone(machine: Machine, now: int, _details: Mapping[str, object]) -> None:
    machine.halt(now)
    vm_id = identifier(machine.seed, f"clone-{machine.server.index}-{now}")
    machine.clone = Clone("PREPARING", vm_id, f"{machine.server.name}-clone")
    machine.move(now, "clone_test", source="cloning")
    length = int(machine.random.between(180, 600) * 1000)
    machine.agenda.set("clone", now + length * 3 // 10, lambda moment: _cloning(machine, moment, length))


def _cloning(machine: Machine, now: int, length: int) -> None:
    machine.clone.state = "CREATING"
    machine.note(now, "the clone is being created")
    machine.agenda.set("clone", now + length * 7 // 10, lambda moment: _cloned(machine, moment))


def _cloned(machine: Machine, now: int) -> None:
    machine.clone.state = "FINISHED"
    machine.move(now, "the clone is made", source="syncing")
    machine.next_step(now)


def _sync_again(machine: Machine, now: int, details: Mapping[str, object]) -> None:
    _set_check(machine, details)
    machine.resynced = True
    machine.finished_ms = None
    machine.worked = Stopwatch()
    overwrites = machine.target_taken
    machine.enter("sync", now, "restart, overwriting the target's new data" if overwrites else "restart")


def _set_check(machine: Machine, details: Mapping[str, object]) -> None:
    if isinstance(wanted := details.get("is_need_consistency_check"), bool):
        machine.checks = wanted


def _roll_back(machine: Machine, now: int, _details: Mapping[str, object]) -> None:
    machine.replication.leftover = 0.0
    machine.stage = ""
    machine.queue = []
    machine.move(now, "sync_failed_rollback", "SYNC_F_ROLLBACKING")
    machine.later("rollback", now, (60, 180), lambda moment: rolled_back(machine, moment))


def rolled_back(machine: Machine, now: int) -> None:
    """The target is what it was before the failed synchronization."""
    machine.error = machine.error_code = ""
    machine.move(now, "rolled back", "SYNC_F_ROLLBACK_SUCCESS", "stopped")


def _collect_log(machine: Machine, now: int, details: Mapping[str, object]) -> None:
    logs = machine.logs
    logs.status = "UPLOADING"
    logs.bucket = str(details["bucket"])
    expire = details.get("expire")
    logs.expire = expire if isinstance(expire, int) else 3600
    machine.later("log", now, (15, 90), lambda moment: _uploaded(machine, moment))
    machine.note(now, "collect_log")


def _uploaded(machine: Machine, now: int) -> None:
    logs = machine.logs
    logs.status = "UPLOADED"
    logs.uploaded = now
    secret = token(machine.seed, f"share-{machine.server.index}-{now}", 12)
    logs.url = f"https://{logs.bucket}.obs.example.com/{machine.server.name}.zip?Signature={secret}"
    machine.note(now, "logs are uploaded")


def _network_check(machine: Machine, now: int, _details: Mapping[str, object]) -> None:
    machine.site.join(machine, now)
    machine.note(now, "network_check")
    machine.later("measure", now, (240, 300), lambda moment: _measured(machine, moment))


def _measured(machine: Machine, now: int) -> None:
    measure_network(machine)
    machine.note(now, "the network is measured")
    machine.site.leave(machine, now)


def _drill(machine: Machine, now: int, _details: Mapping[str, object]) -> None:
    machine.move(now, "migration_test", source="premigready")
    machine.agenda.set("drill", now + 5000, lambda moment: _drilling(machine, moment))


def _drilling(machine: Machine, now: int) -> None:
    machine.move(now, "the drill begins", "RUNNING", "premiging")
    over = ("the drill is over", "READY", "premiged")
    machine.later("drill", now, (300, 900), lambda moment: machine.move(moment, *over))


def _skip(machine: Machine, now: int, _details: Mapping[str, object]) -> None:
    former, source = machine.state, machine.source_state
    machine.move(now, "skip", "SKIPPING", "skipping")
    machine.later("go-on", now, (5, 20), lambda moment: _skipped(machine, moment, former, source))


def _skipped(machine: Machine, now: int, state: str, source: str) -> None:
    machine.move(now, "the check is skipped", state, source)
    machine.leave_step(now)


def _clear(machine: Machine, now: int, _details: Mapping[str, object]) -> None:
    machine.move(now, "clear", source="clearing")
    done = "snapshots are deleted"
    machine.later("clear", now, (20, 120), lambda moment: machine.move(moment, done, source="cleared"))


def delete(machine: Machine, now: int) -> None:
    """Begin to delete the task; no agent is asked."""
    machine.halt(now)
    machine.agenda.clear()
    machine.order = None
    machine.in_line = False
    machine.asked = True
    machine.move(now, "delete", "DELETING", "deleting", "setting")
    machine.later("gone", now, (3, 15), lambda moment: vanish(machine, moment))


def vanish(machine: Machine, now: int) -> None:
    """The task is no more."""
    machine.gone = True
    machine.source_state, machine.cycle = "waiting", "setting"
    machine.site.leave(machine, now)
    machine.note(now, "deleted")


EFFECTS: Mapping[str, Effect] = MappingProxyType(
    {
        "start": _start,
        "stop": _stop,
        "test": _launch,
        "cutover": _launch,
        "clone_test": _clone,
        "restart": _sync_again,
        "sync_failed_rollback": _roll_back,
        "collect_log": _collect_log,
        "network_check": _network_check,
        "migration_test": _drill,
        "skip": _skip,
        "clear": _clear,
    }
)
"""By the API's word."""
