"""Words of the command line: whole, as a beginning, or nearly right."""

import pytest

from sms_tui.ui.keys.typed_command import TypedCommand, find

COMMANDS = {
    name: TypedCommand(name, lambda _: None, "NAME")
    for name in ("view", "filter", "save-view", "sort", "show")
}


@pytest.mark.parametrize(
    ("line", "name"), [("view failed", "view"), (":fil", "filter"), ("sa x", "save-view")]
)
def test_a_word_or_its_beginning_is_enough(line: str, name: str) -> None:
    found = find(COMMANDS, line)
    assert not isinstance(found, str)
    assert found[0].name == name


@pytest.mark.parametrize(
    ("line", "name"),
    [("launch", "test"), ("cutover", "test"), ("cut", "test"), ("pause", "pause"), ("pau", "pause")],
)
def test_a_common_word_finds_it_too_where_no_name_does(line: str, name: str) -> None:
    commands = {
        "pause": TypedCommand("pause", lambda _: None),
        "stop": TypedCommand("stop", lambda _: None, also=("pause",)),
        "test": TypedCommand("test", lambda _: None, also=("launch", "cutover", "cut-over")),
    }
    found = find(commands, line)
    assert not isinstance(found, str)
    assert found[0].name == name


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("vew failed", "'vew' is not a command; did you mean 'view'?"),
        ("bogus", "'bogus' is not a command; ? lists them"),
        ("s", "'s' could be save-view, sort, show"),
    ],
)
def test_a_word_that_is_none_is_told_with_what_may_be_meant(line: str, said: str) -> None:
    assert find(COMMANDS, line) == said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "pause  web-09",
            "Not run: 'stop' is for the row under the cursor or the marked rows, not for 'web-09'",
        ),
        ("halt web-09", "Not run: 'halt' takes nothing behind it"),
    ],
)
def test_what_takes_no_name_is_not_run_with_one(line: str, said: str) -> None:
    commands = {
        "stop": TypedCommand("stop", lambda _: None, also=("pause",), is_for_rows=True),
        "halt": TypedCommand("halt", lambda _: None),
    }
    assert find(commands, line) == said
