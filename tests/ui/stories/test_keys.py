"""Stories of hands that look for a key: help, palette, footer, keys of one's own."""

from pathlib import Path

import pytest

from sms_tui.config import ConfigError, Settings
from sms_tui.engine.mode import Mode
from sms_tui.ui.dialogs.action_palette import ActionPalette
from sms_tui.ui.dialogs.help import HelpScreen
from sms_tui.ui.dialogs.picker import Picker
from sms_tui.ui.dialogs.text_view import TextView
from sms_tui.ui.keys.help_entries import help_entries
from sms_tui.ui.screens.main import MainScreen
from tests.story import Operator, story

pytestmark = pytest.mark.anyio


def footer(op: Operator) -> str:
    """The last line."""
    return op.shown().rstrip().split("\n")[-1]


async def test_help_lists_the_keys_in_force_and_what_is_wrong_with_those_configured(tmp_path: Path) -> None:
    settings = Settings(keys={"view.sort": ["o"], "view.columns": ["a"], "operate.palette": ["m", "f6"]})
    async with story(tmp_path, "war-room", settings=settings) as op:
        assert " m operate" in footer(op)
        assert " o sort" in footer(op)
        await op.press("question_mark")
        await op.settle()
        shown = op.shown()
        assert "m f6" in shown
        assert "keys.view.columns" not in shown, "the key it wants was given up by another entry"
        await op.press("escape")
        await op.select(op.first("RUNNING"))
        await op.press("m")
        assert isinstance(op.app.screen, ActionPalette)
        await op.press("escape", "a")
        await op.settle()
        assert "Columns" in op.shown()


