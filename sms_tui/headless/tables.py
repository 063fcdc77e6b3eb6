"""Plain text tables, aligned by terminal cells and not by characters."""

import sys
import unicodedata
from collections.abc import Sequence

WIDEST = 40
"""Cells of a column in a table that nobody gave other limits"""


def table(
    heading: Sequence[str], rows: Sequence[Sequence[str]], limits: Sequence[int] | None = None
) -> list[str]:
    """Lines of a table; longer cells are cut, the last column is not. Cells have to be clean.

    `limits` says otherwise how wide each column may be, 0 to leave it out.
    """
    if limits is None:
        limits = [WIDEST] * (len(heading) - 1) + [sys.maxsize]
    shown = [
        [_cut(cell, limit) for cell, limit in zip(row, limits, strict=True) if limit]
        for row in (heading, *rows)
    ]
    widths = column_widths(shown)
    return [
        "  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in shown
    ]


def column_widths(rows: Sequence[Sequence[str]]) -> list[int]:
    """How many cells of a terminal each column takes."""
    return [max(map(_width, column)) for column in zip(*rows, strict=True)]


def _width(text: str) -> int:
    return len(text) if text.isascii() else sum(map(_cells, text))


def _cells(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _cut(text: str, width: int) -> str:
    if _width(text) <= width:
        return text
    kept = ""
    for char in text:
        if _width(kept) + _cells(char) >= width:
            break
        kept += char
    return f"{kept}…"


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
