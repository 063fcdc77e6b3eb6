"""Settles what became of an operation by reading the task: it never sends anything."""

from collections.abc import Iterator

from sms_tui.api.client import SmsClient
from sms_tui.api.errors import ApiError
from sms_tui.domain.operations import COLLECT_LOG, DELETE
from sms_tui.domain.outcome import Outcome, TroubleKind
from sms_tui.domain.task import Task
from sms_tui.engine.bookkeeper import Bookkeeper
from sms_tui.engine.clock import Clock
from sms_tui.engine.evidence import can_be_seen, is_reached
from sms_tui.engine.record import OperationRecord
from sms_tui.engine.store import Store

_FIRST_LOOKS = (1.0, 2.0, 4.0, 8.0)
_LATER = 15.0
_LOGS_LEAVE_WITHIN = 30.0
_LOGS_STAYED = "the request seems to have had no effect: the log status is unchanged"


class Settler:
    """Reads until an operation's effect is seen, or the window is over."""

    def __init__(
        self, client: SmsClient, store: Store, books: Bookkeeper, clock: Clock, window: float
    ) -> None:
        self._client = client
        self._store = store
        self._books = books
        self._clock = clock
        self._window = window

    async def settle(self, record: OperationRecord) -> None:
        """Confirm `record`, or say that reading could not."""
        if record.outcome is Outcome.ACCEPTED and not _shows(record):
            self._books.given_up(record, "accepted; reading the task cannot show more")
            return
        began = self._clock.monotonic()
        for pause in _pauses():
            await self._clock.sleep(min(pause, self._window))
            if record.is_settled or await self._is_seen(record):
                return
            waited = self._clock.monotonic() - began
            if record.operation is COLLECT_LOG and waited >= _LOGS_LEAVE_WITHIN:
                self._books.given_up(record, _LOGS_STAYED)
                return
            if waited >= self._window:
                self._books.given_up(record, self._no_evidence(record))
                return

    async def look(self, record: OperationRecord) -> bool:
        """Read once, on demand; whether that settled it."""
        return record.is_settled or await self._is_seen(record)

    async def _is_seen(self, record: OperationRecord) -> bool:
        try:
            self._store.merge_detail(await self._client.task(record.task_id))
        except ApiError as error:
            if error.trouble.kind is TroubleKind.NOT_FOUND:
                return self._gone(record)
            return False
        after = self._store.tasks[record.task_id]
        if not is_reached(record.operation, record.before, after):
            return False
        self._books.confirmed(record, after.state_text, _change(record.before, after))
        return True

    def _gone(self, record: OperationRecord) -> bool:
        if record.operation is DELETE:
            self._store.remove(record.task_id, "was deleted")
            self._books.confirmed(record, "", "the task is gone")
        else:
            self._books.given_up(record, "the task no longer exists")
        return True

    def _no_evidence(self, record: OperationRecord) -> str:
        task = self._store.tasks.get(record.task_id)
        state = task.state_text if task else "gone"
        if not can_be_seen(record.operation):
            return "outcome unknown: reading the task cannot tell"
        tail = "probably not applied" if record.outcome is Outcome.UNKNOWN else "no effect seen"
        return f"still {state} after {self._window:.0f} s; {tail}"


def _shows(record: OperationRecord) -> bool:
    return record.operation is DELETE or can_be_seen(record.operation)


def _pauses() -> Iterator[float]:
    yield from _FIRST_LOOKS
    while True:
        yield _LATER


def _change(before: Task, after: Task) -> str:
    if before.state_text != after.state_text:
        return f"{before.state_text or '?'} → {after.state_text}"
    if before.source.state != after.source.state:
        return f"source {before.source.state or '?'} → {after.source.state}"
    return "seen in a later read"
