"""Finds line and column of each key and value in a TOML text, which the standard reader does not tell.

It only sees texts that the reader has accepted, so it follows the grammar without checking it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

KeyPath = tuple[str, ...]
_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_PART = re.compile(r"""[ \t]*("(?:\\.|[^"\\])*"|'[^']*'|[A-Za-z0-9_-]+)[ \t]*""")
_TEXT = re.compile(r"""\"{3}(?:\\.|[^\\])*?"{3,5}|'{3}.*?'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'""", re.DOTALL)
_BARE = re.compile(r"[^,\]}\n#]*")


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a file, counted from 1 as editors do."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Entry:
    """Where one key stands, and where its value begins."""

    key: Position
    value: Position


def entries(text: str) -> dict[KeyPath, Entry]:
    """The entry of every key and table in `text`, which must be valid TOML; of a repeated one the first."""
    scan = _Scan(text.replace("\r\n", "\n"))
    found: dict[KeyPath, Entry] = {}
    for path, key, value in scan.lines():
        found.setdefault(path, Entry(scan.position(key), scan.position(value)))
    return found


class _Scan:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._counted = self._begin = 0
        """Up to where line ends were counted, and where the line there begins"""
        self._line = 1

    def position(self, at: int) -> Position:
        """The place of `at`; it must not go back, so that each line is counted once."""
        if ends := self._text.count("\n", self._counted, at):
            self._line += ends
            self._begin = self._text.rfind("\n", self._counted, at) + 1
        self._counted = at
        return Position(self._line, at - self._begin + 1)

    def lines(self) -> Iterator[tuple[KeyPath, int, int]]:
        table: KeyPath = ()
        while self._skip(_BLANK) and self._at < len(self._text):
            if self._text[self._at] == "[":
                begin = self._at
                table = self._header()
                yield table, begin, begin
            else:
                yield from self._pair(table)

    def _skip(self, pattern: re.Pattern[str]) -> bool:
        match = pattern.match(self._text, self._at)
        self._at = match.end() if match else self._at
        return match is not None

    def _header(self) -> KeyPath:
        self._at += len("[[") if self._text.startswith("[[", self._at) else len("[")
        path = self._key()
        while self._text[self._at : self._at + 1] == "]":
            self._at += 1
        return path

    def _key(self) -> KeyPath:
        parts: list[str] = []
        while match := _PART.match(self._text, self._at):
            parts.append(_decoded(match[1]))
            self._at = match.end()
            if self._text[self._at : self._at + 1] != ".":
                break
            self._at += 1
        return tuple(parts)

    def _pair(self, table: KeyPath) -> Iterator[tuple[KeyPath, int, int]]:
        begin = self._at
        path = (*table, *self._key())
        self._at += len("=")
        self._skip(_BLANK)
        yield path, begin, self._at
        yield from self._value(path)

    def _value(self, path: KeyPath) -> Iterator[tuple[KeyPath, int, int]]:
        match self._text[self._at : self._at + 1]:
            case "[":
                yield from self._items("]", path, in_table=False)
            case "{":
                yield from self._items("}", path, in_table=True)
            case '"' | "'":
                self._skip(_TEXT)
            case _:
                self._skip(_BARE)

    def _items(self, close: str, path: KeyPath, *, in_table: bool) -> Iterator[tuple[KeyPath, int, int]]:
        self._at += 1
        while self._skip(_BLANK) and self._at < len(self._text):
            here = self._text[self._at]
            if here in {close, ","}:
                self._at += 1
                if here == close:
                    return
            else:
                yield from self._pair(path) if in_table else self._value(path)


def _decoded(part: str) -> str:
    import tomllib

    return str(tomllib.loads(f"key = {part}")["key"]) if part[0] in "\"'" else part
