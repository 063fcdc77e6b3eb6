"""Parameters: asked for, judged before anything goes on, and sent only when set."""

import pytest
from textual.events import Paste
from textual.widgets import Input

from sms_tui.domain.operations import CLONE_TEST, COLLECT_LOG, RESTART, SPEED_LIMIT, START
from sms_tui.ui.dialogs.form import ParameterForm
from tests.ui.dialogs.host import HOSTILE, showing

pytestmark = pytest.mark.anyio


async def test_enter_takes_the_prefilled_bucket() -> None:
    async with showing(ParameterForm(COLLECT_LOG, {"bucket": "sms"}, required_only=True)) as shown:
        await shown.press("enter", "enter")
        assert shown.answers == [{"bucket": "sms"}]


async def test_a_bucket_that_cannot_be_one_is_explained() -> None:
    async with showing(ParameterForm(COLLECT_LOG, {}, required_only=True)) as shown:
        for wrong in ("", "S", "ab", "Bucket", "a_b_c", "-ab", "a" * 64):
            await shown.press("ctrl+u")
            await shown.type(wrong)
            assert "is not a bucket name" not in shown.words() or not wrong
            await shown.press("enter")
            assert shown.answers == []
            assert "is not a bucket name" in shown.words()
        await shown.press("ctrl+u")
        await shown.press(*"good-1", "enter")
        assert shown.answers == [{"bucket": "good-1"}]


async def test_pasting_a_bucket_is_fine() -> None:
    async with showing(ParameterForm(COLLECT_LOG, {}, required_only=True)) as shown:
        shown.app.post_message(Paste("team-logs\nmore"))
        await shown.press("enter")
        assert shown.answers == [{"bucket": "team-logs"}]


async def test_speed_rules_show_what_is_in_force_and_what_will_be() -> None:
    rules = "08:00-20:00=100"
    async with showing(ParameterForm(SPEED_LIMIT, {"rules": rules}, required_only=True)) as shown:
        assert f"In force now: {rules}." in shown.words()
        await shown.type(", 22:00-06:00=500")
        assert "Will be set: 08:00-20:00=100, 22:00-23:59=500, 00:00-06:00=500" in shown.words()
        await shown.press("enter")
        assert shown.answers == [{"rules": "08:00-20:00=100, 22:00-06:00=500"}]


async def test_speed_rules_that_overlap_are_explained() -> None:
    async with showing(ParameterForm(SPEED_LIMIT, {"rules": ""}, required_only=True)) as shown:
        await shown.type("08:00-20:00=1, 19:00-21:00=2")
        await shown.press("enter")
        assert "overlap" in shown.words()
        assert shown.answers == []


async def test_no_speed_rule_says_that_limits_go() -> None:
    async with showing(ParameterForm(SPEED_LIMIT, {}, required_only=True)) as shown:
        assert "The rules in force are not known here" in shown.words()
        assert "every limit is removed" in shown.words()
        assert "required" not in shown.words()
        assert "empty removes all (rules)" in shown.text()
        await shown.press("enter")
        assert shown.answers == [{"rules": ""}]


async def test_optional_values_left_empty_are_not_sent() -> None:
    async with showing(ParameterForm(START, {}, required_only=False)) as shown:
        await shown.press("tab")
        await shown.press(*"true", "enter")
        assert shown.answers == [{"is_need_consistency_check": "true"}]


async def test_an_optional_value_can_be_taken_back() -> None:
    async with showing(ParameterForm(CLONE_TEST, {"template_id": "t"}, required_only=False)) as shown:
        await shown.press("ctrl+u")
        await shown.press("enter")
        assert shown.answers == [{}]


async def test_choices_are_named() -> None:
    async with showing(ParameterForm(RESTART, {}, required_only=False)) as shown:
        assert "true or false; empty: not sent" in shown.text()
        await shown.type("yes")
        await shown.press("enter")
        assert "is one of true, false, not 'yes'" in shown.words()
        assert shown.answers == []


async def test_required_only_asks_for_nothing_else() -> None:
    async with showing(ParameterForm(START, {}, required_only=True)) as shown:
        assert len(shown.app.screen.query(Input)) == 0
        await shown.press("escape")
        assert shown.answers == [None]


async def test_values_not_asked_for_are_kept() -> None:
    async with showing(
        ParameterForm(COLLECT_LOG, {"bucket": "sms", "log_expire": "60"}, required_only=True)
    ) as s:
        await s.press("enter")
        assert s.answers == [{"bucket": "sms", "log_expire": "60"}]


@pytest.mark.parametrize(("button", "answer"), [("#go-on", {"bucket": "sms"}), ("#cancel", None)])
async def test_each_button_answers_as_its_label_says(button: str, answer: object) -> None:
    async with showing(ParameterForm(COLLECT_LOG, {"bucket": "sms"}, required_only=True)) as shown:
        await shown.pilot.click(button)
        assert shown.answers == [answer]


async def test_hostile_prefill_is_plain() -> None:
    async with showing(ParameterForm(COLLECT_LOG, {"bucket": HOSTILE}, required_only=True)) as shown:
        await shown.press("enter")
        assert not {char for char in shown.text() if not char.isprintable()} - {"\n"}
        assert shown.answers == []
