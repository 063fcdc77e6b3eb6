"""Keys typed in one go: those behind a key that opens something are meant for what it opens.

Keys travel in queues. When one of them opens a dialog, the next ones have set out for the table already.
"""

from collections.abc import Callable

from textual.events import Key


class TypeAhead:
    """Tells keys that set out while nothing was open from those typed for what is open now."""

    def __init__(self, is_asking: Callable[[], bool]) -> None:
        self._is_asking = is_asking
        """Whether a dialog or a prompt waits for keys"""
        self._set_out: set[Key] = set()

    def note(self, event: Key) -> None:
        """Remember a key that was typed while nothing was open."""
        if not self._is_asking():
            self._set_out.add(event)

    def is_for_what_opened(self, event: Key) -> bool:
        """Whether `event` set out for the table, while a key before it was opening something else."""
        set_out = event in self._set_out
        self._set_out.discard(event)
        return set_out and self._is_asking()


def copy_of(event: Key) -> Key:
    """The same key to be sent again; it keeps its time, so that a dialog can tell what was typed blind."""
    copy = Key(event.key, event.character)
    copy.time = event.time
    copy._set_forwarded()  # noqa: SLF001 - as the toolkit marks what is on its way already
    return copy
