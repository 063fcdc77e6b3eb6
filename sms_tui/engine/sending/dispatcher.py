"""From the operator's confirmation to sending: plans, guards that no dialog can bypass, the batch queue."""

import asyncio
import secrets
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from msgspec.structs import replace

from sms_tui.api.calls.requests import PreparedRequest
from sms_tui.domain.operations import START, Operation
from sms_tui.domain.outcome import Outcome
from sms_tui.domain.plan import GONE, LeftOut, Plan, Target, is_task_id, make_plan, parameter_problem
from sms_tui.domain.rules import standing
from sms_tui.domain.sentence import sentence
from sms_tui.domain.task import Task
from sms_tui.engine.journal.bookkeeper import Bookkeeper
from sms_tui.engine.journal.journal import JournalError
from sms_tui.engine.record import Batch, OperationRecord
from sms_tui.engine.sending.batch_run import BatchRunner
from sms_tui.engine.sending.gate import Gate
from sms_tui.engine.sending.policy import Policy, default_policy
from sms_tui.engine.shared import Shared

_MOST_BATCHES = 50
_MOST_PREVIEWED = 10
_ENDED = sentence("the program ended before it was sent")


class Dispatcher:
    """Takes confirmed plans and ensures that each target gets exactly one outcome."""

    def __init__(
        self,
        shared: Shared,
        books: Bookkeeper,
        gate: Gate,
        runner: BatchRunner | None,
        look_around: Callable[[], object],
    ) -> None:
        self._service = shared.service
        self._store = shared.store
        self._activity = shared.activity
        self._books = books
        self._runner = runner
        self._queue: asyncio.Queue[Batch] = asyncio.Queue()
        self._is_ending = False
        """Whether the queue is no longer served"""
        self.look_around = look_around
        """Find operations that ended programs left open, so that plans leave those tasks out"""
        self.gate = gate
        self.batches: list[Batch] = []

    def plan(
        self,
        operation: Operation,
        ids: Iterable[str],
        parameters: Mapping[str, str] | None = None,
        hidden: Iterable[str] = (),
        chosen: Iterable[Task] = (),
    ) -> Plan:
        """A plan for the tasks with these ids as they are known now.

        A task that is gone is left out by name if `chosen` has it as it was known last; of any other that is
        gone the plan says nothing.
        """
        free: list[tuple[Task, float]] = []
        left_out: list[LeftOut] = []
        last_known = {task.id: task for task in chosen}
        for task_id in dict.fromkeys(ids):
            task, reading = self._store.tasks.get(task_id), self._store.reading(task_id)
            if task is None or reading is None:
                if task_id in last_known:
                    left_out.append(LeftOut(last_known[task_id], GONE))
            elif reason := self._refusal_by_pending(task_id, operation):
                left_out.append(LeftOut(task, reason))
            else:
                free.append((task, reading.at))
        plan = make_plan(operation, free, parameters, hidden)
        targets = tuple(map(self._warned, plan.targets))
        return replace(plan, targets=targets, left_out=(*plan.left_out, *left_out))

    def again(self, plan: Plan, parameters: Mapping[str, str] | None = None) -> Plan:
        """A new plan for exactly the tasks that were chosen for `plan`, as they are now."""
        ids = [task.id for task in plan.chosen]
        parameters = plan.parameters if parameters is None else parameters
        return self.plan(plan.operation, ids, parameters, plan.hidden, plan.chosen)

    def kinds(self, ids: Iterable[str]) -> Mapping[str, int]:
        """The first id of each kind of task, with the number of `ids` of that kind.

        Tasks of a kind are judged alike, so that a plan for these few tells what is possible for thousands.
        """
        firsts: dict[Hashable, str] = {}
        counts: Counter[str] = Counter()
        for task_id in dict.fromkeys(ids):
            if (task := self._store.tasks.get(task_id)) is not None:
                kind = task_id if self._store.pending(task_id) else (standing(task), is_task_id(task_id))
                counts[firsts.setdefault(kind, task_id)] += 1
        return counts

    def preview(self, plan: Plan) -> Sequence[PreparedRequest]:
        """The exact requests of a plan's first targets."""
        return list(islice(self.requests(plan), _MOST_PREVIEWED))

    def requests(self, plan: Plan) -> Iterator[PreparedRequest]:
        """The exact requests of all of a plan's targets, each made when it is asked for."""
        return (self._service.prepare(plan.operation, task_id, plan.parameters) for task_id in plan.ids)

    def submit(self, plan: Plan, typed: str, policy: Policy | None = None) -> Batch | str:
        """Accept a confirmed plan; returns the batch, or a sentence that says why nothing will be sent."""
        self.look_around()
        if reason := self._refusal(plan, typed):
            return reason
        batch = Batch(secrets.token_hex(6), plan, typed, policy or default_policy(plan))
        batch.records = [self._record(plan, place) for place in range(len(plan.targets))]
        try:
            self._books.queued(batch.records, batch.id)
        except JournalError as error:
            return sentence("Nothing is sent, because {reason}.", reason=str(error))
        self._remember(batch)
        self._activity.begin()
        self._queue.put_nowait(batch)
        return batch

    def failed_plan(self, batch: Batch, hidden: Iterable[str] = ()) -> Plan:
        """The operations of `batch` that provably had no effect, as a plan to be confirmed again."""
        failed = [record.before for record in batch.records if record.outcome.may_be_offered_again]
        ids = [task.id for task in failed]
        return self.plan(batch.plan.operation, ids, batch.plan.parameters, hidden, failed)

    def halt(self, batch: Batch, why: str = sentence("stopped by the operator")) -> int:
        """Send nothing more of `batch`; returns how many operations were withdrawn."""
        batch.stop(why)
        waiting = batch.records_with(Outcome.QUEUED)
        self._books.none_sent(waiting, batch.why_stopped)
        return len(waiting)

    def resolve(self, *task_ids: str) -> bool:
        """The operator settles what is unknown of tasks by his own word; whether there was anything."""
        pending = chain.from_iterable(map(self._store.pending_records, dict.fromkeys(task_ids)))
        unknown = [record for record in pending if record.outcome is Outcome.UNKNOWN]
        self._books.resolved_by_operator(unknown)
        return bool(unknown)

    async def run(self) -> None:
        """Carry out batches until cancelled; then let what is in flight end, within a time limit."""
        try:
            async with asyncio.TaskGroup() as group:
                try:
                    while True:
                        group.create_task(self._work_off(await self._queue.get()))
                finally:
                    self._is_ending = True
        finally:
            self._write_off()
            self._is_ending = False

    async def _work_off(self, batch: Batch) -> None:
        try:
            if self._runner is not None:
                await self._runner.run(batch)
        finally:
            self._activity.end()

    def _write_off(self) -> None:
        """Record operations that were confirmed and never begun as not sent."""
        for batch in self.batches:
            self._books.none_sent(batch.records_with(Outcome.QUEUED), _ENDED)

    def _remember(self, batch: Batch) -> None:
        done = [known for known in self.batches if known.is_done]
        dropped = set(map(id, done[: max(0, len(self.batches) + 1 - _MOST_BATCHES)]))
        self.batches = [*(known for known in self.batches if id(known) not in dropped), batch]

    def _refusal(self, plan: Plan, typed: str) -> str | None:
        if self._is_ending:
            return sentence("This session is ending: nothing is sent.")
        if not plan.targets and plan.left_out:
            return sentence("{what}: {why}", what=plan.left_out[0].task.name, why=plan.left_out[0].reason)
        if not plan.accepts(typed):
            return sentence("That is not the text that was asked for: nothing is sent.")
        if reason := self.gate.refusal(plan.tier):
            return reason
        if problem := parameter_problem(plan.operation, plan.parameters):
            return problem
        for target in plan.targets:
            if reason := self._refusal_by_pending(target.task.id, plan.operation):
                return sentence("{what}: {why}", what=target.task.name, why=reason)
        return None

    def _refusal_by_pending(self, task_id: str, operation: Operation) -> str | None:
        """Why the newest unsettled operation on a task prevents `operation`, or None."""
        pending = reversed(self._store.pending_records(task_id))
        return next((reason for record in pending if (reason := record.refusal_of(operation))), None)

    def _warned(self, target: Target) -> Target:
        """`target` with warnings about what is unsettled, and what the operation need not wait for."""
        pending = self._store.pending_records(target.task.id)
        doubts = tuple(doubt for record in pending if (doubt := record.doubt))
        return replace(target, warnings=(*doubts, *target.warnings)) if doubts else target

    def _record(self, plan: Plan, place: int) -> OperationRecord:
        task = plan.targets[place].task
        label = plan.label if plan.operation is START else plan.operation.label
        return OperationRecord(
            secrets.token_hex(8),
            plan.operation,
            label,
            task.id,
            task.name,
            task,
            parameters=plan.parameters,
        )
