"""Finds out by reading what became of operations; it never sends anything.

It reads one task at a time, however many operations wait, so that settling never delays refreshes. It also
looks at each refresh, which often shows the effects of many operations at once.
"""

from collections.abc import Callable

from msgspec import Struct

from sms_tui.api.errors import ApiError
from sms_tui.domain.freshness import Freshness
from sms_tui.domain.operations import COLLECT_LOG, DELETE, SPEED_LIMIT
from sms_tui.domain.outcome import Outcome, Trouble, TroubleKind
from sms_tui.domain.sentence import sentence
from sms_tui.domain.speed_limit import SpeedRule, SpeedRuleError, are_as_wanted, parse_rules
from sms_tui.domain.task import Task
from sms_tui.engine.journal.bookkeeper import Bookkeeper, Finding
from sms_tui.engine.reading.single_reads import SingleReads
from sms_tui.engine.record import OperationRecord
from sms_tui.engine.settling.evidence import can_be_seen, difference, has_failed, is_reached, is_uploading
from sms_tui.engine.shared import Shared
from sms_tui.engine.waiting import Bell
from sms_tui.engine.yield_point import pieces

_PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds before each look; the last one repeats"""
_FEW = 10
"""So many operations are looked at one by one; more of them wait for the refreshes to show their effect"""
_MOST_AT_ONCE = 100
"""Operations that are judged and written down in one go, in milliseconds: keys must not wait for thousands"""
_LOGS_LEAVE_WITHIN = 30.0
_LOGS_STAYED = sentence(
    "the request seems to have had no effect: the log status is unchanged; logs need agent 25.1.0 or newer "
    "and a bucket of this account, behind a proxy one in its region"
)
_CANNOT_TELL = sentence("outcome unknown, and reading the task cannot tell")

_Judge = Callable[[OperationRecord], None]


class _Watch(Struct, eq=False):
    record: OperationRecord
    began: float
    due: float
    aged: float = 0.0
    """Seconds between sending and `began`, for operations of an earlier run"""
    looks: int = 0


class Settler:
    """Reads until an operation's effect is seen, or the window is over."""

    def __init__(self, shared: Shared, reads: SingleReads, books: Bookkeeper) -> None:
        self._shared = shared
        self._store = shared.store
        self._clock = shared.clock
        self._window = shared.settings.settle_window
        self._reads = reads
        self._books = books
        self._watches: dict[str, _Watch] = {}
        self._bell = Bell(shared.clock)

    def watch(self, record: OperationRecord) -> None:
        """Begin to look for the effect of `record`."""
        now = self._clock.monotonic()
        self._begin(_Watch(record, now, now + self._pause(record, 0)))

    def resume(self, record: OperationRecord, aged: float) -> None:
        """Look for the effect of an operation of an earlier run, at once if its outcome is unknown.

        The window counts from the sending, `aged` seconds ago.
        """
        now = self._clock.monotonic()
        pause = 0.0 if record.outcome is Outcome.UNKNOWN else self._pause(record, 0)
        self._begin(_Watch(record, now, now + pause, aged))

    async def run(self) -> None:
        """Look at each operation when it is due, for ever."""
        while True:
            await self._turn()

    async def work_off(self) -> None:
        """Look at each operation when it is due, until nothing more can be learned."""
        while self._watches:
            await self._turn()

    async def look(self, record: OperationRecord) -> Trouble | None:
        """Read once and judge by the answer; returns why nothing could be read, or None."""
        trouble, judge = await self._read(record)
        with self._books.settling([record]) as ours:
            for each in ours:
                judge(each)
            if (watch := self._watches.get(record.op_id)) is not None:
                self._go_on(watch, trouble, may_end=bool(ours))
        return trouble

    async def _read(self, record: OperationRecord) -> tuple[Trouble | None, _Judge]:
        """Read once; returns why nothing could be read (or None) and the function that judges the result."""
        if record.operation is SPEED_LIMIT:
            return await self._compare_rules(record)
        answer = await self._reads.read(record.task_id)
        if not isinstance(answer, Trouble):
            return None, self._judge
        return answer, self._take_as_gone if answer.kind is TroubleKind.NOT_FOUND else _say_nothing

    def _begin(self, watch: _Watch) -> None:
        record = watch.record
        if _can_be_judged(record):
            self._watches[record.op_id] = watch
            self._bell.ring()
        elif record.outcome is Outcome.ACCEPTED:
            self._books.unobservable(record)
        else:
            self._books.given_up(record, _CANNOT_TELL)

    async def _turn(self) -> None:
        watch = min(self._watches.values(), key=lambda watch: watch.due, default=None)
        left = None if watch is None else watch.due - self._clock.monotonic()
        if watch is None or (left is not None and left > 0):
            await self._bell.wait(left)
            return
        with self._shared.activity:
            await self.look(watch.record)

    async def judge_all(self) -> None:
        """Look for effects in the results of a refresh."""
        for piece in pieces(self._store.pending_records(), _MOST_AT_ONCE):
            with self._books.settling(piece) as ours:
                self._judge(*ours)
            await self._shared.yield_point()

    def _judge(self, *records: OperationRecord) -> None:
        found = [finding for record in records if (finding := self._finding(record)) is not None]
        if found:
            self._books.found(found)

    def _finding(self, record: OperationRecord) -> Finding | None:
        """How `record` ended as far as the last read of its task tells."""
        if record.is_settled or record.outcome not in {Outcome.ACCEPTED, Outcome.UNKNOWN}:
            return None
        task, reading = self._store.tasks.get(record.task_id), self._store.reading(record.task_id)
        if task is None or reading is None or reading.number <= record.sent_reading:
            return None
        is_good = is_reached(record.operation, record.before, task)
        if not is_good and not has_failed(record.operation, record.before, task):
            return None
        evidence = difference(record.before, task)
        return Finding(record, task.state_text, evidence, has_failed=not is_good)

    async def _compare_rules(self, record: OperationRecord) -> tuple[Trouble | None, _Judge]:
        wanted = _rules_of(record)
        if wanted is None:
            return None, _say_nothing
        try:
            rules = await self._shared.service.speed_limit(record.task_id)
        except ApiError as error:
            # The endpoint may lack the call, rather than the task.
            is_gone = error.trouble.kind is TroubleKind.NOT_FOUND and await self._is_gone(record.task_id)
            return error.trouble, self._take_as_gone if is_gone else _say_nothing
        return None, self._confirm_rules if are_as_wanted(rules, wanted) else _say_nothing

    def _confirm_rules(self, record: OperationRecord) -> None:
        if not record.is_settled:
            self._books.confirmed(record, sentence("the service has these speed rules"))

    async def _is_gone(self, task_id: str) -> bool:
        answer = await self._reads.read(task_id)
        return isinstance(answer, Trouble) and answer.kind is TroubleKind.NOT_FOUND

    def _take_as_gone(self, record: OperationRecord) -> None:
        if record.is_settled:
            return
        if record.operation is DELETE:
            self._books.confirmed(record, sentence("the task is gone"))
        else:
            self._books.given_up(record, sentence("the task no longer exists"), is_final=True)

    def _go_on(self, watch: _Watch, trouble: Trouble | None, *, may_end: bool) -> None:
        record = watch.record
        verdict = "" if record.is_settled or not may_end else self._verdict(watch, trouble)
        if verdict:
            self._books.given_up(record, verdict)
        elif not record.is_settled:
            watch.looks += 1
            watch.due = self._clock.monotonic() + self._pause(record, watch.looks)
            return
        self._watches.pop(record.op_id, None)

    def _verdict(self, watch: _Watch, trouble: Trouble | None) -> str:
        """What to say at the end of the window; empty before it. `trouble`: why this look showed nothing."""
        record, waited = watch.record, self._clock.monotonic() - watch.began
        task, reading = self._store.tasks.get(record.task_id), self._store.reading(record.task_id)
        if reading is not None and reading.number > record.sent_reading:
            # What a read does not show by now, it would not show after another window either.
            waited += watch.aged
        if record.operation is COLLECT_LOG and waited >= _LOGS_LEAVE_WITHIN:
            if is_uploading(record.before):
                return sentence("cannot tell: an upload was under way already")
            if self._store.sync.freshness(self._clock.now()) is Freshness.FRESH:
                return _LOGS_STAYED
        return self._no_evidence(record, task, trouble) if waited >= self._window else ""

    def _no_evidence(self, record: OperationRecord, task: Task | None, trouble: Trouble | None) -> str:
        if trouble is not None:
            # The state in view is of an earlier read: it says nothing of the time since.
            return sentence(
                "nothing could be read at the end of {seconds:.0f} s: {reason}",
                seconds=self._window,
                reason=trouble.sentence,
            )
        if task is None:
            return sentence("the task could not be read for {seconds:.0f} s", seconds=self._window)
        if record.operation is SPEED_LIMIT:
            return sentence(
                "the service does not show these speed rules after {seconds:.0f} s", seconds=self._window
            )
        template = "still {state} after {seconds:.0f} s; no effect seen"
        if record.outcome is Outcome.UNKNOWN:
            template = "still {state} after {seconds:.0f} s; probably not applied"
        return sentence(template, state=task.state_text, seconds=self._window)

    def _pause(self, record: OperationRecord, looks: int) -> float:
        is_one_of_many = len(self._watches) > _FEW and record.outcome is Outcome.ACCEPTED
        pause = _PAUSES[-1] if is_one_of_many else _PAUSES[min(looks, len(_PAUSES) - 1)]
        return min(pause, self._window)


def _say_nothing(_record: OperationRecord) -> None:
    """Judges nothing, because nothing was read."""


def _can_be_judged(record: OperationRecord) -> bool:
    return can_be_seen(record.operation) and (
        record.operation is not SPEED_LIMIT or _rules_of(record) is not None
    )


def _rules_of(record: OperationRecord) -> tuple[SpeedRule, ...] | None:
    """The rules that were sent; None if another version wrote them in a form we cannot read."""
    try:
        return parse_rules(record.parameters["rules"])
    except (KeyError, SpeedRuleError):
        return None
