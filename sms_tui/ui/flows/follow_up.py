"""What follows after sending: progress, stopping, trying again, settling unknown outcomes."""

from collections.abc import Callable, Coroutine, Iterable, Sequence

from msgspec import Struct

from sms_tui.domain.outcome import Outcome, Trouble
from sms_tui.domain.sentence import sentence
from sms_tui.engine import Engine
from sms_tui.engine.record import Batch, OperationRecord
from sms_tui.ui.board.board import Board
from sms_tui.ui.board.chosen import Chosen
from sms_tui.ui.flows.asking import Ask, Tell
from sms_tui.ui.flows.operating import Operating
from sms_tui.ui.wording import batch_text
from sms_tui.ui.wording.language import tr
from sms_tui.ui.wording.state_words import situation_words

_MOST_TOLD = 5
"""Outcomes of which each is told in passing: thousands would cover the screen for minutes"""


class FollowUp(Struct, frozen=True):
    """Follows operations from their confirmation until their outcome is known."""

    engine: Engine
    ask: Ask
    tell: Tell
    chosen: Chosen
    board: Board
    operating: Operating
    background: Callable[[Coroutine[None, None, None]], object]
    _told: set[str] = set()
    """Ids of batches whose end was reported, and of operations whose unknown outcome was"""

    async def show(self) -> None:
        """Show what became of the batches of this run."""
        from sms_tui.ui.dialogs.batch import BatchScreen

        dispatcher = self.engine.dispatcher
        if not dispatcher.batches:
            self.tell(tr("Nothing was sent in this run yet; 'sms-tui journal' lists what earlier runs sent."))
            return
        screen = BatchScreen(lambda: dispatcher.batches, lambda: self.engine.store.tasks, self._halt)
        if (batch := await self.ask(screen)) is not None:
            await self._again(batch)

    async def again(self) -> None:
        """Offer the operations of the last batch that provably had no effect again."""
        await self._again(next(reversed(self.engine.dispatcher.batches), None))

    def halt(self) -> None:
        """Stop every batch under way; what is queued is not sent."""
        running = [batch for batch in self.engine.dispatcher.batches if not batch.is_done]
        said = [self._halt(batch) for batch in running]
        self.tell(" ".join(said) if said else tr("No batch is under way."))

    def settle(self) -> None:
        """Read now to settle unknown outcomes: of the chosen tasks, or of all if none has one."""
        unknown = self._unknown(self.chosen.targets().ids) or self._unknown(None)
        if not unknown:
            self.tell(tr("No outcome is unknown."))
            return
        self.tell(tr("Reading now: {names}.", names=batch_text.names(unknown)))
        self.background(self._settle(unknown))

    async def _settle(self, unknown: Sequence[OperationRecord]) -> None:
        for record in unknown:
            problem = await self.engine.settle(record.task_id)
            if len(unknown) <= _MOST_TOLD:
                self.tell(self._verdict(record, problem), "information" if record.is_settled else "warning")
        if len(unknown) > _MOST_TOLD:
            settled = sum(record.is_settled for record in unknown)
            said = tr("Read all {count}: {settled} are settled now.", count=len(unknown), settled=settled)
            self.tell(said, "information" if settled == len(unknown) else "warning")

    def resolve(self) -> None:
        """Settle the unknown outcomes of the chosen tasks by the operator's word."""
        unknown = self._unknown(self.chosen.targets().ids)
        self.engine.dispatcher.resolve(*(record.task_id for record in unknown))
        names = batch_text.names(unknown)
        self.tell(
            tr("Settled by your word: {names}.", names=names)
            if unknown
            else tr("No task with an unknown outcome is chosen.")
        )

    def notice(self) -> None:
        """Report once how each batch ended, and each outcome that became unknown."""
        for batch in self.engine.dispatcher.batches:
            if batch.is_done and batch.id not in self._told:
                self._told.add(batch.id)
                self._tell_end(batch)
        found = [record for record in self._unknown(None) if record.op_id not in self._told]
        if found:
            self._told.update(record.op_id for record in found)
            self._tell_left_open(found)

    def _tell_left_open(self, found: Iterable[OperationRecord]) -> None:
        """Report operations of earlier runs; those of this run are reported with their batch."""
        ours = {record.op_id for batch in self.engine.dispatcher.batches for record in batch.records}
        if earlier := [record for record in found if record.op_id not in ours]:
            names = batch_text.names(earlier)
            self.tell(
                tr(
                    "Left open by an earlier run: {names}. The tasks are being read to settle it; "
                    "nothing is sent. S reads now, view 5 lists them.",
                    names=names,
                ),
                "error",
            )

    def _tell_end(self, batch: Batch) -> None:
        if self.engine.mode.dry_run:
            self.tell(
                tr(
                    "Dry run of {batch}: what would go is in the log, nothing was sent.",
                    batch=batch_text.title(batch),
                )
            )
            return
        failed = batch.records_with(Outcome.REJECTED, Outcome.NOT_SENT)
        unknown = batch.records_with(Outcome.UNKNOWN)
        is_one = len(batch.records) == 1
        said = [_end_of_one(*batch.records) if is_one else _end_of_many(batch)]
        if failed:
            said += [] if is_one else [tr("B tells why.")]
            said.append(tr("R tries what had no effect again."))
        said += [tr("The tasks are read until it is known; S reads now.")] if unknown else []
        if failed or unknown:
            self.tell(" ".join(said), "error" if unknown else "warning")
        elif not is_one:
            self.tell(" ".join(said))

    async def _again(self, batch: Batch | None) -> None:
        hidden = self.board.hidden(batch.plan.ids) if batch else ()
        plan = self.engine.dispatcher.failed_plan(batch, hidden) if batch else None
        if batch is None or plan is None or not plan.chosen:
            self.tell(tr("Nothing failed in a way that is safe to try again."))
        else:
            # The policy of the first try applies to the second as well.
            await self.operating.confirm(plan, batch.policy)

    def _halt(self, batch: Batch) -> str:
        if batch.is_done:
            return tr("This batch is not under way: every operation of it was answered or not sent.")
        remaining, sent = self.engine.dispatcher.halt(batch), len(batch.records_with(Outcome.SENT))
        said = [tr("Stopped: the remaining {count} were not sent.", count=remaining)]
        if sent:
            said.append(tr("{count} sent before wait for an answer and cannot be called back.", count=sent))
        return " ".join(said)

    def _unknown(self, ids: tuple[str, ...] | None) -> list[OperationRecord]:
        records = [
            record for record in self.engine.store.pending_records() if record.outcome is Outcome.UNKNOWN
        ]
        if ids is None:
            return records
        chosen = frozenset(ids)
        return [record for record in records if record.task_id in chosen]

    def _verdict(self, record: OperationRecord, problem: Trouble | None) -> str:
        name, operation = record.task_name, record.title
        if record.is_settled:
            return tr(
                "{name}: {operation} {outcome}: {evidence}",
                name=name,
                operation=operation,
                outcome=sentence(record.outcome.word),
                evidence=record.evidence,
            )
        if problem is not None:
            return tr(
                "{name}: {operation} stays unknown, the task could not be read: {reason}",
                name=name,
                operation=operation,
                reason=problem.sentence,
            )
        task = self.engine.store.tasks.get(record.task_id)
        return tr(
            "{name}: {operation} stays unknown; its state, {state}, does not show it yet. "
            "S reads again; :resolve takes your word if you know.",
            name=name,
            operation=operation,
            state=situation_words(task) if task else sentence("gone"),
        )


def _end_of_one(record: OperationRecord) -> str:
    return tr(
        "{name}: {operation} {outcome}: {reason}",
        name=record.task_name,
        operation=sentence(record.label),
        outcome=sentence(record.outcome.word),
        reason=f"{batch_text.reason(record).removesuffix('.')}.",
    )


def _end_of_many(batch: Batch) -> str:
    return f"{batch_text.title(batch)}: {batch_text.tally(batch)}."
