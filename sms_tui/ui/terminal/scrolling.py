"""Detects whether a frame is mostly the last one moved up or down, so that the terminal can move it itself.

The terminal moves lines by deleting or inserting them between margins, which terminals have done since the
VT102. That works only over the full width, since few terminals know left and right margins. What stands
beside the moved part has to be sent again, so lines are moved only if that costs less.
"""

from collections.abc import Sequence
from operator import eq, itemgetter
from typing import Protocol

from msgspec import Struct

FARTHEST = 3
"""Lines, up or down, of the longest move that is looked for"""
_LEAST_LINES = 4
"""Fewer changed lines are sent as they are"""
_PARTS = 8
"""Into how many parts a line is cut to see how much of it moved"""
_WORTH = 6
"""Parts of lines that a move must save: it costs some thirty bytes itself"""


class CellLine(Protocol):
    """What is looked at of a line."""

    texts: list[str]


class Scroll(Struct, frozen=True):
    """Lines `top` to `bottom` (both included) move up; down if `up` is negative."""

    top: int
    bottom: int
    up: int

    @property
    def sequence(self) -> str:
        """What makes a terminal do it; its cursor is at the top left then."""
        verb = "M" if self.up > 0 else "L"
        return f"\x1b[{self.top + 1};{self.bottom + 1}r\x1b[{self.top + 1}H\x1b[{abs(self.up)}{verb}\x1b[r"


def find_scroll(
    changed: Sequence[int], wanted: Sequence[CellLine], sent: Sequence[CellLine | None]
) -> Scroll | None:
    """The move that saves most, if one does; `changed` are the places of the lines that differ."""
    if len(changed) < _LEAST_LINES or None in sent:
        return None
    step = max(len(wanted[0].texts) // _PARTS, 1)
    new = [_parts(line, step) for line in wanted]
    old = [_parts(line, step) for line in sent if line is not None]
    moves = (side * count for count in range(1, FARTHEST + 1) for side in (1, -1))
    saved, best = max((_best_move(new, old, up) for up in moves), key=itemgetter(0))
    return best if saved >= _WORTH else None


Parts = tuple[str, ...]


def _parts(line: CellLine, step: int) -> Parts:
    text = "".join(line.texts)
    return tuple(text[start : start + step] for start in range(0, len(text), step))


def _best_move(new: Sequence[Parts], old: Sequence[Parts], up: int) -> tuple[int, Scroll]:
    """The lines for which moving by `up` saves most, and how many parts of lines it saves."""
    best = total = start = 0
    span = (0, 0)
    for y in range(max(-up, 0), len(new) - max(up, 0)):
        if total <= 0:
            total, start = 0, y
        total += _gain(new[y], old[y], old[y + up])
        if total > best:
            best, span = total, (start, y)
    first, last = span
    opened = range(last + 1, last + up + 1) if up > 0 else range(first + up, first)
    # What the lines that come in empty showed already is lost.
    best -= sum(sum(map(eq, new[y], old[y])) for y in opened)
    return best, Scroll(min(first, first + up), max(last, last + up), up)


def _gain(wanted: Parts, here: Parts, there: Parts) -> int:
    if here == there:
        return 0
    gained: int = sum(map(eq, wanted, there)) - sum(map(eq, wanted, here))
    return gained
