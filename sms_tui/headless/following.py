"""Follows a batch: prints each outcome when it becomes known, and waits as long as was asked for."""

import asyncio
from argparse import Namespace

from sms_tui.domain.documents import Document, utc
from sms_tui.domain.outcome import Outcome
from sms_tui.domain.sentence import sentence
from sms_tui.domain.situation import ENDED
from sms_tui.domain.task import Task
from sms_tui.domain.text import DETAIL_LIMIT, NAME_LIMIT, clean
from sms_tui.engine import Engine
from sms_tui.engine.record import Batch, OperationRecord
from sms_tui.engine.settling.evidence import can_be_seen
from sms_tui.exit_codes import ExitCode, of_outcome, worst
from sms_tui.headless.concluding import end_of_wait, total, unknown
from sms_tui.headless.narrating import Narrator
from sms_tui.headless.output import Output
from sms_tui.headless.patience import Patience

_CANARY_UNKNOWN = sentence("held back, because nobody knows what became of the canary")
Told = tuple[Outcome, str]


class BatchFollower:
    """Follows the operations of one batch."""

    def __init__(self, engine: Engine, options: Namespace, output: Output, patience: Patience) -> None:
        self._engine = engine
        self._output = output
        self._as_json = options.output == "jsonl"
        self._wait: str | None = options.wait
        """None: for the answer; empty: until it is seen to work; else the state to reach"""
        self._patience = patience
        self._told: dict[str, Told] = {}
        self._batch: Batch | None = None
        self._too_late: frozenset[str] = frozenset()
        """Operations that were not sent only because time was up"""
        self._waited_for = ""
        self._is_reading_on = False
        events = engine.log.since(0)
        self._narrator = Narrator(engine.log, output, events[-1].seq if events else 0)
        self._changed = asyncio.Event()

    async def follow(self, batch: Batch) -> None:
        """Report until every operation has reached what is waited for, or time is up."""
        self._batch = batch
        self._engine.store.listen(self._changed.set)
        try:
            async with self._patience.spent():
                while not self._look(batch):
                    self._changed.clear()
                    await self._changed.wait()
                    self._narrator.tell()
        except TimeoutError:
            self._too_late = frozenset(record.op_id for record in batch.records_with(Outcome.QUEUED))
            self._output.say(f"Not all of it happened within {self._patience.seconds:g} s.")

    def conclude(self) -> None:
        """Print what has become known since the last look, and what it all comes to."""
        if self._batch is None:
            return
        self._tell(self._batch)
        self._tell_ends_of_waits(self._batch)
        if len(self._batch.records) + len(self._batch.plan.left_out) > 1:
            self._output.say(total(self._batch))
        if lost := unknown(self._batch):
            self._output.say(lost)
        if self._output.has_failed:
            # A code of 1 would say that operations were refused, which may be in effect already.
            self._output.has_failed = False
            self._output.say(
                "'sms-tui journal list' has what was sent; the exit code is that of the outcome."
            )

    def _tell_ends_of_waits(self, batch: Batch) -> None:
        wanted = clean(self._wait or "", NAME_LIMIT)
        for record in batch.records_with(Outcome.ACCEPTED, Outcome.CONFIRMED):
            task = self._engine.store.tasks.get(record.task_id)
            in_vain = self._code_of(record) is not ExitCode.DONE
            if line := end_of_wait(record, task, wanted, in_vain=in_vain):
                self._output.say(line)

    def code(self) -> ExitCode:
        """The exit code, once all is told."""
        if self._batch is None:
            return ExitCode.FAILED
        return worst(self._code_of(record) for record in self._batch.records)

    def _look(self, batch: Batch) -> bool:
        """Tell what is new of `batch`; whether all of it is over."""
        if batch.waits_for and any(record.evidence for record in batch.records_with(Outcome.UNKNOWN)):
            # Nobody is here to check what became of the canary and to settle it.
            self._engine.dispatcher.halt(batch, _CANARY_UNKNOWN)
        self._tell(batch)
        self._tell_reading(batch)
        return all(self._is_done(record) for record in batch.records)

    def _is_done(self, record: OperationRecord) -> bool:
        if record.is_under_way:
            return False
        if record.outcome.may_be_offered_again:
            return True
        if record.outcome is Outcome.UNKNOWN:
            # Reading goes on for a while, and says so when it gives up.
            return bool(record.evidence)
        if self._wait is None:
            return True
        return record.is_settled if not self._wait else self._has_ended(record)

    def _has_ended(self, record: OperationRecord) -> bool:
        task = self._engine.store.tasks.get(record.task_id)
        if task is None or self._is_there(record):
            return True
        if task.state is record.before.state and not record.is_settled:
            # Nothing may have happened yet: the task is still in the state the operation found it in.
            return False
        # A list may lag behind, and show the end that the operation found once more.
        is_at_another_end = task.situation in ENDED and task.state is not record.before.state
        return task.is_failed or self._is_wanted(task) or is_at_another_end

    def _is_there(self, record: OperationRecord) -> bool:
        """Whether its task is in the state waited for; its former state counts once the operation worked."""
        task = self._engine.store.tasks.get(record.task_id)
        is_news = not self._is_wanted(record.before) or _has_worked(record)
        return task is not None and self._is_wanted(task) and is_news

    def _is_wanted(self, task: Task) -> bool:
        return task.state_text.upper() == str(self._wait).upper()

    def _code_of(self, record: OperationRecord) -> ExitCode:
        if record.outcome is Outcome.NOT_SENT and record.op_id in self._too_late:
            return ExitCode.TIMEOUT
        code = of_outcome(record.outcome, record.trouble)
        if code is not ExitCode.DONE or self._wait is None:
            return code
        if not self._is_done(record):
            return ExitCode.TIMEOUT
        reached = self._is_there(record) if self._wait else _has_worked(record)
        return ExitCode.DONE if reached else ExitCode.FAILED

    def _tell(self, batch: Batch) -> None:
        if batch.waits_for != self._waited_for:
            self._waited_for = batch.waits_for
            if batch.waits_for:
                queued = len(batch.records_with(Outcome.QUEUED))
                self._output.say(clean(f"{batch.waits_for}; {queued} wait for it", DETAIL_LIMIT))
        for record in batch.records:
            news = (record.outcome, record.evidence)
            if not record.is_under_way and self._told.get(record.op_id) != news:
                self._told[record.op_id] = news
                tell_outcome(record, self._output, as_json=self._as_json)

    def _tell_reading(self, batch: Batch) -> None:
        """Say once why the command has not ended yet, which may take minutes."""
        if not self._is_reading_on and any(
            not record.evidence for record in batch.records_with(Outcome.UNKNOWN)
        ):
            self._is_reading_on = True
            limit = "" if self._patience.seconds else "; --timeout SECONDS ends it sooner"
            self._output.say(f"Reading goes on to see what became of it{limit}. Nothing is sent again.")


