"""Waiting: for a moment or a ring, and for nothing to be under way."""

import asyncio

import pytest

from sms_tui.engine.waiting import Activity, Bell
from tests.engine.rig import VirtualClock

pytestmark = pytest.mark.anyio


async def test_a_ring_ends_a_wait_and_leaves_no_sleeper_behind() -> None:
    clock = VirtualClock()
    bell = Bell(clock.as_clock())
    waiting = asyncio.create_task(bell.wait(100))
    await clock.settle()
    bell.ring()
    await clock.settle()
    assert waiting.done()
    assert clock._sleepers == []


async def test_a_ring_before_the_wait_counts_once() -> None:
    clock = VirtualClock()
    bell = Bell(clock.as_clock())
    bell.ring()
    await bell.wait(100)
    waiting = asyncio.create_task(bell.wait(100))
    await clock.advance(99)
    assert not waiting.done()
    await clock.advance(1)
    assert waiting.done()


async def test_idle_waits_for_the_last_one() -> None:
    activity = Activity()
    await activity.idle()
    activity.begin()
    waiting = asyncio.create_task(activity.idle())
    with activity:
        activity.end()
        await asyncio.sleep(0)
        assert not waiting.done()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert waiting.done()
