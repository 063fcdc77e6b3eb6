"""Nothing that the cleaner lets through can fool a terminal or a reader."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_tui.domain.text import CELL_LIMIT, DETAIL_LIMIT, clean, is_plain
from tests.conftest import Tried
from tests.hostile import CORPUS, MARK, framed, is_harmless

_BAD = [text for text in CORPUS if len(text) < 20]
# Characters of every kind, lone surrogates too, mixed with whole pieces of trouble.
TEXTS = st.one_of(
    st.text(st.characters(), max_size=60),
    st.text(
        st.characters(categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Mn", "Me", "Lo", "So"]), max_size=30
    ),
    st.lists(st.sampled_from(_BAD), max_size=6).map("".join),
)
LIMITS = st.sampled_from([0, 1, 7, 8, 20, CELL_LIMIT, DETAIL_LIMIT])
MANY = settings(max_examples=800, deadline=None)


@MANY
@given(TEXTS, LIMITS, st.booleans())
def test_what_is_shown_is_harmless_and_within_its_limit(text: str, limit: int, lines: bool) -> None:
    shown = clean(text, limit, lines=lines)
    assert is_harmless(shown, lines=lines)
    assert len(shown) <= limit


@MANY
@given(TEXTS, LIMITS, st.booleans())
def test_cleaning_twice_changes_nothing(text: str, limit: int, lines: bool) -> None:
    once = clean(text, limit, lines=lines)
    assert clean(once, limit, lines=lines) == once


@MANY
@given(TEXTS)
def test_marks_do_not_pile_up(text: str) -> None:
    run = 0
    shown = clean(text)
    for char in shown:
        run = run + 1 if unicodedata.category(char) in {"Mn", "Me"} else 0
        assert run <= 4
    assert not shown or unicodedata.category(shown[0]) not in {"Mn", "Me"}


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=CELL_LIMIT))
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert clean(text) == text
    assert clean(text, lines=True) == text


def test_the_corpus_is_large_and_each_text_is_in_it_once() -> None:
    assert len(CORPUS) > 400
    assert len(set(CORPUS)) == len(CORPUS)


@pytest.mark.parametrize("lines", [False, True])
@pytest.mark.parametrize("limit", [CELL_LIMIT, DETAIL_LIMIT])
def test_every_hostile_text_is_tamed(limit: int, lines: bool, tried: Tried) -> None:
    for text in CORPUS:
        shown = clean(text, limit, lines=lines)
        assert is_harmless(shown, lines=lines), ascii(text)
        assert len(shown) <= limit, ascii(text[:50])
        assert clean(shown, limit, lines=lines) == shown, ascii(text[:50])
    tried(8, len(CORPUS))


def test_what_stands_around_a_hostile_text_stays() -> None:
    for text in CORPUS:
        shown = clean(framed(text), DETAIL_LIMIT)
        assert shown.startswith(MARK), ascii(text[:50])
        assert shown.endswith((MARK, ")")), ascii(text[:50])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "␛[31mred"),
        ("\x00\x07\x08\t\x7f", "␀␇␈␉␡"),
        ("a\r\nb", "a␍⏎b"),
        ("\x9b31m", "<9B>31m"),
        ("a\u202eb", "a<U+202E>b"),
        ("a\u200bb\u00ad", "a<U+200B>b<U+00AD>"),
        ("a\ud800b", "a\ufffdb"),
        ("a\U000e0041", "a<U+E0041>"),
        ("☁\ufe0f", "☁<U+FE0F>"),
        ("\u3164", "<U+3164>"),
        ("\u0301x", "◌\u0301x"),
        ("z" + "\u0300" * 9, "z" + "\u0300" * 4),
        ("\u0300" * 9, "◌" + "\u0300" * 4),
        ("a\x9fb\xa0c", "a<9F>b\xa0c"),
        ("a\ufe00b\ufe0f", "a<U+FE00>b<U+FE0F>"),
        ("a\U000e0100b\U000e01ef", "a<U+E0100>b<U+E01EF>"),
        ("a\u180bb\u180d\u180f", "a<U+180B>b<U+180D><U+180F>"),
        ("a\ufdffb\ufe10c\U000e01f0", "a\ufdffb\ufe10c<U+E01F0>"),
        ("[bold]x[/]", "[bold]x[/]"),
        ("日本", "日本"),
        ("שלום", "שלום"),
    ],
)
def test_it_is_shown_as(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_lines_are_kept_only_where_they_are_wanted() -> None:
    assert clean("a\nb") == "a⏎b"
    assert clean("a\nb\r", lines=True) == "a\nb␍"


def test_a_cut_says_how_much_is_missing() -> None:
    assert clean("x" * 300, 20) == "x" * 12 + "… (+280)"
    assert clean("x" * 20, 20) == "x" * 20
    assert clean("x" * 300, 4) == "… (+"
    assert clean("x" * 300, 0) == ""


def test_a_mark_at_the_beginning_of_a_line_gets_a_base() -> None:
    assert clean("a\n\u0301b", lines=True) == "a\n◌\u0301b"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("web-07", True),
        ("two words", True),
        ("", False),
        (" web", False),
        ("web ", False),
        ("wéb", False),
        ("we\tb", False),
        ("x" * 40, True),
        ("x" * 41, False),
    ],
)
def test_what_can_be_typed(text: str, plain: bool) -> None:
    assert is_plain(text, 40) is plain
