"""Help and the two pickers: lists to move in, to filter and to choose from."""

import pytest
from rich.style import Style
from textual.events import Click
from textual.widgets import OptionList

from sms_tui.ui.dialogs.help import HelpScreen
from sms_tui.ui.dialogs.picker import MultiPicker, Option, Picker
from sms_tui.ui.keys.help_entries import HelpEntry
from tests.ui.dialogs.host import HOSTILE, showing

pytestmark = pytest.mark.anyio
ENTRIES = [
    HelpEntry("View", "/", "Filter the tasks", "view.filter"),
    HelpEntry("View", "s", "Sort by a column", "view.sort"),
    HelpEntry("Program", "? f1", "Help", "program.help"),
    HelpEntry("Program", "", "Nothing is bound", "program.none"),
]
THEMES = [
    Option("dark", "cutover-dark", "the usual one"),
    Option("light", "cutover-light"),
    Option("broken", "broken", disabled_reason="line 3: not a colour"),
]
COLUMNS = [Option(name, name.title()) for name in ("name", "state", "speed", "eta")]


async def test_help_shows_sections_and_the_keys_in_force() -> None:
    async with showing(HelpScreen(ENTRIES)) as shown:
        said = shown.words()
        assert "View > / Filter the tasks" in said or "View >/ Filter the tasks" in said
        assert "? f1 Help" in said
        assert "Nothing is bound" in said


async def test_help_is_searchable_and_runs_what_it_shows() -> None:
    async with showing(HelpScreen(ENTRIES)) as shown:
        await shown.press("/", *"column sort")
        assert "Filter the tasks" not in shown.text()
        assert "esc or q closes" not in shown.text(), "a q is a letter now"
        assert "Enter ends the search, esc shows all" in shown.text()
        await shown.press("enter")
        assert "esc or q closes" in shown.text()
        assert shown.answers == [], "Enter ends the search, as it does in the table; nobody has chosen yet"
        await shown.press("enter")
        assert shown.answers == ["view.sort"]


async def test_help_moves_over_headings() -> None:
    async with showing(HelpScreen(ENTRIES)) as shown:
        await shown.press("j", "j", "enter")
        assert shown.answers == ["program.help"]


async def test_long_help_scrolls() -> None:
    entries = [HelpEntry("All", str(number), f"Entry {number}", f"id.{number}") for number in range(100)]
    async with showing(HelpScreen(entries)) as shown:
        assert "Entry 99" not in shown.text()
        await shown.press("G")
        assert "Entry 99" in shown.text()
        assert "Enter runs" in shown.text()
        await shown.press("g", "ctrl+d", "ctrl+u", "enter")
        assert shown.answers == ["id.0"]


@pytest.mark.parametrize("key", ["escape", "q", "f1", "question_mark"])
async def test_each_way_out_of_help_runs_nothing(key: str) -> None:
    async with showing(HelpScreen(ENTRIES)) as shown:
        await shown.press(key)
        assert shown.answers == [None]


async def test_search_words_are_text_even_if_they_are_keys() -> None:
    async with showing(HelpScreen([HelpEntry("A", "q", "Quiet jag", "a.a")])) as shown:
        await shown.press("/", *"q?jg")
        assert shown.app.is_asking
        assert "no match" in shown.text()
        await shown.press("escape")
        assert "Quiet jag" in shown.text()


async def test_picker_begins_at_the_current_one() -> None:
    async with showing(Picker("Theme", THEMES, current="light")) as shown:
        assert "cutover-light  (now)" in shown.text()
        await shown.press("enter")
        assert shown.answers == ["light"]


async def test_picker_previews_and_takes_the_preview_back() -> None:
    seen: list[str] = []
    async with showing(Picker("Theme", THEMES, current="dark", on_highlight=seen.append)) as shown:
        assert seen == []
        await shown.press("j")
        assert seen == ["light"]
        await shown.press("j")
        assert seen == ["light"], "what cannot be chosen is not previewed"
        await shown.press("escape")
        assert seen == ["light", "dark"]
        assert shown.answers == [None]


async def test_picker_says_why_not() -> None:
    async with showing(Picker("Theme", THEMES)) as shown:
        await shown.press("G", "enter")
        assert shown.answers == []
        assert shown.text().count("line 3: not a colour") == 2
        await shown.press("k", "enter")
        assert shown.answers == ["light"]


async def test_the_end_of_a_line_that_is_cut_is_told_below() -> None:
    options = [Option("", "all", "7 of 24 finished  3 hours left"), Option("w1", "wave 1", "8 of 8")]
    async with showing(Picker("Waves", options), (60, 15)) as shown:
        assert shown.text().count("3 hours left") == 1, "nothing twice that has room"
    options[0] = Option("", "all", f"7 of 24 finished  {'3 failed  ' * 4}3 hours left")
    async with showing(Picker("Waves", options), (60, 15)) as shown:
        assert "3 hours left" in shown.text()
        await shown.press("j")
        assert "3 hours left" not in shown.text()
        await shown.press("k", *"xyz")
        assert "3 hours left" not in shown.text(), "nothing is told of what is not in the list"
        await shown.press("escape")
        await shown.pilot.resize_terminal(120, 40)
        await shown.pilot.pause()
        assert shown.text().count("3 hours left") == 1


async def test_picker_takes_a_click() -> None:
    async with showing(Picker("Theme", THEMES)) as shown:
        await shown.pilot.click(OptionList, offset=(4, 1))
        assert shown.answers == ["light"]


