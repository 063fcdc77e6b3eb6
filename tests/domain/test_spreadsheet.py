"""A cell of a CSV file does nothing but show itself."""

import pytest

from sms_tui.domain.spreadsheet import csv_cell
from tests.hostile import CORPUS, is_harmless


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (0, 0),
        (-1.5, -1.5),
        ("web-07", "web-07"),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(1)", "'@SUM(1)"),
        ("＝1+1", "'＝1+1"),
        ("－1", "'－1"),
        ("\t=1", "␉=1"),
        ("a\x1b[m", "a␛[m"),
    ],
)
def test_a_cell_is_never_a_formula(value: object, cell: object) -> None:
    assert csv_cell(value) == cell


def test_no_hostile_text_is_a_formula_or_a_command() -> None:
    for text in CORPUS:
        cell = str(csv_cell(text))
        assert is_harmless(cell), ascii(text[:50])
        assert not cell.startswith(("=", "+", "-", "@")), ascii(text[:50])
