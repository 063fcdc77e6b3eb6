"""The moment after a dialog appears in which keys do not count, since nobody can have read it yet."""

from collections.abc import Callable

from textual.events import Key
from textual.message import Message

from sms_tui.domain.plan import DEAF_SECONDS


class DeafTime:
    """Judges every key by when it arrived, not by when the program came round to it.

    A key that waited in a queue while the program or the line was stalled was pressed blind.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._since: float | None = None

    def start(self) -> None:
        """Count from now, the moment at which the dialog was drawn."""
        self._since = self._monotonic()

    def stop(self) -> None:
        """Hear nothing until the dialog is drawn again."""
        self._since = None

    def hears(self, key: Key) -> bool:
        """Whether `key` was pressed late enough to be meant for the dialog."""
        if self._since is None:
            return False
        # A message is stamped when it is made, so a fresh one tells the toolkit's time now.
        waited = max(0.0, Message().time - key.time)
        return self._monotonic() - waited - self._since >= DEAF_SECONDS
