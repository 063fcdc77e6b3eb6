"""The last question: every deliberate way through it, and every accident that must not get through."""

import pytest
from textual.events import Key, Paste
from textual.widgets import Button, Input

from sms_tui.domain.operations import (
    CLEAR,
    CLONE_TEST,
    COLLECT_LOG,
    DELETE,
    RESTART,
    SPEED_LIMIT,
    START,
    STOP,
    TEST,
    Operation,
)
from sms_tui.domain.task import Task
from sms_tui.engine.sending.policy import CAREFUL
from sms_tui.ui.dialogs.confirm import Confirmation, ConfirmDialog
from tests.ui.dialogs.host import confirmation, confirming, showing, task, tasks

pytestmark = pytest.mark.anyio
BUCKET = {"bucket": "sms"}


def confirmed(answers: list[object]) -> Confirmation:
    assert len(answers) == 1
    assert isinstance(answers[0], Confirmation)
    return answers[0]


@pytest.mark.parametrize(
    ("operation", "chosen", "parameters", "keys", "typed"),
    [
        (COLLECT_LOG, tasks(3), BUCKET, ["y"], "y"),
        (START, [task(7, "ABORT")], None, ["y"], "y"),
        (SPEED_LIMIT, [task()], {"rules": ""}, ["y"], "y"),
        (STOP, [task()], None, ["y"], "y"),
        (STOP, tasks(3), None, ["3", "enter"], "3"),
        (START, [task(7, "READY")], None, ["1", "enter"], "1"),
        (START, tasks(12, "READY"), None, ["1", "2", "enter"], "12"),
        (TEST, [task()], None, [*"web-07", "enter"], "web-07"),
        (TEST, tasks(12), None, [*"test 12", "enter"], "test 12"),
        (DELETE, [task(7, "ABORT", "web\x1b[0m")], None, [*"0a0007", "enter"], "0a0007"),
        (CLEAR, [task(7, "MIGRATE_SUCCESS", "1")], None, ["1", "enter"], "1"),
        (RESTART, tasks(2, "SYNC_SUCCESS"), None, [*"restart 2", "enter"], "restart 2"),
    ],
)
async def test_each_tier_has_its_way_to_go_ahead(
    operation: Operation, chosen: list[Task], parameters: dict[str, str] | None, keys: list[str], typed: str
) -> None:
    async with confirming(operation, chosen, parameters=parameters) as shown:
        if len(keys) > 1:
            assert f"Type {typed} to go ahead:" in shown.text()
        else:
            assert "y to go ahead, n or esc to cancel" in shown.text()
        await shown.press(*keys)
        answer = confirmed(shown.answers)
        assert answer.typed == typed
        assert answer.plan.ids == tuple(each.id for each in chosen)
        assert not shown.app.is_asking


@pytest.mark.parametrize("size", [(80, 24), (60, 15)])
async def test_how_much_it_can_hurt_is_never_cut_off(size: tuple[int, int]) -> None:
    chosen = [*tasks(10, "READY"), task(11, "RUNNING")]
    async with confirming(START, chosen, size=size) as shown:
        assert "10 tasks, 1 left out destroys or interrupts" in shown.words()
        assert "Type 10 to go ahead:" in shown.text()


@pytest.mark.parametrize("size", [(80, 24), (60, 15)])
@pytest.mark.parametrize(("operation", "state"), [(RESTART, "SYNC_SUCCESS"), (DELETE, "ABORT")])
async def test_each_button_is_in_sight_as_a_whole(
    operation: Operation, state: str, size: tuple[int, int]
) -> None:
    async with confirming(operation, tasks(3, state), size=size) as shown:
        labels = [str(each.label) for each in shown.app.screen.query(Button) if each.display]
        assert labels[-1] == "[ How ctrl+g ]"
        assert [label for label in labels if label not in shown.text()] == []


async def test_nothing_but_y_sends_where_y_suffices() -> None:
    async with confirming(STOP, [task()]) as shown:
        await shown.press("Y", "1", "space", "ctrl+y", "f", "p", "s", "tab")
        await shown.press("enter", "enter")
        assert shown.answers == []
        assert shown.app.is_asking


async def test_only_the_exact_text_sends() -> None:
    wrong = ["", "y", "Y", "3", "test", "test 2", "test 33", "TEST 3", "test 3 x", "test  3", "web-01"]
    async with confirming(TEST, tasks(3), size=(60, 20)) as shown:
        field = shown.app.screen.query_one(Input)
        shown.app.screen.set_focus(field)
        for typed in wrong:
            await shown.press(*typed, "enter", "enter")
            assert shown.answers == []
            assert field.value == typed
            assert "nothing sent" in shown.text()
            field.clear()


@pytest.mark.parametrize("operation", [STOP, TEST])
async def test_cancel_has_the_focus_so_that_enter_twice_cancels(operation: Operation) -> None:
    async with confirming(operation, [task()]) as shown:
        assert shown.app.focused is shown.app.screen.query_one("#cancel")
        await shown.press("enter", "enter")
        assert shown.answers == [None]
        assert not shown.app.is_asking


