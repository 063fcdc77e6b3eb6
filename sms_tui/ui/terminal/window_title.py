"""The title of the terminal's window; it says PRODUCTION as a word and is restored at the end."""

from collections.abc import Callable

from sms_tui.domain.text import clean

_LONGEST = 60
_SAVE = "\x1b[22;0t"
_FORGET = "\x1b]2;\x07\x1b[23;0t"
"""Emptied before the old one is asked back: not every terminal keeps one, and none may go on saying ours"""


class WindowTitle:
    """Takes the title while the program is in front."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._words = "sms-tui"
        self._is_taken = False

    def take(self) -> None:
        """Keep the title that was there, and show ours."""
        if not self._is_taken:
            self._is_taken = True
            self._write(_SAVE)
        self._show()

    def give_back(self) -> None:
        """Leave the title as it was found."""
        if self._is_taken:
            self._is_taken = False
            self._write(_FORGET)

    def name(self, profile: str, *, production: bool, simulated: bool) -> None:
        """Say which profile is in front, and what matters most of it."""
        words = ["sms-tui", clean(profile, _LONGEST)]
        words += ["PRODUCTION"] if production else []
        words += ["SIMULATED"] if simulated else []
        self._words = " ".join(words)
        self._show()

    def _show(self) -> None:
        self._write(f"\x1b]2;{self._words}\x07")
