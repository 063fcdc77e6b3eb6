"""The last filter for every line before the terminal: replaces what the terminal cannot show.

Whatever draws a line, our code or the toolkit's, passes through here; so no border or scroll bar is missed.
"""

from collections.abc import Callable, Mapping
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


class Restyled(LineFilter):
    """Draws each style as another one that the terminal can show."""

    def __init__(self, restyle: Callable[[Style], Style]) -> None:
        super().__init__()
        self._restyle = restyle

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Return `segments` in the styles that stand for theirs."""
        return [Segment(text, style and self._restyle(style), control) for text, style, control in segments]


class AsciiOnly(LineFilter):
    """Replaces what is not ASCII, cell for cell, so that a terminal without Unicode shows no rubbish."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Return `segments` in ASCII."""
        return [
            segment if segment.text.isascii() else Segment(ascii_cells(segment.text), *segment[1:])
            for segment in segments
        ]


@lru_cache(1024)
def in_16(style: Style) -> Style:
    """`style` with black ink drawn thin: terminals of sixteen colours show bold ones brighter, as a grey."""
    is_black = style.color is not None and style.color.number == 0
    return style + Style(bold=False) if is_black and style.bold else style


@lru_cache(1024)
def in_256(style: Style) -> Style:
    """`style` in those of a terminal's 256 colours that look most like its own.

    The usual rounding makes navy blue of a dark grey, on which half of the texts can hardly be read.
    """
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
def without_color(style: Style) -> Style:
    """`style` without any colour, the terminal's own included; what stands out does so by other means."""
    return style.without_color


def wear_filters(app: App[Any], *, ascii_only: bool, no_color: bool) -> None:
    """Draw `app` as its terminal can show it; the toolkit's own way without colours leaves greys."""
    app.no_color = no_color
    kept = [each for each in app._filters if not isinstance(each, NoColor | Monochrome)]  # noqa: SLF001
    wanted: list[LineFilter] = [Restyled(without_color)] if no_color else []
    wanted += [Restyled(in_16)] if app.console.color_system == "standard" else []
    wanted += [Restyled(in_256)] if app.console.color_system == "256" else []
    wanted += [AsciiOnly()] if ascii_only else []
    app._filters = [*kept, *wanted]  # noqa: SLF001