async def test_a_click_on_a_line_that_the_filter_has_taken_away_does_nothing() -> None:
    async with showing(Picker("Theme", THEMES)) as shown:
        entries = shown.app.screen.query_one(OptionList)
        click = Click(entries, 4, 2, 0, 0, 1, False, False, False, style=Style(meta={"option": 2}))
        await shown.press("/", *"light")
        entries.post_message(click)
        await shown.pilot.pause()
        assert shown.answers == []
        assert shown.app.is_asking


async def test_without_colours_the_line_under_the_cursor_stands_out() -> None:
    async with showing(Picker("Theme", THEMES)) as shown:
        shown.app.no_color = True
        shown.app.refresh_css()
        await shown.pilot.pause()
        lines = shown.app.screen.query_one(OptionList)
        looks = [next(iter(lines.render_line(y))).style for y in range(2)]
        assert [bool(look and look.reverse) for look in looks] == [True, False]


async def test_a_word_typed_into_a_picker_filters() -> None:
    options = [*THEMES, Option("old", "paper", also="classic")]
    async with showing(Picker("Theme", options)) as shown:
        await shown.press(*"light")
        assert "cutover-dark" not in shown.text()
        await shown.press("escape")
        await shown.press(*"classic", "enter")
        assert shown.answers == ["old"]


async def test_who_types_a_whole_name_gets_that_and_not_what_contains_it() -> None:
    """With 'ro' the profile 'prod' was opened, since its name stood first."""
    profiles = [Option(name, name) for name in ("prod", "ro", "rome")]
    async with showing(Picker("Profile", profiles, current="prod")) as shown:
        await shown.press(*"ro", "enter")
        assert shown.answers == ["ro"]


async def test_the_cursor_of_the_terminal_is_on_the_line_under_the_cursor() -> None:
    """Screen readers read that line."""
    many = [Option(str(number), f"choice {number}") for number in range(100)]
    async with showing(Picker("Many", many)) as shown:
        for keys, label in (("", ">choice 0"), ("jj", ">choice 2"), ("G", ">choice 99")):
            await shown.press(*keys)
            line = shown.text().splitlines()[shown.app.cursor_position.y]
            assert line[shown.app.cursor_position.x :].startswith(label)


async def test_keys_of_a_picker_are_no_words() -> None:
    async with showing(Picker("Theme", THEMES)) as shown:
        await shown.press("j", "k", "G", "g", "space", "colon", "q")
        assert shown.answers == [None]


async def test_picker_shows_foreign_text_plainly() -> None:
    options = [Option(HOSTILE, HOSTILE, HOSTILE), Option("b", "b", disabled_reason=HOSTILE)]
    async with showing(Picker(HOSTILE, options), (120, 40)) as shown:
        await shown.press("j")
        assert "[bold red]x[/]" in shown.text()
        assert not {char for char in shown.text() if not char.isprintable()} - {"\n"}
        await shown.press("k", "enter")
        assert shown.answers == [HOSTILE]


async def test_an_empty_picker_can_be_left() -> None:
    async with showing(Picker("Copy", [])) as shown:
        await shown.press("enter", "q")
        assert shown.answers == [None]


async def test_columns_are_ticked_and_ordered() -> None:
    async with showing(MultiPicker("Columns", COLUMNS, chosen=["state", "name", "gone"])) as shown:
        assert shown.words().index("[x] State") < shown.words().index("[x] Name")
        await shown.press("j", "-")
        await shown.press("G", "space")
        await shown.press("-", "-")
        await shown.press("enter")
        assert shown.answers == [("name", "eta", "state")]


async def test_a_line_does_not_move_beyond_the_ends() -> None:
    async with showing(MultiPicker("Columns", COLUMNS, chosen=["name", "state"])) as shown:
        await shown.press("-", "G", "+", "+", "enter")
        assert shown.answers == [("name", "state")]


async def test_nothing_ticked_is_no_choice() -> None:
    async with showing(MultiPicker("Columns", COLUMNS, chosen=["name"])) as shown:
        await shown.press("space", "enter")
        assert shown.answers == []
        assert "Tick at least one." in shown.text()


async def test_ticking_by_mouse_and_through_the_filter() -> None:
    async with showing(MultiPicker("Columns", COLUMNS, chosen=["name"])) as shown:
        await shown.pilot.click(OptionList, offset=(4, 1))
        await shown.press("/", *"eta")
        await shown.press("tab")
        await shown.press("space", "enter")
        assert shown.answers == [("name", "state", "eta")]


async def test_escape_gives_up_what_was_ticked() -> None:
    async with showing(MultiPicker("Columns", COLUMNS, chosen=["name"])) as shown:
        await shown.press("space", "escape")
        assert shown.answers == [None]


async def test_notes_stand_in_a_column_of_their_own() -> None:
    options = [Option("eta", "ETA", "Time left"), Option("limit", "LIMIT", "Speed limit"), Option("x", "X")]
    for screen in (Picker("Sort by", options, current="eta"), MultiPicker("Columns", options, ["eta"])):
        async with showing(screen) as shown:
            noted = [line for line in shown.lines() if "Time left" in line or "Speed limit" in line]
            columns = {
                line.index(note) for line, note in zip(noted, ("Time left", "Speed limit"), strict=True)
            }
            assert len(columns) == 1, noted
