"""What a terminal was sent, looked at afterwards: frames, what they changed, and what was needed for it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyte

from tests.terminal import Screen

_GAP = 0.005
"""Seconds of silence that part one frame from the next"""
_OVERHEAD = 4
_ERASE = 3
Cell = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """What came in one go."""

    at: float
    """Seconds since the start"""
    size: int
    """Bytes"""
    least: int
    """Bytes that a careful program needs for the same change"""
    shown: str
    """The screen then"""


def frames(chunks: Sequence[tuple[float, bytes]], size: tuple[int, int]) -> Iterator[Frame]:
    """Play back what was written, one frame after the other."""
    screen = Screen(*size)
    stream = pyte.ByteStream(screen)
    before = _cells(screen)
    for at, data in _bursts(chunks):
        stream.feed(data)
        after = _cells(screen)
        yield Frame(at, len(data), _least(before, after), "\n".join(screen.display))
        before = after


def _bursts(chunks: Iterable[tuple[float, bytes]]) -> Iterator[tuple[float, bytes]]:
    begun, last, data = 0.0, None, b""
    for at, more in chunks:
        if last is not None and at - last > _GAP:
            yield last, data
            begun, data = at, b""
        begun, last, data = begun or at, at, data + more
    if last is not None:
        yield last, data


def _cells(screen: Screen) -> list[list[Cell]]:
    return [[tuple(screen.buffer[y][x]) for x in range(screen.columns)] for y in range(screen.lines)]


def _least(before: Sequence[Sequence[Cell]], after: Sequence[Sequence[Cell]]) -> int:
    """Cheapest moves, smallest changes of the pen, erased ends of lines; no scrolling, no frame around it."""
    cost, pen, place = 0, _PLAIN, (-1, -1)
    for y, (old, new) in enumerate(zip(before, after, strict=True)):
        x, width = 0, len(new)
        while x < width:
            if old[x] == new[x]:
                x += 1
                continue
            cost += _move(place, (y, x), new)
            style = new[x][1:]
            cost += _pen(pen, style)
            pen = style
            if all(cell[0] == " " and cell[1:] == style for cell in new[x:]):
                cost += min(_ERASE, width - x)
                place = (y, x)
                break
            cost += len(str(new[x][0]).encode())
            place = (y, x + 1)
            x += 1
    return cost


_PLAIN: Cell = ("default", "default", False, False, False, False, False, False)


def _move(place: tuple[int, int], target: tuple[int, int], line: Sequence[Cell]) -> int:
    (row, column), (y, x) = place, target
    if place == target:
        return 0
    if row == y and column < x:
        over = line[column:x]
        written = len("".join(str(cell[0]) for cell in over).encode())
        is_plain = all(cell[1:] == line[x][1:] for cell in over)
        moved = 2 + len(str(x - column)) if x - column > 1 else 3
        return min(written, moved + 1) if is_plain else moved + 1
    return _OVERHEAD + len(str(y + 1)) + len(str(x + 1))


def _pen(pen: Cell, style: Cell) -> int:
    """Bytes of the smallest change from one look to another."""
    if pen == style:
        return 0
    parts = [_color(new, 3) for old, new in zip(pen[:2], style[:2], strict=True) if old != new]
    parts += [1 if new else 2 for old, new in zip(pen[2:], style[2:], strict=True) if old != new]
    return 3 + sum(parts) + len(parts) - 1


def _color(color: object, digits: int) -> int:
    text = str(color)
    if len(text) == 6 and all(char in "0123456789abcdef" for char in text):
        return 5 + sum(len(str(int(text[place : place + 2], 16))) for place in (0, 2, 4)) + 2
    return digits - 1
