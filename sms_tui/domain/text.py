"""Makes server text safe to show; every surface passes foreign text through `clean` as the last step.

The model and the journal keep what arrived, so that no evidence is lost; only what is drawn is cleaned.
"""

import unicodedata
from functools import lru_cache

CELL_LIMIT = 256
DETAIL_LIMIT = 4096
NAME_LIMIT = 60
"""Of a name in a line that says more than the name"""
LONGEST_SIGN = len("<U+10FFFF>")
"""What one character is shown as at most"""
_MOST_MARKS = 4
_HIDDEN_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")
_MARKS = frozenset({"Mn", "Me"})
_TAGGED = frozenset({"Cf", "Zl", "Zp", "Co", "Cn"})


_ASCII_WORDS = str.maketrans(
    {"…": "...", "·": "-", "–": "-", "—": "-", "→": "->", "←": "<-", "×": "x", "≥": ">=", "≤": "<="}
)


def in_ascii(text: str) -> str:
    """Our own words as terminals without Unicode can show them; foreign letters stay as they are."""
    return text if text.isascii() else text.translate(_ASCII_WORDS)


def clean(text: str, limit: int = CELL_LIMIT, *, lines: bool = False) -> str:
    """Return `text` with nothing in it that a terminal or a reader could be fooled by, at most `limit` long.

    Control characters become visible pictures, invisible and direction-changing ones their code point. With
    `lines` line feeds stay; otherwise they are drawn as one character.
    """
    if len(text) <= limit and text.isascii() and text.isprintable():
        return text
    pieces: list[str] = []
    room = limit
    marks = 0
    for position, char in enumerate(text):
        piece = "\n" if lines and char == "\n" else _shown(char)
        marks = marks + 1 if _is_mark(piece) else 0
        if marks > _MOST_MARKS:
            continue
        if marks and (not pieces or pieces[-1] == "\n"):
            piece = "◌" + piece
        if len(piece) > room:
            return _cut(pieces, len(text) - position, limit)
        pieces.append(piece)
        room -= len(piece)
    return "".join(pieces)


def _cut(pieces: list[str], left: int, limit: int) -> str:
    tail = f"… (+{left})"
    kept = "".join(pieces)
    return (kept[: max(limit - len(tail), 0)] + tail)[:limit]


@lru_cache(maxsize=4096)
def _shown(char: str) -> str:
    code = ord(char)
    if char in "\r\n":
        return "⏎" if char == "\n" else "␍"
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if 0x80 <= code < 0xA0:
        return f"<{code:02X}>"
    category = unicodedata.category(char)
    if category == "Cs":
        return "\ufffd"
    if category in _TAGGED or char in _HIDDEN_LETTERS or _is_selector(code):
        return f"<U+{code:04X}>"
    return char


def _is_mark(piece: str) -> bool:
    """Marks that take no room; many scripts have some of combining class 0, so that the class cannot tell."""
    return len(piece) == 1 and unicodedata.category(piece) in _MARKS


def _is_selector(code: int) -> bool:
    """Variation selectors change or hide the character before them, and terminals disagree on their width."""
    return 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF or 0x180B <= code <= 0x180F


def is_plain(text: str, most: int) -> bool:
    """Whether `text` is printable ASCII of at most `most` characters that a person can type as it stands."""
    return 0 < len(text) <= most and text.isascii() and text.isprintable() and text == text.strip()
