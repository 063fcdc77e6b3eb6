"""An app in which keys act in the order they were typed, also where one opens what others are for."""

from collections.abc import Callable, Iterable
from typing import Any
from weakref import WeakKeyDictionary

from textual.events import Event, Key
from textual.screen import Screen

from sms_tui.ui.options import Options
from sms_tui.ui.screens.main import MainScreen
from sms_tui.ui.theming.themed import ThemedApp


class OrderedKeysApp(ThemedApp[None]):
    """Holds keys for what is being opened, and keeps them from what they were not typed at."""

    def __init__(
        self,
        options: Options,
        report_crash: Callable[[BaseException], str],
        wanted: Callable[[], Iterable[str]],
    ) -> None:
        super().__init__(options, report_crash, wanted, stock=options.stock_painting)
        self._typed_at: WeakKeyDictionary[Key, Screen[Any]] = WeakKeyDictionary()
        """What was in front when a key set out"""
        self._left: Screen[Any] | None = None
        """What a key has closed that came back from there; those behind it are for what was below"""

    @property
    def main(self) -> MainScreen | None:
        """The main screen, if a session is in view."""
        screens = (screen for screen in self.screen_stack if isinstance(screen, MainScreen))
        return next(screens, None)

    async def on_event(self, event: Event) -> None:
        """Keep keys in order: those behind one that opens something come back here first."""
        if self.main is None or not isinstance(event, Key):
            await super().on_event(event)
        else:
            await self.main.type_ahead.pass_on(event, self._pass_key_on, self.set_timer)

    async def _pass_key_on(self, event: Key) -> None:
        front = self.screen
        if not event.is_forwarded:
            self._typed_at[event] = front
        await super().on_event(event)
        if event.is_forwarded and self.screen is not front:
            self._left = front

    async def on_key(self, event: Key) -> None:
        """Pass on a key that was typed right after one that opened a dialog or a prompt.

        One that a dialog had no use for, and which comes back when that is closed, is for nobody else.
        """
        typed_at = self._typed_at.pop(event, self.screen)
        if self.main is not None and (copy := self.main.type_ahead.claimed(event)):
            event.prevent_default()
            (self.focused or self.screen).post_message(copy)
        elif typed_at not in {self.screen, self.main, self._left}:
            event.prevent_default()
