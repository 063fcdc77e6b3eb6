"""Further pages read early: each is asked for once, by whoever is first, and never shown for a newer one."""

import asyncio
import json
import re
import threading
from collections import Counter
from collections.abc import Callable

import pytest

from sms_tui.api.answers.task_list import AT_ONCE, LIMIT
from sms_tui.api.client import SmsClient, open_client
from sms_tui.api.early.first_answers import THREAD
from sms_tui.api.early.pages import EarlyPages
from sms_tui.api.network.limiter import BURST
from sms_tui.api.network.origin import Origin
from tests.api.rig import ByteServer, Talk, fixture, plain, settings

pytestmark = pytest.mark.anyio
MANY = 2000


class Pages:
    """Answers page after page, and counts how often each is asked for."""

    def __init__(self, tasks: int, odd: Callable[[int], bytes | None] = lambda _: None) -> None:
        """`odd`: what the first question for the page at an offset is answered with instead, if anything."""
        task = fixture("list_tasks.json")["tasks"][0]
        self._bodies = [
            json.dumps(
                {
                    "count": tasks,
                    "tasks": [
                        {**task, "id": f"{task['id'][:-5]}{number:05}"}
                        for number in range(offset, min(offset + LIMIT, tasks))
                    ],
                }
            ).encode()
            for offset in range(0, tasks, LIMIT)
        ]
        self._empty = json.dumps({"count": tasks, "tasks": []}).encode()
        self._odd = odd
        self.asked: Counter[int] = Counter()
        self.headers = ""

    async def talk(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bool:
        found = re.match(rb"GET /v3/tasks\?limit=200&offset=(\d+) ", request)
        assert found
        offset = int(found[1])
        self.asked[offset] += 1
        odd = self._odd(offset) if self.asked[offset] == 1 else None
        body = self._bodies[offset // LIMIT] if offset in self.offsets else self._empty
        answer = plain(body, headers=self.headers) if odd is None else odd
        writer.write(answer)
        await writer.drain()
        return answer != b"" and not self.headers

    @property
    def offsets(self) -> list[int]:
        return [number * LIMIT for number in range(len(self._bodies))]


def started(server: ByteServer) -> EarlyPages:
    early = EarlyPages(settings(endpoint=server.url), {})
    early.start()
    return early


async def threads_end() -> None:
    # One of them starts the others.
    while threads := [thread for thread in threading.enumerate() if thread.name == THREAD]:
        for thread in threads:
            await asyncio.to_thread(thread.join)


async def seen(sms: SmsClient) -> int:
    """How many tasks a sweep shows."""
    return len({task.id async for page in sms.pages() for task in page.tasks})


async def swept(talk: Talk) -> tuple[int, ByteServer]:
    async with ByteServer(talk) as server:
        early = started(server)
        async with open_client(settings(endpoint=server.url), environ={}, early=early) as sms:
            count = await seen(sms)
        await threads_end()
    return count, server


async def test_each_page_is_asked_for_once() -> None:
    pages = Pages(MANY)
    count, server = await swept(pages.talk)
    assert count == MANY
    assert pages.asked == Counter(pages.offsets)
    assert len(server.connections) == AT_ONCE


async def test_they_are_all_there_before_anybody_wants_them() -> None:
    pages = Pages(MANY)
    async with ByteServer(pages.talk) as server:
        early = started(server)
        await threads_end()
        assert pages.asked == Counter(pages.offsets)
        async with open_client(settings(endpoint=server.url), environ={}, early=early) as sms:
            assert await seen(sms) == MANY
            assert pages.asked == Counter(pages.offsets)
            # What was read early is good for one sweep.
            assert await seen(sms) == MANY
    assert pages.asked == Counter(pages.offsets * 2)


async def test_of_a_list_that_became_shorter_nothing_old_is_shown_later() -> None:
    long, short = Pages(LIMIT * 7), Pages(LIMIT)
    now: list[Pages] = [long]

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bool:
        return await now[0].talk(reader, writer, request)

    async with ByteServer(talk) as server:
        early = started(server)
        await threads_end()
        async with open_client(settings(endpoint=server.url), environ={}, early=early) as sms:
            async for page in sms.pages():
                assert page.index == 0
                break
            now[0] = short
            assert await seen(sms) == LIMIT
            now[0] = long
            assert await seen(sms) == LIMIT * 7
    assert long.asked == Counter(long.offsets * 2)


@pytest.mark.parametrize("count", [1, LIMIT - 1, LIMIT])
async def test_one_page_is_all(count: int) -> None:
    pages = Pages(count)
    assert (await swept(pages.talk))[0] == count
    assert pages.asked == {0: 1}


@pytest.mark.parametrize(
    "odd",
    [b"", b"no http\r\n\r\n", plain(b"{}", status="503 Busy"), plain(b"{}", headers="Connection: close\r\n")],
)
@pytest.mark.parametrize("place", [LIMIT, 3 * LIMIT, MANY - LIMIT])
async def test_after_a_failure_the_client_reads_the_rest(odd: bytes, place: int) -> None:
    usual = odd.endswith(b"close\r\n\r\n{}")
    pages = Pages(MANY, lambda offset: odd if offset == place and not usual else None)
    pages.headers = "Connection: close\r\n" if usual else ""
    assert (await swept(pages.talk))[0] == MANY
    assert set(pages.asked) == set(pages.offsets)
    assert pages.asked.total() <= len(pages.offsets) + 1


async def test_of_another_machine_no_more_is_asked_than_a_client_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Origin, "is_loopback", False)
    pages = Pages(LIMIT * (BURST + 5))
    async with ByteServer(pages.talk) as server:
        started(server)
        await threads_end()
    assert pages.asked == Counter(pages.offsets[:BURST])


async def test_what_waits_has_its_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = Pages(MANY)
    size = len(pages._bodies[0])
    monkeypatch.setattr("sms_tui.api.early.pages._MOST_KEPT", size * 4 + 1)
    assert (await swept(pages.talk))[0] == MANY
    assert pages.asked == Counter(pages.offsets)
    async with ByteServer(pages.talk) as server:
        started(server)
        await threads_end()
    assert pages.asked == Counter(pages.offsets + pages.offsets[:4])


async def test_no_page_is_asked_for_that_the_service_does_not_give(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sms_tui.api.early.pages.FARTHEST_OFFSET", 3 * LIMIT + 1)
    pages = Pages(MANY)
    async with ByteServer(pages.talk) as server:
        started(server)
        await threads_end()
    assert pages.asked == Counter(pages.offsets[:4])


@pytest.mark.parametrize(
    ("size", "times"), [(1_000, 1), (63 * 1024, 1), (65 * 1024, 2), (200_000, 2), (400_000, 2)]
)
async def test_headers_have_the_clients_bounds(size: int, times: int) -> None:
    pages = Pages(LIMIT, lambda _: None)
    body = pages._bodies[0]
    odd = plain(body, headers=f"X-Big: {'a' * size}\r\n")
    pages = Pages(LIMIT, lambda _: odd)
    assert (await swept(pages.talk))[0] == LIMIT
    assert pages.asked == {0: times}


async def test_an_answer_that_nobody_asked_for_is_taken_for_none() -> None:
    first, stray = plain(Pages(MANY)._bodies[0]), plain(b'{"count":0,"tasks":[]}')
    pages = Pages(MANY, lambda offset: None if offset else first + stray)
    assert (await swept(pages.talk))[0] == MANY
    assert set(pages.asked) == set(pages.offsets)


async def test_an_answer_that_waited_says_nothing_of_the_way() -> None:
    pages = Pages(LIMIT * 2)
    async with ByteServer(pages.talk) as server:
        early = started(server)
        await threads_end()
        async with open_client(settings(endpoint=server.url), environ={}, early=early) as sms:
            assert await seen(sms) == LIMIT * 2
            assert sms.round_trip() is None
            await seen(sms)
            assert sms.round_trip() is not None
