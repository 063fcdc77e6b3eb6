"""When a screen is painted: at once behind a key, else at a rate; and work holds back for keys a while."""

import asyncio
import threading
from typing import ClassVar

import pytest
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Key
from textual.widgets import Input

from sms_tui.engine.yield_point import YieldPoint
from sms_tui.ui.terminal.driver import TerminalDriver
from sms_tui.ui.terminal.pacing import Attention, FrameClock
from sms_tui.ui.terminal.painting import PaintedScreen, PaintingApp

pytestmark = pytest.mark.anyio
PERIOD = 5.0
"""Seconds, longer than any of these tests"""


class Watch:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Painter:
    """Counts frames, and lets a test wait for the next one."""

    def __init__(self) -> None:
        self.frames = 0
        self._painted = asyncio.Event()

    def __call__(self) -> None:
        self.frames += 1
        self._painted.set()

    async def next(self) -> None:
        await self._painted.wait()
        self._painted.clear()


def test_a_key_is_waited_for_until_a_frame_shows_what_it_did() -> None:
    attention = Attention(Watch())
    assert not attention.is_due
    attention.press()
    assert attention.is_due
    attention.show()
    assert attention.is_due, "the key was still on its way when that was painted"
    attention.act()
    attention.show()
    assert not attention.is_due


def test_a_key_that_changes_nothing_is_not_waited_for_for_ever() -> None:
    watch = Watch()
    attention = Attention(watch)
    attention.press()
    attention.act()
    watch.now += 1.0
    assert not attention.is_due


async def test_the_second_frame_waits_for_its_time_unless_a_key_was_pressed() -> None:
    attention, paint = Attention(Watch()), Painter()
    clock = FrameClock(paint, attention, PERIOD)
    clock.resume()
    await paint.next()
    clock.resume()
    assert clock._next is not None
    assert clock._next.when() > asyncio.get_running_loop().time() + PERIOD / 2
    attention.press()
    attention.act()
    clock.resume()
    await paint.next()
    assert paint.frames == 2


async def test_what_a_key_touched_turn_by_turn_is_painted_in_one_frame() -> None:
    attention, paint = Attention(Watch()), Painter()
    clock = FrameClock(paint, attention, PERIOD)
    attention.press()
    attention.act()
    for _ in range(4):
        clock.resume()
        await asyncio.sleep(0)
        assert paint.frames == 0
    for _ in range(5):
        await asyncio.sleep(0)
    assert paint.frames == 1, "no clock is waited for once nobody has anything to add"


async def test_a_key_whose_wishes_never_end_is_painted_all_the_same() -> None:
    attention, paint = Attention(Watch()), Painter()
    clock = FrameClock(paint, attention, PERIOD)
    attention.press()
    attention.act()
    while not paint.frames:
        clock.resume()
        await asyncio.sleep(0)
    assert paint.frames == 1


async def test_a_frame_waits_for_a_key_that_is_on_its_way_but_not_for_long() -> None:
    attention, paint = Attention(Watch()), Painter()
    clock = FrameClock(paint, attention, PERIOD)
    attention.press()
    clock.resume()
    assert clock._next is not None
    late = clock._next.when()
    attention.act()
    clock.resume()
    assert clock._next.when() < late
    await paint.next()
    attention.press()
    clock.resume()
    await paint.next()
    assert paint.frames == 2


async def test_a_frame_that_was_asked_for_before_a_key_came_shows_what_the_key_does() -> None:
    attention, paint = Attention(Watch()), Painter()
    clock = FrameClock(paint, attention, PERIOD)
    clock.resume()
    attention.press()
    while not clock._has_waited:  # noqa: ASYNC110 - no event tells of it
        await asyncio.sleep(0)
    assert paint.frames == 0
    attention.act()
    clock.resume()
    await paint.next()
    assert paint.frames == 1


async def test_a_frame_is_put_off_only_once_for_keys_that_never_act() -> None:
    attention, paint = Attention(Watch()), Painter()
    clock = FrameClock(paint, attention, PERIOD)
    clock.resume()
    attention.press()
    await paint.next()
    assert paint.frames == 1
    assert attention.is_on_its_way


async def test_many_wishes_make_one_frame_and_a_pause_makes_none() -> None:
    paint = Painter()
    clock = FrameClock(paint, Attention(Watch()), PERIOD)
    for _ in range(5):
        clock.resume()
    await paint.next()
    assert paint.frames == 1
    clock.resume()
    clock.pause()
    assert clock._next is None


async def test_work_holds_back_while_a_key_is_waited_for() -> None:
    pressed = True
    asked = 0

    def is_pressed() -> bool:
        nonlocal asked, pressed
        asked += 1
        pressed = asked < 3
        return pressed

    yield_point = YieldPoint()
    yield_point.give_way(is_pressed)
    await yield_point()
    assert asked == 3
    assert not pressed


class Host(PaintingApp):
    """Notes at each turn whether the key that is dealt with has still to act."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "act"),
        Binding("b", "act", priority=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.attention = Attention(Watch())
        self.on_its_way: list[bool] = []

    def get_default_screen(self) -> PaintedScreen[None]:
        return PaintedScreen()

    def compose(self) -> ComposeResult:
        yield Input()

    def note(self) -> None:
        assert self.attention is not None
        self.on_its_way.append(self.attention.is_on_its_way)

    def action_act(self) -> None:
        self.note()


@pytest.mark.parametrize("key", ["a", "b"])
async def test_a_key_is_on_its_way_until_its_action_ran(key: str) -> None:
    host = Host()
    async with host.run_test() as pilot:
        host.screen.set_focus(None)
        await pilot.press(key)
        host.note()
    assert host.on_its_way == [True, False]


async def test_a_letter_for_a_field_acts_though_it_never_comes_back() -> None:
    host = Host()
    async with host.run_test() as pilot:
        host.query_one(Input).focus()
        await pilot.press("x")
        host.note()
        assert host.query_one(Input).value == "x"
    assert host.on_its_way == [False]


async def test_the_driver_tells_of_a_key_before_the_loop_gets_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    host, told_by = Host(), list[threading.Thread]()
    monkeypatch.setattr(host, "press", lambda: told_by.append(threading.current_thread()))
    async with host.run_test():
        driver = TerminalDriver(host)
        await asyncio.to_thread(driver.send_message, Key("a", "a"))
    assert told_by[0] is not threading.main_thread()