def _has_worked(record: OperationRecord) -> bool:
    """Whether it was seen to work, or was accepted and is of a kind that leaves nothing to see."""
    return record.outcome is Outcome.CONFIRMED or not can_be_seen(record.operation)


def tell_outcome(record: OperationRecord, output: Output, *, as_json: bool) -> None:
    """Print what is known of one operation, as a document or as a line."""
    if as_json:
        output.record(_document(record))
    else:
        output.data(clean(_outcome_line(record), DETAIL_LIMIT))


def _document(record: OperationRecord) -> Document:
    """In the form that scripts rely on, as `sms-tui schema run` tells it."""
    trouble = record.trouble
    return {
        "op_id": record.op_id,
        "operation": record.operation.name,
        "task_id": record.task_id,
        "task_name": record.task_name,
        "outcome": record.outcome.value,
        "status": record.status,
        "request_id": record.request_id,
        "elapsed_ms": record.elapsed_ms,
        "error_code": trouble.code if trouble else "",
        "reason": trouble.sentence if trouble else "",
        "evidence": record.evidence,
        "state_before": record.before.state_text,
        "state_after": record.state_after,
        "sent_at": utc(record.sent_at),
        "settled_at": utc(record.settled_at),
    }


def _outcome_line(record: OperationRecord) -> str:
    name = clean(record.task_name, NAME_LIMIT)
    said = [f"{name}  {record.label} ({record.operation.name}) {record.outcome.word}"]
    if record.status is not None and record.outcome is not Outcome.CONFIRMED:
        said.append(f"{record.elapsed_ms} ms")
    if record.request_id and record.outcome is not Outcome.CONFIRMED:
        said.append(f"request {record.request_id}")
    why = record.evidence or (record.trouble.sentence if record.trouble else "")
    return ", ".join(said) + (f": {why}" if why else "")
