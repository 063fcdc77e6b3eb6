"""Rows as CSV for spreadsheets: clean text, ISO times, and no cell that would run as a formula."""

import csv
from collections.abc import Iterable
from typing import TextIO

from sms_tui.domain.documents import utc
from sms_tui.domain.rows import COLUMNS, Column, Kind, Row, Value
from sms_tui.domain.steps import eta_seconds
from sms_tui.domain.text import DETAIL_LIMIT, clean

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""What begins a formula; the wide ones do where people write Chinese or Japanese"""


def write_csv(rows: Iterable[Row], now: float, file: TextIO) -> None:
    """Write a heading and a line for each row, as they are at `now` (epoch seconds)."""
    writer = csv.writer(file, lineterminator="\n")
    columns = [column for column in COLUMNS.values() if column.name != "age"]
    writer.writerow([*(column.name for column in columns), "changed_at"])
    for row in rows:
        cells = [csv_cell(_plain(column, row, now)) for column in columns]
        writer.writerow([*cells, utc(row.changed_at)])


def _plain(column: Column, row: Row, now: float) -> Value:
    """A value for programs: times as the JSON has them."""
    value = value_of(column.name, row, now)
    return utc(value) if column.kind is Kind.TIME and not isinstance(value, str) else value


def value_of(name: str, row: Row, now: float) -> Value:
    """What a row holds in a column at `now`; the time left is counted from then."""
    if name != "eta":
        return COLUMNS[name].value(row)
    left = eta_seconds(row.task, now)
    return None if left is None else round(left)


def csv_cell(value: object) -> object:
    """`value` for a CSV file: numbers as they are, texts cleaned and made harmless, None empty."""
    if value is None or isinstance(value, int | float):
        return "" if value is None else value
    text = clean(str(value), DETAIL_LIMIT)
    return f"'{text}" if text.startswith(_FORMULA) else text
