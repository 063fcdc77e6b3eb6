"""The themes on offer in this run, and which of them to wear."""

from collections.abc import Iterable
from pathlib import Path

from textual.theme import Theme

from sms_tui.ui.themes import DEFAULT_THEME, available


class ThemeChoice:
    """All usable theme files, the user's own last, so that one of the same name replaces ours."""

    def __init__(self, user_folder: Path | None) -> None:
        files = available(user_folder)
        self.themes: list[Theme] = [file.theme for file in files if file.theme is not None]
        self.problems = [f"{file.path.name}: {problem}" for file in files for problem in file.problems]
        """What is wrong with theme files, one sentence each"""

    @property
    def names(self) -> list[str]:
        """The names of the themes, each once."""
        return list(dict.fromkeys(theme.name for theme in self.themes))

    def first_known(self, wanted: Iterable[str]) -> str:
        """The first of the wanted names that there is a theme for, else the default."""
        return next((name for name in wanted if name in self.names), DEFAULT_THEME)
