"""A bare word: what it is found in, and when a longer one can only leave rows out."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sms_tui.domain.filters import Filter, parse_filter
from sms_tui.domain.rows import Row, Search
from sms_tui.domain.task import Server
from tests.domain.samples import make_row

ID, SOURCE, TARGET = (
    "5345acbf-d91d-552f-a195-12a02a05f918",
    "6491db13-1406-5fb6-a9ce-986b4d4d2755",
    "16dae69b8b19540fa260341ad00be7b2",
)
ROW = make_row(id=ID, name="w1-web-01", source=Server(id=SOURCE, ip="192.0.2.7"), target=Server(id=TARGET))


@pytest.mark.parametrize("word", [ID, SOURCE, TARGET, ID.upper(), "534", "5", "64", "16d"])
def test_an_id_is_found_by_its_beginning(word: str) -> None:
    assert is_found(word, ROW)


@pytest.mark.parametrize("word", ["5345a", "acbf", "-d91", "f918", "05f918", "b8b19540f", "db13-14"])
def test_an_id_is_found_by_any_four_letters_of_it(word: str) -> None:
    assert is_found(word, ROW)


@pytest.mark.parametrize("word", ["db", "d91", "ae", "918", "7b2", "db1"])
def test_a_few_letters_in_the_middle_of_an_id_show_no_row(word: str) -> None:
    assert not is_found(word, ROW)
    assert is_found(f"id:{word}", ROW) is (word in ID)


@pytest.mark.parametrize("word", ["1-w", "01", "b-0", "2.7", "19"])
def test_a_few_letters_are_found_anywhere_else(word: str) -> None:
    assert is_found(word, ROW)


def test_a_short_name_of_hexadecimal_letters_is_no_id() -> None:
    assert is_found("ee-0", make_row(name="bee-01"))
    assert is_found("ee", make_row(name="bee-01"))
    assert is_found("ee", make_row(id="bee-01"))


def test_a_pattern_looks_into_ids_too() -> None:
    assert is_found("/^16dae.*7b2$/", ROW)
    assert is_found("/^w1-web/", ROW)
    assert is_found("/02a0/", ROW)


TEXTS = st.text(st.sampled_from("db1-x"), max_size=5)
IDS = st.text(st.sampled_from("db1-"), min_size=32, max_size=36)


@settings(max_examples=300, deadline=None)
@given(TEXTS.filter(bool), TEXTS, TEXTS, IDS, TEXTS)
@example("1", "d", "b", "d1b" + "b" * 30, "x")
def test_a_longer_word_is_certain_to_be_found_in_no_other_rows(
    word: str, before: str, after: str, id_: str, name: str
) -> None:
    longer = before + word + after
    row = make_row(id=id_, name=name)
    if Search.is_implied(word, longer) and Search(longer)(row):
        assert Search(word)(row)
    for each in (word, longer):
        assert Search(each).each([row]) == [Search(each)(row)]


@pytest.mark.parametrize(
    ("word", "longer", "is_certain"),
    [
        ("w", "we", True),
        ("we", "web", True),
        ("web", "the-web-01", True),
        ("5", "53", True),
        ("53", "534", True),
        ("53", "153", False),
        ("534", "5345", False),
        ("5345", "5345-", True),
        ("5345", "a5345", True),
        ("db", "db-prod", True),
        ("x", "y", False),
    ],
)
def test_when_only_what_is_shown_has_to_be_asked(word: str, longer: str, is_certain: bool) -> None:
    assert Search.is_implied(word, longer) is is_certain
    assert read(longer).narrows(read(word)) is is_certain


@pytest.mark.parametrize(
    ("wanted", "other", "is_certain"),
    [
        ("web", "", True),
        ("web !db", "web", True),
        ("WEBX", "web", True),
        ("web", "web db", False),
        ("web app", "web db", False),
        ("!webx", "web", False),
        ("webx", "!web", False),
        ("name:webx", "web", False),
        ("webx", "name:web", False),
        ("/webx/", "web", False),
        ("webx", "/web/", False),
    ],
)
def test_a_filter_narrows_another_only_where_words_grow(wanted: str, other: str, is_certain: bool) -> None:
    assert read(wanted).narrows(read(other)) is is_certain


def is_found(text: str, row: Row) -> bool:
    """Whether a filter shows the row."""
    return read(text).matches(row)


def read(text: str) -> Filter:
    """The filter; none here is about time."""
    return parse_filter(text, lambda: 0.0)
