"""What is shown while a profile cannot be opened: why, what to do, and the way to another profile."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from sms_tui.domain.text import DETAIL_LIMIT, clean
from sms_tui.ui.language import tr


class TroubleScreen(Screen[None]):
    """Says why a profile could not be opened; the program stays open."""

    DEFAULT_CSS = """
    TroubleScreen { align: center middle; background: $background; }
    TroubleScreen Static { width: 80%; max-width: 90; border: heavy $error; padding: 1 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "app.open_again", show=False, id="trouble.again"),
        Binding("escape", "app.go_back", show=False, id="trouble.back"),
        Binding("q", "app.quit", show=False, id="trouble.quit"),
    ]

    def __init__(self, profile: str, reason: str, before: str = "") -> None:
        """`before` is the profile to go back to, if there is one."""
        super().__init__()
        self._profile = profile
        self._reason = reason
        self._before = before

    def compose(self) -> ComposeResult:
        """The sentence and the keys."""
        yield Static(
            Content.assemble(
                (tr("Profile {name} cannot be opened", name=clean(self._profile, 40)), "bold"),
                f"\n\n{clean(tr(self._reason), DETAIL_LIMIT, lines=True)}\n\n",
                self._keys(),
            ),
            markup=False,
        )

    def _keys(self) -> str:
        if self._before:
            return tr("r tries again, esc goes back to {name}, q quits", name=clean(self._before, 40))
        return tr("r tries again, q quits")
