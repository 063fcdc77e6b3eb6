"""A whole list out of pages that shift: nothing twice, nothing lost in a quiet list, an end in every case."""

import asyncio
import json
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_tui.api.answers.task_list import AT_ONCE
from sms_tui.api.calls.paging import FARTHEST_OFFSET, LIMIT, RawPage, sweep
from sms_tui.api.errors import ApiError
from sms_tui.domain.outcome import Trouble, TroubleKind
from tests.api.rig import client

pytestmark = pytest.mark.anyio
Serve = Callable[[int, int], tuple[list[Any], int | None]]
"""From the number of the request and the offset to rows and count"""


class Service:
    """A list of numbers in pages, and what was asked of it."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self.offsets: list[int] = []

    async def fetch(self, offset: int) -> tuple[list[Any], int | None]:
        self.offsets.append(offset)
        return self._serve(len(self.offsets), offset)


def rows(total: int, count: int | None = -1, cap: int = LIMIT) -> Serve:
    """A quiet list."""
    return lambda _, offset: (list(range(total))[offset : offset + cap], total if count == -1 else count)


async def swept(serve: Serve) -> tuple[list[RawPage], Service]:
    service = Service(serve)
    return [page async for page in sweep(service.fetch)], service


@pytest.mark.parametrize("total", [0, 1, 15, 199, 200, 201, 400, 500, 1000, 1001, 2345])
@pytest.mark.parametrize("told", [True, False], ids=["count", "no count"])
async def test_a_quiet_list_is_read_whole_and_no_further(total: int, told: bool) -> None:
    pages, service = await swept(rows(total, total if told else None))
    assert sorted(item for page in pages for item in page.items) == list(range(total))
    assert [page.index for page in pages] == list(range(len(pages)))
    assert [page.last for page in pages] == [False] * (len(pages) - 1) + [True]
    needed = max(1, -(-total // LIMIT)) if told else total // LIMIT + 1
    assert len(service.offsets) == needed
    assert pages[-1].out_of_reach == 0


async def test_five_hundred_tasks_are_three_pages() -> None:
    pages, service = await swept(rows(500))
    assert [len(page.items) for page in pages] == [200, 200, 100]
    assert service.offsets == [0, 200, 400]
    assert {page.total_pages for page in pages} == {3}


@pytest.mark.parametrize("total", [0, 1, 150, 200, 500, 1000, 2345])
@pytest.mark.parametrize("expected", [0, 1, 200, 201, 500, 5000, 10**9])
@pytest.mark.parametrize("cap", [100, LIMIT])
async def test_however_many_were_there_before_the_list_is_read_whole(
    total: int, expected: int, cap: int
) -> None:
    service = Service(rows(total, cap=cap))
    pages = [page async for page in sweep(service.fetch, expected=expected)]
    assert [item for page in pages for item in page.items] == list(range(total))
    assert [page.last for page in pages] == [False] * (len(pages) - 1) + [True]
    assert len(set(service.offsets)) <= max(-(-total // cap), 1) + 3


async def test_with_a_known_length_the_first_page_is_not_waited_for() -> None:
    first = asyncio.Event()
    service = Service(rows(1000))

    async def fetch(offset: int) -> tuple[list[Any], int | None]:
        answer = await service.fetch(offset)
        if offset:
            first.set()
        else:
            await first.wait()
        return answer

    assert sum([len(page.items) async for page in sweep(fetch, expected=1000)]) == 1000


async def test_while_a_page_is_looked_at_four_others_are_on_their_way() -> None:
    service = Service(rows(2000))
    pages = sweep(service.fetch)
    await anext(pages)
    await asyncio.sleep(0)
    assert service.offsets == [0, 200, 400, 600, 800]
    await pages.aclose()


@pytest.mark.parametrize("is_refused", [True, False])
async def test_a_sweep_that_ends_early_leaves_no_request_under_way(is_refused: bool) -> None:
    begun: list[int] = []
    ended: list[int] = []

    async def fetch(offset: int) -> tuple[list[Any], int | None]:
        begun.append(offset)
        try:
            if offset:
                await asyncio.Event().wait()
            if is_refused:
                raise ApiError(Trouble(TroubleKind.SERVER, "broken"))
        finally:
            ended.append(offset)
        return list(range(LIMIT)), 1000

    pages = sweep(fetch, expected=1000)
    with pytest.raises(ApiError) if is_refused else nullcontext():
        await anext(pages)
        await asyncio.sleep(0)
    await pages.aclose()
    assert len(begun) >= AT_ONCE
    assert sorted(ended) == begun


async def test_a_count_that_is_too_low_is_not_believed() -> None:
    pages, _ = await swept(rows(700, 15))
    assert sum(len(page.items) for page in pages) == 700
    assert pages[0].count is None


async def test_a_count_that_is_too_high_ends_at_the_first_empty_page() -> None:
    pages, service = await swept(rows(250, 5000))
    assert sum(len(page.items) for page in pages) == 250
    assert pages[-1].last
    assert len(service.offsets) <= 7


async def test_a_service_with_smaller_pages_is_read_whole() -> None:
    pages, service = await swept(rows(750, cap=100))
    assert [item for page in pages for item in page.items] == list(range(750))
    assert service.offsets == list(range(0, 750, 100))


async def test_what_lies_behind_the_last_offset_is_counted() -> None:
    pages, service = await swept(rows(70_000))
    assert max(service.offsets) == FARTHEST_OFFSET
    assert len({item for page in pages for item in page.items}) == 65_735
    assert pages[-1].out_of_reach == 70_000 - 65_735
    assert pages[-1].last


async def test_exactly_all_reachable_rows_leave_none_out() -> None:
    pages, _ = await swept(rows(65_735))
    assert len({item for page in pages for item in page.items}) == 65_735
    assert pages[-1].out_of_reach == 0


async def test_a_failing_page_ends_the_sweep_and_leaves_nothing_running() -> None:
    def serve(_: int, offset: int) -> tuple[list[Any], int | None]:
        if offset == 400:
            raise RuntimeError("page 3")
        return rows(2000)(0, offset)

    with pytest.raises(RuntimeError, match="page 3"):
        await swept(serve)


_changes = st.lists(st.tuples(st.booleans(), st.integers(0, 2000)), max_size=8)


@settings(max_examples=200)
@given(
    size=st.integers(0, 1300),
    histories=st.lists(_changes, min_size=1, max_size=8),
    lie=st.integers(-500, 500),
)
async def test_a_moving_list_always_comes_to_an_end(
    size: int, histories: list[list[tuple[bool, int]]], lie: int
) -> None:
    live = list(range(size))
    fresh = iter(range(10_000, 20_000))

    def serve(number: int, offset: int) -> tuple[list[Any], int | None]:
        for insert, place in histories[number % len(histories)]:
            if insert:
                live.insert(place % (len(live) + 1), next(fresh))
            elif live:
                live.pop(place % len(live))
        return live[offset : offset + LIMIT], max(0, len(live) + lie)

    pages, service = await swept(serve)
    assert pages[-1].last
    assert len(service.offsets) < 40


def task(number: int) -> dict[str, Any]:
    return {"id": f"task-{number}", "name": f"n{number}", "state": "READY"}


async def test_rows_that_shift_are_handed_out_once() -> None:
    live = [task(number) for number in range(500)]

    def answer(request: httpx.Request) -> httpx.Response:
        offset = int(request.url.params["offset"])
        page = {"count": len(live), "tasks": live[offset : offset + 200]}
        live[:0] = [task(1000 + len(live) + number) for number in range(30)]
        return httpx.Response(200, json=page)

    async with client(answer) as sms:
        ids = [found.id async for page in sms.pages() for found in page.tasks]
    assert len(ids) == len(set(ids))
    assert {f"task-{number}" for number in range(500)} <= set(ids)


async def test_a_page_that_names_a_task_twice_hands_it_out_once() -> None:
    rows = [task(1), task(2), {**task(1), "name": "again"}]
    async with client(lambda _: httpx.Response(200, json={"count": 3, "tasks": rows})) as sms:
        found = [found async for page in sms.pages() for found in page.tasks]
    assert [one.id for one in found] == ["task-1", "task-2"]
    assert found[0].name != "again"


async def test_the_client_says_what_it_cannot_list() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        offset = int(request.url.params["offset"])
        return httpx.Response(200, json={"count": 65_800, "tasks": [task(offset + n) for n in range(200)]})

    async with client(answer, endpoint="http://127.0.0.1") as sms:
        pages = [page async for page in sms.pages()]
    assert pages[-1].last
    assert ["65" in text for page in pages for text in page.broken] == [True]


async def test_what_is_no_list_is_an_error_and_not_an_empty_one() -> None:
    for body in (b"{}", b"[]", b"", b"null", json.dumps({"tasks": {}}).encode()):
        async with client(lambda _, body=body: httpx.Response(200, content=body)) as sms:
            with pytest.raises(ApiError) as caught:
                _ = [page async for page in sms.pages()]
        assert "sms.example.com" in caught.value.trouble.sentence


@pytest.mark.parametrize(
    ("pages", "is_whole"),
    [
        ([200, 200, 100], True),
        ([200, 0], False),
        ([0], False),
        ([200, 100, 100], False),
    ],
)
async def test_a_list_that_shows_fewer_than_it_counts_is_not_whole(pages: list[int], is_whole: bool) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        offset = int(request.url.params["offset"])
        shown = pages[offset // 200] if offset // 200 < len(pages) else 0
        return httpx.Response(200, json={"count": 500, "tasks": [task(offset + n) for n in range(shown)]})

    async with client(answer) as sms:
        broken = [text async for page in sms.pages() for text in page.broken]
    assert (broken == []) is is_whole
    assert all("fewer tasks than it counts" in text for text in broken)


async def test_an_empty_list_with_an_error_is_an_error() -> None:
    body = {"count": 0, "tasks": [], "error_code": "SMS.9004", "error_msg": "internal error"}
    async with client(lambda _: httpx.Response(200, json=body)) as sms:
        with pytest.raises(ApiError, match="is empty beside the error"):
            _ = [page async for page in sms.pages()]
