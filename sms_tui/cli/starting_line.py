"""One line on the terminal while the program loads; it is removed before anything else is written."""

import os
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sms_tui.cli.alternate_screen import AlternateScreen

UNDRAWABLE = frozenset({"", "dumb", "unknown"})
"""Names of terminals that take no sequences"""
_LINE = b"sms-tui: starting"
_AWAY = b"\r\x1b[K"
_QUESTIONS = frozenset({"-h", "--help", "--version"})


class StartingLine:
    """The line, written only for the interface, and only where both ends are a terminal that can erase it."""

    def __init__(self, argv: Sequence[str] = (), environ: Mapping[str, str] = MappingProxyType({})) -> None:
        self._is_shown = _is_interface(argv) and environ.get("TERM", "") not in UNDRAWABLE and _is_terminal()
        self._screen: AlternateScreen | None = None
        if self._is_shown:
            self._put(_LINE)

    @property
    def is_shown(self) -> bool:
        """Whether the line stands on the terminal."""
        return self._is_shown

    def clear(self) -> None:
        """Take the line away, and whatever took its place, if it is there."""
        if self._screen is not None:
            self._screen.clear()
        if self._is_shown:
            self._is_shown = False
            self._put(_AWAY)

    def clear_with_line(self, screen: "AlternateScreen") -> bool:
        """Have `screen` cleared with the line, if the line is there."""
        if self._is_shown:
            self._screen = screen
        return self._is_shown

    def give_terminal(self) -> tuple[bool, list[Any] | None]:
        """Leave the terminal to the interface.

        Whether it is on its other screen already, and the modes to go back to where they are no longer set.
        """
        is_up, modes = self._screen.hand_over() if self._screen is not None else (False, None)
        if is_up:
            self._is_shown = False
        self.clear()
        return is_up, modes

    def end_at_interrupt(self) -> None:
        """Let ctrl+c end the process at once, while something is loaded and nothing is to be undone."""
        # Only now: the line is there before anything is loaded.
        from sms_tui.exit_codes import of_signal

        def end(number: int, _frame: object) -> None:
            self.clear()
            os._exit(of_signal(number))

        _at_interrupt(end)

    def raise_at_interrupt(self) -> None:
        """Let ctrl+c raise `KeyboardInterrupt` again."""
        _at_interrupt(None)

    def _put(self, text: bytes) -> None:
        try:
            os.write(1, text)
        except OSError:
            self._is_shown = False


def _at_interrupt(end: Callable[[int, object], None] | None) -> None:
    import signal

    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, end or signal.default_int_handler)


def _is_interface(argv: Sequence[str]) -> bool:
    """Whether no other command is named: a word that is neither `demo` nor the value of an option."""
    words = [word for before, word in zip(["", *argv], argv, strict=False) if not before.startswith("-")]
    return not _QUESTIONS & set(argv) and all(word == "demo" or word.startswith("-") for word in words)


def _is_terminal() -> bool:
    try:
        return os.isatty(0) and os.isatty(1)
    except OSError:
        return False
