"""What a filter can say, on one screen."""

from collections.abc import Iterator

import pytest
from rich.cells import cell_len

from sms_tui.domain.filters import parse_filter
from sms_tui.domain.rows import COLUMNS
from sms_tui.ui.wording.filter_help import filter_help
from sms_tui.ui.wording.language import LANGUAGES, choose


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    choose(request.param)
    yield request.param
    choose("en")


def test_names_stand_below_each_other_in_every_language(language: str) -> None:
    lines = filter_help(80).split("\n")
    (first,) = (number for number, line in enumerate(lines) if "name state" in line)
    assert cell_len(lines[first].split("name state")[0]) == 10
    assert lines[first + 1][:10].isspace()
    assert lines[first + 1][10:].split()[0] in COLUMNS
    (aliases,) = (line for line in lines if "subtask" in line)
    assert cell_len(aliases.split("subtask")[0]) == 10
    assert all(cell_len(line) <= 80 for line in lines), language


def test_on_a_narrow_screen_words_go_on_below_words(language: str) -> None:
    forms = filter_help(60).split("\n\n")[1].split("\n")
    assert all(cell_len(line) <= 60 for line in forms), language
    assert all(line[:20].isspace() or line[18:20].isspace() for line in forms), language


def test_every_example_is_a_filter(language: str) -> None:
    examples = [line[:20].strip() for line in filter_help(80).split("\n")[2:12]]
    assert all(parse_filter(example, lambda: 0.0).tests for example in examples), language
