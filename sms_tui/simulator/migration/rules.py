"""Which operation the service accepts in which situation, and the words with which it refuses others."""

from msgspec import Struct

from sms_tui.simulator.migration.machine import Machine
from sms_tui.simulator.migration.steps import subtask_name

READY = "READY"
RUNNING = "RUNNING"
SYNCING = "SYNCING"
DRILLING = "premiging"
CLONING = "cloning"
LAUNCHING = "launching"
PAUSED = "ABORT"
MIGRATE_FAIL = "MIGRATE_FAIL"
SYNC_FAIL = "SYNC_FAIL"
FINISHED = "finished"
CLEARED = "cleared"
ROLLED_BACK = "SYNC_F_ROLLBACK_SUCCESS"
_CHANGING = "changing"

_IN_TRANSITION = {"ABORTING", "SKIPPING", "DELETING", "RESETING", "SYNC_F_ROLLBACKING"}
_STARTED = {
    RUNNING, SYNCING, CLONING, LAUNCHING, PAUSED, MIGRATE_FAIL, SYNC_FAIL, FINISHED, CLEARED, ROLLED_BACK,
}  # fmt: skip

MATRIX: dict[str, set[str]] = {
    "start": {READY, PAUSED, MIGRATE_FAIL, SYNC_FAIL},
    "stop": {DRILLING, RUNNING, SYNCING, CLONING, LAUNCHING},
    "test": {SYNCING},
    "cutover": {SYNCING},
    "clone_test": {SYNCING},
    "restart": {FINISHED},
    "sync_failed_rollback": {SYNC_FAIL},
    "collect_log": _STARTED,
    "network_check": {PAUSED, MIGRATE_FAIL, SYNC_FAIL},
    "migration_test": {READY},
    "skip": {RUNNING, SYNCING, LAUNCHING},
    "clear": {FINISHED},
    "delete": {READY, PAUSED, MIGRATE_FAIL, SYNC_FAIL, FINISHED, CLEARED, ROLLED_BACK},
    "speed_limit": _STARTED | {READY, DRILLING},
}
"""For each operation the situations in which it is taken."""

OF_2022 = frozenset({"start", "stop", "collect_log", "test", "clone_test", "restart", "sync_failed_rollback"})
"""The operations that the first published version of the action API knows."""
_MEASURED = ("MIGRATE_", "SYNC_", "CONFIGURE_")
_WITHOUT_AGENT = {"clear", "delete"}
_WRONG_STATE = {"stop": "SMS.1038", "start": "SMS.1039", "restart": "SMS.1040", "delete": "SMS.7719"}


class Refusal(Struct, frozen=True):
    """A no of the service."""

    status: int
    code: str
    message: str
    parameters: tuple[str, ...] = ()
    encoded: str = ""
    """What an administrator can have decoded, of a missing permission."""


def situation(machine: Machine) -> str:
    """Task state and source state read together."""
    if machine.state in _IN_TRANSITION or machine.source_state == "clearing":
        return _CHANGING
    if machine.state in {"MIGRATE_SUCCESS", "SYNC_SUCCESS"}:
        return CLEARED if machine.source_state == "cleared" else FINISHED
    if machine.state in {RUNNING, SYNCING}:
        shown = {"cloning": CLONING, "cutovering": LAUNCHING, "premiging": DRILLING}
        return shown.get(machine.source_state, machine.state)
    return machine.state


def refusal(machine: Machine, operation: str, now: int) -> Refusal | None:
    """Why this operation is not taken now, or None if it is."""
    if not machine.connected and operation not in _WITHOUT_AGENT:
        return Refusal(400, "SMS.6603", "The connection to SMS was lost")
    where = situation(machine)
    if operation == "delete" and not machine.connected and machine.state != "DELETING":
        return None
    if where not in MATRIX[operation]:
        return _wrong_state(machine, operation)
    if operation == "skip" and not _can_skip(machine, now):
        return Refusal(400, "SMS.1038", "No consistency check stands between 5 and 95 percent")
    if operation == "network_check" and not _was_moving(machine):
        return Refusal(400, "SMS.1038", "No migration, synchronization or configuration has been interrupted")
    return _contradiction(machine, operation)


def _wrong_state(machine: Machine, operation: str) -> Refusal:
    """The refusal of an operation that does not fit the state."""
    code = _WRONG_STATE.get(operation, "SMS.1038")
    if operation == "delete":
        return Refusal(400, code, "The source server is running, the task cannot be deleted")
    words = f"The operation {operation} is not allowed in state {machine.state}"
    return Refusal(400, code, words, (operation, machine.state))


def _can_skip(machine: Machine, now: int) -> bool:
    step = machine.step
    return step is not None and step.name == "check" and 5 <= machine.progress(now) <= 95


def _was_moving(machine: Machine) -> bool:
    """Whether what stands still is a step whose network may be measured; between two rounds none shows."""
    step = subtask_name(machine.queue[0], machine.server) if machine.queue else ""
    return machine.stage == "sync" or step.startswith(_MEASURED)


def _contradiction(machine: Machine, operation: str) -> Refusal | None:
    waiting = machine.order.operation if machine.order else operation
    if waiting == operation or operation == "speed_limit":
        return None
    if operation == "delete" and machine.in_line:
        return None
    words = f"The operation {waiting} has been accepted and is not finished"
    return Refusal(400, _WRONG_STATE.get(operation, "SMS.1038"), words, (operation, waiting))


def not_permitted(action: str) -> Refusal:
    """The refusal of a user who lacks a permission."""
    words = f"You do not have permission to perform action {action} on resource example-task."
    message = f"The current account does not have the permission to execute policy. {words}"
    return Refusal(403, "SMS.9004", message, (words,), "SIMULATED-ENCODED-MESSAGE")


def bad_request(message: str) -> Refusal:
    """The refusal of a request that makes no sense."""
    return Refusal(400, "APIGW.0106", message)


NO_TASK = Refusal(404, "SMS.7703", "Task doesn't exist")
NO_SOURCE = Refusal(404, "SMS.7602", "The source server doesn't exist")
NO_TEMPLATE = Refusal(400, "APIGW.0106", "the template does not exist")
NO_API = Refusal(404, "APIGW.0101", "The API does not exist or has not been published in the environment")
