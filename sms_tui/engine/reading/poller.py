"""The loop that keeps the store up to date: one refresh at a time, at a pace that suits what is going on.

A failed refresh is a condition that is noted once, and never the end: only cancellation ends the loop.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from msgspec.structs import replace

from sms_tui.api.errors import ApiError
from sms_tui.domain.outcome import Trouble
from sms_tui.domain.sentence import counted, sentence
from sms_tui.engine.reading.focus import Focus
from sms_tui.engine.reading.pace import Pace
from sms_tui.engine.reading.single_reads import SingleReads
from sms_tui.engine.reading.sweeper import Sweeper
from sms_tui.engine.shared import Shared
from sms_tui.engine.waiting import Bell

_MOST_SINGLE_READS = 8


class Poller:
    """Refreshes the store."""

    def __init__(
        self,
        shared: Shared,
        sweeper: Sweeper,
        reads: SingleReads,
        focus: Focus,
        pace: Pace,
        after_refresh: Callable[[], Awaitable[None]],
    ) -> None:
        self._store = shared.store
        self._log = shared.log
        self._clock = shared.clock
        self._activity = shared.activity
        self._sweeper = sweeper
        self._reads = reads
        self._focus = focus
        self._pace = pace
        self._after_refresh = after_refresh
        self._bell = Bell(shared.clock)
        self._one_at_a_time = asyncio.Lock()
        self._is_wanted = False
        self._is_wanted_now = False
        """Whether the operator asked for a refresh, which overrides a pause the service demands"""
        self._condition = ""
        """The kind of failure that persists and was logged already; empty while the service answers"""
        self._took = 0.0
        """Seconds that the last complete refresh took"""
        self._was_busy = False

    @property
    def interval(self) -> float:
        """Seconds between refreshes while something is active."""
        return self._pace.interval

    @interval.setter
    def interval(self, seconds: float) -> None:
        self._pace.interval = seconds

    def wake(self, *, by_operator: bool = False) -> None:
        """Refresh as soon as the current one is done; only an operator overrides a pause of the service."""
        if not self._is_wanted:
            self._is_wanted = True
            self._activity.begin()
        self._is_wanted_now = self._is_wanted_now or by_operator
        self._bell.ring()

    async def run(self) -> None:
        """Refresh for ever, at first only after a rest where a command has just read the list."""
        if self._store.sync.rounds:
            await self._rest(self._pause_after(self._took))
        while True:
            began = self._clock.monotonic()
            with self._activity:
                self._grant()
                await self.refresh()
            took = self._clock.monotonic() - began
            await self._rest(self._pause_after(took))

    def _pause_after(self, took: float) -> float:
        # What stood still since the list came was not known when its next one was promised.
        return self._pace.rest(is_busy=self._was_busy or self._is_busy(), took=took)

    async def refresh(self) -> Trouble | None:
        """Read the whole list once, then what else is worth it; returns why the list failed, or None."""
        async with self._one_at_a_time:
            began, began_at = self._clock.monotonic(), self._clock.now()
            self._note_first(began_at)
            try:
                doubtful = await self._sweeper.read_tasks()
            except ApiError as error:
                self._failed(error.trouble, began_at)
                return error.trouble
            self._succeeded(self._clock.monotonic() - began, began_at)
            await self._sweeper.read_facts()
            await self._read_singles(doubtful)
            self._took = self._clock.monotonic() - began
        await self._after_refresh()
        return None

    def _note_first(self, began_at: float) -> None:
        if (sync := self._store.sync).began_at is None:
            self._store.set_sync(replace(sync, began_at=began_at))

    async def _read_singles(self, doubtful: Iterable[str]) -> None:
        focus = self._focus.task_id
        wanted = [focus] if focus is not None and focus in self._store.tasks else []
        # Those that the list hid first: nothing else tells of them. Of each kind whoever waits longest.
        wanted += sorted(doubtful, key=self._last_read)
        wanted += sorted(self._store.moving, key=self._last_read_alone)
        # At once: over a slow line each of them takes as long as all of them, and the next list waits.
        async with asyncio.TaskGroup() as group:
            for task_id in list(dict.fromkeys(wanted))[:_MOST_SINGLE_READS]:
                group.create_task(self._reads.read(task_id))

    def _last_read(self, task_id: str) -> int:
        reading = self._store.reading(task_id)
        return reading.number if reading else 0

    def _last_read_alone(self, task_id: str) -> float:
        detail = self._store.details.get(task_id)
        return detail.read_at if detail else 0.0

    async def _rest(self, seconds: float) -> None:
        now = self._clock.monotonic()
        end, earliest = now + seconds, now + self._pace.asked_for
        while not self._is_wanted_now and (left := end - self._clock.monotonic()) > 0:
            await self._bell.wait(left)
            if self._is_wanted:
                end = min(end, earliest)

    def _grant(self) -> None:
        """Clear requests for a refresh as it begins; later requests are for the next one."""
        if self._is_wanted:
            self._is_wanted = self._is_wanted_now = False
            self._activity.end()

    def _is_busy(self) -> bool:
        return bool(self._store.pending_records() or self._store.active)

    def _succeeded(self, took: float, began_at: float) -> None:
        sync = self._store.sync
        self._pace.succeeded()
        if self._condition:
            self._log.add("connection", sentence("The service answers again."))
        elif sync.synced_at is None:
            self._log.add(
                "connection", counted(len(self._store.tasks), "{count} task read", "{count} tasks read")
            )
        self._condition = ""
        self._was_busy = self._is_busy()
        expected = self._pace.expected(is_busy=self._was_busy, took=max(took, self._took))
        self._store.set_sync(
            replace(
                sync,
                interval=expected,
                # Its first rows are as old as the question, should the machine have slept since.
                synced_at=began_at,
                failures=0,
                failing_since=None,
                trouble=None,
                rounds=sync.rounds + 1,
            )
        )

    def _failed(self, trouble: Trouble, began_at: float) -> None:
        sync = self._store.sync
        self._pace.failed(trouble)
        condition = f"{trouble.kind} {trouble.code}"
        if condition != self._condition:
            self._condition = condition
            self._log.add("connection", trouble.sentence, severity="error")
        self._store.set_sync(
            replace(
                sync,
                failures=sync.failures + 1,
                # A service that timed out has been silent since the request.
                failing_since=sync.failing_since or began_at,
                trouble=trouble,
            )
        )
