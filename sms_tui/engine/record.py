"""One operation on one task, from the operator's confirmation to the last thing known about it."""

import math
from collections.abc import Mapping

from msgspec import Struct, field

from sms_tui.domain.operations import START, STOP, Operation, titled, waits_for
from sms_tui.domain.outcome import Outcome, Trouble
from sms_tui.domain.plan import Plan
from sms_tui.domain.quantities import duration
from sms_tui.domain.rows import NOTHING_PENDING, Pending
from sms_tui.domain.sentence import Sentence, sentence
from sms_tui.domain.task import Task
from sms_tui.engine.sending.policy import Policy

_LONGEST_STANDSTILL = 60.0
"""Seconds in which nothing ran, after which nobody knows whether the rest of a batch is still wanted"""


class OperationRecord(Struct, eq=False):
    """The state of one operation on one task; times are epoch seconds."""

    op_id: str
    operation: Operation
    label: str
    task_id: str
    task_name: str
    before: Task
    """The task as last read before sending"""
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
    parameters: Mapping[str, str] = field(default_factory=dict)
    has_changed: bool = False
    """Whether the last read before sending found the task gone, or no longer fit for what was confirmed"""
    is_adopted: bool = False
    """Whether an earlier run sent it; other programs may be settling it too"""
    sent_reading: int = 0
    """Number of the last read that began before sending; only later ones can show an effect"""

    @property
    def title(self) -> Sentence:
        """Our verb and the API's."""
        return titled(self.label, self.operation.name)

    @property
    def is_settled(self) -> bool:
        """Whether nothing more will be learned about it."""
        return self.settled_at is not None

    @property
    def is_under_way(self) -> bool:
        """Whether it is waiting to be sent, or for its answer."""
        return self.outcome in {Outcome.QUEUED, Outcome.SENT}

    def refusal_of(self, operation: Operation) -> str | None:
        """Why `operation` on the same task has to wait until this is settled; None if it has not."""
        if self.is_under_way:
            return sentence("{operation} is under way.", operation=sentence(self.label))
        if self.outcome is Outcome.UNKNOWN:
            if operation is STOP:
                return None
            return sentence(
                "the outcome of {operation} is unknown; wait, or use :resolve or sms-tui journal settle.",
                operation=sentence(self.label),
            )
        return self._waiting if waits_for(operation, self.operation) else None

    @property
    def doubt(self) -> Sentence | None:
        """A warning for further operations on the task that need not wait until this is settled."""
        if self.outcome is Outcome.UNKNOWN:
            return sentence(
                "The outcome of {operation} is unknown: it may have taken effect, or may still.",
                operation=sentence(self.label),
            )
        return self._waiting if self.outcome is Outcome.ACCEPTED else None

    @property
    def _waiting(self) -> Sentence:
        return sentence("{operation} was accepted and waits to be confirmed.", operation=sentence(self.label))

    @property
    def pending(self) -> Pending:
        """What the row of the task says about it until it is settled."""
        if self.is_settled:
            return NOTHING_PENDING
        operation = sentence(self.label).in_midst()
        if self.outcome is Outcome.UNKNOWN:
            return Pending(sentence("unknown: {operation}", operation=operation), in_doubt=operation)
        if self.outcome is Outcome.QUEUED:
            return Pending(sentence("queued: {operation}", operation=operation))
        doing = sentence("resuming" if self._is_resume else self.operation.doing)
        return Pending(sentence("{doing}…", doing=doing))

    @property
    def _is_resume(self) -> bool:
        return self.operation is START and self.label != START.label


class Batch(Struct, eq=False):
    """The operations of one confirmed plan."""

    id: str
    plan: Plan
    typed: str
    policy: Policy
    records: list[OperationRecord] = field(default_factory=list)
    is_stopped: bool = False
    why_stopped: str = ""
    waits_for: str = ""
    """What the rest of the batch is waiting for while the canary runs; empty if for nothing"""
    looked_at: float = math.inf
    """Epoch seconds of the last look at the clock"""

    def stop(self, why: str = sentence("the batch was stopped")) -> None:
        """Send nothing more of it; what was sent stays sent."""
        self.is_stopped = True
        self.why_stopped = self.why_stopped or why

    def stop_after_standstill(self, now: float) -> None:
        """Send nothing more of it once the program was stopped for long, or the machine slept."""
        stood = now - self.looked_at
        if stood >= _LONGEST_STANDSTILL:
            self.stop(
                sentence(
                    "held back, because the program stood still for {time}, or the clock was set",
                    time=duration(stood),
                )
            )

    def records_with(self, *outcomes: Outcome) -> list[OperationRecord]:
        """The operations with one of these outcomes."""
        return [record for record in self.records if record.outcome in outcomes]

    @property
    def is_done(self) -> bool:
        """Whether every operation of it has an answer, or was not sent."""
        return not any(record.is_under_way for record in self.records)

    @property
    def is_watched(self) -> bool:
        """Whether something is under way, or was accepted and is being watched in later reads."""
        return not self.is_done or any(
            not record.is_settled for record in self.records_with(Outcome.ACCEPTED)
        )
