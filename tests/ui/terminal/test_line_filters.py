"""What a terminal with fewer colours shows: as near as it can, and still to be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import Color as Terminals
from rich.color import ColorSystem, ColorType
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from sms_tui.ui.terminal.line_filters import Restyled, in_16, in_256, nearest
from sms_tui.ui.theming.files import PAIRS, available, contrast, variable_defaults

READABLE = 4.5
THEMES = [file.theme for file in available() if file.theme is not None and not file.theme.ansi]
BYTES = st.integers(0, 255)


def shown_for(color: Color) -> str:
    """The colour that is shown for this one, as #RRGGBB."""
    return nearest(Terminals.from_rgb(*color.rgb)).get_truecolor().hex


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_text_of_a_shipped_theme_can_be_read_in_256_colours(theme) -> None:
    colors = {**variable_defaults(theme), **theme.to_color_system().generate(), **theme.variables}
    faint = []
    for text, ground in PAIRS:
        name, _, opacity = colors[text].partition(" ")
        below = Color.parse(colors[ground])
        alpha = float(opacity.removesuffix("%")) / 100 if opacity else 1.0
        above = below.get_contrast_text(alpha) if name == "auto" else Color.parse(name).multiply_alpha(alpha)
        ratio = contrast(shown_for(below.blend(above, above.a, 1.0)), shown_for(below))
        if ratio is None or ratio < READABLE:
            faint.append((text, ground, ratio))
    assert faint == []


@given(BYTES, BYTES, BYTES)
def test_a_colour_becomes_one_that_every_terminal_shows_alike(red: int, green: int, blue: int) -> None:
    shown = nearest(Terminals.from_rgb(red, green, blue))
    assert shown.type is ColorType.EIGHT_BIT
    assert shown.number is not None
    assert shown.number >= 16
    # Taken again it is the same one.
    assert nearest(Terminals.from_triplet(shown.get_truecolor())).get_truecolor() == shown.get_truecolor()


def test_a_dark_grey_stays_grey_and_the_terminals_own_colours_stay_its_own() -> None:
    style = Style(color="red", bgcolor=Terminals.parse("#1d2632"), bold=True)
    (shown,) = Restyled(in_256).apply([Segment("x", style)], Color(0, 0, 0))
    assert shown.text == "x"
    assert shown.style == Style(color="red", bgcolor="color(235)", bold=True)
    assert shown.style.render("x", color_system=ColorSystem.EIGHT_BIT) == "\x1b[1;31;48;5;235mx\x1b[0m"
    assert Restyled(in_256).apply([Segment("x", None)], Color(0, 0, 0)) == [Segment("x", None)]


def test_black_is_never_bold_where_bold_may_mean_brighter() -> None:
    black, red = Style.parse("bold black on cyan"), Style.parse("bold red on cyan")
    shown = Restyled(in_16).apply(
        [Segment("x", black), Segment("y", red), Segment("z", None)], Color(0, 0, 0)
    )
    assert [each.style for each in shown] == [Style.parse("not bold black on cyan"), red, None]
