"""The first line on the screen."""

from collections.abc import Callable

from textual.content import Content

from sms_tui.ui.bars.header_words import HeaderFacts, Part, fitted, header_parts, rests
from sms_tui.ui.bars.line import BarLine


class Header(BarLine):
    """Draws the header line; asked to every second, it repaints only when a word changed."""

    DEFAULT_CSS = """
    Header { background: $panel; }
    """

    def __init__(
        self, facts: Callable[[], HeaderFacts], now: Callable[[], float], *, slow_link: bool = False
    ) -> None:
        """`slow_link`: every change on the screen is expensive to send."""
        super().__init__()
        self._slow_link = slow_link
        self._facts = facts
        self._now = now
        self._parts: list[Part] = []
        """All parts, whether they fit or not"""
        self._told: HeaderFacts | None = None

    def on_resize(self) -> None:
        """Choose again what fits."""
        self._parts = []
        self.tick()

    def tick(self) -> None:
        """Say what is true now."""
        self._told = facts = self._facts()
        parts = header_parts(facts, self._now(), slow_link=self._slow_link)
        if parts != self._parts:
            self._parts = parts
            pieces = [(part.text, part.style) for part in fitted(parts, self.room)]
            self.update(Content("  ").join(Content.assemble(piece) for piece in pieces), layout=False)

    def rests(self) -> float:
        """For how many seconds the words stay the same if nothing happens."""
        return 0.0 if self._told is None else rests(self._told, self._now(), slow_link=self._slow_link)
