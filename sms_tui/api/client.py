"""The service as the rest of the program sees it: reads raise `ApiError`, writes are sent once."""

import asyncio
import os
import random as chance
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from typing import TypeVar

from sms_tui.api.answers.codec import (
    Item,
    ListName,
    TaskReader,
    UnreadableError,
    read_rules,
    read_sources,
    split,
)
from sms_tui.api.answers.task_list import LIMIT, TASKS
from sms_tui.api.answers.task_page import TaskPage
from sms_tui.api.assembly import Assembly, Means, Parts
from sms_tui.api.calls.paging import RawPage, sweep
from sms_tui.api.calls.reader import Wanted
from sms_tui.api.calls.requests import PreparedRequest, RequestMaker, segment
from sms_tui.api.early.first_answers import FirstAnswers
from sms_tui.api.errors import ApiError, error_of, local_error, unusable_answer
from sms_tui.api.network import bodies
from sms_tui.api.network.transport import Wire
from sms_tui.api.settings import ConnectionSettings
from sms_tui.domain.operations import Operation
from sms_tui.domain.outcome import Answer, Trouble, TroubleKind
from sms_tui.domain.secret import Redactor
from sms_tui.domain.sentence import sentence
from sms_tui.domain.speed_limit import SpeedRule
from sms_tui.domain.task import SourceFacts, Task, TaskDetail

SOURCES = "/v3/sources"
T = TypeVar("T")


@asynccontextmanager
async def open_client(
    settings: ConnectionSettings,
    *,
    now: Callable[[], float] = time.time,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    random: Callable[[], float] = chance.random,
    environ: Mapping[str, str] = os.environ,
    redactor: Redactor | None = None,
    wire: Wire | None = None,
    early: FirstAnswers | None = None,
) -> AsyncIterator["SmsClient"]:
    """A client for `settings`, closed at the end of the block; raises `ApiError` for unusable settings.

    `environ` has the proxy and certificate variables that count. `redactor` is told of every secret that the
    client has or is given. `wire` takes the place of the network, for a service that is reached in another
    way. `early` has begun to read the first page with the same settings.
    """
    means = Means(
        now=now,
        monotonic=monotonic,
        sleep=sleep,
        random=random,
        environ=environ,
        redactor=redactor or Redactor(),
    )
    async with AsyncExitStack() as stack:
        parts = await Assembly(settings, means, wire, early, stack).parts()
        yield SmsClient(parts, settings, now=now)


