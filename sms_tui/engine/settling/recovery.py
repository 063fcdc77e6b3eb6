"""Takes over operations that earlier runs left open: shown, settled by reading, never sent again."""

import math
from collections.abc import Callable, Iterable, Mapping

from sms_tui.domain.operations import OPERATIONS, RESUME_LABEL
from sms_tui.domain.outcome import Outcome
from sms_tui.domain.rules import is_resume
from sms_tui.domain.sentence import sentence
from sms_tui.engine.event_log import Severity
from sms_tui.engine.journal.bookkeeper import Bookkeeper
from sms_tui.engine.journal.open_ends import OpenEnds
from sms_tui.engine.journal.reader import Fault, JournalledOperation, Record
from sms_tui.engine.record import OperationRecord
from sms_tui.engine.sending.task_gates import TaskGates
from sms_tui.engine.settling.baseline import from_fields
from sms_tui.engine.shared import Shared
from sms_tui.engine.yield_point import pieces

_MOST_AT_ONCE = 25
"""Operations that are taken over in one go"""


class Recovery:
    """Adopts operations that ended programs left open."""

    def __init__(
        self,
        shared: Shared,
        open_ends: OpenEnds,
        books: Bookkeeper,
        task_gates: TaskGates,
        watch: Callable[[OperationRecord, float], None],
    ) -> None:
        """`watch` also gets the seconds since the operation was sent."""
        self._age_of = shared.journal.age_of
        self._identity = shared.journal.identity
        self._yield_point = shared.yield_point
        self._store = shared.store
        self._log = shared.log
        self._open_ends = open_ends
        self._books = books
        self._task_gates = task_gates
        self._watch = watch
        self._adopted: set[str] = set()
        self._told: set[str] = set()

    def adopt(self) -> list[OperationRecord]:
        """Look for what runs that ended left open, and begin to settle what of that is new, which is given.

        What they had accepted lately and not seen confirmed is part of it: the next operation has to wait
        for that as it would have in the run that sent it.
        """
        return self._adopt(self._found())

    async def adopt_in_pieces(self) -> None:
        """Like `adopt`, for thousands: each shuts a gate, and keys must not wait for so many files.

        Whatever sends meanwhile calls `adopt` first. What was queued and never sent is ended as well.
        """
        for piece in pieces(self._found(), _MOST_AT_ONCE):
            self._adopt(piece)
            await self._yield_point()
        self._close_queued()

    def adopt_unknown(self) -> list[OperationRecord]:
        """Like `adopt`, but only operations whose outcome nobody knows."""
        return self._adopt(self._unknown())

    def _found(self) -> list[JournalledOperation]:
        found = self._unknown() + self._open_ends.accepted(self._adopted)
        found.sort(key=lambda operation: float(str(operation.records[0]["t"])))
        return found

    def _unknown(self) -> list[JournalledOperation]:
        found, faults = self._open_ends.in_doubt(self._adopted)
        self._tell(faults)
        return found

    def _tell(self, faults: Iterable[Fault]) -> None:
        """Log each fault of the journals once, except torn ends, which a crash leaves."""
        for fault in faults:
            if str(fault) not in self._told and not fault.is_torn:
                self._told.add(str(fault))
                self._log.add(
                    "note",
                    sentence("The journal cannot be believed: {fault}", fault=str(fault)),
                    severity="error",
                )

    def _adopt(self, found: Iterable[JournalledOperation]) -> list[OperationRecord]:
        return [record for operation in found if (record := self._adopt_one(operation)) is not None]

    def _adopt_one(self, operation: JournalledOperation) -> OperationRecord | None:
        """Begin to settle an open operation, unless it was adopted before or is not ours to settle."""
        if operation.op_id in self._adopted or not self._is_ours(operation):
            return None
        self._adopted.add(operation.op_id)
        sent = next(record for record in operation.records if record["kind"] == Outcome.SENT)
        record = _record_of(operation, sent)
        if record is not None:
            self._take(record, self._age_of(sent))
        elif operation.is_open:
            self._say_unknown(operation)
        return record

    def _is_ours(self, operation: JournalledOperation) -> bool:
        """Whether it was sent with this profile, or with another one to a task that this profile sees too."""
        profile, endpoint = operation.place
        is_seen = str(operation.last.get("task")) in self._store.tasks
        return endpoint == self._identity.endpoint and (profile == self._identity.profile or is_seen)

    def _say_unknown(self, operation: JournalledOperation) -> None:
        """Log an operation that only a newer version knows, so that this one cannot settle it."""
        told = operation.last
        text = sentence(
            "{operation} of an earlier run is unresolved and unknown to this version: look for yourself",
            operation=str(told.get("operation")),
        )
        self._log.add("operation", text, str(told.get("task")), str(told.get("task_name")), "error")

    def _close_queued(self) -> None:
        """Record as not sent what was still queued when its program ended, since nobody will send it."""
        here = (self._identity.profile, self._identity.endpoint)
        queued = [
            operation for operation in self._open_ends.never_sent(self._adopted) if operation.place == here
        ]
        self._adopted.update(operation.op_id for operation in queued)
        records = [record for operation in queued if (record := _queued_of(operation)) is not None]
        self._books.never_sent(records, sentence("the program ended before its turn came"))

    def _take(self, record: OperationRecord, aged: float) -> None:
        severity: Severity = "warning"
        template = "{operation} of an earlier run is unresolved: reading the task"
        if record.outcome is Outcome.ACCEPTED:
            severity = "information"
            template = "{operation} of an earlier run was accepted: reading the task to see it confirmed"
        else:
            self._task_gates.doubt(record.task_id, record.op_id)
        text = sentence(template, operation=record.title.in_midst())
        self._log.add("operation", text, record.task_id, record.task_name, severity)
        # A read that is already under way may show the state before the sending.
        record.sent_reading = self._store.begin().number
        self._store.set_pending(record)
        self._watch(record, aged)


def _record_of(operation: JournalledOperation, sent: Record) -> OperationRecord | None:
    """An operation of an earlier run, rebuilt from its journal."""
    baseline, parameters = sent.get("baseline"), sent.get("parameters")
    record = _begun(operation, sent, baseline if isinstance(baseline, dict) else {})
    if record is not None:
        record.outcome = Outcome.UNKNOWN if operation.is_open else Outcome.ACCEPTED
        record.is_adopted = True
        known = parameters.items() if isinstance(parameters, dict) else ()
        record.parameters = {name: value for name, value in known if isinstance(value, str)}
        record.sent_at = _time(sent, "sent_at")
    return record


def _queued_of(operation: JournalledOperation) -> OperationRecord | None:
    """An operation of an earlier run that was confirmed but never sent."""
    return _begun(operation, operation.last, {"state": operation.last.get("state_before")})


def _begun(operation: JournalledOperation, told: Record, baseline: Record) -> OperationRecord | None:
    known = OPERATIONS.get(str(told.get("operation")))
    if known is None:
        return None
    task_id, name = str(told.get("task")), str(told.get("task_name"))
    before = from_fields(task_id, name, baseline)
    label = RESUME_LABEL if is_resume(known, before) else known.label
    record = OperationRecord(operation.op_id, known, label, task_id, name, before)
    record.queued_at = _time(told, "queued_at") or 0.0
    return record


def _time(fields: Mapping[str, object], name: str) -> float | None:
    value = fields.get(name)
    seconds = float(str(value)) if type(value) in {int, float} else math.nan
    return seconds if math.isfinite(seconds) else None
