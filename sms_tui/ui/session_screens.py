"""What is in front while a session opens, once it is open, and where it cannot be opened."""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct
from textual.screen import Screen

from sms_tui.domain.sentence import counted
from sms_tui.engine.record import Batch
from sms_tui.ui.flows.asking import Tell
from sms_tui.ui.ordered_keys import OrderedKeysApp
from sms_tui.ui.screens.main import MainScreen
from sms_tui.ui.session import Session
from sms_tui.ui.wording.batch_text import end_lines

_MOST_WARNINGS = 3
"""Toasts at the start; each covers what is below it"""


class SessionScreens(Struct):
    """Shows one session at a time, above the empty screen with which the app begins."""

    app: OrderedKeysApp
    tell: Tell
    build: Callable[[Session], MainScreen]
    build_trouble: Callable[[str, str], Screen[Any]]
    """For a profile, and why it cannot be opened"""
    remarks: Callable[[str], Sequence[str]]
    """On the settings of a profile"""
    _cut_short: Sequence[Batch] = ()
    """What a change of profile has ended, to be told once the next one is in view"""

    def cut_short(self) -> Sequence[Batch]:
        """Batches that the end of the program or of the session now cuts short."""
        main = self.app.main
        return self._cut_short if main is None else main.flows.quitting.cut_short()

    async def show(self, session: Session) -> None:
        """Show a session that is open, and what there is to say at its start."""
        remarks, ends = self.remarks(session.profile.name), end_lines(self._cut_short)
        self._cut_short = ()
        # In the log before it is shown, for those who look elsewhere now.
        for text in remarks:
            session.engine.log.add("note", text, severity="warning")
        for text in ends:
            session.engine.log.add("note", text)
        await self._replace(self.build(session))
        self.app.screen.call_after_refresh(self.app.hear_keys)
        self.app.screen.call_after_refresh(session.shown)
        _warn(remarks, self.tell)
        for line in ends:
            self.tell(line)

    async def show_trouble(self, profile: str, reason: str) -> None:
        """Say why a profile cannot be opened, and what can be done."""
        await self._replace(self.build_trouble(profile, reason))
        self.app.hear_keys()

    async def show_opening(self, profile: str) -> None:
        """Say which profile is being opened after another one."""
        from sms_tui.ui.screens.opening import OpeningScreen

        self._cut_short = self.cut_short()
        await self._replace(OpeningScreen(profile))

    async def _replace(self, screen: Screen[Any]) -> None:
        """Close everything of the session before, and show `screen` above the empty one below."""
        while len(self.app.screen_stack) > 1:
            await self.app.pop_screen()
        await self.app.push_screen(screen)


def _warn(problems: Sequence[str], tell: Tell) -> None:
    """Show problems with the user's files as toasts, as long as there is room for them."""
    for problem in problems[:_MOST_WARNINGS]:
        tell(problem, "warning")
    if (more := len(problems) - _MOST_WARNINGS) > 0:
        tell(counted(more, "{count} more warning is in the log.", "{count} more warnings are in the log."))
