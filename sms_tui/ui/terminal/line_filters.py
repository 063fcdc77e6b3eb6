"""The last look at every line before the terminal gets it: what it cannot show gives way to what it can.

Whatever draws a line, ours or the toolkit's, passes here; so neither a border nor a scroll bar can escape.
"""

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from rich.color import Color as Terminals
from rich.color import ColorType
from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.color import Color, Lab, rgb_to_lab
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


class Of256(LineFilter):
    """Replaces each colour by the one of a terminal's 256 that looks most like it.

    The usual rounding makes navy blue of a dark grey, on which half of the texts can hardly be read.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Return `segments` in colours that the terminal has."""
        return [Segment(text, style and _in_256(style), control) for text, style, control in segments]


class Of16(LineFilter):
    """Draws black ink thin: terminals of sixteen colours show bold ones brighter, and black as a grey."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Return `segments` without bold black."""
        return [Segment(text, style and _in_16(style), control) for text, style, control in segments]


@lru_cache(1024)
def _in_16(style: Style) -> Style:
    is_black = style.color is not None and style.color.number == 0
    return style + Style(bold=False) if is_black and style.bold else style


@lru_cache(1024)
def _in_256(style: Style) -> Style:
    return style + Style(
        color=style.color and nearest(style.color), bgcolor=style.bgcolor and nearest(style.bgcolor)
    )


@lru_cache(1024)
def nearest(color: Terminals) -> Terminals:
    """The one of 256 that looks most like `color`; one that is the terminal's own already stays."""
    if color.type is not ColorType.TRUECOLOR:
        return color
    lightness, red, blue = rgb_to_lab(Color(*color.get_truecolor()))

    def distance(number: int) -> float:
        other = _lab_of_256()[number]
        # What can be read depends on lightness: with less weight on it texts of our themes become too faint.
        return 4 * (lightness - other.L) ** 2 + (red - other.a) ** 2 + (blue - other.b) ** 2

    return Terminals.from_ansi(min(_lab_of_256(), key=distance))


@cache
def _lab_of_256() -> Mapping[int, Lab]:
    """All but the first sixteen, which each terminal shows otherwise."""
    return {
        number: rgb_to_lab(Color(*Terminals.from_ansi(number).get_truecolor())) for number in range(16, 256)
    }


@lru_cache(1024)
def _plain(style: Style) -> Style:
    return style.without_color


def wear_filters(app: App[Any], *, ascii_only: bool, no_color: bool) -> None:
    """Draw `app` as its terminal can show it; the toolkit's own way without colours leaves greys."""
    app.no_color = no_color
    kept = [each for each in app._filters if not isinstance(each, NoColor | Monochrome)]  # noqa: SLF001
    wanted: list[LineFilter] = [Colourless()] if no_color else []
    wanted += [Of16()] if app.console.color_system == "standard" else []
    wanted += [Of256()] if app.console.color_system == "256" else []
    wanted += [AsciiOnly()] if ascii_only else []
    app._filters = [*kept, *wanted]  # noqa: SLF001
