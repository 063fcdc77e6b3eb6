"""How a batch is sent, asked under the confirm dialog: every line, every key, and what it says last."""

import random

import pytest

from sms_tui.domain.operations import STOP, TEST, Operation
from sms_tui.engine.sending.policy import AT_ONCE, CAREFUL, Order, Policy, canary_states
from sms_tui.ui.dialogs.batch_order import BatchOrder
from tests.conftest import Tried
from tests.ui.dialogs.host import showing

pytestmark = pytest.mark.anyio


def order(policy: Policy = AT_ONCE, operation: Operation = STOP, *, irreversible: bool = False) -> BatchOrder:
    return BatchOrder(policy, canary_states(operation), 4, 20, irreversible=irreversible)


@pytest.mark.parametrize("leave", ["escape", "q", "h", "ctrl+g"])
async def test_leaving_without_a_change_leaves_the_policy(leave: str) -> None:
    async with showing(order(CAREFUL)) as shown:
        assert "How the 20 are sent" in shown.words()
        await shown.press(leave)
        assert shown.answers in ([CAREFUL], [None])
        assert not shown.app.is_asking


@pytest.mark.parametrize(
    ("key", "wanted"), [("1", Order.AT_ONCE), ("2", Order.ONE_BY_ONE), ("3", Order.CANARY)]
)
async def test_a_digit_chooses_the_order_and_says_it(key: str, wanted: Order) -> None:
    async with showing(order(Policy(Order.CANARY))) as shown:
        await shown.press(key)
        said = {"1": "all at once, at most 4 under way", "2": "one at a time", "3": "canary first"}[key]
        assert f"Order: {said}" in shown.words()
        assert ("The rest follows once" in shown.words()) == (wanted is Order.CANARY)
        await shown.press("q")
        assert shown.answers == [Policy(wanted)]


async def test_a_line_that_is_turned_all_the_way_round_is_where_it_was() -> None:
    steps = {"#order": 3, "#goal": len(canary_states(TEST)), "#halt": 2, "#leave-out": 2}
    for line, count in steps.items():
        for key in ("space", "right", "left"):
            before = Policy(Order.CANARY, canary_states(TEST)[1])
            async with showing(order(before, TEST, irreversible=True)) as shown:
                dialog = shown.app.screen
                said = [shown.words()]
                for _ in range(count):
                    dialog.set_focus(dialog.query_one(line))
                    await shown.press(key)
                    said.append(shown.words())
                assert said[0] == said[-1], (line, key)
                assert len(set(said)) == count, (line, key)
                await shown.press("q")
                assert shown.answers == [before]


@pytest.mark.parametrize("key", ["enter", "space"])
async def test_the_line_with_the_focus_is_changed(key: str) -> None:
    async with showing(order()) as shown:
        await shown.press("down", key)
        await shown.press("q")
        assert shown.answers == [Policy(halt_on_refusal=True)]


async def test_what_a_reversible_batch_does_not_have_is_not_asked() -> None:
    for irreversible in (False, True):
        async with showing(order(irreversible=irreversible)) as shown:
            assert ("If a task changes before it is sent" in shown.words()) == irreversible


async def test_whatever_is_pressed_the_last_lines_are_the_answer(tried: Tried) -> None:
    keys = ["1", "2", "3", "space", "left", "right", "up", "down", "j", "k", "enter"]
    for seed in range(15):
        chance = random.Random(seed)
        async with showing(order(operation=TEST, irreversible=True)) as shown:
            await shown.press(*chance.choices(keys, k=30))
            said = shown.words()
            await shown.press("q")
        (policy,) = shown.answers
        assert isinstance(policy, Policy)
        assert policy.canary_state in canary_states(TEST)
        orders = {
            Order.AT_ONCE: "all at once",
            Order.ONE_BY_ONE: "one at a time",
            Order.CANARY: "canary first",
        }
        assert f"Order: {orders[policy.order]}" in said, seed
        assert ("send nothing more" in said) == policy.halt_on_refusal, seed
        assert ("leave it out and go on" in said) == policy.leave_out, seed
        if policy.order is Order.CANARY:
            assert f"once it {policy.goal}" in said, seed
    tried(5, 25)
