"""The engine: what happens with no screen. It wires its parts, runs them, and says when it is idle."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

from sms_tui.api.client import SmsClient
from sms_tui.api.errors import ApiError
from sms_tui.domain.operations import OPERATIONS, Tier
from sms_tui.domain.outcome import Outcome, Trouble
from sms_tui.domain.speed_limit import SpeedRule
from sms_tui.domain.task import TaskDetail
from sms_tui.engine.baseline import from_fields
from sms_tui.engine.bookkeeper import Bookkeeper
from sms_tui.engine.clock import Clock
from sms_tui.engine.dispatcher import Dispatcher
from sms_tui.engine.event_log import EventLog
from sms_tui.engine.gates import TaskGates, refusal_now
from sms_tui.engine.journal import Journal
from sms_tui.engine.journal_reader import Operation as JournalledOperation
from sms_tui.engine.journal_reader import unresolved
from sms_tui.engine.mode import EngineSettings, Mode
from sms_tui.engine.poller import Poller
from sms_tui.engine.record import OperationRecord
from sms_tui.engine.sender import Sender
from sms_tui.engine.settler import Settler
from sms_tui.engine.store import Store

_GATES = "gates"


class Engine:
    """Keeps the tasks of one profile true and sends its operations."""

    def __init__(
        self,
        client: SmsClient,
        *,
        mode: Mode,
        settings: EngineSettings,
        journal: Journal,
        clock: Clock | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._client = client
        self.clock = clock or Clock()
        self.mode = mode
        self.journal = journal
        self.log = EventLog(self.clock.now)
        self.store = Store(self.log, self.clock.now, settings.interval)
        self.poller = Poller(client, self.store, self.log, settings, self.clock, chance)
        books = Bookkeeper(journal, self.store, self.log, self.clock)
        gates = TaskGates(_gates_folder(journal.folder), client.endpoint)
        self.dispatcher = Dispatcher(
            client,
            self.store,
            books,
            Sender(client, self.store, books, gates, mode),
            Settler(client, self.store, books, self.clock, settings.settle_window),
            self._refuses,
            mode,
            settings,
            self.clock,
            self.poller.wake,
        )

    async def run(self) -> None:
        """Poll, dispatch and settle until cancelled."""
        self._adopt_unresolved()
        async with asyncio.TaskGroup() as group:
            group.create_task(self.poller.run())
            group.create_task(self.poller.follow_focus())
            group.create_task(self.dispatcher.run())

    async def idle(self) -> None:
        """Return once nothing is queued, in flight or being refreshed."""
        while not self.dispatcher.is_idle or self.poller.is_refreshing:  # noqa: ASYNC110 - on a busy loop
            await asyncio.sleep(0)

    def refresh(self) -> None:
        """Read the list now."""
        self.poller.wake()

    def focus(self, task_id: str | None) -> None:
        """Keep this task's detail fresh as well."""
        self.poller.focus(task_id)

    async def read_task(self, task_id: str) -> TaskDetail | Trouble:
        """Read one task by itself, into the store as well."""
        try:
            detail = await self._client.task(task_id)
        except ApiError as error:
            return error.trouble
        self.store.merge_detail(detail)
        return detail

    async def speed_rules(self, task_id: str) -> tuple[SpeedRule, ...] | Trouble:
        """The speed rules that the service holds for a task."""
        try:
            return await self._client.speed_limit(task_id)
        except ApiError as error:
            return error.trouble

    @property
    def endpoint(self) -> str:
        """Where requests go."""
        return self._client.endpoint

    def token_expires_at(self) -> float | None:
        """Epoch seconds at which the token in use ends, if there is one and it says so."""
        return self._client.token_expires_at()

    def round_trip(self) -> float | None:
        """Seconds that the last answer took."""
        return self._client.round_trip()

    def blocked(self) -> str:
        """Why nothing can be sent whatever the tasks are like; empty if that is not so."""
        return "" if self.mode.dry_run else self.journal.problem

    def _refuses(self, tier: Tier) -> str | None:
        return refusal_now(tier, self.mode, self.store, self.journal, self.clock.now())

    def _adopt_unresolved(self) -> None:
        identity = self.journal.identity
        for operation in unresolved(self.journal.folder, identity.profile, identity.endpoint):
            record = _record_of(operation)
            if record is None:
                continue
            text = f"{record.label.lower()} ({record.operation.name}) of an earlier run is unresolved"
            self.log.add("operation", text, record.task_id, record.task_name, "warning")
            self.dispatcher.adopt(record)


def _gates_folder(journal_folder: Path) -> Path:
    return journal_folder.parent / _GATES


def _record_of(operation: JournalledOperation) -> OperationRecord | None:
    """An operation of an earlier run, as far as its journal tells."""
    sent = next((record for record in operation.records if record["kind"] == Outcome.SENT), None)
    known = OPERATIONS.get(str(operation.last.get("operation")))
    if sent is None or known is None:
        return None
    task_id, name = str(sent["task"]), str(sent["task_name"])
    baseline = sent.get("baseline")
    before = from_fields(task_id, name, baseline if isinstance(baseline, dict) else {})
    record = OperationRecord(operation.op_id, known, known.label, task_id, name, before, Outcome.UNKNOWN)
    sent_at = sent.get("sent_at")
    record.sent_at = float(sent_at) if isinstance(sent_at, int | float) else None
    return record
