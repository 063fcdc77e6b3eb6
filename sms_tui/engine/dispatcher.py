"""From the operator's word to the wire: batches, their policy, and the guards that no dialog can bypass."""

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Any

from sms_tui.api.client import SmsClient
from sms_tui.api.requests import PreparedRequest
from sms_tui.domain.operations import START, STOP, Operation, Tier
from sms_tui.domain.outcome import Outcome
from sms_tui.domain.plan import Plan, make_plan, parameter_problem
from sms_tui.domain.task import Task
from sms_tui.engine.bookkeeper import Bookkeeper
from sms_tui.engine.clock import Clock
from sms_tui.engine.evidence import is_reached
from sms_tui.engine.journal import JournalError
from sms_tui.engine.mode import EngineSettings, Mode
from sms_tui.engine.policy import AT_ONCE, CAREFUL, Order, Policy
from sms_tui.engine.record import Batch, OperationRecord
from sms_tui.engine.sender import Sender
from sms_tui.engine.settler import Settler
from sms_tui.engine.store import Store

_MOST_BATCHES = 50
_MOST_PREVIEWED = 10
_DRAIN = 10.0
_CANARY_LOOKS = 2.0


class Dispatcher:
    """Takes confirmed plans and sees to it that each target gets exactly one outcome."""

    def __init__(
        self,
        client: SmsClient,
        store: Store,
        books: Bookkeeper,
        sender: Sender,
        settler: Settler,
        refuses: Callable[[Tier], str | None],
        mode: Mode,
        settings: EngineSettings,
        clock: Clock,
        wake: Callable[[], None],
    ) -> None:
        self._client = client
        self._store = store
        self._books = books
        self._sender = sender
        self._settler = settler
        self._mode = mode
        self._clock = clock
        self._wake = wake
        self._slots = asyncio.Semaphore(settings.in_flight)
        self._queue: asyncio.Queue[tuple[Batch, Policy] | BaseException] = asyncio.Queue()
        self._sending: set[asyncio.Task[None]] = set()
        self._settling: set[asyncio.Task[None]] = set()
        self.gate = refuses
        """Why operations of a tier are refused right now, or None"""
        self.batches: list[Batch] = []

    def plan(
        self,
        operation: Operation,
        ids: Iterable[str],
        parameters: Mapping[str, str] | None = None,
        hidden: Iterable[str] = (),
    ) -> Plan:
        """A plan for the tasks with these ids as they are known now; ids that are gone are no part of it."""
        known = [(self._store.tasks[i], self._store.read_at(i)) for i in ids if i in self._store.tasks]
        return make_plan(operation, known, parameters, hidden)

    def preview(self, plan: Plan) -> Sequence[PreparedRequest]:
        """The exact requests of a plan's first targets."""
        ids = plan.ids[:_MOST_PREVIEWED]
        return [self._client.prepare(plan.operation, task_id, plan.parameters) for task_id in ids]

    def submit(self, plan: Plan, typed: str, policy: Policy | None = None) -> Batch | str:
        """Take a confirmed plan; the answer is the batch, or one sentence why nothing will be sent."""
        if reason := self._objection(plan, typed):
            return reason
        batch = Batch(secrets.token_hex(6), plan, typed)
        batch.records = [self._record(plan, place) for place in range(len(plan.targets))]
        try:
            for record in batch.records:
                if not self._mode.dry_run:
                    self._books.queued(record)
        except JournalError as error:
            for record in batch.records:
                self._books.not_sent(record, str(error))
            return f"Nothing is sent, because {error}."
        self.batches = [*self.batches[1 - _MOST_BATCHES :], batch]
        default = CAREFUL if plan.tier is Tier.IRREVERSIBLE else AT_ONCE
        self._queue.put_nowait((batch, policy or default))
        return batch

    def failed_plan(self, batch: Batch) -> Plan:
        """Those operations of `batch` that provably had no effect, as a plan to be confirmed anew."""
        failed = [record.task_id for record in batch.records if record.outcome.may_be_offered_again]
        return self.plan(batch.plan.operation, failed, batch.plan.parameters)

    def resolve(self, task_id: str) -> bool:
        """The operator settles an unknown outcome by his own word; whether there was one."""
        record = self._store.pending(task_id)
        if record is None or record.outcome is not Outcome.UNKNOWN:
            return False
        self._books.resolved_by_operator(record)
        return True

    def adopt(self, record: OperationRecord) -> None:
        """Settle an operation of an earlier run by reading."""
        self._store.set_pending(record)
        self._settle(record)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is queued or in flight; settling may go on."""
        return self._queue.empty() and not self._sending

    async def run(self) -> None:
        """Work batches off until cancelled; then let what is in flight end, within a bound."""
        try:
            while True:
                work = await self._queue.get()
                if isinstance(work, BaseException):
                    raise work
                self._spawn(self._work_off(*work), self._sending)
        finally:
            await self._drain()

    def _objection(self, plan: Plan, typed: str) -> str | None:
        if not plan.accepts(typed):
            return "That is not the text that was asked for: nothing is sent."
        if reason := self.gate(plan.tier):
            return reason
        if problem := parameter_problem(plan.operation, plan.parameters):
            return problem
        for target in plan.targets:
            if reason := self._busy(target.task.id, plan.operation):
                return f"{target.task.name}: {reason}"
        return None

    def _busy(self, task_id: str, operation: Operation) -> str | None:
        record = self._store.pending(task_id)
        if record is None:
            return None
        if record.outcome in {Outcome.QUEUED, Outcome.SENT}:
            return f"{record.label} is under way."
        if record.outcome is Outcome.UNKNOWN and operation is not STOP:
            return f"the outcome of {record.label} is unknown; wait for it, or settle it with :resolve."
        if record.outcome is Outcome.ACCEPTED and record.operation is operation:
            return f"{record.label} was accepted and waits to be confirmed."
        return None

    def _record(self, plan: Plan, place: int) -> OperationRecord:
        task = plan.targets[place].task
        label = plan.label if plan.operation is START else plan.operation.label
        return OperationRecord(secrets.token_hex(8), plan.operation, label, task.id, task.name, task)

    async def _work_off(self, batch: Batch, policy: Policy) -> None:
        if batch.plan.tier is Tier.IRREVERSIBLE and len(batch.records) > 1 and not policy.leave_out:
            await self._check_all(batch)
        records = list(batch.records)
        if policy.order is Order.CANARY and len(records) > 1:
            await self._send(records[0], batch, policy)
            await self._await_canary(records.pop(0), batch, policy)
        if policy.order is Order.AT_ONCE:
            await asyncio.gather(*(self._send(record, batch, policy) for record in records))
            return
        for record in records:
            await self._send(record, batch, policy)

    async def _check_all(self, batch: Batch) -> None:
        """An irreversible batch goes as it was confirmed or not at all."""
        for record in batch.records:
            if reason := await self._sender.still_possible(record, batch):
                batch.stop()
                self._books.not_sent(record, f"{reason} The whole batch was held back.")
                return

    async def _send(self, record: OperationRecord, batch: Batch, policy: Policy) -> None:
        if record.is_settled:
            return
        async with self._slots:
            await self._sender.send(record, batch)
        refused = record.outcome in {Outcome.REJECTED, Outcome.NOT_SENT}
        if refused and policy.halt_on_refusal:
            batch.stop()
        if record.outcome in {Outcome.ACCEPTED, Outcome.UNKNOWN}:
            self._wake()
            self._settle(record)

    async def _await_canary(self, record: OperationRecord, batch: Batch, policy: Policy) -> None:
        while not batch.is_stopped:
            task = self._store.tasks.get(record.task_id)
            if record.outcome.may_be_offered_again or task is None or task.is_failed:
                batch.stop()
            elif _has_arrived(record, task, policy):
                return
            else:
                await self._clock.sleep(_CANARY_LOOKS)

    def _settle(self, record: OperationRecord) -> None:
        self._spawn(self._settler.settle(record), self._settling)

    def _spawn(self, work: Coroutine[Any, Any, None], tasks: set[asyncio.Task[None]]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        tasks.add(task)
        task.add_done_callback(lambda done: self._ended(done, tasks))

    def _ended(self, task: asyncio.Task[None], tasks: set[asyncio.Task[None]]) -> None:
        tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._queue.put_nowait(error)

    async def _drain(self) -> None:
        """Nothing new leaves; what left may still be answered, for a bounded time."""
        for batch in self.batches:
            batch.stop()
        while not self._queue.empty():
            work = self._queue.get_nowait()
            for record in () if isinstance(work, BaseException) else work[0].records:
                self._books.not_sent(record, "the program ended before it was sent")
        for task in self._settling:
            task.cancel()
        if self._sending:
            _, late = await asyncio.wait(set(self._sending), timeout=_DRAIN)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)


def _has_arrived(record: OperationRecord, task: Task, policy: Policy) -> bool:
    if policy.canary_state:
        return task.state_text == policy.canary_state
    return is_reached(record.operation, record.before, task)