@pytest.mark.parametrize(
    ("operation", "keys"), [(STOP, ["y"]), (STOP, ["n"]), (TEST, [*"web-07", "enter"]), (TEST, ["escape"])]
)
async def test_keys_are_deaf_at_first(operation: Operation, keys: list[str]) -> None:
    async with confirming(operation, [task()], deaf=True) as shown:
        shown.clock.advance(0.39)
        await shown.press(*keys)
        assert shown.answers == []
        shown.clock.advance(5)
        await shown.pilot.pause()
        assert shown.answers == []
        if operation is TEST:
            assert shown.app.screen.query_one(Input).value == ""


async def test_enter_in_the_deaf_time_does_not_even_cancel() -> None:
    async with confirming(STOP, [task()], deaf=True) as shown:
        await shown.press("enter")
        assert shown.app.is_asking


async def test_characters_of_the_deaf_time_do_not_become_part_of_the_text() -> None:
    async with confirming(STOP, tasks(12), deaf=True) as shown:
        await shown.press("1")
        shown.clock.advance(1)
        await shown.press("2", "enter")
        assert shown.answers == []
        assert shown.app.screen.query_one(Input).value == "2"


@pytest.mark.parametrize(("operation", "keys"), [(STOP, ["y"]), (TEST, [*"web-07", "enter"])])
async def test_keys_in_the_same_read_as_the_one_that_opened_it_do_not_count(
    operation: Operation, keys: list[str]
) -> None:
    async with confirming(STOP, [task()]) as shown:
        await shown.press("escape")
        shown.app.answers.clear()
        shown.app.ask(confirmation(operation, [task()], shown.clock))
        for key in keys:
            shown.app.post_message(Key(key, key if len(key) == 1 else None))
        await shown.pilot.pause()
        shown.clock.advance(5)
        await shown.pilot.pause()
        assert shown.answers == []
        assert shown.app.is_asking


@pytest.mark.parametrize("operation", [STOP, TEST])
async def test_a_key_that_waited_in_a_queue_counts_from_when_it_was_pressed(operation: Operation) -> None:
    async with confirming(operation, [task(7, name="y")]) as shown:
        shown.clock.advance(1)
        blind = Key("y", "y")
        blind.time -= 2
        shown.app.post_message(blind)
        await shown.pilot.pause()
        await shown.press("tab")
        assert shown.answers == []
        assert all(field.value == "" for field in shown.app.screen.query(Input))


@pytest.mark.parametrize("operation", [STOP, TEST])
async def test_no_binding_goes_ahead_since_keys_of_other_screens_reach_bindings(operation: Operation) -> None:
    async with confirming(operation, [task()]) as shown:
        bound = shown.app.screen.active_bindings
        assert "y" not in bound
        assert "enter" not in bound or bound["enter"].node is shown.app.focused


@pytest.mark.parametrize("is_field_focused", [False, True])
async def test_pasted_text_does_not_count(*, is_field_focused: bool) -> None:
    async with confirming(TEST, [task()]) as shown:
        field = shown.app.screen.query_one(Input)
        if is_field_focused:
            field.focus()
            await shown.pilot.pause()
        shown.app.post_message(Paste("web-07\n"))
        await shown.pilot.pause()
        assert field.value == ""
        shown.app.copy_to_clipboard("web-07")
        field.focus()
        await shown.press("ctrl+v", "enter")
        assert field.value == ""
        assert shown.answers == []


async def test_a_pasted_y_does_not_count() -> None:
    async with confirming(STOP, [task()]) as shown:
        shown.app.post_message(Paste("y"))
        await shown.pilot.pause()
        assert shown.answers == []


async def test_a_question_that_was_left_can_be_asked_again() -> None:
    async with confirming(STOP, [task()]) as shown:
        await shown.press("escape")
        shown.app.ask(confirmation(STOP, [task()], shown.clock))
        await shown.pilot.pause()
        shown.clock.advance(1)
        await shown.press("y")
        assert shown.answers[0] is None
        assert isinstance(shown.answers[1], Confirmation)


async def test_two_keys_at_once_answer_once() -> None:
    async with confirming(STOP, [task()]) as shown:
        for _ in range(3):
            shown.app.post_message(Key("y", "y"))
        await shown.pilot.pause()
        assert len(shown.answers) == 1
        assert not shown.app.is_asking


@pytest.mark.parametrize("key", ["escape", "n", "q"])
async def test_each_way_out_sends_nothing_where_nothing_is_typed(key: str) -> None:
    async with confirming(STOP, [task()]) as shown:
        await shown.press(key)
        assert shown.answers == [None]


async def test_letters_are_text_where_something_is_typed() -> None:
    async with confirming(TEST, [task()]) as shown:
        await shown.type("qneoyjk")
        assert shown.app.screen.query_one(Input).value == "qneoyjk"
        await shown.press("escape")
        assert shown.answers == [None]


