"""Shown when a profile cannot be opened: why, what to do, and the way to another profile."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from sms_tui.domain.text import DETAIL_LIMIT, clean
from sms_tui.ui.session_loop import SessionLoop
from sms_tui.ui.wording.language import tr


class TroubleScreen(Screen[None]):
    """Says why a profile could not be opened; the program stays open."""

    DEFAULT_CSS = """
    TroubleScreen { align: center middle; background: $background; }
    TroubleScreen Static { width: 80%; max-width: 90; border: heavy $error; padding: 1 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "again", show=False, id="trouble.again"),
        Binding("P", "pick_profile", show=False, id="trouble.profile"),
        Binding("escape", "back", show=False, id="trouble.back"),
        Binding("q", "app.quit", show=False, id="trouble.quit"),
    ]

    def __init__(
        self,
        profile: str,
        reason: str,
        profiles: Sequence[str],
        sessions: SessionLoop,
    ) -> None:
        """`profiles` are the names of all that are configured."""
        super().__init__()
        self._profile = profile
        self._reason = reason
        self._profiles = profiles
        self._sessions = sessions

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
        if before := self._sessions.served_last:
            keys = tr("r tries again, esc goes back to {name}, q quits", name=clean(before, 40))
        else:
            keys = tr("r tries again, q quits")
        return f"{keys}\n{tr('P chooses another profile')}" if self._has_others else keys

    @property
    def _has_others(self) -> bool:
        return any(name != self._profile for name in self._profiles)

    def action_again(self) -> None:
        """Try to open the profile once more."""
        self._sessions.again()

    def action_back(self) -> None:
        """Return to the profile that was in view before, or leave where there was none."""
        if self._sessions.served_last:
            self._sessions.back()
        else:
            self.app.exit()

    def action_pick_profile(self) -> None:
        """Choose among the profiles, as on the main screen."""
        from sms_tui.ui.dialogs.picker import Option, Picker

        def take(name: str | None) -> None:
            if name:
                self._sessions.change(name)

        if self._has_others:
            options = [Option(name, name) for name in self._profiles]
            self.app.push_screen(Picker(tr("Profile"), options, current=self._profile), take)
