"""The loop that keeps the store true: one refresh at a time, at the pace of what is going on, for ever.

A failed refresh is a condition that is noted once, not an end; only cancellation ends the loop.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from sms_tui.api.client import SmsClient
from sms_tui.api.errors import ApiError
from sms_tui.domain.outcome import Trouble, TroubleKind
from sms_tui.domain.task import Situation
from sms_tui.engine.clock import Clock
from sms_tui.engine.event_log import EventLog
from sms_tui.engine.mode import EngineSettings
from sms_tui.engine.store import Store

_SLOWEST = 120.0
_BACK_OFF = 2.0
_JITTER = 0.2
_BREAKER_AFTER = 5
_BREAKER_PAUSE = 30.0
_MOST_SINGLE_READS = 8
_FOCUS_DELAY = 0.15
_MOVING = frozenset({Situation.LAUNCHING, Situation.CLONING, Situation.TRANSITION})


class Poller:
    """Refreshes the store."""

    def __init__(
        self,
        client: SmsClient,
        store: Store,
        log: EventLog,
        settings: EngineSettings,
        clock: Clock,
        random: Callable[[], float],
    ) -> None:
        self._client = client
        self._store = store
        self._log = log
        self._clock = clock
        self._random = random
        self._idle_interval = settings.idle_interval
        self.interval = settings.interval
        """Seconds between refreshes while something is active"""
        self._wake = asyncio.Event()
        self._focus_changed = asyncio.Event()
        self._focus: str | None = None
        self._backed_off = 0.0
        self._condition = ""
        self._noted: set[str] = set()
        self.is_refreshing = False

    def wake(self) -> None:
        """Refresh as soon as the one under way is done."""
        self._wake.set()

    def focus(self, task_id: str | None) -> None:
        """Read this task by itself soon, and again with each refresh."""
        if task_id != self._focus:
            self._focus = task_id
            self._focus_changed.set()

    async def run(self) -> None:
        """Refresh for ever."""
        while True:
            self._wake.clear()
            trouble = await self.refresh()
            await self._wait(self._pause(trouble))

    async def follow_focus(self) -> None:
        """Read the task in focus as soon as the focus rests on it, for ever."""
        while True:
            await self._focus_changed.wait()
            self._focus_changed.clear()
            await self._clock.sleep(_FOCUS_DELAY)
            if self._focus is not None and not self._focus_changed.is_set():
                await self._read_single(self._focus)

    async def refresh(self) -> Trouble | None:
        """Read the whole list once; why it could not be read, or None."""
        began = self._clock.monotonic()
        self.is_refreshing = True
        try:
            await self._sweep()
        except ApiError as error:
            self._failed(error.trouble)
            return error.trouble
        finally:
            self.is_refreshing = False
        self._succeeded(self._clock.monotonic() - began)
        await self._read_facts()
        await self._read_singles()
        return None

    async def _sweep(self) -> None:
        read_at = self._clock.now()
        seen: set[str] = set()
        done = 0
        async for page in self._client.pages():
            seen.update(task.id for task in page.tasks)
            self._store.merge(page.tasks, read_at)
            for sentence in page.broken:
                self._note(sentence)
            done += 1
            if self._store.sync.synced_at is None:
                self._store.set_sync(replace(self._store.sync, pages_done=done, pages_total=page.total_pages))
            await asyncio.sleep(0)
        self._store.end_sweep(seen)

    async def _read_facts(self) -> None:
        try:
            async for facts in self._client.sources():
                self._store.merge_facts(facts)
                await asyncio.sleep(0)
        except ApiError as error:
            self._note(f"The list of source servers could not be read: {error.trouble.sentence}")

    async def _read_singles(self) -> None:
        wanted = [record.task_id for record in self._store.pending_records()]
        wanted += [self._focus] if self._focus else []
        wanted += [task.id for task in self._store.tasks.values() if task.situation in _MOVING]
        for task_id in list(dict.fromkeys(wanted))[:_MOST_SINGLE_READS]:
            await self._read_single(task_id)

    async def _read_single(self, task_id: str) -> None:
        try:
            self._store.merge_detail(await self._client.task(task_id))
        except ApiError as error:
            if error.trouble.kind is TroubleKind.NOT_FOUND:
                self._store.remove(task_id, "is gone: the service no longer knows it")

    def _succeeded(self, took: float) -> None:
        sync = self._store.sync
        self._backed_off = 0.0
        if self._condition:
            self._log.add("connection", "The service answers again.")
        if sync.synced_at is None:
            self._log.add("connection", f"{len(self._store.tasks)} tasks read from {self._client.endpoint}")
        self._condition = ""
        self._store.set_sync(
            replace(
                sync,
                interval=self._pace() * (1 + _JITTER) + took,
                synced_at=self._clock.now(),
                failures=0,
                failing_since=None,
                trouble=None,
                rounds=sync.rounds + 1,
            )
        )

    def _failed(self, trouble: Trouble) -> None:
        sync = self._store.sync
        self._backed_off = min(max(self._backed_off * _BACK_OFF, self._pace()), _SLOWEST)
        self._note_condition(trouble)
        self._store.set_sync(
            replace(
                sync,
                failures=sync.failures + 1,
                failing_since=sync.failing_since or self._clock.now(),
                trouble=trouble,
            )
        )

    def _note_condition(self, trouble: Trouble) -> None:
        """Say it once for each change of condition, not for each attempt."""
        condition = f"{trouble.kind} {trouble.code}"
        if condition != self._condition:
            self._condition = condition
            self._log.add("connection", trouble.sentence, severity="error")

    def _note(self, sentence: str) -> None:
        if sentence not in self._noted:
            self._noted.add(sentence)
            self._log.add("connection", sentence, severity="warning")

    def _pace(self) -> float:
        is_busy = any(True for _ in self._store.pending_records())
        is_busy = is_busy or any(task.is_active for task in self._store.tasks.values())
        return self.interval if is_busy else max(self._idle_interval, self.interval)

    def _pause(self, trouble: Trouble | None) -> float:
        spread = 1 + _JITTER * (2 * self._random() - 1)
        if trouble is None:
            return self._pace() * spread
        pause = self._backed_off * spread
        if self._store.sync.failures >= _BREAKER_AFTER:
            pause = max(pause, min(_BREAKER_PAUSE, 6 * self.interval) * spread)
        return max(pause, trouble.retry_after or 0.0)

    async def _wait(self, seconds: float) -> None:
        waking = asyncio.ensure_future(self._wake.wait())
        sleeping = asyncio.ensure_future(self._clock.sleep(seconds))
        try:
            await asyncio.wait({waking, sleeping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for future in (waking, sleeping):
                future.cancel()
                with suppress(asyncio.CancelledError):
                    await future
