"""Works one batch off by its policy: who goes first, who waits for whom, and what stops the rest."""

import asyncio
from collections.abc import Callable, Iterable

from sms_tui.domain.operations import Tier
from sms_tui.domain.outcome import Outcome
from sms_tui.domain.task import Task
from sms_tui.engine.bookkeeper import Bookkeeper
from sms_tui.engine.clock import Clock
from sms_tui.engine.evidence import is_reached
from sms_tui.engine.policy import Order, Policy
from sms_tui.engine.record import Batch, OperationRecord
from sms_tui.engine.sender import Sender
from sms_tui.engine.store import Store

_CANARY_LOOKS = 2.0


class BatchRunner:
    """Brings every operation of a batch to an outcome."""

    def __init__(
        self,
        sender: Sender,
        store: Store,
        books: Bookkeeper,
        clock: Clock,
        in_flight: int,
        when_sent: Callable[[OperationRecord], None],
    ) -> None:
        self._sender = sender
        self._store = store
        self._books = books
        self._clock = clock
        self._slots = asyncio.Semaphore(in_flight)
        self._when_sent = when_sent

    async def run(self, batch: Batch, policy: Policy) -> None:
        """Send what can be sent, in the order that the policy wants."""
        if batch.plan.tier is Tier.IRREVERSIBLE and len(batch.records) > 1 and not policy.leave_out:
            await self._check_all(batch)
        await self._send_all(batch, policy)

    async def _check_all(self, batch: Batch) -> None:
        """An irreversible batch goes as it was confirmed or not at all."""
        for record in batch.records:
            if reason := await self._sender.still_possible(record, batch):
                batch.stop()
                self._books.not_sent(record, f"{reason} The whole batch was held back.")
                return

    async def _send_all(self, batch: Batch, policy: Policy) -> None:
        waiting = [record for record in batch.records if not record.is_settled]
        if policy.order is Order.CANARY and len(waiting) > 1:
            canary = waiting.pop(0)
            await self._send(canary, batch, policy)
            await self._await_canary(canary, batch, policy)
        if policy.order is Order.ONE_BY_ONE:
            for record in waiting:
                await self._send(record, batch, policy)
        else:
            await self._send_at_once(waiting, batch, policy)

    async def _send_at_once(self, records: Iterable[OperationRecord], batch: Batch, policy: Policy) -> None:
        async with asyncio.TaskGroup() as group:
            for record in records:
                group.create_task(self._send(record, batch, policy))

    async def _send(self, record: OperationRecord, batch: Batch, policy: Policy) -> None:
        async with self._slots:
            await self._sender.send(record, batch)
        if record.outcome is not Outcome.ACCEPTED and _halts(record, batch, policy):
            batch.stop()
        if record.outcome in {Outcome.ACCEPTED, Outcome.UNKNOWN}:
            self._when_sent(record)

    async def _await_canary(self, record: OperationRecord, batch: Batch, policy: Policy) -> None:
        while not batch.is_stopped:
            task = self._store.tasks.get(record.task_id)
            if _is_lost(record, task):
                batch.stop()
            elif task is not None and _has_arrived(record, task, policy):
                return
            else:
                await self._clock.sleep(_CANARY_LOOKS)


def _halts(record: OperationRecord, batch: Batch, policy: Policy) -> bool:
    left_out = record.outcome is Outcome.NOT_SENT
    if batch.plan.tier is Tier.IRREVERSIBLE and left_out and not policy.leave_out:
        return True
    return policy.halt_on_refusal and not (left_out and policy.leave_out)


def _is_lost(record: OperationRecord, task: Task | None) -> bool:
    """A canary that failed, vanished, or of which nothing can be learned any more, lets nobody follow."""
    is_over = record.is_settled and record.outcome not in {Outcome.CONFIRMED, Outcome.ACCEPTED}
    return is_over or task is None or task.is_failed


def _has_arrived(record: OperationRecord, task: Task, policy: Policy) -> bool:
    if policy.canary_state:
        return policy.canary_state in {task.state_text, task.situation.value}
    return record.outcome is Outcome.CONFIRMED or is_reached(record.operation, record.before, task)
