"""The action palette: every operation by its letter, and what is not possible with its reason."""

import pytest
from textual.widgets import OptionList, Static

from sms_tui.domain.operations import (
    CLONE_TEST,
    COLLECT_LOG,
    DELETE,
    OPERATIONS,
    START,
    STOP,
    TEST,
    Epoch,
    Operation,
    offered,
)
from sms_tui.domain.plan import make_plan
from sms_tui.domain.sentence import sentence
from sms_tui.domain.task import Task
from sms_tui.ui.dialogs.action_palette import ActionPalette, Choice
from tests.ui.dialogs.host import HOSTILE, showing, task, tasks

pytestmark = pytest.mark.anyio


def choice(operation: Operation, chosen: list[Task]) -> Choice:
    plan = make_plan(operation, [(each, 0.0) for each in chosen])
    return Choice(
        operation=operation,
        label=plan.label,
        reason=None if plan.targets else plan.left_out[0].reason,
        newer=operation.epoch is Epoch.NEWER,
        count_allowed=len(plan.targets),
        count_total=len(chosen),
        tier=plan.tier,
    )


def palette(chosen: list[Task], title: str = "web-07") -> ActionPalette:
    return ActionPalette([choice(operation, chosen) for operation in offered("all", "test")], title)


def always(operation: Operation) -> Choice:
    return Choice(operation, operation.label)


async def test_each_letter_opens_its_operation() -> None:
    operations = offered("all", "test")
    choices = [always(operation) for operation in operations]
    async with showing(ActionPalette(choices, "web-07")) as shown:
        for operation in operations:
            await shown.press(operation.letter)
            shown.app.ask(ActionPalette(choices, "web-07"))
            await shown.pilot.pause()
        assert shown.answers == list(operations)


def test_no_letter_is_a_key_of_the_list() -> None:
    assert not {operation.letter for operation in OPERATIONS.values()} & set("jkgq")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_all_operations_are_in_sight_with_the_keys(size: tuple[int, int]) -> None:
    async with showing(palette([task()]), size) as shown:
        for operation in offered("all", "test"):
            assert f"{operation.letter}  {operation.label} ({operation.name})" in shown.text()
        assert "letter or Enter opens" in shown.text()


async def test_danger_comes_last_and_is_never_under_the_cursor_at_first() -> None:
    async with showing(palette([task(7, "READY")])) as shown:
        lines = [line for line in shown.lines() if "(" in line]
        tiers = [
            operation.tier for line in lines for operation in OPERATIONS.values() if str(operation) in line
        ]
        assert tiers == sorted(tiers)
        assert "> v  Set the speed limit" in shown.text() or ">v  Set the speed limit" in shown.text()


async def test_moving_up_from_the_top_does_not_come_to_danger() -> None:
    """As in the table: `k` at the first line stays there, `j` at the last too."""
    async with showing(palette([task(7, "READY")])) as shown:
        under_cursor = []
        for key in ("k", "up", "G", "j", "down", "g"):
            await shown.press(key)
            under_cursor.append(next(line for line in shown.lines() if " >" in line))
    first, last = under_cursor[0], under_cursor[2]
    assert under_cursor == [first, first, last, last, last, first]
    assert "(collect_log)" in first
    assert "(delete)" in last


async def test_resume_stands_with_the_repeatable_ones() -> None:
    async with showing(palette([task(7, "ABORT")])) as shown:
        names = [line for line in shown.lines() if "(" in line]
        assert "Resume (start)" in "".join(names[:3])


async def test_what_is_not_possible_shows_why_and_stays_open() -> None:
    async with showing(palette([task()])) as shown:
        await shown.press("s")
        said = shown.words()
        assert shown.app.is_asking
        assert (
            "Not available: Start full replication is not possible while continuous synchronization." in said
        )
        assert "Possible when: migration failed, paused, ready, synchronization failed." in said
        await shown.press("enter")
        assert shown.answers == []
        about = shown.app.screen.query_one("#about")
        assert about.has_class("refused")
        await shown.press("k")
        assert not about.has_class("refused")


async def test_enter_opens_what_is_under_the_cursor() -> None:
    async with showing(palette([task()])) as shown:
        await shown.press("j", "j", "k", "down", "enter")
        assert shown.answers == [STOP]


async def test_a_click_opens_the_operation_under_it() -> None:
    async with showing(palette([task()])) as shown:
        await shown.pilot.click(OptionList, offset=(5, 2))
        assert shown.answers == [STOP]


@pytest.mark.parametrize("key", ["escape", "q"])
async def test_escape_and_q_leave_without_an_operation(key: str) -> None:
    async with showing(palette([task()])) as shown:
        await shown.press(key)
        assert shown.answers == [None]