class SmsClient:
    """One profile's service. Every read raises `ApiError`; no text in one holds a secret."""

    def __init__(self, parts: Parts, settings: ConnectionSettings, *, now: Callable[[], float]) -> None:
        self._origin = parts.origin
        self._reader = parts.reader
        self._writer = parts.writer
        self._authority = parts.authority
        self._clock = parts.clock
        self._maker = RequestMaker(parts.origin, settings)
        self._tasks = TaskReader(settings.speed_unit)
        self._now = now
        self._counts: dict[str, int] = {}
        """How many entries each list had when it was last read"""

    @property
    def endpoint(self) -> str:
        """The service's URL, as it is used."""
        return self._origin.base

    async def pages(self) -> AsyncGenerator[TaskPage, None]:
        """Sweep over the tasks, page by page in the service's order, each task once."""
        self._tasks.begin_sweep()
        seen: set[str] = set()
        unread = 0
        async with aclosing(self._swept(TASKS, "tasks", "sms:server:listTask")) as pages:
            async for page in pages:
                tasks, broken = self._tasks.read_page(page.items)
                fresh, unread = _unseen(tasks, seen), unread + len(broken)
                yield TaskPage(
                    tasks=fresh,
                    broken=(*broken, *(_out_of_reach(page) or _shortfall(page, len(seen) + unread))),
                    count=page.count,
                    index=page.index,
                    total_pages=page.total_pages,
                    last=page.last,
                )
        self._tasks.end_sweep()

    async def task(self, task_id: str) -> TaskDetail:
        """One task with its subtasks and the whole document."""
        body = await self._one(f"{TASKS}/{self._segment(task_id)}", "sms:server:getTask")
        detail = self._decoded(lambda: self._tasks.read_detail(body, self._now()))
        if detail.task.id != task_id:
            raise self._nonsense("is about another task")
        return detail

    async def sources(self) -> AsyncGenerator[tuple[SourceFacts, ...], None]:
        """Sweep over the source servers, page by page."""
        async with aclosing(self._swept(SOURCES, "source_servers", "sms:server:list")) as pages:
            async for page in pages:
                yield read_sources(page.items)

    async def speed_limit(self, task_id: str) -> tuple[SpeedRule, ...]:
        """A task's speed rules."""
        body = await self._one(f"{TASKS}/{self._segment(task_id)}/speed-limit", "sms:server:getTask")
        items, _ = self._decoded(lambda: split(body, "speed_limit"))
        return read_rules(items)

    def prepare(self, operation: Operation, task_id: str, parameters: Mapping[str, str]) -> PreparedRequest:
        """The request for `operation`, to be shown and then sent; raises `ValueError` if it cannot be one."""
        return self._maker.prepare(operation, task_id, parameters)

    async def send(self, prepared: PreparedRequest) -> Answer:
        """Send a write once, on a connection of its own; expected failures are in the answer."""
        return await self._writer.send(prepared)

    def token_expires_at(self) -> float | None:
        """Epoch seconds of this machine's clock, None where unknown or endless."""
        return self._authority.expires_at

    def is_on_this_machine(self) -> bool:
        """Whether the endpoint is a loopback address."""
        return self._origin.is_loopback

    def clock_offset(self) -> float | None:
        """Seconds that the service's clock is ahead of this machine's."""
        return self._clock.offset

    def round_trip(self) -> float | None:
        """Seconds that the last answer took."""
        return self._clock.round_trip

    async def _swept(self, path: str, name: ListName, permission: str) -> AsyncGenerator[RawPage, None]:
        room = bodies.LIST

        async def fetch(offset: int) -> tuple[list[Item], int | None]:
            nonlocal room
            query = (("limit", str(LIMIT)), ("offset", str(offset)))
            body = await self._reader.get(Wanted(path, query, permission, bodies.PAGE))
            items, count = self._decoded(lambda: split(body, name))
            room -= len(body)
            if room < 0:
                raise self._nonsense(sentence("is longer than a list can be"))
            return items, count

        async with aclosing(sweep(fetch, expected=self._counts.get(path, 0))) as pages:
            async for page in pages:
                self._counts[path] = page.count or 0
                yield page

    async def _one(self, path: str, permission: str) -> bytes:
        return await self._reader.get(Wanted(path, permission=permission))

    def _segment(self, task_id: str) -> str:
        try:
            return segment(task_id)
        except ValueError as problem:
            raise local_error(sentence("{problem}; nothing was sent.", problem=str(problem))) from None

    def _decoded(self, decode: Callable[[], T]) -> T:
        try:
            return decode()
        except UnreadableError as problem:
            raise self._nonsense(str(problem)) from None

    def _nonsense(self, problem: str) -> ApiError:
        return error_of(Trouble(TroubleKind.NONSENSE, unusable_answer(self._origin.host, problem)))


def _unseen(tasks: Collection[Task], seen: set[str]) -> tuple[Task, ...]:
    """The tasks not seen before, as rows that shift between pages can come twice."""
    ids = {task.id for task in tasks}
    if len(ids) == len(tasks) and seen.isdisjoint(ids):
        seen |= ids
        return tuple(tasks)
    fresh: list[Task] = []
    for task in tasks:
        if task.id not in seen:
            seen.add(task.id)
            fresh.append(task)
    return tuple(fresh)


def _out_of_reach(page: RawPage) -> tuple[str, ...]:
    if not page.out_of_reach:
        return ()
    said = sentence(
        "{lost} of {count} tasks lie beyond the last offset and cannot be listed.",
        lost=page.out_of_reach,
        count=page.count,
    )
    return (said,)


def _shortfall(page: RawPage, shown: int) -> tuple[str, ...]:
    """Reports a list with fewer tasks than its count, which proves of no task that it is gone."""
    if not page.last or page.count is None or shown >= page.count:
        return ()
    return (sentence("The list shows fewer tasks than it counts: what it lacks is asked for by itself."),)
