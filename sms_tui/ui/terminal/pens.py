"""The colours and attributes a terminal draws with, and the shortest sequence from one to another."""

from msgspec import Struct
from rich.color import ColorSystem
from rich.style import Style
from textual.strip import Strip

_MOST_KEPT = 4096
_ENDS = {
    "1": "22",
    "2": "22",
    "3": "23",
    "4": "24",
    "5": "25",
    "6": "25",
    "7": "27",
    "8": "28",
    "9": "29",
    "21": "24",
    "51": "54",
    "52": "54",
    "53": "55",
}
"""Which code takes an attribute back"""


class Pen(Struct, frozen=True, eq=False):
    """One way to draw; equal ways are the same object."""

    codes: str
    attributes: frozenset[str]
    ink: str
    paper: str


class Pens:
    """The pens for the styles of a toolkit, as it would have sent them itself."""

    def __init__(self, colors: ColorSystem) -> None:
        self._colors = colors
        self._by_style: dict[Style, Pen] = {}
        self._by_codes: dict[str, Pen] = {}
        self._changes: dict[tuple[Pen, Pen], str] = {}
        self.plain = self._of_codes("")
        """What a reset leads to"""

    def of(self, style: Style | None) -> Pen:
        """The pen that draws in `style`, as its colours are now; links are left out, nothing here has one."""
        if style is None:
            return self.plain
        pen = self._by_style.get(style)
        if pen is None:
            if len(self._by_style) >= _MOST_KEPT:
                self._by_style.clear()
            pen = self._by_style[style] = self._of_codes(Strip.render_ansi(style, self._colors))
        return pen

    def change(self, before: Pen, after: Pen) -> str:
        """The sequence from one pen to another."""
        if before is after:
            return ""
        known = self._changes.get((before, after))
        if known is None:
            if len(self._changes) >= _MOST_KEPT:
                self._changes.clear()
            known = self._changes[before, after] = _change(before, after)
        return known

    def _of_codes(self, codes: str) -> Pen:
        pen = self._by_codes.get(codes)
        if pen is None:
            pen = self._by_codes[codes] = Pen(codes, *_parsed(codes))
        return pen


def _parsed(codes: str) -> tuple[frozenset[str], str, str]:
    attributes, ink, paper = set(), "", ""
    words = codes.split(";") if codes else []
    while words:
        word = words[0]
        count = {"2": 5, "5": 3}[words[1]] if word in {"38", "48"} else 1
        color = ";".join(words[:count])
        del words[:count]
        if len(word) == 1 or word in _ENDS:
            attributes.add(word)
        elif word[:-1] in {"3", "9"}:
            ink = "" if word == "39" else color
        else:
            paper = "" if word == "49" else color
    return frozenset(attributes), ink, paper


def _change(before: Pen, after: Pen) -> str:
    anew = f"0;{after.codes}" if after.codes else ""
    ends = {_ENDS[attribute] for attribute in before.attributes - after.attributes}
    kept = {attribute for attribute in before.attributes if _ENDS[attribute] not in ends}
    parts = [*sorted(ends), *sorted(after.attributes - kept)]
    if before.ink != after.ink:
        parts.append(after.ink or "39")
    if before.paper != after.paper:
        parts.append(after.paper or "49")
    step = ";".join(parts)
    return f"\x1b[{min(step, anew, key=len)}m" if parts else ""
