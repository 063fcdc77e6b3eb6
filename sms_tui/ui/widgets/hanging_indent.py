"""Wraps lines of styled pieces so that continuation lines align with the text, not with its label."""

import re
from collections.abc import Iterator
from functools import cache

from rich.cells import cell_len, chop_cells

Piece = tuple[str, str]
"""A text and the name of its style"""
Line = tuple[Piece, ...]
HANG = "hang"
"""The style of an indent under which a line goes on exactly where the one before was broken"""

_WIDE = "\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uffef"
_CLOSING = "，。、：；！？）》」』】”’…"
_TOKEN = rf"\s+|[{_WIDE}][{_CLOSING}]*|[^\s{_WIDE}]+[{_CLOSING}]*"
"""A word; scripts without spaces break anywhere but before punctuation that closes"""


@cache
def _token() -> re.Pattern[str]:
    """Compiled when a line is first too long: it takes longer than all other patterns together."""
    return re.compile(_TOKEN)


def wrapped(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` cells."""
    return ["".join(part for part, _ in line).rstrip() for line in hung(((text, ""),), max(width, 1), 0)]


def hung(line: Line, width: int, indent: int) -> list[Line]:
    """`line` in lines of at most `width` cells; those after the first begin `indent` cells in.

    A word too long for that begins as far in as it can, and is broken only if it is longer than a line.
    """
    if sum(cell_len(text) for text, _ in line) <= width:
        return [line]
    lines: list[list[Piece]] = [[]]
    used = 0
    for text, style in _tokens(line, width):
        cells = cell_len(text)
        if used + cells > width:
            if text.isspace():
                used = width
                continue
            start = min(indent, width - cells)
            lines.append([(" " * start, "")])
            used = start
        lines[-1].append((text, style))
        used += cells
    return [tuple(pieces) for pieces in lines]


def _tokens(line: Line, width: int) -> Iterator[Piece]:
    for text, style in line:
        for token in _token().findall(text):
            yield from ((part, style) for part in chop_cells(token, max(width, 1)))
