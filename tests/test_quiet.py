"""Waiting until an app is quiet: whatever was begun is over, and nothing goes on for ever."""

import asyncio
import time

import pytest

from tests.quiet import until_quiet

pytestmark = pytest.mark.anyio


async def test_whatever_leads_to_more_is_waited_for() -> None:
    loop, steps = asyncio.get_running_loop(), list[int]()

    def step() -> None:
        steps.append(len(steps))
        if len(steps) < 500:
            loop.call_soon(step)

    loop.call_soon(step)
    await until_quiet()
    assert len(steps) == 500


async def test_what_waits_for_a_moment_is_waited_for_and_what_waits_for_long_is_not() -> None:
    loop, rung = asyncio.get_running_loop(), list[str]()
    for name, seconds in (("never", 0.005), ("soon", 0.005), ("late", 600.0)):
        timer = loop.call_later(seconds, rung.append, name)
        if name == "never":
            timer.cancel()
    await until_quiet()
    assert rung == ["soon"]


async def test_what_comes_again_and_again_is_not_waited_for_for_ever() -> None:
    loop, counts = asyncio.get_running_loop(), [0, 0]

    def turn() -> None:
        counts[0] += 1
        loop.call_soon(turn)

    def tick() -> None:
        counts[1] += 1
        loop.call_later(0.001, tick)

    tick()
    await until_quiet()
    assert counts[1] > 1
    turn()
    await until_quiet(max_sleep=0.01)
    assert counts[0] > 1


async def test_what_a_thread_does_is_waited_for() -> None:
    done = list[str]()
    work = asyncio.create_task(asyncio.to_thread(lambda: (time.sleep(0.01), done.append("done"))))
    await until_quiet()
    assert work.done()
    assert done == ["done"]


async def test_however_long_the_machine_stands_still_no_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    began, rung = time.monotonic, list[str]()
    timer = asyncio.get_running_loop().call_later(60.0, rung.append, "late")
    monkeypatch.setattr(time, "monotonic", lambda: began() + 3600.0)
    await until_quiet()
    assert rung == []
    timer.cancel()
