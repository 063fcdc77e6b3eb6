"""One operation on one task: read again, judge again, write down, send once, write down.

Every way out of here leaves the record with an outcome, and no way sends a second time.
"""

import asyncio

from sms_tui.api.client import SmsClient
from sms_tui.api.errors import ApiError
from sms_tui.domain.operations import DELETE
from sms_tui.domain.outcome import Answer, Outcome, Trouble, TroubleKind
from sms_tui.domain.rules import refusal, tier_for
from sms_tui.domain.task import Task
from sms_tui.engine.bookkeeper import Bookkeeper
from sms_tui.engine.gates import TaskGates
from sms_tui.engine.journal import JournalError
from sms_tui.engine.mode import Mode
from sms_tui.engine.record import Batch, OperationRecord
from sms_tui.engine.store import Store

_CUT_SHORT = Trouble(
    TroubleKind.LOCAL,
    "The program ended before the service answered; the outcome is unknown until the task is read.",
    may_have_executed=True,
)


class Sender:
    """Sends single operations of a batch."""

    def __init__(
        self, client: SmsClient, store: Store, books: Bookkeeper, gates: TaskGates, mode: Mode
    ) -> None:
        self._client = client
        self._store = store
        self._books = books
        self._gates = gates
        self._mode = mode

    async def send(self, record: OperationRecord, batch: Batch) -> None:
        """Bring `record` to an outcome."""
        if batch.is_stopped:
            self._books.not_sent(record, "the batch was stopped")
        elif not self._gates.enter(record.task_id):
            self._books.not_sent(record, "another operation on this task is in flight")
        else:
            try:
                await self._send(record, batch)
            finally:
                self._gates.leave(record.task_id)

    async def still_possible(self, record: OperationRecord, batch: Batch) -> str | None:
        """Read the task again; why the operation can no longer be sent, or None."""
        try:
            self._store.merge_detail(await self._client.task(record.task_id))
        except ApiError as error:
            if error.trouble.kind is TroubleKind.NOT_FOUND:
                self._store.remove(record.task_id, "is gone: the service no longer knows it")
                return "the task no longer exists"
            return f"the task could not be read again: {error.trouble.sentence}"
        record.before = self._store.tasks[record.task_id]
        return _objection(record, batch)

    async def _send(self, record: OperationRecord, batch: Batch) -> None:
        reason = await self.still_possible(record, batch)
        if reason is None and batch.is_stopped:
            reason = "the batch was stopped"
        if reason is not None:
            self._books.not_sent(record, reason)
            return
        try:
            prepared = self._client.prepare(record.operation, record.task_id, batch.plan.parameters)
        except ValueError as problem:
            self._books.not_sent(record, str(problem))
            return
        if self._mode.dry_run:
            text = f"dry run; would send {prepared.method} {prepared.url} {prepared.body.decode()}"
            self._books.not_sent(record, text.rstrip())
            return
        try:
            self._books.sent(record, prepared.method, prepared.url, prepared.body)
        except JournalError as error:
            self._books.not_sent(record, str(error))
            return
        try:
            answer = await self._client.send(prepared)
        except asyncio.CancelledError:
            self._books.answered(record, Answer(Outcome.UNKNOWN, _CUT_SHORT))
            raise
        self._books.answered(record, answer)
        if answer.outcome is Outcome.ACCEPTED and record.operation is DELETE:
            self._store.expect_removal(record.task_id)


def _objection(record: OperationRecord, batch: Batch) -> str | None:
    task: Task = record.before
    if reason := refusal(record.operation, task):
        return reason
    if tier_for(record.operation, task) > batch.plan.tier:
        return f"the task is {task.situation.value} now, which needs another confirmation"
    return None
