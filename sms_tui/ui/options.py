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
    """Whether the terminal is known to have a light background"""
    asks_ground: bool = False
    """Whether to ask the terminal for its background colour"""
    hud: bool = False
    multiplexer: str = ""
    """`tmux` or `screen` where one stands between us and the terminal"""
    mouse: bool = True
    """Whether to take the mouse at once; not where that would delay Esc"""
    user_themes: Path | None = None
    export_folder: Path = Path()
    collects: bool = False
    """Whether we decide when garbage is collected; only in a process of our own"""
    slow_link: bool = False
    stock_painting: bool = False
    """Whether the toolkit paints by itself, in case our painting is wrong for a terminal"""
