"""Plain text tables: aligned by what a terminal draws, not by counting characters."""

import unicodedata
from collections.abc import Sequence

_WIDEST = 40


def table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a table; longer cells are cut, the last column is not. Cells have to be clean."""
    shown = [[*(_cut(cell, _WIDEST) for cell in row[:-1]), row[-1]] for row in (heading, *rows)]
    widths = [max(map(_width, column)) for column in zip(*shown, strict=True)]
    return [
        "  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in shown
    ]


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
