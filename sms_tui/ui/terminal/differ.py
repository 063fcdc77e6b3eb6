"""Between compositor and terminal: remembers what the terminal shows and sends only cells that changed.

The toolkit sends each redrawn line from the left edge of its widget, every piece with all of its colours.
Over a slow line that is tens of kilobytes for one key, where the actual change is a few hundred bytes.
"""

import re
import sys
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import compress, count, pairwise
from operator import is_not, ne, or_

from msgspec import Struct, field
from rich.cells import split_graphemes
from rich.segment import Segment

from sms_tui.ui.terminal.pens import Pen, Pens
from sms_tui.ui.terminal.scrolling import Scroll, find_scroll

_WRITTEN_OVER = 4
"""Equal cells between two changes that are cheaper sent again than jumped over"""
_RESET = "\x1b[m"
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
_AGREED = (
    ("\u2010", "\u2027"),
    ("\u2190", "\u2193"),
    ("\u21b6", "\u21bb"),
    ("\u2264", "\u2265"),
    ("\u2400", "\u2426"),
    ("\u2500", "\u25fc"),
    ("\u2713", "\u2717"),
    ("\u3001", "\u3029"),
    ("\u3041", "\u3096"),
    ("\u30a1", "\u30fa"),
    ("\u3400", "\u4dbf"),
    ("\u4e00", "\u9fff"),
    ("\uac00", "\ud7a3"),
    ("\uff01", "\uff60"),
)
"""Ranges of punctuation, arrows, lines, blocks, check marks and CJK whose width nobody disputes"""


Span = tuple[int, int]
"""From and up to which cell"""


class Line(Struct):
    """The cells of one line; the second half of a wide character is an empty text."""

    texts: list[str]
    pens: list[Pen]
    is_sure: bool = True
    """Whether all terminals agree on how many cells each character takes"""

    def copied(self) -> "Line":
        """A line of its own that looks the same."""
        return Line(self.texts.copy(), self.pens.copy(), self.is_sure)

    def put(self, x: int, texts: Sequence[str], pen: Pen) -> None:
        """Draw cells over those from `x` on; half a character that is left becomes a space."""
        end = x + len(texts)
        if x and self.texts[x] == "":
            self.texts[x - 1] = " "
        if end < len(self.texts) and self.texts[end] == "":
            self.texts[end] = " "
        self.texts[x:end] = texts
        self.pens[x:end] = [pen] * len(texts)


class _Sent(Struct):
    """A frame in the making: the text, and where it leaves the terminal."""

    pens: Pens
    pen: Pen
    parts: list[str] = field(default_factory=list)
    row: int = -1
    column: int = -1
    """-1: not known"""

    def move(self, x: int, y: int) -> None:
        """Put the cursor on a cell, the cheapest way."""
        if y != self.row:
            down = y - self.row
            near = self.row >= 0 and x == self.column and down > 0
            self.parts.append(f"\x1b[{down if down > 1 else ''}B" if near else f"\x1b[{y + 1};{x + 1}H")
        elif x > self.column >= 0:
            right = x - self.column
            self.parts.append(f"\x1b[{right if right > 1 else ''}C")
        elif x != self.column:
            self.parts.append(f"\x1b[{x + 1}G")
        self.row, self.column = y, x

    def write(self, line: Line, start: int, end: int) -> None:
        """Send the cells of a line from `start` up to `end`, each with its pen."""
        texts, pens = line.texts, line.pens
        while start < end:
            pen, after = pens[start], start + 1
            while after < end and pens[after] is pen:
                after += 1
            self.parts.append(self.pens.change(self.pen, pen))
            self.parts.append("".join(texts[start:after]))
            self.pen, start = pen, after
        # Behind the last cell terminals differ in where the cursor stands.
        self.column = end if end < len(texts) else -1

    def write_spans(self, line: Line, y: int, spans: Iterable[Span]) -> None:
        """Send parts of line `y`."""
        for start, end in spans:
            self.move(start, y)
            self.write(line, start, end)

    def taken(self) -> str:
        """What was sent since the last call."""
        text = "".join(self.parts)
        self.parts.clear()
        return text


