"""One refresh: the whole task list page by page, then the facts that only the list of source servers has."""

from collections.abc import Iterable, Sequence
from contextlib import aclosing

from msgspec.structs import replace

from sms_tui.api.errors import ApiError, error_of, unusable_answer
from sms_tui.domain.freshness import NOTABLE_SKEW
from sms_tui.domain.outcome import Trouble, TroubleKind
from sms_tui.domain.sentence import Sentence, sentence
from sms_tui.domain.task import Task
from sms_tui.engine.clock import Clock
from sms_tui.engine.event_log import EventLog
from sms_tui.engine.service import Service
from sms_tui.engine.store.pages import MOST_AT_ONCE
from sms_tui.engine.store.store import Store
from sms_tui.engine.yield_point import YieldPoint, pieces

_MOST_TASKS = 200_000
"""Three times what can be listed at all; the rest may be gone already, which only a later list proves"""
_CHEAP = 0.5
"""Seconds; if the list of sources is read faster than this, it is read with every refresh"""
_ROUNDS_BETWEEN = 5
_ROUNDS_WHEN_DENIED = 60
_MOST_NOTED = 1000


class Sweeper:
    """Reads the lists into the store."""

    def __init__(
        self,
        service: Service,
        store: Store,
        log: EventLog,
        clock: Clock,
        yield_point: YieldPoint,
        *,
        compares_clocks: bool,
    ) -> None:
        """`compares_clocks`: whether the service's time is meant to be ours."""
        self._service = service
        self._store = store
        self._log = log
        self._clock = clock
        self._yield_point = yield_point
        self._noted: dict[str, None] = {}
        self._rounds_to_skip = 0
        self._is_skew_told = not compares_clocks

    async def read_tasks(self) -> Sequence[str]:
        """Read the whole list; ids that may be hidden by a row that could not be read. Raises `ApiError`."""
        reading = self._store.begin()
        broken: list[str] = []
        async with aclosing(self._service.pages()) as pages:
            async for page in pages:
                broken += page.broken
                intake = self._store.intake
                opened = intake.opened(page.index, page.tasks, reading)
                for part in pieces(opened.tasks, MOST_AT_ONCE):
                    self._judge_number(part)
                    intake.page(part, reading, opened.sighting)
                    await self._yield_point()
                if not opened.tasks:
                    await self._yield_point()
                self._show_progress(page.index + 1, page.total_pages)
        self._note(broken)
        self._compare_clocks()
        lacking = self._store.intake.end(reading, is_whole=not broken)
        return lacking if broken else ()

    def _judge_number(self, part: Iterable[Task]) -> None:
        """Take no more of a list that never ends; raises `ApiError`."""
        known = self._store.tasks
        if len(known) > _MOST_TASKS and any(task.id not in known for task in part):
            problem = unusable_answer(self._service.endpoint, sentence("is longer than a list can be"))
            raise error_of(Trouble(TroubleKind.NONSENSE, problem))

    async def read_facts(self) -> None:
        """Read the list of sources: with each refresh where that is cheap, else every few refreshes."""
        if self._rounds_to_skip:
            self._rounds_to_skip -= 1
            return
        began = self._clock.monotonic()
        try:
            await self._take_facts()
        except ApiError as error:
            trouble = error.trouble
            lasting = trouble.kind in {TroubleKind.DENIED, TroubleKind.NOT_FOUND}
            self._rounds_to_skip = _ROUNDS_WHEN_DENIED if lasting else _ROUNDS_BETWEEN
            said = sentence("The list of source servers could not be read: {reason}", reason=trouble.sentence)
            # The sentence names a request, and so is another one each time.
            self._note_once(f"{trouble.kind} {trouble.code}", said)
        else:
            self._rounds_to_skip = 0 if self._clock.monotonic() - began <= _CHEAP else _ROUNDS_BETWEEN

    async def _take_facts(self) -> None:
        reading = self._store.begin()
        async with aclosing(self._service.sources()) as pages:
            async for facts in pages:
                for part in pieces(facts, MOST_AT_ONCE):
                    self._store.intake.facts(part, reading)
                    await self._yield_point()

    def _show_progress(self, done: int, total: int | None) -> None:
        if self._store.sync.synced_at is None:
            self._store.set_sync(replace(self._store.sync, pages_done=done, pages_total=total))

    def _compare_clocks(self) -> None:
        """Log once that the service's clock differs from ours."""
        offset = self._service.clock_offset()
        if self._is_skew_told or offset is None or abs(offset) < NOTABLE_SKEW:
            return
        self._is_skew_told = True
        self._note([_skew(offset / 60)])

    def _note(self, sentences: Iterable[str]) -> None:
        """Say each thing once, however often it is seen again; of very many things the last ones."""
        for said in sentences:
            self._note_once(said, said)

    def _note_once(self, thing: str, said: str) -> None:
        if thing in self._noted:
            return
        self._noted[thing] = None
        if len(self._noted) > _MOST_NOTED:
            del self._noted[next(iter(self._noted))]
        self._log.add("note", said, severity="warning")


def _skew(minutes: float) -> Sentence:
    if minutes > 0:
        return sentence(
            "This machine's clock is {minutes:.0f} min slow: times that the service tells, such as when a "
            "task ends, seem later by that much. Set the clock.",
            minutes=minutes,
        )
    return sentence(
        "This machine's clock is {minutes:.0f} min fast: times that the service tells, such as when a task "
        "ends, seem sooner by that much. Set the clock.",
        minutes=-minutes,
    )
