"""What every call checks first: whether the user may do this, and whether the task exists."""

from sms_tui.simulator.calls.request_fields import Refused
from sms_tui.simulator.migration.machine import Machine
from sms_tui.simulator.migration.rules import NO_TASK, not_permitted
from sms_tui.simulator.world.world import Service


def permit(service: Service, action: str) -> None:
    """Refuse a user who lacks the permission for `action`."""
    if service.scenario.read_only_user:
        raise Refused(not_permitted(f"sms:server:{action}"))


def task_of(service: Service, task_id: str) -> Machine:
    """The task with that id, or a refusal."""
    service.settle()
    machine = service.by_task_id(task_id)
    if machine is None:
        raise Refused(NO_TASK)
    return machine
