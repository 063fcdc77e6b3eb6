"""What the command line and the surroundings decide about the interface."""

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct


class Options(Struct, frozen=True):
    """Decided before the interface is loaded."""

    profile: str
    profiles: Sequence[str] = ()
    theme: str = ""
    """A theme named on the command line, which wins over every other"""
    language: str = "en"
    ascii_only: bool = False
    no_color: bool = False
    is_light: bool = False
    """Whether the terminal is known to draw on a light ground"""
    asks_ground: bool = False
    """Whether to ask the terminal what it draws on"""
    hud: bool = False
    multiplexer: str = ""
    """`tmux` or `screen` where one stands between us and the terminal"""
    mouse: bool = True
    """Whether to take the mouse at once; not where Esc would suffer from it"""
    user_themes: Path | None = None
    export_folder: Path = Path()
    collects: bool = False
    """Whether garbage is looked for when it suits the screen, in a process that is all ours"""
    slow_link: bool = False
    stock_painting: bool = False
    """Whether the toolkit sends its frames itself, should ours ever be wrong for a terminal"""
