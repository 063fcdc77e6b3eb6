"""Puts a whole list together from pages whose rows shift while they are read.

The service offers only a row offset and a count that changes; there is no marker and no order to rely on.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable

from msgspec import Struct

from sms_tui.api.answers.codec import Item
from sms_tui.api.answers.task_list import AT_ONCE, FARTHEST_OFFSET, LIMIT

_SMALLEST_STEP = 10
Answer = tuple[list[Item], int | None]
"""The items of a page and the count of all, both as the service says them"""
Fetch = Callable[[int], Awaitable[Answer]]
"""From an offset to the page there"""


class RawPage(Struct, frozen=True):
    """One page of any list, before its items are read."""

    items: list[Item]
    count: int | None
    index: int
    total_pages: int | None
    last: bool
    out_of_reach: int = 0
    """Rows behind the farthest offset that the service takes"""


async def sweep(fetch: Fetch, limit: int = LIMIT, expected: int = 0) -> AsyncGenerator[RawPage, None]:
    """Yield the pages in order, `AT_ONCE` of them under way at a time.

    Beside the first page only those are asked for that hold some of the `expected` rows, as many as there
    were the last time. A short page ends the sweep unless the count says that more must follow, an empty one
    always. A service that gives less than `limit` rows per page is followed at its own pace.
    """
    offsets = [0, *range(limit, min(expected, FARTHEST_OFFSET), limit)][:AT_ONCE]
    requests = _Requests(fetch)
    try:
        for offset in offsets:
            requests.send(offset)
        _, rows, count = await requests.answer()
        progress = _Progress(limit, rows, count)
        if not progress.takes_on(offsets[-1]):
            requests.drop()
        while not progress.is_over:
            # Before the page is yielded, so that the next ones are under way while it is processed.
            while len(requests) < AT_ONCE and (next_one := progress.next_offset(bool(requests))) is not None:
                requests.send(next_one)
            yield progress.page(rows)
            offset, rows, count = await requests.answer()
            progress.learn(offset, rows, count)
        yield progress.page(rows)
    finally:
        await requests.end()


class _Requests:
    """The pages that are asked for and not answered yet, in the order of their offsets."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._under_way: deque[tuple[int, asyncio.Future[Answer]]] = deque()
        self._dropped: list[asyncio.Future[Answer]] = []

    def __len__(self) -> int:
        return len(self._under_way)

    def send(self, offset: int) -> None:
        """Ask for the page at `offset`, without waiting for it."""
        self._under_way.append((offset, asyncio.ensure_future(self._fetch(offset))))

    async def answer(self) -> tuple[int, list[Item], int | None]:
        """The next page: its offset, its items and the count."""
        offset, request = self._under_way[0]
        rows, count = await request
        self._under_way.popleft()
        return offset, rows, count

    def drop(self) -> None:
        """Want none of the answers any more."""
        for _, request in self._under_way:
            request.cancel()
            self._dropped.append(request)
        self._under_way.clear()

    async def end(self) -> None:
        """Drop what is under way, and return once none of it is."""
        self.drop()
        await asyncio.gather(*self._dropped, return_exceptions=True)


class _Progress:
    """Where a sweep stands: what to ask for next, and whether it is over."""

    def __init__(self, limit: int, rows: list[Item], count: int | None) -> None:
        is_capped = count is not None and _SMALLEST_STEP <= len(rows) < min(limit, count)
        self._step = len(rows) if is_capped else limit
        self._limit = limit
        self._asked = 0
        self._index = -1
        self._count: int | None = None
        self.is_over = False
        self.learn(0, rows, count)

    def learn(self, offset: int, rows: list[Item], count: int | None) -> None:
        """Note the page at `offset`; a count lower than what was already seen is ignored."""
        self._index += 1
        end = offset + len(rows)
        self._count = count if count is not None and count >= end else None
        is_short = len(rows) < self._step
        more = offset + self._step < self._count if self._count is not None else not is_short
        self.is_over = not rows or not more or offset >= FARTHEST_OFFSET

    def takes_on(self, asked: int) -> bool:
        """Go on behind offset `asked`; False if the pages up to there are not those that are wanted."""
        if self._step == self._limit:
            self._asked = asked
        return self._step == self._limit

    def next_offset(self, is_busy: bool) -> int | None:
        """The next page to ask for, None where there is none or where it depends on the one under way."""
        offset = min(self._asked + self._step, FARTHEST_OFFSET)
        beyond = is_busy if self._count is None else offset >= self._count
        if beyond or offset == self._asked:
            return None
        self._asked = offset
        return offset

    def page(self, rows: list[Item]) -> RawPage:
        """The page just learned, as it is handed on."""
        count = self._count
        lost = max(0, count - FARTHEST_OFFSET - self._step) if count is not None and self.is_over else 0
        total = None if count is None else -(-count // self._step)
        return RawPage(rows, count, self._index, total, self.is_over, lost)
