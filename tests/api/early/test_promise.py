"""A value from another thread: had before or after it is there, by whoever waits for it."""

import asyncio
import threading

import pytest

from sms_tui.api.early.promise import Promise

pytestmark = pytest.mark.anyio


async def test_whoever_waits_in_a_loop_gets_it_from_another_thread() -> None:
    promise: Promise[int] = Promise()
    waiting = [asyncio.ensure_future(promise.value()) for _ in range(2)]
    await asyncio.sleep(0)
    threading.Thread(target=promise.keep, args=(7,)).start()
    assert await asyncio.gather(*waiting) == [7, 7]
    assert await promise.value() == 7


def test_takers_before_and_after_are_called_once() -> None:
    promise: Promise[int] = Promise()
    taken: list[int] = []
    promise.when_kept(taken.append)
    assert (promise.is_kept, taken) == (False, [])
    promise.keep(7)
    promise.when_kept(taken.append)
    assert (promise.is_kept, taken) == (True, [7, 7])


def test_none_is_a_value_too() -> None:
    promise: Promise[None] = Promise()
    thread = threading.Thread(target=promise.keep, args=(None,))
    thread.start()
    assert promise.wait() is None
    assert promise.is_kept
    thread.join()


async def test_who_gave_up_waiting_is_no_trouble() -> None:
    promise: Promise[int] = Promise()
    waiting = asyncio.ensure_future(promise.value())
    await asyncio.sleep(0)
    waiting.cancel()
    promise.keep(7)
    with pytest.raises(asyncio.CancelledError):
        await waiting


def test_a_loop_that_is_gone_is_no_trouble() -> None:
    promise: Promise[int] = Promise()

    async def give_up() -> None:
        waiting = asyncio.ensure_future(promise.value())
        await asyncio.sleep(0)
        waiting.cancel()

    asyncio.run(give_up())
    promise.keep(7)
    assert promise.wait() == 7
