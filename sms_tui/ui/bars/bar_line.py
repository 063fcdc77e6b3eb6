"""A line as wide as the screen."""

from textual.widgets import Static

_PADDING = 2


class BarLine(Static):
    """What one-line bars have in common: no markup, and a width that is known before the first layout."""

    DEFAULT_CSS = """
    BarLine { height: 1; width: 1fr; padding: 0 1; text-wrap: nowrap; text-overflow: clip; }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)

    @property
    def room(self) -> int:
        """Cells for text; a line that waited for the layout would be empty in the first frame."""
        return self.size.width or self.app.size.width - _PADDING