async def test_a_clash_is_told_at_the_start_and_in_help_and_the_old_key_goes_on(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", settings=Settings(keys={"view.sort": ["C"]})) as op:
        assert "keys.view.sort is not used" in op.told()
        await op.press("s")
        assert isinstance(op.app.screen, Picker)
        await op.press("escape", "question_mark")
        await op.settle()
        assert "keys.view.sort is not used: C is taken by view.columns" in op.shown()
        await op.press("g", "enter")
        await op.settle()
        assert isinstance(op.app.screen, MainScreen)


async def test_what_is_wrong_with_the_configuration_is_told_and_stays_in_the_log(tmp_path: Path) -> None:
    wrong = ["config.toml:3:1: profiles.prod.readonly: unknown key, ignored; did you mean 'read_only'?"]
    other = {"night": ConfigError("config.toml", line=7, key="profiles.night.auth", found="'x'")}
    settings = Settings(warnings=wrong, broken=other, keys={"view.sort": ["C"], "view.srt": ["o"]})
    async with story(tmp_path, settings=settings) as op:
        told = op.told()
        assert "did you mean 'read_only'?" in told
        assert "1 more warning is in the log." in told
        for sentence in (*wrong, "profiles.night.auth", "keys.view.sort", "keys.view.srt"):
            assert sentence in op.log()


async def test_help_runs_everything_it_shows(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", size=(80, 24)) as op:
        entries = help_entries(op.screen, op.app.keys)
        assert len(entries) > 50
        for place, entry in enumerate(entries):
            if entry.binding_id in {"program.leave", "program.suspend", "program.interrupt", "copy.export"}:
                continue
            await op.press("question_mark")
            assert isinstance(op.app.screen, HelpScreen), entry
            op.app.screen.answer(op.app.screen._ids[str(place)])
            await op.settle()
            for _ in range(3):
                if not isinstance(op.app.screen, MainScreen) or op.screen.desk.prompt.is_open:
                    await op.press("escape")
                    await op.settle()
            assert isinstance(op.app.screen, MainScreen), entry
        assert op.line.writes == []


async def test_the_palette_finds_commands_too_and_asks_for_what_they_need(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.press("ctrl+p", *"invert", "enter")
        await op.settle()
        assert len(op.screen.desk.table.marks) == 24
        await op.press("ctrl+p", "slash", *"trailing", "space", *"desc", "enter")
        await op.settle()
        await op.type("eta-")
        await op.press("enter")
        await op.settle()
        assert "sort: eta-" in op.shown()


async def test_help_lists_what_can_be_typed_as_the_command_line_promises(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.press("colon", *"bogwort", "enter")
        await op.settle()
        assert "? lists them" in op.told()
        await op.press("question_mark", "slash", *"window")
        await op.settle()
        assert ":window HH:MM" in op.shown()
        await op.press("enter", "enter")
        await op.type("off")
        await op.press("enter")
        await op.settle()
        assert isinstance(op.app.screen, MainScreen)


@pytest.mark.parametrize(
    ("name", "keys", "operation"),
    [
        ("w2-app-11", ("colon", *"cutover"), "Launch target (cut over) (test)"),
        ("w2-app-11", ("ctrl+p", *"launch"), "Launch target (cut over) (test)"),
        ("w1-web-01", ("ctrl+p", *"resync"), "Sync changes again (restart)"),
    ],
)
async def test_an_operation_is_found_under_the_words_that_people_use(
    tmp_path: Path, name: str, keys: tuple[str, ...], operation: str
) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.select(name)
        await op.press(*keys, "enter")
        await op.settle()
        op.question(operation, name)


async def test_the_footer_says_what_works_here(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        assert footer(op).startswith(" j k move  space mark  a operate")
        await op.press("space")
        await op.settle()
        assert "U clear marks" in footer(op)
        await op.press("d")
        await op.settle()
        assert "] [ tab" in footer(op)
        await op.press("L")
        await op.settle()
        assert "F follow" in footer(op)
        await op.press("slash")
        await op.settle()
        assert footer(op).startswith(" enter keep  esc give up")
        assert "operate" not in footer(op)
        await op.press("escape")
        await op.settle()
        assert "F follow" in footer(op)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_footer_says_why_operations_lead_nowhere(tmp_path: Path, size: tuple[int, int]) -> None:
    async with story(tmp_path, "war-room", mode=Mode(read_only=True), size=size) as op:
        assert footer(op).endswith("a sends nothing: read-only")
    async with story(tmp_path / "next", "war-room", size=size) as op:
        op.line.is_down = True
        await op.advance(12)
        assert "a sends only what is repeatable:" in footer(op)
        op.line.is_down = False
        await op.poll()
        await op.press("slash", *"zzz", "enter")
        await op.settle()
        assert footer(op).endswith("no task under the cursor")


async def test_a_question_mark_in_an_empty_filter_explains_the_language(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", size=(80, 24)) as op:
        for key in ("question_mark", "f1"):
            await op.press("slash", key)
            await op.settle()
            assert isinstance(op.app.screen, TextView)
            assert "/^web-0[1-3]/" in op.shown()
            assert "Arrow up and down" in op.shown(), "it is one screen"
            await op.press("q", *"w1", "enter")
            await op.settle()
            assert op.screen.desk.board.filter.text == "w1"
            await op.press("escape")
            await op.settle()


async def test_escape_clears_the_filter_of_the_log_before_it_leaves_the_log(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        op.engine.log.add("note", "one of two")
        await op.press("L", "slash", *"tasks", "enter", "E", "escape", "E")
        await op.settle()
        of_it, all_of_it = op.told().splitlines()
        assert of_it.startswith("log, 1 of 2 lines (filter: tasks) written to "), of_it
        assert all_of_it.startswith("log written to "), all_of_it
        assert "tasks read" in op.shown()
        assert "E save" in footer(op)
        await op.press("escape")
        await op.settle()
        assert "a operate" in footer(op)
        assert "tasks read" in op.shown()


async def test_the_command_line_completes_what_it_can_know(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.command("save-view night")
        for typed, offered in (
            ("filter st", "filter state:"),
            ("explain sms.08", "explain SMS.0806"),
            ("save-view ni", "save-view night"),
            ("sort pro", "sort progress"),
            ("sort  pro", "sort progress"),
            ("view wai", "view waiting for me"),
        ):
            await op.press("colon", *typed)
            await op.settle()
            assert offered in [line.strip() for line in op.shown().split("\n")]
            await op.press("escape")
            await op.settle()


async def test_a_key_that_needs_a_task_says_so_where_there_is_none(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.filter("zzz")
        for keys in (["a"], ["c"], ["y"], ["w"], ["x"], ["colon", *"stop", "enter"]):
            op.app.clear_notifications()
            await op.press(*keys)
            await op.settle()
            assert op.told() == "No task is chosen: move the cursor to one, or mark some.", keys


async def test_a_problem_without_an_error_is_explained_by_what_comes_next(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.select("w2-proxy-16")
        await op.press("x")
        assert op.told() == "This task reports no error. Next: reconnect the agent on the source."


async def test_the_next_problem_is_missed_where_there_is_none(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.filter("state:ready")
        for key in ("n", "N"):
            op.app.clear_notifications()
            await op.press(key)
            await op.settle()
            assert op.told() == "No problem among the tasks shown.", key


async def test_many_rows_are_watched_with_one_word(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        count = len(op.engine.store.tasks)
        await op.press("asterisk", "w")
        assert len(op.engine.store.watched) == count
        await op.settle()
        assert "w1-erp-db-05 " in op.shown(), "its sign takes no room from the name"
        await op.press("U", "g", "space", "j", "space", "w")
        await op.press("asterisk", "w")
        names = ", ".join(row.task.name for row in op.screen.desk.board.rows()[:2])
        assert op.told().splitlines() == [
            f"Watching {count} tasks",
            f"No longer watching {names}",
            f"Watching {names}",
            f"No longer watching {count - 2} tasks",
        ]
        assert op.engine.store.watched == {row.task.id for row in op.screen.desk.board.rows()[:2]}
