"""Changing to another profile, or opening the same one again with new credentials."""

from collections.abc import Awaitable, Callable, Sequence

from msgspec import Struct

from sms_tui.domain.text import clean
from sms_tui.ui.flows.asking import Ask, Tell
from sms_tui.ui.wording.language import tr


class Profiles(Struct, frozen=True):
    """The profiles that can be opened, and the one that is in view."""

    ask: Ask
    tell: Tell
    names: Sequence[str]
    current: str
    change: Callable[[str], None]
    ask_to_change: Callable[[], Awaitable[bool]]
    is_refused: Callable[[], bool]
    """Whether the service no longer accepts the credentials"""
    may_renew: bool
    """Whether it may get other credentials when it is opened again"""

    async def pick(self) -> None:
        """Choose a profile from a list: it gets an engine of its own and starts without marks."""
        from sms_tui.ui.dialogs.picker import Option, Picker

        if not any(map(self._can_open, self.names)):
            self.tell(tr("There is no other profile."))
            return
        options = [Option(name, name) for name in self.names]
        if chosen := await self.ask(Picker(tr("Profile"), options, current=self.current)):
            await self.open(chosen)

    async def open(self, name: str) -> None:
        """Open the profile with that name, or say why not."""
        if name not in self.names:
            known = ", ".join(self.names) or tr("none")
            self.tell(
                tr("There is no profile '{name}'. Profiles: {known}", name=clean(name), known=known),
                "warning",
            )
        elif not self._can_open(name):
            self.tell(tr("{name} is open already.", name=clean(name)))
        elif await self.ask_to_change():
            self.change(name)

    async def sign_in(self) -> None:
        """Open this profile again with credentials read anew, whether or not the present ones are refused."""
        if self.current not in self.names:
            # The demo.
            self.tell(tr("'{name}' has no credentials that could be read anew.", name=clean(self.current)))
        elif not self.may_renew:
            # The rows and marks would be given up for the same refusal.
            self.tell(tr("This token stays while the program runs: start it again with a new one."))
        elif await self.ask_to_change():
            self.change(self.current)

    def _can_open(self, name: str) -> bool:
        return name != self.current or (self.may_renew and self.is_refused())
