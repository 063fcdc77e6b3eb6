"""Carries out one batch by its policy: who goes first, who waits for whom, and what stops the rest."""

import asyncio
from collections.abc import Callable, Iterable

from sms_tui.domain.operations import DELETE, Tier
from sms_tui.domain.outcome import Outcome
from sms_tui.domain.sentence import Sentence, joined, sentence
from sms_tui.domain.situation import ENDED
from sms_tui.domain.task import Task
from sms_tui.engine.journal.bookkeeper import Bookkeeper
from sms_tui.engine.record import Batch, OperationRecord
from sms_tui.engine.sending.policy import REHEARSAL, Order, Policy
from sms_tui.engine.sending.sender import Sender
from sms_tui.engine.settling.evidence import can_be_seen, has_failed, is_reached
from sms_tui.engine.shared import Shared

_CANARY_LOOKS = 2.0
_LOOKS_AT_CLOCK = 5.0


class BatchRunner:
    """Carries out every operation of a batch, so that each gets an outcome."""

    def __init__(
        self,
        shared: Shared,
        sender: Sender,
        books: Bookkeeper,
        when_sent: Callable[[OperationRecord], None],
    ) -> None:
        self._shared = shared
        self._clock = shared.clock
        self._sender = sender
        self._books = books
        self._when_sent = when_sent
        self._slots = asyncio.Semaphore(shared.settings.in_flight)

    async def run(self, batch: Batch) -> None:
        """Send what can be sent, in the order of its policy; a dry run goes through to the last one."""
        policy = REHEARSAL if self._shared.mode.dry_run else batch.policy
        watch = asyncio.ensure_future(self._end_at_standstill(batch))
        try:
            if batch.plan.tier is Tier.IRREVERSIBLE and len(batch.records) > 1 and not policy.leave_out:
                await self._check_all(batch)
            await self._send_all(batch, policy)
        finally:
            watch.cancel()

    async def _end_at_standstill(self, batch: Batch) -> None:
        """Look at the clock while `batch` goes on; once it is stopped, take back at once what waits."""
        while not batch.is_stopped:
            batch.looked_at = self._clock.now()
            await self._clock.sleep(_LOOKS_AT_CLOCK)
            batch.stop_after_standstill(self._clock.now())
        self._hold_back(batch, batch.why_stopped)

    async def _check_all(self, batch: Batch) -> None:
        """An irreversible batch is sent exactly as it was confirmed, or not at all."""
        for record in batch.records:
            reason = await self._sender.refusal(record)
            if reason and not record.is_settled:
                self._books.not_sent(
                    record, sentence("{reason} The whole batch was held back.", reason=reason)
                )
                self._hold_back(
                    batch,
                    sentence("held back with the whole batch, because of {name}", name=record.task_name),
                )
                return

    def _hold_back(self, batch: Batch, why: str) -> None:
        """Send nothing more of `batch`: all that waits at once, for which a disk takes as long as for one."""
        batch.stop(why)
        self._books.none_sent(batch.records_with(Outcome.QUEUED), batch.why_stopped)

    async def _send_all(self, batch: Batch, policy: Policy) -> None:
        waiting = [record for record in batch.records if not record.is_settled]
        if policy.order is Order.CANARY:
            await self._send_ahead(waiting, batch, policy)
        if policy.order is Order.ONE_BY_ONE:
            for record in waiting:
                await self._send(record, batch, policy)
        else:
            await self._send_at_once(waiting, batch, policy)

    async def _send_ahead(self, waiting: list[OperationRecord], batch: Batch, policy: Policy) -> None:
        """Send the first of `waiting` as the canary and wait for it, as long as others would follow.

        A canary that is left out because its own task changed or is gone says nothing about the others, so
        the next one takes its place. Any other reason may apply to all of them or may persist, such as a
        failed read or connection, or another program's unknown outcome; then nothing else is sent.
        """
        while len(waiting) > 1:
            canary = waiting.pop(0)
            await self._send(canary, batch, policy)
            if not (_is_left_out(canary) and not batch.is_stopped):
                await self._await_canary(canary, batch, policy)
                batch.waits_for = ""
                self._books.remark(canary, sentence("canary: {verdict}", verdict=_verdict(batch, policy)))
                return
            self._books.remark(canary, sentence("canary: left out, the next one goes ahead"))

    async def _send_at_once(self, records: Iterable[OperationRecord], batch: Batch, policy: Policy) -> None:
        async with asyncio.TaskGroup() as group:
            for record in records:
                group.create_task(self._send(record, batch, policy))

    async def _send(self, record: OperationRecord, batch: Batch, policy: Policy) -> None:
        async with self._slots:
            # What keeps thousands back may need no answer to wait for.
            await self._shared.yield_point()
            await self._sender.send(record, batch)
        if record.outcome is not Outcome.ACCEPTED and _halts(record, batch, policy):
            self._hold_back(
                batch,
                sentence(
                    "held back, because {name} was {outcome}",
                    name=record.task_name,
                    outcome=sentence(record.outcome.word),
                ),
            )
        if record.outcome in {Outcome.ACCEPTED, Outcome.UNKNOWN}:
            self._when_sent(record)

    async def _await_canary(self, record: OperationRecord, batch: Batch, policy: Policy) -> None:
        while not batch.is_stopped:
            task = self._shared.store.tasks.get(record.task_id)
            if _has_arrived(record, task, policy):
                return
            if _is_lost(record, task):
                self._hold_back(
                    batch,
                    sentence(
                        "held back, because the canary {name} is {state}, {operation}",
                        name=record.task_name,
                        state=_state_of(task),
                        operation=_came_to(record),
                    ),
                )
            else:
                self._say_what_for(record, batch, task, policy)
                await self._clock.sleep(_CANARY_LOOKS)

    def _say_what_for(self, record: OperationRecord, batch: Batch, task: Task | None, policy: Policy) -> None:
        words = sentence(
            "canary {name}: waits until it {goal}; it is {state}, {operation}",
            name=record.task_name,
            goal=policy.goal,
            state=_state_of(task),
            operation=_came_to(record),
        )
        if words != batch.waits_for:
            batch.waits_for = words
            self._books.remark(record, words)


