"""One operation on one task, from the operator's word to the last thing that is known of it."""

from dataclasses import dataclass, field

from sms_tui.domain.operations import Operation
from sms_tui.domain.outcome import Outcome, Trouble
from sms_tui.domain.plan import Plan
from sms_tui.domain.task import Task


@dataclass(slots=True)
class OperationRecord:
    """How far one operation on one task is; times are epoch seconds."""

    op_id: str
    operation: Operation
    label: str
    task_id: str
    task_name: str
    before: Task
    """The task as it was read last before sending"""
    outcome: Outcome = Outcome.QUEUED
    trouble: Trouble | None = None
    queued_at: float = 0.0
    sent_at: float | None = None
    answered_at: float | None = None
    settled_at: float | None = None
    """When nothing more can change what is known"""
    state_after: str = ""
    evidence: str = ""
    request_id: str = ""
    status: int | None = None
    elapsed_ms: int = 0

    @property
    def is_settled(self) -> bool:
        """Whether the last word on it is spoken."""
        return self.settled_at is not None


@dataclass(slots=True)
class Batch:
    """The operations of one confirmed plan."""

    id: str
    plan: Plan
    typed: str
    records: list[OperationRecord] = field(default_factory=list)
    is_stopped: bool = False

    def stop(self) -> None:
        """Send nothing more of it; what was sent stays sent."""
        self.is_stopped = True

    @property
    def is_done(self) -> bool:
        """Whether every operation of it has an answer, or was not sent."""
        return all(record.outcome not in {Outcome.QUEUED, Outcome.SENT} for record in self.records)
