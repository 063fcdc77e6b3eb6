"""The line that is visible while a batch runs: how far it is, and how to stop it."""

from collections.abc import Callable

from textual.content import Content
from textual.widgets import Static

_PADDING = 2


class BatchBar(Static):
    """Shows running batches, and takes no room while there are none."""

    DEFAULT_CSS = """
    BatchBar {
        display: none; height: auto; width: 1fr; padding: 0 1; background: $panel;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    def __init__(self, lines: Callable[[int], Content | None]) -> None:
        """`lines`: what to say in lines of so many cells."""
        super().__init__(markup=False)
        self._lines = lines
        self._shown: Content | None = None

    def tick(self) -> None:
        """Say what is true now."""
        lines = self._lines(self.app.size.width - _PADDING)
        if lines != self._shown:
            self._shown = lines
            self.display = lines is not None
            self.update(lines or "")
