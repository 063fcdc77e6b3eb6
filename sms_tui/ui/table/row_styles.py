"""The styles of the task table by name, read from the style sheet once per theme."""

from collections.abc import Mapping
from types import MappingProxyType

from rich.style import Style
from textual.widget import Widget

from sms_tui.ui.table.row_painter import Look, Pointer
from sms_tui.ui.wording.state_words import STYLES

PREFIX = "task-table--"
_WHOLE_LINES = ("heading", "sorted", "message")
_NAMES = ("", *STYLES, "pointer", "mark", *_WHOLE_LINES)
_GROUNDS: Mapping[Pointer, str] = MappingProxyType({Pointer.ON: "cursor", Pointer.BLURRED: "blurred"})
COMPONENTS = frozenset(f"{PREFIX}{name}" for name in (*_NAMES[1:], *_GROUNDS.values(), "stale"))
"""The component classes that a style sheet gives their colours."""


class RowStyles:
    """Styles of a widget for each look, made when first asked for."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._known: dict[Look, Mapping[str, Style]] = {}

    def forget(self) -> None:
        """Ask the style sheet again, as after a change of theme."""
        self._known.clear()

    def of(self, look: Look) -> Mapping[str, Style]:
        """The style of every name under a look; equal styles are the same object."""
        if look not in self._known:
            made: dict[Style, Style] = {}
            styles = ((name, self._style(name, look)) for name in _NAMES)
            self._known[look] = {name: made.setdefault(style, style) for name, style in styles}
        return self._known[look]

    def _style(self, name: str, look: Look) -> Style:
        widget = self._widget
        if name in _WHOLE_LINES:
            return widget.get_component_rich_style(PREFIX + name)
        ground = _GROUNDS.get(look.pointer)
        base = widget.get_component_rich_style(PREFIX + ground) if ground else widget.rich_style
        if look.is_dimmed and name not in {"pointer", "mark"}:
            name = "stale"
        # The sixteen colours of a terminal cannot be relied on to be legible on each other.
        if not name or (ground and widget.app.native_ansi_color):
            return base
        return base + widget.get_component_rich_style(PREFIX + name, partial=True)
