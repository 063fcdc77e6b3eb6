"""The themes on offer in this run, and which of them to wear."""

from collections.abc import Iterable
from pathlib import Path

from textual.theme import Theme

from sms_tui.config.theme_files import own, shipped
from sms_tui.ui.theming.theme_files import DEFAULT_THEME, SIXTEEN_COLORS, read, trusted


class ThemeChoice:
    """All usable theme files, the user's own last, so that one of the same name replaces ours.

    The user's are read and judged at once. Ours are judged before they are shipped, and read when worn.
    """

    def __init__(self, user_folder: Path | None, asked_for: str = "", *, few_colors: bool = False) -> None:
        """`asked_for` is named on the command line; `few_colors` where the terminal has sixteen or none."""
        self._first = (asked_for, SIXTEEN_COLORS if few_colors else "")
        self._ours = {path.stem: path for path in shipped()}
        files = [read(path) for path in own(user_folder)]
        self._own = {file.theme.name: file.theme for file in files if file.theme is not None}
        self.problems = [f"{file.path.name}: {problem}" for file in files for problem in file.problems]
        """What is wrong with theme files, one sentence each"""

    @property
    def names(self) -> list[str]:
        """The names of the themes, each once."""
        return list(dict.fromkeys([*self._ours, *self._own]))

    def named(self, name: str) -> Theme:
        """The theme of one of the `names`."""
        return self._own.get(name) or trusted(self._ours[name])

    def first_known(self, wanted: Iterable[str]) -> str:
        """The theme asked for, or the one for few colours, or the first of the wanted; else the default."""
        return next((name for name in (*self._first, *wanted) if name in self.names), DEFAULT_THEME)