async def test_filter_narrows_and_its_letters_run_nothing() -> None:
    async with showing(palette([task()])) as shown:
        await shown.press("/", *"clone")
        assert shown.answers == []
        assert "Clone for test" in shown.text()
        assert "Pause" not in shown.text()
        await shown.press("enter")
        assert shown.answers == [CLONE_TEST]


async def test_escape_drops_the_filter_first() -> None:
    async with showing(palette([task()])) as shown:
        await shown.press("/", *"zzz")
        assert "no match" in shown.text()
        assert str(shown.app.screen.query_one("#about", Static).render()) == ""
        await shown.press("enter")
        assert shown.app.is_asking
        await shown.press("escape")
        assert "Pause (stop)" in shown.text()
        await shown.press("p")
        assert shown.answers == [STOP]


async def test_a_choice_shows_its_count_its_age_and_its_warning() -> None:
    choices = [
        Choice(STOP, "Pause", count_allowed=8, count_total=10),
        Choice(COLLECT_LOG, "Upload logs", newer=True),
        Choice(TEST, TEST.label, warning="No finished clone test."),
    ]
    async with showing(ActionPalette(choices, "10 tasks"), (120, 40)) as shown:
        assert "Operation for 10 tasks" in shown.text()
        assert "8 of 10" in shown.text()
        assert "newer API" in shown.text()
        assert "irreversible; ! No finished clone test." in shown.text()


async def test_counts_stand_below_each_other_and_danger_is_not_cut() -> None:
    choices = [
        Choice(STOP, "Pause", count_allowed=8, count_total=10),
        Choice(START, START.label, newer=True, count_allowed=2, count_total=10, warning="Long. " * 9),
        Choice(TEST, TEST.label, count_allowed=10, count_total=10),
    ]
    async with showing(ActionPalette(choices, "10 tasks"), (80, 24)) as shown:
        lines = [line for line in shown.lines() if " of 10" in line and "(" in line]
        assert lines[0].index(" of 10") == lines[1].index(" of 10"), lines
        assert "2 of 10; destroys or interrupts; newer" in lines[1]


async def test_a_narrow_line_still_says_the_mark_and_the_state_that_refuses() -> None:
    async with showing(palette([task()]), (80, 24)) as shown:
        lines = {line.split("(")[-1].split(")")[0]: line for line in shown.lines() if "(" in line}
        assert "not while continuous synchronization" in lines["start"]
        assert "newer API; not while continuous" in lines["network_check"]
        assert "not while continuous" in lines["sync_failed_rollback"]


@pytest.mark.parametrize(
    ("reason", "line"),
    [
        ("This session is read-only: nothing is sent.", "This session is read-only"),
        ("STALE: only repeatable operations are sent until the tasks are read again.", "STALE"),
        ("the outcome of Pause is unknown; wait, or use :resolve.", "the outcome of Pause is unknown"),
    ],
)
async def test_a_narrow_line_says_a_reason_whole_and_what_follows_stands_below(
    reason: str, line: str
) -> None:
    choices = [Choice(STOP, "Pause"), Choice(CLONE_TEST, CLONE_TEST.label, reason)]
    async with showing(ActionPalette(choices, "web-07"), (80, 24)) as shown:
        row = next(each for each in shown.lines() if "(clone_test)" in each)
        assert row.partition("(clone_test)")[2].strip(" ┃│") == line
        await shown.press("c")
        assert reason in shown.words()


async def test_a_line_names_the_operation_that_is_pending() -> None:
    pending = sentence("{operation} was accepted and waits to be confirmed.", operation=sentence("Pause"))
    away = sentence(
        "{operation} needs the agent, which is disconnected. Start it.", operation="Clone for test"
    )
    choices = [Choice(STOP, "Pause", pending), Choice(CLONE_TEST, CLONE_TEST.label, away)]
    async with showing(ActionPalette(choices, "web-07")) as shown:
        assert "Pause was accepted and waits" in shown.text()
        assert f"({CLONE_TEST.name}) needs the agent" in shown.text()


async def test_hostile_titles_and_reasons_are_plain() -> None:
    dialog = ActionPalette([Choice(START, START.label, HOSTILE)], HOSTILE)
    async with showing(dialog, (120, 40)) as shown:
        await shown.press("s")
        assert "[bold red]x[/]" in shown.text()
        assert not {char for char in shown.text() if not char.isprintable()} - {"\n"}


async def test_letters_pressed_fast_open_one_dialog() -> None:
    async with showing(palette([task(7, "ABORT")])) as shown:
        await shown.press("d", "d", "s")
        assert shown.answers == [DELETE]


async def test_many_tasks_are_counted() -> None:
    async with showing(palette([*tasks(3), task(9, "READY")])) as shown:
        assert "3 of 4" in shown.text()
        assert "3 of 4 tasks can take it." in shown.words()
