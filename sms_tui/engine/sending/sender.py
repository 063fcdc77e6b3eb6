"""Sends one operation on one task: read again, judge again, write down, send once, write down.

Every way through this module leaves the record with an outcome, and none sends twice.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from sms_tui.api.calls.requests import PreparedRequest
from sms_tui.domain.operations import STOP, Operation, Tier
from sms_tui.domain.outcome import Answer, Outcome, Trouble, TroubleKind
from sms_tui.domain.plan import GONE
from sms_tui.domain.rules import possible_while, refusal, tier_for
from sms_tui.domain.sentence import Sentence, sentence
from sms_tui.domain.task import Task, TaskDetail
from sms_tui.engine.journal.bookkeeper import Bookkeeper
from sms_tui.engine.journal.journal import JournalError
from sms_tui.engine.reading.single_reads import SingleReads
from sms_tui.engine.record import Batch, OperationRecord
from sms_tui.engine.sending.gate import Gate
from sms_tui.engine.sending.sending_pace import SendingPace
from sms_tui.engine.sending.task_gates import TaskGates
from sms_tui.engine.settling.other_programs import OtherPrograms
from sms_tui.engine.shared import Shared
from sms_tui.engine.waiting import first_of

PATIENCE = 10.0
"""Seconds that an answer may take once the program was told to end"""
_FRESH = 10.0
"""Seconds after which the answer to a read no longer counts as current"""
_CUT_SHORT = Trouble(
    TroubleKind.LOCAL,
    sentence("The program ended before the service answered; the outcome is unknown until the task is read."),
    may_have_executed=True,
)


class Sender:
    """Sends single operations of a batch."""

    def __init__(
        self,
        shared: Shared,
        reads: SingleReads,
        books: Bookkeeper,
        gate: Gate,
        task_gates: TaskGates,
        look_around: Callable[[], object],
        other_programs: OtherPrograms,
    ) -> None:
        """`look_around` finds operations that other programs have under way or left open."""
        self._shared = shared
        self._reads = reads
        self._books = books
        self._gate = gate
        self._task_gates = task_gates
        self._look_around = look_around
        self._other_programs = other_programs
        self._pace = SendingPace(shared.clock)

    async def send(self, record: OperationRecord, batch: Batch) -> None:
        """Give `record` an outcome, unless the operator withdrew it while it waited."""
        await self._await_turn(record, batch)
        while not await self._take_turn(record, batch):
            await self._await_turn(record, batch)

    async def _await_turn(self, record: OperationRecord, batch: Batch) -> None:
        if (seconds := self._pace.news()) is not None:
            words = sentence("waits, since the service asks for a pause of {seconds} s", seconds=seconds)
            self._books.remark(record, words)
        await self._pace.turn(batch)

    async def _take_turn(self, record: OperationRecord, batch: Batch) -> bool:
        """Whether it is over; it has to be judged again after a pause that began before it was sent."""
        if record.is_settled:
            return True
        if batch.is_stopped:
            self._books.not_sent(record, batch.why_stopped)
        elif reason := self._enter(record):
            self._books.not_sent(record, reason)
        else:
            try:
                return await self._send(record, batch)
            finally:
                self._task_gates.leave(record.task_id)
        return True

    async def refusal(self, record: OperationRecord) -> str | None:
        """Why the operation would not be sent if its turn came now, or None."""
        if reason := self._enter(record):
            return reason
        try:
            return await self._refusal_now(record) or self._refusal_by_gate()
        finally:
            self._task_gates.leave(record.task_id)

    def _enter(self, record: OperationRecord) -> str | None:
        """Keep other programs away from the task; returns why that is not possible, or None."""
        return self._task_gates.enter(record.task_id, passes_doubt=record.operation is STOP)

    async def _send(self, record: OperationRecord, batch: Batch) -> bool:
        reason = await self._refusal_now(record)
        if record.is_settled:
            return True
        # Who looks at the clock for the batch may wake later than this.
        batch.stop_after_standstill(self._shared.clock.now())
        if reason is None and batch.is_stopped:
            reason = batch.why_stopped
        if reason := reason or self._refusal_by_gate():
            self._books.not_sent(record, reason)
        elif not self._pace.lets_through(batch):
            return False
        elif (request := self._written_down(record)) is not None:
            await self._send_once(record, request)
        return True

    async def _refusal_now(self, record: OperationRecord) -> str | None:
        """Why the operation cannot be sent to its task as things are now, or None."""
        return self._refusal_by_pending(record) or await self._refusal_after_reading(record)

    def _refusal_by_pending(self, record: OperationRecord) -> str | None:
        """What has come up on the task since the operator confirmed; None if nothing has."""
        self._look_around()
        pending = self._shared.store.pending_records(record.task_id)
        others = (other for other in pending if other is not record)
        reason = next((reason for other in others if (reason := other.refusal_of(record.operation))), None)
        return reason or self._other_programs.refusal_of(record.task_id, record.operation)

    async def _refusal_after_reading(self, record: OperationRecord) -> str | None:
        """Read the task again; returns why the operation can no longer be sent, or None."""
        answer = await self._read(record.task_id)
        if isinstance(answer, Trouble):
            record.has_changed = answer.kind is TroubleKind.NOT_FOUND
            if record.has_changed:
                return GONE
            return sentence("the task could not be read again: {reason}", reason=answer.sentence)
        reason = _refusal_of(record.operation, answer.task, record.before)
        record.before = answer.task
        record.has_changed = reason is not None
        return reason

    async def _read(self, task_id: str) -> TaskDetail | Trouble:
        """The task as it is now; read again if this machine was suspended during the first read."""
        answer = await self._reads.read(task_id)
        if isinstance(answer, Trouble) or self._shared.clock.now() - answer.read_at <= _FRESH:
            return answer
        return await self._reads.read(task_id)

    def _refusal_by_gate(self) -> str | None:
        """Why nothing at all may be sent; a stale list does not matter, since the task was just read."""
        return self._gate.refusal(Tier.REPEATABLE)

    def _written_down(self, record: OperationRecord) -> PreparedRequest | None:
        """The request, once the journal has it; None if nothing is sent, and then the record says why."""
        try:
            request = self._shared.service.prepare(record.operation, record.task_id, record.parameters)
        except ValueError as problem:
            self._books.not_sent(record, str(problem))
            return None
        if self._shared.mode.dry_run:
            self._books.not_sent(record, _what_would_go(record, request))
            return None
        try:
            self._books.sent(record, request)
        except JournalError as error:
            self._books.not_sent(record, str(error))
            return None
        return request

    async def _send_once(self, record: OperationRecord, request: PreparedRequest) -> None:
        sending = asyncio.ensure_future(self._shared.service.send(request))
        try:
            answer = await asyncio.shield(sending)
        except asyncio.CancelledError:
            self._take(record, await self._last_chance(sending))
            raise
        self._take(record, answer)

    def _take(self, record: OperationRecord, answer: Answer) -> None:
        self._books.answered(record, answer)
        self._pace.note(answer)
        if answer.outcome is Outcome.UNKNOWN:
            self._task_gates.doubt(record.task_id, record.op_id)

    async def _last_chance(self, sending: "asyncio.Future[Answer]") -> Answer:
        """Wait a limited time for the answer, unless the event loop itself is shutting down."""
        with suppress(asyncio.CancelledError):
            await first_of(asyncio.shield(sending), self._shared.clock.sleep(PATIENCE))
        if sending.done() and not sending.cancelled():
            return sending.result()
        sending.cancel()
        return Answer(Outcome.UNKNOWN, _CUT_SHORT)


def _what_would_go(record: OperationRecord, request: PreparedRequest) -> Sentence:
    return sentence(
        "dry run; would send {request}; it is {state}, and this is {possible}",
        request=request.line,
        state=sentence(record.before.situation.value),
        possible=possible_while(record.operation),
    )


def _refusal_of(operation: Operation, task: Task, before: Task) -> str | None:
    """Why `task` as it is now is not what the operator confirmed `operation` for, or None."""
    if reason := refusal(operation, task):
        return reason
    if tier_for(operation, task) > tier_for(operation, before) or _is_cautioned(operation, task, before):
        return sentence(
            "the task is {state} now, which needs another confirmation",
            state=sentence(task.situation.value),
        )
    return None


def _is_cautioned(operation: Operation, task: Task, before: Task) -> bool:
    """Whether a warning is due that the operator cannot have seen; a list may tell of no launch at all."""
    caution = operation.cautious.get(task.situation)
    return bool(caution and before.source.state) and caution != operation.cautious.get(before.situation)
