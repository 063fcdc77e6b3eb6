"""What kind of terminal this is, as far as its name, its encoding and the environment tell."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

_DRAWN = "─…█↻✓"
"""A few of the characters that lines and states are drawn with"""
_POOR_FONTS = ("linux", "vt", "ansi", "cons25", "pcansi", "cygwin")
"""Beginnings of the names of terminals that come with few characters, whatever the locale says"""
_COLOURLESS = ("vt52", "vt1", "vt2", "vt3")
_SILENT = (*_POOR_FONTS, "eterm")
"""Beginnings of the names of terminals that do not answer questions, or that show them as text"""
_SET_BY_PYTHON = ("C.UTF-8", "C.utf8")
_GROUNDS = MappingProxyType({**dict.fromkeys("0123456", False), "7": True, "8": False, "15": True})
"""Numbers of colours that can be a ground, and whether they are light"""


class TerminalKind(Struct, frozen=True):
    """What can be relied on."""

    ascii_only: bool
    few_characters: bool
    """Whether its name says so, and with that that it is drawn on with ASCII, whatever the locale"""
    no_color: bool
    multiplexer: str
    """`tmux` or `screen`, which keep some sequences to themselves unless they are wrapped; else empty"""
    keeps_escape: bool
    """Whether a lone Esc waits in it for the next key while a program has the mouse, as GNU screen has it"""
    is_light: bool
    """Whether the environment says that it draws on a light ground"""
    tells_ground: bool
    """Whether it can be asked what it draws on"""


def kind_of(environ: Mapping[str, str], encoding: str | None) -> TerminalKind:
    """Judge by the environment and the encoding of the output."""
    term = environ.get("TERM", "")
    no_color = bool(environ.get("NO_COLOR")) or term.startswith(_COLOURLESS) or term.endswith(("-m", "-mono"))
    few_characters = term.startswith(_POOR_FONTS)
    return TerminalKind(
        ascii_only=few_characters or _is_other_locale(environ) or not _has_characters(encoding),
        few_characters=few_characters,
        no_color=no_color,
        multiplexer="tmux" if environ.get("TMUX") else "screen" if environ.get("STY") else "",
        # It stands there too in a tmux within or around a screen, and then it may be either.
        keeps_escape=bool(environ.get("STY")),
        is_light=_GROUNDS.get(environ.get("COLORFGBG", "").rpartition(";")[2], False),
        tells_ground=not (no_color or environ.get("STY") or term.startswith(_SILENT)),
    )


def colors_of(kind: TerminalKind, environ: Mapping[str, str]) -> str:
    """How many colours are drawn with there, in words."""
    if kind.no_color:
        return "none (NO_COLOR)" if environ.get("NO_COLOR") else "none"
    # Only here: what the terminal is like is asked at each start.
    from rich.console import Console

    found = Console(force_terminal=True, _environ=environ).color_system or "none"
    return {"standard": "16 colours", "256": "256 colours"}.get(found, found)


def _is_other_locale(environ: Mapping[str, str]) -> bool:
    """Whether the locale names another encoding than UTF-8; Python ignores it for C.

    In place of C, and of a locale that is not installed, Python sets LC_CTYPE for itself.
    """
    ctype = environ.get("LC_CTYPE", "")
    given = (environ.get("LC_ALL"), "" if ctype in _SET_BY_PYTHON else ctype, environ.get("LANG"))
    named = next(filter(None, given), "")
    return bool(named) and "utf8" not in named.casefold().replace("-", "")


def _has_characters(encoding: str | None) -> bool:
    try:
        _DRAWN.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