async def test_right_text_says_that_enter_goes_ahead() -> None:
    async with confirming(TEST, [task()]) as shown:
        await shown.type("web-0")
        assert "Enter goes ahead" not in shown.text()
        await shown.type("7")
        assert "Enter goes ahead" in shown.text()


async def test_a_plan_without_targets_cannot_be_sent() -> None:
    async with confirming(STOP, [task(7, "READY")]) as shown:
        await shown.press("y")
        assert shown.answers == []
        assert "No task can take this operation now." in shown.text()


@pytest.mark.parametrize("operation", [STOP, TEST])
async def test_keys_are_dead_where_the_dialog_cannot_be_drawn(operation: Operation) -> None:
    async with confirming(operation, [task(7, name="y")]) as shown:
        await shown.pilot.resize_terminal(50, 12)
        await shown.press("y", "enter")
        assert shown.answers == []
        assert "60x15 needed" in shown.text()
        await shown.pilot.resize_terminal(80, 24)
        await shown.press("y", *(["enter"] if operation is TEST else []))
        assert confirmed(shown.answers).typed == "y"


async def test_options_are_sent_only_when_set() -> None:
    async with confirming(CLONE_TEST, [task()]) as shown:
        await shown.press("o")
        await shown.type("tpl-1")
        await shown.press("enter")
        await shown.press("y")
        assert shown.answers == [], "the deaf time begins anew when the form goes"
        shown.clock.advance(1)
        assert "template_id = tpl-1" in shown.text()
        await shown.press("y")
        assert confirmed(shown.answers).plan.parameters == {"template_id": "tpl-1"}


async def test_options_given_up_change_nothing() -> None:
    async with confirming(START, [task(7, "READY")]) as shown:
        await shown.press("ctrl+o", "escape")
        shown.clock.advance(1)
        await shown.press("1", "enter")
        assert confirmed(shown.answers).plan.parameters == {}


async def test_the_field_is_deaf_as_well_when_the_dialog_comes_back() -> None:
    async with confirming(START, tasks(11, "READY")) as shown:
        await shown.press("1")
        await shown.press("ctrl+o")
        dialog = shown.app.screen_stack[-2]
        assert isinstance(dialog, ConfirmDialog)
        assert not dialog._deaf_time.hears(Key("1", "1")), "nothing is heard behind another screen"
        await shown.press("escape")
        await shown.press("1", "enter")
        assert dialog.query_one(Input).has_focus
        assert dialog.query_one(Input).value == "1"
        assert shown.answers == []


async def test_options_make_the_text_to_be_typed_anew() -> None:
    async with confirming(START, [task(7, "READY")]) as shown:
        await shown.press("1", "ctrl+o")
        await shown.type("true")
        await shown.press("enter")
        shown.clock.advance(1)
        await shown.press("enter")
        assert shown.answers == []
        await shown.press("1", "enter")
        assert confirmed(shown.answers).plan.parameters == {"switch_hce": "true"}


@pytest.mark.parametrize(("operation", "key"), [(STOP, "e"), (TEST, "ctrl+r")])
async def test_a_key_shows_and_hides_the_exact_request(operation: Operation, key: str) -> None:
    async with confirming(operation, [task()], size=(100, 40)) as shown:
        assert "POST https" not in shown.text()
        await shown.press(key)
        assert f"https://sms.example/v3/tasks/{task().id}/action" in shown.words().replace(" ", "")
        assert f'"operation":"{operation.name}"' in shown.text()
        await shown.press(key)
        assert "POST https" not in shown.text()
        assert shown.answers == []


async def test_an_irreversible_batch_stops_at_a_change_unless_told_otherwise() -> None:
    async with confirming(TEST, tasks(2)) as shown:
        assert "How: one at a time; halt at the first not accepted; halt at a" in shown.words()
        await shown.type("test 2")
        await shown.press("enter")
        assert confirmed(shown.answers).policy == CAREFUL


@pytest.mark.parametrize(("operation", "keys"), [(STOP, "y"), (TEST, "web-07\r")])
async def test_while_it_would_be_refused_the_question_stays(operation: Operation, keys: str) -> None:
    refusals: list[str | None] = ["OFFLINE: only repeatable operations are sent."]
    pressed = ["enter" if key == "\r" else key for key in keys]
    async with confirming(operation, [task()], refused=lambda _: refusals[-1]) as shown:
        assert "! Refused: OFFLINE: only repeatable" in shown.text()
        await shown.press(*pressed)
        assert shown.answers == []
        assert "Enter goes ahead" not in shown.text()
        refusals.append(None)
        await shown.press(pressed[-1])
        assert confirmed(shown.answers).typed == keys.strip()


async def test_a_dialog_that_is_not_in_front_answers_nothing(anyio_backend: str) -> None:
    async with confirming(STOP, [task()]) as shown:
        dialog = shown.app.screen
        async with showing(confirmation(STOP, [task()], shown.clock)):
            pass
        await shown.press("y")
        assert len(shown.answers) == 1
        dialog.action_give_up()
        assert len(shown.answers) == 1
