"""A line as wide as the screen, with parts that can be clicked."""

from collections.abc import Iterable

from rich.cells import cell_len
from textual.events import Click
from textual.message import Message
from textual.widgets import Static

_PADDING = 2


class BarLine(Static):
    """What one-line bars have in common: no markup, a width known before the first layout, and clicks."""

    DEFAULT_CSS = """
    BarLine { height: 1; width: 1fr; padding: 0 1; text-wrap: nowrap; text-overflow: clip; }
    """

    class Clicked(Message):
        """A click on words that stand for an action."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._actions: tuple[tuple[int, str], ...] = ()
        """Actions in the order in which they stand, with the column where each ends; empty for none"""

    @property
    def room(self) -> int:
        """Cells for text; a line that waited for the layout would be empty in the first frame."""
        return self.size.width or self.app.size.width - _PADDING

    def act_on(self, words: Iterable[tuple[str, str]]) -> None:
        """From the left edge on, these texts stand for these actions; an empty one for none."""
        column, actions = 0, []
        for text, action in words:
            column += cell_len(text)
            actions.append((column, action))
        self._actions = tuple(actions)

    def on_click(self, event: Click) -> None:
        """Do what the words under the mouse stand for."""
        column = event.x - self.styles.padding.left
        action = next((action for end, action in self._actions if column < end), "")
        if action and column >= 0:
            self.post_message(self.Clicked(action))
