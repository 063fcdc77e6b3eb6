"""The engine: everything that happens without a screen. It connects and runs its parts."""

import asyncio
import random
from collections.abc import Callable, Iterable
from contextlib import suppress

from sms_tui.api.errors import ApiError
from sms_tui.domain.outcome import Trouble
from sms_tui.domain.speed_limit import SpeedRule
from sms_tui.domain.task import TaskDetail
from sms_tui.engine.clock import Clock
from sms_tui.engine.event_log import EventLog
from sms_tui.engine.journal.bookkeeper import Bookkeeper
from sms_tui.engine.journal.journal import Journal
from sms_tui.engine.journal.open_ends import OpenEnds
from sms_tui.engine.mode import EngineSettings, Mode
from sms_tui.engine.reading.focus import Focus
from sms_tui.engine.reading.pace import Pace
from sms_tui.engine.reading.poller import Poller
from sms_tui.engine.reading.single_reads import SingleReads
from sms_tui.engine.reading.sweeper import Sweeper
from sms_tui.engine.record import OperationRecord
from sms_tui.engine.sending.batch_run import BatchRunner
from sms_tui.engine.sending.dispatcher import Dispatcher
from sms_tui.engine.sending.gate import Gate
from sms_tui.engine.sending.sender import Sender
from sms_tui.engine.sending.task_gates import TaskGates
from sms_tui.engine.service import Service
from sms_tui.engine.settling.other_programs import OtherPrograms
from sms_tui.engine.settling.recovery import Recovery
from sms_tui.engine.settling.settler import Settler
from sms_tui.engine.shared import Shared
from sms_tui.engine.store.store import Store
from sms_tui.engine.waiting import Activity, within
from sms_tui.engine.yield_point import YieldPoint

_GATES = "gates"
_JOURNAL_RETRIED_EVERY = 15.0


