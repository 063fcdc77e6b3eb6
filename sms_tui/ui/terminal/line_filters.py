"""The last look at every line before the terminal gets it: no colour, or ASCII alone, where that is wanted.

Whatever draws a line, ours or the toolkit's, passes here; so neither a border nor a scroll bar can escape.
"""

from functools import lru_cache
from typing import Any

from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.color import Color
from textual.filter import LineFilter, Monochrome, NoColor

from sms_tui.ui.terminal.ascii_cells import ascii_cells


class Colourless(LineFilter):
    """Takes away every colour, the terminal's own included; what stands out does so by other means."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Return `segments` without colour."""
        return [Segment(text, style and _plain(style), control) for text, style, control in segments]


class AsciiOnly(LineFilter):
    """Replaces what is not ASCII, cell for cell, so that a terminal without Unicode shows no rubbish."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Return `segments` in ASCII."""
        return [
            segment if segment.text.isascii() else Segment(ascii_cells(segment.text), *segment[1:])
            for segment in segments
        ]


@lru_cache(1024)
def _plain(style: Style) -> Style:
    return style.without_color


def wear_filters(app: App[Any], *, ascii_only: bool, no_color: bool) -> None:
    """Draw `app` as its terminal can show it; the toolkit's own way without colours leaves greys."""
    app.no_color = no_color
    kept = [each for each in app._filters if not isinstance(each, NoColor | Monochrome)]  # noqa: SLF001
    wanted: list[LineFilter] = [*([Colourless()] if no_color else []), *([AsciiOnly()] if ascii_only else [])]
    app._filters = [*kept, *wanted]  # noqa: SLF001
