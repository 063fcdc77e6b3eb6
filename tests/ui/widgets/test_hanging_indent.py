"""Wrapped lines hang under where they began, and lose nothing but the spaces they break at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from sms_tui.ui.widgets.hanging_indent import Line, hung, wrapped


def plain(lines: list[Line]) -> list[str]:
    """The lines without their styles."""
    return ["".join(text for text, _ in line).rstrip() for line in lines]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ((("label  ", "muted"), ("one two", "bold")), ["label  one two"]),
        ((("label  ", "muted"), ("one two ", ""), ("three", "")), ["label  one two", "       three"]),
        (
            (("label  ", "muted"), ("one", ""), ("  four five", "")),
            ["label  one", "       four", "       five"],
        ),
        ((("label  ", "muted"), ("elevencells", "")), ["label", "   elevencells"]),
        ((("label  ", "muted"), ("longer than one", "")), ["label  longer", "       than", "       one"]),
    ],
)
def test_a_line_goes_on_beside_its_label(line: Line, shown: list[str]) -> None:
    assert plain(hung(line, 14, 7)) == shown


@given(
    st.lists(st.tuples(st.text("ab 漢", max_size=30), st.sampled_from(["", "muted"])), max_size=4),
    st.integers(10, 30),
    st.integers(0, 11),
)
def test_nothing_is_lost_and_every_line_fits(pieces: list[tuple[str, str]], width: int, indent: int) -> None:
    lines = hung(tuple(pieces), width, indent)
    assert all(sum(cell_len(text) for text, _ in line) <= width for line in lines)
    assert "".join("".join(plain(lines)).split()) == "".join("".join(text for text, _ in pieces).split())


def test_scripts_without_spaces_break_anywhere_but_before_closing_punctuation() -> None:
    assert wrapped("暂停后，目的端仍被锁定。", 8) == ["暂停后，", "目的端仍", "被锁定。"]
    assert wrapped("a long run of words", 8) == ["a long", "run of", "words"]
