"""A question whose plan breaks under the operator's hands: what was meant for it does nothing any more."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import pytest
from textual.events import Key
from textual.widgets import Input

from sms_tui.domain.operations import START, STOP, TEST, Operation
from sms_tui.domain.plan import Plan, make_plan
from sms_tui.domain.task import Task
from sms_tui.ui.dialogs.confirm import AskAnew, ConfirmDialog
from sms_tui.ui.dialogs.plan_check import Look
from sms_tui.ui.dialogs.quit import QuitDialog
from tests.ui.dialogs.host import Showing, StoppedClock, confirmation, confirming, task, tasks

pytestmark = pytest.mark.anyio
Break = Callable[[], Awaitable[None]]


@asynccontextmanager
async def breaking(operation: Operation, chosen: Sequence[Task]) -> AsyncIterator[tuple[Showing, Break]]:
    """A question that can be heard, and a way to let the reading of its targets find all of them gone."""
    is_read = asyncio.Event()

    async def read(_task_id: str) -> str:
        await is_read.wait()
        return ""

    def plan(shown: Plan) -> Plan:
        left = [] if is_read.is_set() else [(each, 1.0) for each in chosen]
        return make_plan(shown.operation, left, shown.parameters, shown.hidden)

    async with confirming(operation, chosen, look=Look(plan, read)) as showing:

        async def break_it() -> None:
            is_read.set()
            await showing.pilot.pause()
            assert "CHANGED since this was asked" in showing.words()

        yield showing, break_it


@pytest.mark.parametrize("key", ["n", "q", "enter", "escape"])
async def test_a_key_that_was_on_its_way_does_not_close_what_says_why(key: str) -> None:
    async with breaking(STOP, [task()]) as (shown, break_it):
        await break_it()
        await shown.press(key)
        assert (shown.answers, shown.app.is_asking) == ([], True)


@pytest.mark.parametrize("key", ["n", "escape"])
async def test_once_it_was_in_sight_for_a_moment_it_closes(key: str) -> None:
    async with breaking(STOP, [task()]) as (shown, break_it):
        await break_it()
        shown.clock.advance(1)
        await shown.press(key)
        assert shown.answers == [None]


@pytest.mark.parametrize(("operation", "typed"), [(STOP, "y"), (TEST, "web-07")])
async def test_the_right_text_sends_nothing_and_its_enter_closes_nothing(
    operation: Operation, typed: str
) -> None:
    async with breaking(operation, [task()]) as (shown, break_it):
        await break_it()
        shown.clock.advance(1)
        await shown.press(*typed, "enter")
        assert (shown.answers, shown.app.is_asking) == ([], True)


async def test_a_text_typed_blind_takes_the_focus_from_cancel_before_its_enter_comes() -> None:
    async with breaking(TEST, [task()]) as (shown, break_it):
        await break_it()
        shown.clock.advance(1)
        shown.app.screen.set_focus(shown.app.screen.query_one("#cancel"))
        await shown.press(*"web-07", "enter")
        assert (shown.answers, shown.app.is_asking) == ([], True)
        assert shown.app.screen.query_one(Input).value == ""


async def test_an_enter_that_the_field_took_before_sends_nothing() -> None:
    async with breaking(TEST, [task()]) as (shown, break_it):
        await shown.press(*"web-07")
        field = shown.app.screen.query_one(Input)
        await break_it()
        field.post_message(Input.Submitted(field, "web-07"))
        await shown.pilot.pause()
        assert (shown.answers, shown.app.is_asking) == ([], True)


@pytest.mark.parametrize("key", ["ctrl+o", "ctrl+g"])
async def test_nothing_of_it_can_be_changed_any_more(key: str) -> None:
    async with breaking(START, tasks(3, "READY")) as (shown, break_it):
        await break_it()
        shown.clock.advance(1)
        question = shown.app.screen
        await shown.press(key)
        assert shown.app.screen is question


async def test_only_what_no_longer_holds_is_asked_anew() -> None:
    async with breaking(TEST, [task()]) as (shown, break_it):
        await shown.press("ctrl+y")
        assert shown.answers == []
        await break_it()
        shown.clock.advance(1)
        await shown.press("ctrl+y")
        (answer,) = shown.answers
        assert isinstance(answer, AskAnew)


@pytest.mark.parametrize("key", ["n", "q", "y"])
async def test_a_question_behind_another_dialog_answers_nothing_and_is_not_stuck(key: str) -> None:
    async with confirming(STOP, [task()]) as shown:
        dialog = shown.app.screen
        assert isinstance(dialog, ConfirmDialog)
        await shown.app.push_screen(QuitDialog([]))
        await dialog.press(Key(key, key))
        await shown.press("escape")
        shown.clock.advance(1)
        await shown.press("n")
        assert shown.answers == [None]


def test_a_dialog_that_is_left_before_it_is_there_shows_nothing() -> None:
    """As when the program ends in the moment in which it opens."""
    confirmation(STOP, [task()], StoppedClock()).show_plan()