class Engine:
    """Keeps the tasks of one profile up to date and sends its operations."""

    def __init__(
        self,
        client: Service,
        *,
        mode: Mode,
        settings: EngineSettings,
        journal: Journal,
        clock: Clock | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._client = client
        self.clock = clock or Clock()
        self.yield_point = YieldPoint()
        """Pauses between the pieces of a refresh; the interface can make it wait for a key"""
        self.mode = mode
        self.in_flight = settings.in_flight
        """Operations that may be under way at once"""
        self.journal = journal
        self.log = EventLog(self.clock.now)
        self.store = Store(self.log, self.clock.now, settings.interval)
        self._reads = SingleReads(client, self.store)
        self._focus = Focus(self._reads, self.clock)
        self._shared = shared = Shared(
            client, mode, settings, journal, self.clock, self.log, self.store, Activity(), self.yield_point
        )
        self._gate = Gate(shared)
        self._task_gates = TaskGates(journal.folder.parent / _GATES, client.endpoint)
        open_ends = OpenEnds(journal.folder, lambda told: journal.age_of(told) > settings.settle_window)
        self._books = Bookkeeper(
            shared, open_ends, lambda record: self._task_gates.settle(record.task_id, record.op_id)
        )
        self._settler = Settler(shared, self._reads, self._books)
        self._recovery = Recovery(shared, open_ends, self._books, self._task_gates, self._settler.resume)
        self.poller = self._make_poller(chance)
        runner = None if mode.read_only else self._make_runner(open_ends)
        self.dispatcher = Dispatcher(shared, self._books, self._gate, runner, self._recovery.adopt)

    async def run(self) -> None:
        """Poll, dispatch and settle until cancelled; then let what is in flight end, within a bound."""
        async with asyncio.TaskGroup() as group:
            for work in (self._focus, self.dispatcher, self._settler):
                group.create_task(work.run())
            group.create_task(self._retry_journal())
            await self._recovery.adopt_in_pieces()
            group.create_task(self.poller.run())

    def close(self) -> None:
        """Leave what is in doubt to other programs."""
        # In this order: they take over what they find in the journal of a program that is gone, and until
        # then its gate keeps them away.
        self.journal.close()
        self._task_gates.close()

    async def idle(self) -> None:
        """Return once nothing is queued, in flight or being refreshed; settling may go on."""
        await self._shared.activity.idle()

    def refresh(self) -> None:
        """Read the list now, because the operator asked for it."""
        self.poller.wake(by_operator=True)

    def focus(self, task_id: str | None) -> None:
        """Keep this task's detail fresh as well."""
        self._focus.move(task_id)

    async def read_task(self, task_id: str) -> TaskDetail | Trouble:
        """Read one task by itself, into the store as well."""
        return await self._reads.read(task_id)

    async def speed_rules(self, task_id: str, patience: float) -> tuple[SpeedRule, ...] | None:
        """The speed rules in force for a task; None if they cannot be read within `patience` seconds."""
        found: list[tuple[SpeedRule, ...]] = []

        async def read() -> None:
            found.append(await self._client.speed_limit(task_id))

        with suppress(ApiError):
            await within(read(), self.clock.sleep(patience))
        return found[0] if found else None

    async def settle(self, task_id: str) -> Trouble | None:
        """Find out now what became of the operations on a task; returns why it could not be read, or None."""
        trouble = None
        for record in self.store.pending_records(task_id):
            if not record.is_under_way:
                trouble = await self._settler.look(record) or trouble
        return trouble

    async def settle_earlier(self, patience: float, elsewhere: Iterable[str] = ()) -> list[OperationRecord]:
        """Settle unknown outcomes of ended runs by reading, for `patience` seconds; returns their records.

        `elsewhere`: tasks that were operated with a profile of another name; what is seen of them here is
        settled, too. For a program that does nothing else: `run` does the same beside its other work.
        """
        records = self._recovery.adopt_unknown()

        async def settle() -> None:
            for task_id in elsewhere:
                await self._reads.read(task_id)
            records.extend(self._recovery.adopt_unknown())
            await self._settler.work_off()

        await within(settle(), self.clock.sleep(patience))
        return records

    @property
    def read_trouble(self) -> Trouble | None:
        """Why the last read of a single task failed; None if it succeeded."""
        return self._reads.trouble

    @property
    def endpoint(self) -> str:
        """Where requests go."""
        return self._client.endpoint

    def token_expires_at(self) -> float | None:
        """Epoch seconds at which the token in use expires, if that is known."""
        return self._client.token_expires_at()

    def round_trip(self) -> float | None:
        """Seconds that the last answer took."""
        return self._client.round_trip()

    def blocked(self) -> str:
        """Why nothing at all can be sent; empty if something can."""
        return self._gate.blocked()

    async def _retry_journal(self) -> None:
        while True:
            await self.clock.sleep(_JOURNAL_RETRIED_EVERY)
            self.journal.retry()

    def _make_poller(self, chance: Callable[[], float]) -> Poller:
        sweeper = Sweeper(
            self._client,
            self.store,
            self.log,
            self.clock,
            self.yield_point,
            # A service on this machine has our clock; if its time differs, that is on purpose.
            compares_clocks=not (self.mode.simulated or self._client.is_on_this_machine()),
        )
        pace = Pace(self._shared.settings, chance)
        return Poller(self._shared, sweeper, self._reads, self._focus, pace, self._after_refresh)

    async def _after_refresh(self) -> None:
        # Another program may have ended since the one before, and which tasks that were operated with
        # another profile are seen here too is known only now.
        await self._recovery.adopt_in_pieces()
        await self._settler.judge_all()

    def _make_runner(self, open_ends: OpenEnds) -> BatchRunner:
        sender = Sender(
            self._shared,
            self._reads,
            self._books,
            self._gate,
            self._task_gates,
            self._recovery.adopt,
            OtherPrograms(open_ends, self.journal, self._shared.settings.settle_window),
        )
        return BatchRunner(self._shared, sender, self._books, self._after_sending)

    def _after_sending(self, record: OperationRecord) -> None:
        self._settler.watch(record)
        self.poller.wake()
