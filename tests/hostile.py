"""Texts that a hostile server could send: every layer that shows foreign text is tried with all of them.

Built from code points, so that this file is plain ASCII and safe to print. None of them does harm:
where one takes hold, it changes a title or colours a word.
"""

import unicodedata
from itertools import product

_ESC, _BEL, _ST = "\x1b", "\x07", "\x1b\\"
_C1 = {"CSI": "\x9b", "OSC": "\x9d", "DCS": "\x90", "APC": "\x9f", "PM": "\x9e", "SOS": "\x98", "ST": "\x9c"}
MARK = "<0123>"
"""Stands before and after each text in `framed`: both must stay whole and in place."""


def controls() -> list[str]:
    """Each C0, DEL and C1 character, alone and within a word."""
    codes = [*range(0x20), *range(0x7F, 0xA0)]
    return [text for code in codes for text in (chr(code), f"we{chr(code)}b")]


def sequences() -> list[str]:
    """Escape sequences in seven and eight bits, whole and without their end."""
    csi = (
        "0m",
        "31m",
        "1;5;7m",
        "2J",
        "H",
        "1;1H",
        "2K",
        "1A",
        "99D",
        "6n",
        "c",
        "?1049l",
        "?1000h",
        "8m",
        "3J",
    )
    osc = (
        "0;title",
        "2;title",
        "8;;http://example.invalid/",
        "52;c;aGk=",
        "9;note",
        "11;?",
        "777;notify;a;b",
    )
    strings = ("$q m", "+q544e", "Gq", "tmux;x", "0;1|17/41")
    found = [begin + body for begin, body in product((f"{_ESC}[", _C1["CSI"]), csi)]
    for begin, body, end in product((f"{_ESC}]", _C1["OSC"]), osc, (_BEL, _ST, _C1["ST"], "")):
        found.append(f"{begin}{body}{end}")
    for letter, body, end in product("P_^X", strings, (_ST, "")):
        found.append(f"{_ESC}{letter}{body}{end}")
    for name, body in product(("DCS", "APC", "PM", "SOS"), strings):
        found.append(f"{_C1[name]}{body}{_C1['ST']}")
    return [*found, f"{_ESC}c", f"{_ESC}(0qqq", f"{_ESC}#8", f"{_ESC}7{_ESC}8", _ESC * 50, f"{_ESC}["]


def overwriting() -> list[str]:
    """Texts that would hide or replace what stands on their line or around it."""
    return [
        "FAILED\rSUCCESS",
        "FAILED" + "\b" * 6 + "SUCCESS",
        "a\tb\tc",
        "a\nb",
        "a\r\nb",
        "\n" * 300,
        "\v\f",
        "\0",
    ]


def directions() -> list[str]:
    """Characters that turn, hide or split text without being seen."""
    codes = [
        0xAD,
        0x61C,
        0x180E,
        0xFEFF,
        *range(0x200B, 0x2010),
        *range(0x2028, 0x202F),
        *range(0x2060, 0x2070),
    ]
    codes += [0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800, 0x34F, 0x17B4, 0xE0001, 0xE0041, 0xE007F]
    codes += [
        0xFE0E,
        0xFE0F,
        0xE0100,
        0xE01EF,
        0xE000,
        0xF0000,
        0x10FFFD,
        0xFFF9,
        0xFFFB,
        0xFFFE,
        0xFDD0,
        0x378,
    ]
    return [f"we{chr(code)}b" for code in codes]


def surrogates() -> list[str]:
    """Halves of characters, as JSON can carry them."""
    halves = ("\ud800", "\udbff", "\udc00", "\udfff", "\udc80", "\udcff")
    return [text for half in halves for text in (half, f"a{half}b", half * 300)] + ["\udc00\ud800"]


def brackets() -> list[str]:
    """Markup as Rich and Textual read it, whole and broken."""
    tags = (
        "bold",
        "red",
        "link=http://example.invalid/",
        "@click=app.quit",
        "@click=app.bell()",
        "on red",
        "$error",
    )
    closed = [f"[{tag}]text[/]" for tag in tags]
    broken = [
        "[",
        "]",
        "[/]",
        "[/bold]",
        "[[bold]]",
        "\\[bold]",
        "[bold",
        "[]",
        "[@click=]x[/]",
        "[@click='x",
        "[=]",
    ]
    return [
        *closed,
        *broken,
        "[" * 200,
        "[a]" * 100,
        "[/" * 100,
        "{x}",
        "{0!r}",
        "%s%n",
        "$(id)",
        "`id`",
        "<b>x</b>",
    ]


def floods() -> list[str]:
    """Texts that are too long, too wide or too deep."""
    marks = (0x300, 0x338, 0x489, 0x20DD, 0xE47, 0x1AB0, 0x5B0, 0xFE20)
    zalgo = [f"z{chr(mark) * count}" for mark in marks for count in (5, 300)]
    starts = [chr(mark) + "x" for mark in marks]
    wide = [
        chr(0x65E5) * 500,
        chr(0xFF21) * 300,
        chr(0x1F469) + (chr(0x200D) + chr(0x1F469)) * 40,
        chr(0xFDFD) * 90,
    ]
    flags = [chr(0x1F1E8) * 99, chr(0x1F44D) + chr(0x1F3FD), chr(0x1F3F3) + chr(0xFE0F)]
    return [
        *zalgo,
        *starts,
        *wide,
        *flags,
        "x" * 256,
        "x" * 257,
        "x" * 65536,
        " " * 5000,
        "\0" * 5000,
        "x\n" * 3000,
    ]


def pretending() -> list[str]:
    """Texts that look like a state, a question of ours, a number or a place in the file system."""
    return [
        "READY",
        "st" + chr(0x43E) + "p",
        "RUNN" + chr(0x130) + "NG",
        "".join(chr(ord(letter) + 0xFEE0) for letter in "READY"),
        "e" + chr(0x301),
        chr(0xE9),
        "Press y to go ahead [y/N]",
        "Type 1 to go ahead:",
        chr(0x250C) + chr(0x2500) * 9 + chr(0x2510),
        "../../etc/passwd",
        "..",
        "a/b\\c?d#e%2f",
        "nan",
        "-0",
        "9" * 400,
        "null",
        "",
        " ",
        chr(0x3000),
        chr(0xA0),
        "-rf",
        "--help",
        '"; drop',
        "=1+1",
        "@SUM(1)",
        chr(0x627) + chr(0x644) + chr(0x633),
        chr(0x5E9) + "x" + chr(0x5DC),
    ]


CORPUS = tuple(
    dict.fromkeys(
        [
            *controls(),
            *sequences(),
            *overwriting(),
            *directions(),
            *surrogates(),
            *brackets(),
            *floods(),
            *pretending(),
        ]
    )
)


def framed(text: str) -> str:
    """`text` between marks, by which a test sees whether what stands around it was touched."""
    return f"{MARK}{text}{MARK}"


def is_harmless(text: str, *, lines: bool = False) -> bool:
    """Whether no character of `text` is one that a terminal acts on or a reader cannot see."""
    return all(
        unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"}
        or (lines and char == "\n")
        for char in text
    )