class Differ:
    """Two pictures of one terminal: what it should show, and what it was sent."""

    def __init__(self, pens: Pens) -> None:
        self._pens = pens
        self._wanted: list[Line] = []
        self._sent: list[Line | None] = []
        self._touched: set[int] = set()
        self._pen: Pen | None = None
        """How the terminal draws, which a frame leaves for the next to go on with; None: not known"""

    def resize(self, width: int, height: int) -> None:
        """Take the terminal's size; at another one than before it has to be sent everything again."""
        if len(self._wanted) == height and (not height or len(self._wanted[0].texts) == width):
            return
        kept = self._wanted
        self._wanted = [Line([" "] * width, [self._pens.plain] * width) for _ in range(height)]
        for line, old in zip(self._wanted, kept, strict=False):
            line.texts[: len(old.texts)] = old.texts[:width]
            line.pens[: len(old.pens)] = old.pens[:width]
            line.is_sure = old.is_sure
        self.forget()

    def forget(self) -> None:
        """The terminal shows nobody knows what: the next frame is a whole one."""
        self._pen = None
        self._sent = [None] * len(self._wanted)
        self._touched = set(range(len(self._wanted)))

    def draw(self, x: int, y: int, pieces: Iterable[Segment]) -> None:
        """Have the terminal show these pieces from the cell `x` of line `y` on."""
        if not 0 <= y < len(self._wanted):
            return
        line = self._wanted[y]
        width = len(line.texts)
        self._touched.add(y)
        for text, style, control in pieces:
            if control or x >= width:
                continue
            if text.isascii() and text.isprintable():
                cells: Sequence[str] = text
            else:
                cells, is_sure = _cells(text)
                line.is_sure = line.is_sure and is_sure
            cells = cells[: width - x]
            line.put(x, cells, self._pens.of(style))
            x += len(cells)

    def frame(self, front: range) -> list[str]:
        """The sequences that bring the terminal up to date; none if it is. They count as sent.

        Where the terminal moves whole lines, what stood beside the moved part has to be put back. It comes
        in a second part, behind the columns of `front`, which the operator waits for.
        """
        changed = [y for y in sorted(self._touched) if not _same(self._wanted[y], self._sent[y])]
        self._touched.clear()
        scroll = find_scroll(changed, self._wanted, self._sent)
        must_reset = bool(changed) and (self._pen is None or scroll is not None)
        sent = _Sent(self._pens, self._pens.plain if must_reset or not self._pen else self._pen)
        if must_reset:
            # Lines that a scroll brings in have the colour drawn with, or none: let both be the same.
            sent.parts.append(_RESET)
        if scroll is not None:
            sent.parts.append(self._scrolled(scroll))
            changed = [y for y in range(len(self._wanted)) if not _same(self._wanted[y], self._sent[y])]
        if scroll is None or not front:
            front = range(sys.maxsize)
        beside = [(y, self._send_line(sent, y, front)) for y in changed]
        parts = [sent.taken()]
        for y, spans in beside:
            sent.write_spans(self._wanted[y], y, spans)
        parts.append(sent.taken())
        if any(parts):
            self._pen = sent.pen
        return [part for part in parts if part]

    def _scrolled(self, scroll: Scroll) -> str:
        """Let the terminal move lines, and note what it shows then."""
        blank = Line([" "] * len(self._wanted[0].texts), [self._pens.plain] * len(self._wanted[0].texts))
        moved = self._sent[scroll.top : scroll.bottom + 1]
        fresh: list[Line | None] = [blank.copied() for _ in range(abs(scroll.up))]
        kept = [*moved[scroll.up :], *fresh] if scroll.up > 0 else [*fresh, *moved[: scroll.up]]
        self._sent[scroll.top : scroll.bottom + 1] = kept
        return scroll.sequence

    def _send_line(self, sent: _Sent, y: int, front: range) -> list[Span]:
        """Send what changed in a line and begins in `front`; the rest is left, and counts as sent."""
        line, before = self._wanted[y], self._sent[y]
        beside: list[Span] = []
        if before is None or not (line.is_sure and before.is_sure):
            sent.move(0, y)
            self._send_whole(sent, line)
        else:
            spans = _spans(before, line)
            sent.write_spans(line, y, [span for span in spans if span[0] in front])
            beside = [span for span in spans if span[0] not in front]
        self._sent[y] = line.copied()
        return beside

    def _send_whole(self, sent: _Sent, line: Line) -> None:
        """Send all cells, saying anew where we are behind each character whose width terminals dispute."""
        start, width = 0, len(line.texts)
        disputed = [] if line.is_sure else [x for x, text in enumerate(line.texts) if not _is_sure(text)]
        for x in disputed:
            end = x + 1
            while end < width and line.texts[end] == "":
                end += 1
            sent.write(line, start, end)
            sent.column = -1
            if end < width:
                sent.move(end, sent.row)
            start = end
        sent.write(line, start, width)
        line.is_sure = not disputed


def _same(line: Line, other: Line | None) -> bool:
    return other is not None and line.texts == other.texts and line.pens == other.pens


@lru_cache(4096)
def _cells(text: str) -> tuple[Sequence[str], bool]:
    """One entry for each cell, and whether terminals agree on that.

    What takes no cell joins the character before it; controls are left out, wherever they stand.
    """
    text = _CONTROLS.sub("", text)
    cells: list[str] = []
    for start, end, width in split_graphemes(text)[0]:
        cluster = text[start:end]
        if width and cluster[0] >= " ":
            cells += [cluster, *[""] * (width - 1)]
        elif cells and cluster[0] >= " ":
            last = max(place for place, cell in enumerate(cells) if cell)
            cells[last] += cluster
    return cells, all(map(_is_sure, cells))


def _is_sure(cell: str) -> bool:
    """Whether all terminals give a character the same cells: no marks, no emoji, no rare scripts."""
    return not cell or (len(cell) == 1 and (cell < "\u0300" or any(a <= cell <= z for a, z in _AGREED)))


def _spans(before: Line, line: Line) -> list[Span]:
    """The parts of a line that have to be sent, from and up to which cell."""
    texts, pens = map(ne, before.texts, line.texts), map(is_not, before.pens, line.pens)
    places = list(compress(count(), map(or_, texts, pens)))
    if "" in line.texts or "" in before.texts:
        places = sorted({half for place in places for half in _whole(before.texts, line.texts, place)})
    spans: list[Span] = []
    start = places[0]
    for here, following in pairwise([*places, len(line.texts) + _WRITTEN_OVER + 2]):
        if following - here == 1:
            continue
        if following - here - 1 > _WRITTEN_OVER or not _is_plainly_drawn(line.pens, here, following):
            spans.append((start, here + 1))
            start = following
    return spans


def _whole(old: Sequence[str], new: Sequence[str], place: int) -> range:
    """The cells of all characters, old and new, that have a part in a cell."""
    start, end = place, place + 1
    while start and "" in {old[start], new[start]}:
        start -= 1
    while end < len(new) and "" in {old[end], new[end]}:
        end += 1
    return range(start, end)


def _is_plainly_drawn(pens: Sequence[Pen], start: int, end: int) -> bool:
    """Whether cells between two others are drawn with no more changes of the pen than those need anyway."""
    changes = sum(pens[place] is not pens[place + 1] for place in range(start, end))
    return changes <= (pens[start] is not pens[end])
