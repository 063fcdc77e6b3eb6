"""Cells for CSV files that spreadsheets open: clean text, and nothing that one would run as a formula."""

from sms_tui.domain.text import DETAIL_LIMIT, clean

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_cell(value: object) -> object:
    """`value` for a CSV file: numbers as they are, texts cleaned and made harmless, None empty."""
    if value is None or isinstance(value, int | float):
        return "" if value is None else value
    text = clean(str(value), DETAIL_LIMIT)
    return f"'{text}" if text.startswith(_FORMULA) else text
