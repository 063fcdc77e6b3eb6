"""The styles of the task table by name, read from the style sheet once per theme."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from rich.style import Style

from sms_tui.ui.table.row_painter import Look, Pointer
from sms_tui.ui.wording.state_words import STYLES

PREFIX = "task-table--"
_WHOLE_LINES = ("heading", "sorted", "message")
_NAMES = ("", *STYLES, "pointer", "mark", *_WHOLE_LINES)
_GROUNDS: Mapping[Pointer, str] = MappingProxyType({Pointer.ON: "cursor", Pointer.BLURRED: "blurred"})
COMPONENTS = frozenset(f"{PREFIX}{name}" for name in (*_NAMES[1:], *_GROUNDS.values(), "stale"))
"""The component classes that a style sheet gives their colours."""


class RowStyles:
    """Styles for each look, made when first asked for."""

    def __init__(
        self,
        *,
        base: Callable[[], Style],
        component: Callable[[str], Style],
        partial: Callable[[str], Style],
        is_ansi: Callable[[], bool],
    ) -> None:
        self._base = base
        self._component = component
        """The style of a component class, with the ground it stands on"""
        self._partial = partial
        """What a component class itself sets"""
        self._is_ansi = is_ansi
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
        if name in _WHOLE_LINES:
            return self._component(PREFIX + name)
        ground = _GROUNDS.get(look.pointer)
        base = self._component(PREFIX + ground) if ground else self._base()
        if look.is_dimmed and name not in {"pointer", "mark"}:
            name = "stale"
        # The sixteen colours of a terminal cannot be relied on to be legible on each other.
        if not name or (ground and self._is_ansi()):
            return base
        return base + self._partial(PREFIX + name)