def _halts(record: OperationRecord, batch: Batch, policy: Policy) -> bool:
    not_sent = record.outcome is Outcome.NOT_SENT
    if batch.plan.tier is Tier.IRREVERSIBLE and not_sent and not policy.leave_out:
        return True
    return policy.halt_on_refusal and not (_is_left_out(record) and policy.leave_out)


def _is_left_out(record: OperationRecord) -> bool:
    """Whether it was not sent only because its own task changed or is gone."""
    return record.outcome is Outcome.NOT_SENT and record.has_changed


def _is_lost(record: OperationRecord, task: Task | None) -> bool:
    """Whether the canary failed, vanished, ended elsewhere, or can no longer be judged: nothing follows."""
    shows_no_more = record.outcome is Outcome.ACCEPTED and not can_be_seen(record.operation)
    is_over = record.is_settled and record.outcome is not Outcome.CONFIRMED and not shows_no_more
    if task is None:
        # A deleted task may vanish from the list before a read of the task itself says so.
        return is_over or record.operation is not DELETE or record.is_settled
    if task.situation in ENDED and task.state is not record.before.state:
        return True
    return is_over or _came_to_harm(record, task) or (task.is_failed and _has_moved(record, task))


def _came_to_harm(record: OperationRecord, task: Task) -> bool:
    """Whether the operation failed after it had begun, which the state of its task may not show."""
    return has_failed(record.operation, record.before, task)


def _has_moved(record: OperationRecord, task: Task) -> bool:
    """Whether the task has changed since the operation was sent to it."""
    return record.outcome is Outcome.CONFIRMED or task.state is not record.before.state


def _has_arrived(record: OperationRecord, task: Task | None, policy: Policy) -> bool:
    if record.outcome.may_be_offered_again:
        # An operation that was never sent proves nothing, even if somebody else moved the task.
        return False
    if task is not None and _came_to_harm(record, task):
        return False
    if not policy.canary_state:
        return _is_seen_to_work(record, task)
    if task is None or not _is_in(task, policy.canary_state):
        return False
    return record.outcome is Outcome.CONFIRMED or not _is_in(record.before, policy.canary_state)


def _is_seen_to_work(record: OperationRecord, task: Task | None) -> bool:
    if task is not None and task.is_failed and task.state is not record.before.state:
        # It has begun, and that is no success any more.
        return False
    seen = task is not None and is_reached(record.operation, record.before, task)
    is_all = record.outcome is Outcome.ACCEPTED and not can_be_seen(record.operation)
    return seen or record.outcome is Outcome.CONFIRMED or is_all


def _is_in(task: Task, state: str) -> bool:
    return state.casefold() in {task.state_text.casefold(), task.situation.value}


def _state_of(task: Task | None) -> Sentence:
    return sentence(task.situation.value if task else "gone")


def _came_to(record: OperationRecord) -> Sentence:
    return joined(" ", (record.title, sentence(record.outcome.word)))


def _verdict(batch: Batch, policy: Policy) -> str:
    return (
        batch.why_stopped if batch.is_stopped else sentence("it {goal}: the rest follows", goal=policy.goal)
    )
