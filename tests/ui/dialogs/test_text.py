"""Plain text, the quit question and the command line."""

import asyncio
import json

import pytest
from textual.events import Key
from textual.geometry import Offset
from textual.selection import Selection

from sms_tui.domain.operations import STOP
from sms_tui.domain.outcome import Outcome
from sms_tui.domain.plan import make_plan
from sms_tui.engine.record import Batch, OperationRecord
from sms_tui.engine.sending.policy import default_policy
from sms_tui.ui.dialogs.command_line import CommandLine
from sms_tui.ui.dialogs.plain_text import MOST_LINES, PlainText
from sms_tui.ui.dialogs.quit import QuitDialog
from sms_tui.ui.dialogs.text_view import TextView
from sms_tui.ui.keys.typed_command import TypedCommand
from sms_tui.ui.terminal.painting import PaintingApp
from tests.ui.dialogs.host import HOSTILE, showing, tasks

pytestmark = pytest.mark.anyio
POEM = "\n".join(f"line {number}" + (" needle" if number in {30, 60} else "") for number in range(100))
COMMANDS = [
    TypedCommand("view", print, "NAME", "take a view", lambda: ["all", "failed", "finished"]),
    TypedCommand("filter", print, "EXPR", "filter the rows"),
    TypedCommand("quit", print, text="leave"),
]


async def test_text_stands_alone_on_its_lines() -> None:
    async with showing(TextView("Error", "first\n  second")) as shown:
        assert [line.rstrip() for line in shown.lines()[1:3]] == ["first", "  second"]


@pytest.mark.parametrize("size", [(80, 24), (60, 15)])
async def test_the_way_out_of_a_text_is_in_sight(size: tuple[int, int]) -> None:
    async with showing(TextView("Select with the terminal", "text"), size) as shown:
        assert "esc or q closes" in shown.text()


async def test_search_goes_round_and_back() -> None:
    async with showing(TextView("Poem", POEM)) as shown:
        await shown.press("/", *"NEEDLE", "enter")
        assert "line 30 needle" in shown.text()
        await shown.press("n")
        assert "line 60 needle" in shown.text()
        await shown.press("n")
        assert "line 30 needle" in shown.text()
        await shown.press("N")
        assert "line 60 needle" in shown.text()
        await shown.press("/", *"nowhere")
        assert "q closes" not in shown.text(), "it is a letter now"
        await shown.press("enter")
        assert "q closes" in shown.text()
        assert "not found: nowhere" in shown.text()
        assert "line 60 needle" in shown.text()


async def test_moving_in_text_says_where_it_stands() -> None:
    async with showing(TextView("Poem", POEM)) as shown:
        assert "1-22 of 100" in shown.text()
        await shown.press("j", "j", "k")
        assert "2-23 of 100" in shown.text()
        await shown.press("G")
        assert "79-100 of 100" in shown.text()
        await shown.press("g", "ctrl+d", "ctrl+u", "space")
        assert "23-44 of 100" in shown.text()


async def test_long_lines_wrap_or_run_out() -> None:
    async with showing(TextView("Long", "word " * 40 + "end")) as shown:
        assert "end" in shown.text()
        await shown.press("w")
        assert "end" not in shown.text()
        shown.app.screen.query_one(PlainText).scroll_to(x=200, animate=False)
        await shown.pilot.pause()
        assert "end" in shown.text()
        await shown.press("h")
        assert "en" in shown.lines()[1]
        await shown.press("g")
        assert "end" not in shown.text()


async def test_text_is_cleaned_and_never_markup() -> None:
    async with showing(TextView(HOSTILE, json.dumps({"a": HOSTILE}) + "\n" + HOSTILE)) as shown:
        assert "[bold red]x[/]" in shown.text()
        assert not {char for char in shown.text() if not char.isprintable()} - {"\n"}


async def test_selected_text_can_be_copied() -> None:
    async with showing(TextView("Poem", POEM)) as shown:
        text = shown.app.screen.query_one(PlainText)
        shown.app.screen.selections = {text: Selection(Offset(0, 1), Offset(4, 2))}
        await shown.pilot.pause()
        assert shown.app.screen.get_selected_text() == "line 1\nline"


async def test_too_many_lines_are_counted() -> None:
    async with showing(TextView("Flood", "x\n" * (MOST_LINES + 41))) as shown:
        await shown.press("G")
        assert "… (+42 lines)" in shown.text()


async def test_the_mouse_is_handed_over_and_taken_back() -> None:
    told: list[bool] = []
    async with showing(TextView("Text", "x", on_shown=told.append)) as shown:
        assert told == [True]
        await shown.press("q")
        assert told == [True, False]
        assert shown.answers == [None]


async def test_escape_leaves_the_search_first() -> None:
    async with showing(TextView("Text", "x")) as shown:
        await shown.press("/", *"qqq")
        await shown.press("escape")
        assert shown.app.is_asking
        await shown.press("escape")
        assert shown.answers == [None]


