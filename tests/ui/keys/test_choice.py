"""Keys of the configuration: each entry counts, or costs itself alone and says why."""

import string

import pytest
from textual.keys import _character_to_key

from sms_tui.ui.keys.binding_places import all_bindings
from sms_tui.ui.keys.choice import Bound, KeyChoice
from tests.ui.dialogs.host import NEVER_BOUND

BINDINGS = all_bindings()
ALONE = (Bound("view.sort", ("s",), "Sort by a column", frozenset({"table"})),)


@pytest.mark.parametrize("bound", BINDINGS, ids=lambda bound: bound.id)
def test_each_binding_can_be_given_another_key(bound: object) -> None:
    binding_id = bound.id  # type: ignore[attr-defined]
    keys = KeyChoice(BINDINGS, {binding_id: ["f9", "ctrl+f9"]})
    assert keys.problems == []
    assert list(keys.keys(binding_id)) == ["f9", "ctrl+f9"]


def test_as_built_nothing_clashes_and_no_dangerous_key_is_bound() -> None:
    by_place: dict[tuple[str, str], set[str]] = {}
    for bound in BINDINGS:
        assert not {key for key in bound.keys if key in NEVER_BOUND or key.startswith("alt+")}
        for place in bound.places:
            for key in bound.keys:
                by_place.setdefault((place, key), set()).add(bound.id)
    assert [ids for ids in by_place.values() if len(ids) > 1] == []


@pytest.mark.parametrize(
    ("configured", "used", "problem"),
    [
        ({"view.sort": ["C"]}, {}, "keys.view.sort is not used: C is taken by view.columns (Choose columns)"),
        ({"view.sort": ["j"]}, {}, "keys.view.sort is not used: j is taken by table.down (Down)"),
        ({"log.wrap": ["ctrl+l"]}, {}, "keys.log.wrap is not used: ctrl+l is taken by program.redraw"),
        (
            {"view.srt": ["o"]},
            {},
            "keys.view.srt is not used: there is no such binding; did you mean 'view.sort'?",
        ),
        ({"view.sort": ["ctr+o"]}, {}, "keys.view.sort is not used: 'ctr+o' is not the name of a key"),
        (
            {"view.sort": ["o"], "view.pick": ["o"], "copy.id": ["f4"]},
            {"view.sort": "o", "copy.id": "f4"},
            "keys.view.pick is not used: o is taken by view.sort (Sort by a column)",
        ),
    ],
)
def test_a_wrong_entry_costs_itself_alone(
    configured: dict[str, list[str]], used: dict[str, str], problem: str
) -> None:
    keys = KeyChoice(BINDINGS, configured)
    assert keys.keymap == used
    (found,) = keys.problems
    assert found.startswith(problem)


def test_a_problem_is_told_with_its_place() -> None:
    places = {"keys.view.srt": "c.toml:8:1"}
    keys = KeyChoice(BINDINGS, {"view.srt": ["o"], "view.sort": ["C"]}, places)
    unplaced = keys.problems[1]
    assert keys.placed_problems == [f"c.toml:8:1: {keys.problems[0]}", unplaced]


def test_two_bindings_can_change_places() -> None:
    keys = KeyChoice(BINDINGS, {"view.sort": ["C"], "view.columns": ["s"]})
    assert (keys.problems, keys.word("view.sort"), keys.word("view.columns")) == ([], "C", "s")


def test_log_and_detail_may_give_a_key_another_meaning() -> None:
    assert KeyChoice(BINDINGS, {"log.wrap": ["s"]}).problems == []


def test_keys_are_written_as_people_write_them() -> None:
    keys = KeyChoice(BINDINGS, {"program.help": ["f2", "="], "view.filter": ["ç"]})
    assert keys.problems == []
    assert list(keys.keys("program.help")) == ["f2", "equals_sign"]


@pytest.mark.parametrize("character", string.punctuation)
def test_a_character_can_be_given_itself_or_by_its_name(character: str) -> None:
    name = _character_to_key(character)
    for word in (character, name):
        keys = KeyChoice(ALONE, {"view.sort": [word]})
        assert (keys.problems, keys.keymap) == ([], {"view.sort": name})


@pytest.mark.parametrize("word", ["slsh", "foo_bar", "ctrl+", "solidus"])
def test_a_word_that_no_key_sends_is_told(word: str) -> None:
    (problem,) = KeyChoice(ALONE, {"view.sort": [word]}).problems
    assert problem.endswith(f"'{word}' is not the name of a key")


def test_the_key_of_the_readme_is_one() -> None:
    keys = KeyChoice(BINDINGS, {"view.filter": ["slash", "f"]})
    assert (keys.problems, keys.keymap) == ([], {"view.filter": "slash,f"})
