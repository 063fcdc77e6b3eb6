"""Changing to another profile, or opening the same one again with new credentials."""

from collections.abc import Awaitable, Callable, Sequence

from sms_tui.domain.text import clean
from sms_tui.ui.flows.asking import Ask, Tell
from sms_tui.ui.wording.language import tr


class Profiles:
    """The profiles that can be opened, and the one that is in view."""

    def __init__(
        self,
        ask: Ask,
        tell: Tell,
        names: Sequence[str],
        current: str,
        *,
        change: Callable[[str], None],
        ask_to_change: Callable[[], Awaitable[bool]],
        is_refused: Callable[[], bool],
        may_renew: bool,
    ) -> None:
        """`is_refused`: whether the service no longer accepts the credentials."""
        self._ask = ask
        self._tell = tell
        self.names = names
        self._current = current
        self._change = change
        self._ask_to_change = ask_to_change
        self._is_refused = is_refused
        self._may_renew = may_renew

    async def pick(self) -> None:
        """Choose a profile from a list: it gets an engine of its own and starts without marks."""
        from sms_tui.ui.dialogs.picker import Option, Picker

        if not any(map(self._can_open, self.names)):
            self._tell(tr("There is no other profile."))
            return
        options = [Option(name, name) for name in self.names]
        if chosen := await self._ask(Picker(tr("Profile"), options, current=self._current)):
            await self.open(chosen)

    async def open(self, name: str) -> None:
        """Open the profile with that name, or say why not."""
        if name not in self.names:
            known = ", ".join(self.names) or tr("none")
            self._tell(
                tr("There is no profile '{name}'. Profiles: {known}", name=clean(name), known=known),
                "warning",
            )
        elif not self._can_open(name):
            self._tell(tr("{name} is open already.", name=clean(name)))
        elif await self._ask_to_change():
            self._change(name)

    async def sign_in(self) -> None:
        """Open this profile again with credentials read anew, whether or not the present ones are refused."""
        if self._current not in self.names:
            # The demo.
            self._tell(tr("'{name}' has no credentials that could be read anew.", name=clean(self._current)))
        elif not self._may_renew:
            # The rows and marks would be given up for the same refusal.
            self._tell(tr("This token stays while the program runs: start it again with a new one."))
        elif await self._ask_to_change():
            self._change(self._current)

    def _can_open(self, name: str) -> bool:
        return name != self._current or (self._may_renew and self._is_refused())
