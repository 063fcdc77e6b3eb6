"""An end that comes in the very moment in which a start goes on is not lost, whichever is first."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest

from sms_tui.api.early.first_answers import FirstAnswers
from sms_tui.config import Profile
from sms_tui.engine.event_log import EventLog
from sms_tui.engine.store.store import Store
from sms_tui.ui.session import Session
from sms_tui.ui.session_loop import SessionLoop
from tests.engine.scripted import task

pytestmark = pytest.mark.anyio
TURNS = range(8)


async def turn(times: int) -> None:
    """Let the loop come round so many times."""
    for _ in range(times):
        await asyncio.sleep(0)


@pytest.mark.parametrize("between", TURNS)
async def test_an_end_is_heeded_while_a_request_waits_for_the_first_frame(between: int) -> None:
    first = FirstAnswers()
    show = cast("Callable[[], None]", first.hold())

    async def poll() -> None:
        await first.shown()
        await asyncio.Event().wait()

    polling = asyncio.create_task(poll())
    await turn(3)
    show()
    await turn(between)
    polling.cancel()
    await turn(8)
    assert polling.cancelled()


@pytest.mark.parametrize("between", TURNS)
async def test_an_end_is_heeded_while_the_screen_waits_for_the_first_page(between: int) -> None:
    store = Store(EventLog(lambda: 0.0), lambda: 0.0)
    engine = SimpleNamespace(store=store, run=asyncio.Event().wait)

    @asynccontextmanager
    async def opened(_name: str) -> AsyncIterator[Session]:
        yield Session(Profile("p"), cast("Any", engine), patience=3600.0)

    async def show(*_: object) -> None:
        """Nothing is to be seen."""

    sessions = SessionLoop(opened, "p", show=show, show_trouble=show, show_opening=show)
    work = asyncio.create_task(sessions.run())
    await turn(4)
    store.intake.page([task("a")], store.begin())
    await turn(between)
    ending = asyncio.create_task(sessions.end())
    await turn(12)
    assert work.cancelled()
    assert ending.done()
