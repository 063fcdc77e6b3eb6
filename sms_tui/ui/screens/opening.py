"""Shown while the next profile is opened; nothing of the previous one, whose engine has ended."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from sms_tui.domain.text import clean
from sms_tui.ui.wording.language import tr


class OpeningScreen(Screen[None]):
    """Says which profile is opened; a helper that finds credentials may take its time."""

    DEFAULT_CSS = """
    OpeningScreen { align: center middle; background: $background; }
    OpeningScreen Static { width: auto; max-width: 90%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "app.quit", show=False, id="opening.quit"),
    ]

    def __init__(self, profile: str) -> None:
        super().__init__()
        self._profile = profile

    def compose(self) -> ComposeResult:
        """The sentence and the key."""
        yield Static(
            Content.assemble(
                (tr("Opening profile {name}…", name=clean(self._profile, 40)), "bold"),
                f"\n\n{tr('q quits')}",
            ),
            markup=False,
        )
