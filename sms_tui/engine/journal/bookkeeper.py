"""Records each step of an operation in three places at once: journal, store and event log.

If the journal cannot take a step before sending, `JournalError` is raised. After sending, the answer is shown
even so, since hiding it would help nobody.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import NamedTuple

from sms_tui.api.calls.requests import PreparedRequest
from sms_tui.domain.outcome import Answer, Outcome, Trouble, TroubleKind
from sms_tui.domain.sentence import Sentence, joined, sentence
from sms_tui.engine.event_log import Severity
from sms_tui.engine.journal.journal import JournalError
from sms_tui.engine.journal.open_ends import OpenEnds
from sms_tui.engine.journal.reader import RESOLVED
from sms_tui.engine.record import OperationRecord
from sms_tui.engine.settling.baseline import to_fields
from sms_tui.engine.shared import Shared

_SEVERITIES: Mapping[Outcome, Severity] = {
    Outcome.REJECTED: "error",
    Outcome.UNKNOWN: "error",
    Outcome.NOT_SENT: "warning",
}


class Finding(NamedTuple):
    """How an operation ended, as a later read shows it."""

    record: OperationRecord
    state_after: str
    evidence: str
    has_failed: bool = False
    """Whether it was accepted and failed later, so that a second try may have effects of its own"""

    def settle(self, now: float) -> None:
        """Put it into the record."""
        record, evidence = self.record, self.evidence
        record.outcome = Outcome.ACCEPTED if self.has_failed else Outcome.CONFIRMED
        record.state_after = self.state_after
        record.evidence = evidence
        if self.has_failed:
            record.evidence = sentence("accepted, and failed since: {evidence}", evidence=evidence)
        record.settled_at = now


class Bookkeeper:
    """Keeps journal, store and event log in agreement about each operation."""

    def __init__(
        self, shared: Shared, open_ends: OpenEnds, when_settled: Callable[[OperationRecord], None]
    ) -> None:
        self._journal = shared.journal
        self._store = shared.store
        self._log = shared.log
        self._clock = shared.clock
        self._keeps_journal = not shared.mode.dry_run
        self._open_ends = open_ends
        self._when_settled = when_settled

    def queued(self, records: Sequence[OperationRecord], confirm_id: str) -> None:
        """The operator confirmed all of these; after a `JournalError` none of them may be sent."""
        now = self._clock.now()
        for record in records:
            record.queued_at = now
        if self._keeps_journal:
            entries = [(record.op_id, {**_identity(record), "confirm_id": confirm_id}) for record in records]
            self._journal.append_all(Outcome.QUEUED, entries)
        for record in records:
            self._store.set_pending(record)

    def sent(self, record: OperationRecord, request: PreparedRequest) -> None:
        """The request is about to be sent; after a `JournalError` it must not be."""
        record.sent_at = self._clock.now()
        record.sent_reading = self._store.begin().number
        self._store.intake.sent(record.task_id)
        fields = {
            **_identity(record),
            "method": request.method,
            "url": request.url,
            "body_sha256": sha256(request.body).hexdigest(),
            "parameters": dict(record.parameters),
            "baseline": to_fields(record.before),
        }
        try:
            self._journal.append(Outcome.SENT, record.op_id, fields)
        except JournalError:
            record.sent_at = None
            record.sent_reading = 0
            raise
        record.outcome = Outcome.SENT
        # Not "sent" yet: what cannot be sent is said to be not sent in the next line.
        self._say(record, sentence("sending"))

    def answered(self, record: OperationRecord, answer: Answer) -> None:
        """The service accepted or rejected it, or gave no reliable answer."""
        record.outcome = answer.outcome
        record.trouble = answer.trouble
        record.answered_at = self._clock.now()
        record.request_id = answer.request_id
        record.status = answer.status
        record.elapsed_ms = answer.elapsed_ms
        if answer.outcome.may_be_offered_again:
            record.settled_at = record.answered_at
        self._write(record, answer.outcome)
        self._say(record, _said(answer))

    def not_sent(self, record: OperationRecord, reason: str) -> None:
        """The operation was left out at the last moment, or could not be sent."""
        self.none_sent([record], reason)

    def none_sent(self, records: Sequence[OperationRecord], reason: str) -> None:
        """Like `not_sent` for many at once: writing all of them takes the disk as long as writing one."""
        for record in records:
            record.outcome = Outcome.NOT_SENT
            record.trouble = Trouble(TroubleKind.LOCAL, reason)
            record.settled_at = self._clock.now()
        self._write_all(records, Outcome.NOT_SENT)
        for record in records:
            self._say(record, sentence("not sent: {reason}", reason=reason))

    def never_sent(self, records: Sequence[OperationRecord], reason: str) -> None:
        """An earlier run ended before it sent these; their tasks may be in the middle of something newer."""
        for record in records:
            record.trouble = Trouble(TroubleKind.LOCAL, reason)
        self._write_all(records, Outcome.NOT_SENT)
        for record in records:
            line = joined(" ", (record.title.in_midst(), sentence("not sent: {reason}", reason=reason)))
            self._log.add("operation", line, record.task_id, record.task_name, "warning")

    def confirmed(self, record: OperationRecord, evidence: str) -> None:
        """A later read shows what the operation was meant to reach, but no state of the task."""
        self.found([Finding(record, "", evidence)])

    def found(self, findings: Sequence[Finding]) -> None:
        """Later reads show how these ended; many at once, since that takes the disk as long as one."""
        for found in findings:
            found.settle(self._clock.now())
        self._write_all([found.record for found in findings if not found.has_failed], Outcome.CONFIRMED)
        self._write_all([found.record for found in findings if found.has_failed], RESOLVED)
        for record, _, evidence, has_failed in findings:
            if has_failed:
                self._say(record, record.evidence, severity="error")
            else:
                self._say(record, sentence("confirmed: {evidence}", evidence=evidence))

    def given_up(self, record: OperationRecord, evidence: str, *, is_final: bool = False) -> None:
        """Reading showed no effect in time; the outcome stays as it is, and this is logged.

        An accepted operation is over with that. An unknown outcome stays open until somebody settles it,
        unless it `is_final` that nothing can ever be learned.
        """
        record.evidence = evidence
        if is_final or record.outcome is Outcome.ACCEPTED:
            record.settled_at = self._clock.now()
            self._write(record, RESOLVED)
        else:
            self._write(record, Outcome.UNKNOWN)
        self._say(record, evidence, severity="warning")

    @contextmanager
    def settling(self, records: Sequence[OperationRecord]) -> Iterator[Sequence[OperationRecord]]:
        """Those of `records` whose end may be written down while this lasts, which is not to be long.

        Several programs may look for what earlier runs sent: what another one ended is over here too, and
        what it may be about to end is left for later.
        """
        adopted = {record.op_id: record for record in records if record.is_adopted and not record.is_settled}
        if not adopted:
            yield records
            return
        with self._open_ends.alone() as is_alone:
            for op_id in self._open_ends.ended(adopted) if is_alone else ():
                self._over(adopted.pop(op_id))
            yield [each for each in records if is_alone or not each.is_adopted]

    def _over(self, record: OperationRecord) -> None:
        record.settled_at = self._clock.now()
        record.evidence = sentence("settled in another run of this program")
        self._say(record, record.evidence, severity="information")

    def unobservable(self, record: OperationRecord) -> None:
        """Accepted, and no read can ever show more: nothing further will be known."""
        record.evidence = sentence("accepted; reading the task cannot show more")
        record.settled_at = self._clock.now()
        self._write(record, RESOLVED)
        self._say(record, record.evidence)

    def remark(self, record: OperationRecord, text: str) -> None:
        """Add a remark about an operation to the log, without any new knowledge about its outcome."""
        self._log.add("operation", text, record.task_id, record.task_name)
        self._store.set_pending(record)

    def resolved_by_operator(self, records: Sequence[OperationRecord]) -> None:
        """The operator has checked for themselves and declares the outcomes settled."""
        for record in records:
            record.settled_at = self._clock.now()
            record.evidence = sentence("settled by the operator")
        self._write_all(records, RESOLVED, by="operator")
        for record in records:
            self._say(record, sentence("outcome settled by the operator"))

    def _write(self, record: OperationRecord, kind: str) -> None:
        self._write_all([record], kind)

    def _write_all(self, records: Sequence[OperationRecord], kind: str, by: str = "reading") -> None:
        if not (self._keeps_journal and records):
            return
        try:
            self._journal.append_all(kind, [(record.op_id, _outcome(record, by)) for record in records])
        except JournalError as error:
            for record in records:
                self._log.add("operation", str(error), record.task_id, record.task_name, "error")

    def _say(self, record: OperationRecord, text: str, severity: Severity | None = None) -> None:
        line = joined(" ", (record.title.in_midst(), text))
        severity = severity or _SEVERITIES.get(record.outcome, "information")
        self._log.add("operation", line, record.task_id, record.task_name, severity)
        self._store.set_pending(record)
        if record.is_settled:
            self._when_settled(record)


def _said(answer: Answer) -> Sentence:
    outcome = sentence(answer.outcome.word)
    figures = []
    if answer.status is not None:
        figures.append(sentence("{count} ms", count=answer.elapsed_ms))
    if answer.request_id:
        figures.append(sentence("request {id}", id=answer.request_id))
    if answer.trouble is None:
        return joined(", ", (outcome, *figures))
    # The end of a line of the log is out of sight, and a reason is looked for first.
    why = sentence("{what}: {why}", what=outcome, why=answer.trouble.sentence)
    return joined(" ", (why, joined(", ", figures)))


def _outcome(record: OperationRecord, by: str) -> dict[str, object]:
    return {
        **_identity(record),
        "state_after": record.state_after,
        "status": record.status,
        "request_id": record.request_id,
        "elapsed_ms": record.elapsed_ms,
        "error_code": record.trouble.code if record.trouble else "",
        "reason": record.trouble.sentence if record.trouble else "",
        "evidence": record.evidence,
        # What an answer says of itself was settled by nobody else.
        "by": by if record.evidence else "",
    }


def _identity(record: OperationRecord) -> dict[str, object]:
    return {
        "operation": record.operation.name,
        "task": record.task_id,
        "task_name": record.task_name,
        "state_before": record.before.state_text,
        "queued_at": round(record.queued_at, 3),
        "sent_at": None if record.sent_at is None else round(record.sent_at, 3),
    }
