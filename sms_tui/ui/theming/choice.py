"""The themes available in this run, and which of them to use."""

from collections.abc import Iterable
from pathlib import Path

from textual.theme import Theme

from sms_tui.config.theme_files import own, shipped
from sms_tui.ui.theming.files import DEFAULT_THEME, LIGHT, SIXTEEN_COLORS, read, trusted


class ThemeChoice:
    """All usable theme files, the user's own last, so that one of the same name replaces ours.

    The user's are read and judged at once. Ours are judged before they are shipped, and read when worn.
    """

    def __init__(
        self,
        user_folder: Path | None,
        asked_for: str = "",
        *,
        few_colors: bool = False,
        is_light: bool = False,
    ) -> None:
        """`asked_for` is named on the command line; `few_colors` where the terminal has sixteen or none."""
        self._asked_for = asked_for
        self._few_colors = few_colors
        self.is_light = is_light
        """Whether the terminal draws on a light ground, as far as is known"""
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

    def is_chosen(self, wanted: Iterable[str]) -> bool:
        """Whether the theme is the operator's own choice, and not left to the ground."""
        return self._asked_for in self.names or any(map(self._can_be_worn, wanted))

    def first_known(self, wanted: Iterable[str]) -> str:
        """The theme asked for, or the first wanted that can be worn here; else what suits the ground."""
        if self._asked_for in self.names:
            return self._asked_for
        return next((name for name in wanted if self._can_be_worn(name)), self._for_ground())

    def _can_be_worn(self, name: str) -> bool:
        """Whether there is such a theme and the terminal has its colours."""
        return name in self.names and (not self._few_colors or self.named(name).ansi)

    def _for_ground(self) -> str:
        name = SIXTEEN_COLORS if self._few_colors else DEFAULT_THEME
        return LIGHT[name] if self.is_light else name