def batch(*outcomes: str) -> Batch:
    """A batch whose operations are so far."""
    plan = make_plan(STOP, [(each, 0.0) for each in tasks(len(outcomes))])
    made = Batch("b", plan, plan.word, default_policy(plan))
    for target, outcome in zip(plan.targets, outcomes, strict=True):
        record = OperationRecord(outcome, STOP, STOP.label, target.task.id, target.task.name, target.task)
        record.outcome = Outcome(outcome)
        made.records.append(record)
    return made


async def test_quit_says_what_would_happen() -> None:
    async with showing(QuitDialog([batch("queued", "queued", "queued", "sent", "accepted")])) as shown:
        assert "Pause (stop), 5 tasks: 1 sent, 3 queued, 1 accepted" in shown.words()
        assert "3 operations queued: would not be sent." in shown.words()
        assert "1 operation sent and not answered yet: cannot be called back" in shown.words()
        await shown.press("y")
        assert shown.answers == [True]


@pytest.mark.parametrize("key", ["enter", "n", "q", "escape"])
async def test_whatever_is_no_y_stays(key: str) -> None:
    async with showing(QuitDialog([batch("queued")])) as shown:
        assert "not answered" not in shown.text()
        await shown.press("Y", key, key)
        assert shown.answers == [None]


async def test_the_line_is_handed_back_without_its_colon() -> None:
    async with showing(CommandLine(COMMANDS)) as shown:
        await shown.press(*": view failed ", "enter")
        assert shown.answers == ["view failed"]


@pytest.mark.parametrize("keys", [["enter"], ["space", "enter"], ["x", "escape"]])
async def test_an_empty_line_and_one_given_up_are_no_answer(keys: list[str]) -> None:
    async with showing(CommandLine(COMMANDS)) as shown:
        await shown.press(*keys)
        assert shown.answers == [None]


async def test_completion_adds_what_is_shared_then_goes_through() -> None:
    async with showing(CommandLine(COMMANDS)) as shown:
        assert "view NAME    take a view" in shown.text()
        values = []
        await shown.press("v")
        for _ in range(4):
            await shown.press("tab")
            values.append(shown.app.screen._field.value)
        assert values == ["view ", "view all", "view failed", "view finished"]
        await shown.press("tab")
        assert shown.app.screen._field.value == "view all"


async def test_what_commands_do_stands_in_a_column_of_its_own() -> None:
    async with showing(
        CommandLine([TypedCommand("view", print, "NAME", "take it"), TypedCommand("q", print, text="quit")])
    ) as shown:
        lines = shown.lines()
        assert [line.index(text) for text in ("take it", "quit") for line in lines if text in line] == [
            12,
            12,
        ]


async def test_tab_completes_the_argument_of_a_command() -> None:
    async with showing(CommandLine(COMMANDS)) as shown:
        await shown.type("view F")
        assert "view failed" in shown.text()
        assert "view all" not in shown.text()
        await shown.press("tab")
        await shown.press("enter")
        assert shown.answers == ["view failed"]


async def test_a_common_word_is_completed_to_the_name() -> None:
    commands = [
        TypedCommand("pause", print, text="hold the screen"),
        TypedCommand("stop", print, text="Pause", also=("pause",)),
        TypedCommand("test", print, text="Launch target", also=("launch", "cutover")),
    ]
    async with showing(CommandLine(commands)) as shown:
        await shown.type("pau")
        assert "hold the screen" in shown.text()
        assert "stop   Pause" in shown.text()
        await shown.press("backspace", "backspace", "backspace")
        await shown.type("lau")
        await shown.press("tab")
        await shown.press("enter")
        assert shown.answers == ["test"]


async def test_tab_leaves_a_line_alone_that_nothing_completes() -> None:
    async with showing(CommandLine(COMMANDS)) as shown:
        await shown.type("zzz")
        await shown.press("tab")
        await shown.press("enter")
        assert shown.answers == ["zzz"]


async def test_history_keeps_the_line_begun() -> None:
    async with showing(CommandLine(COMMANDS, ["view all", "quit"])) as shown:
        seen = []
        await shown.type("fil")
        for key in ("up", "up", "up", "down", "down", "down"):
            await shown.press(key)
            seen.append(shown.app.screen._field.value)
        assert seen == ["quit", "view all", "view all", "quit", "fil", "fil"]


async def test_many_commands_are_counted() -> None:
    commands = [TypedCommand(f"set{number}", print) for number in range(14)]
    async with showing(CommandLine(commands, text="se")) as shown:
        assert "and 4 more" in shown.text()
        await shown.press("tab")
        assert shown.app.screen._field.value == "set"


@pytest.mark.parametrize("turns", range(6))
async def test_an_app_may_end_in_the_moment_in_which_a_dialog_opens(turns: int) -> None:
    app = PaintingApp[None]()
    async with app.run_test() as pilot:
        await pilot.pause()
        line = CommandLine(COMMANDS)
        app.push_screen(line)
        for _ in range(turns):
            await asyncio.sleep(0)
        app.exit(return_code=0)
        line.post_message(Key("v", "v"))
    assert app.return_code == 0
