"""Choosing a theme, from a list with a preview or by name; the choice is remembered."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from sms_tui.domain.text import clean
from sms_tui.state import State
from sms_tui.ui.flows.asking import Ask, Tell
from sms_tui.ui.wording.glyphs import Glyphs
from sms_tui.ui.wording.language import tr


class Themes(Struct, frozen=True):
    """The themes on offer, and the one the app wears."""

    ask: Ask
    tell: Tell
    state: State
    glyphs: Glyphs
    names: Callable[[], Sequence[str]]
    current: Callable[[], str]
    wear: Callable[[str], None]

    async def pick(self) -> None:
        """Choose a theme while looking at it; giving up brings the old one back."""
        from sms_tui.ui.dialogs.picker import Option, Picker
        from sms_tui.ui.theming.sample import sample

        before = self.current()
        options = [Option(name, name) for name in self.names()]
        chosen = await self.ask(Picker(tr("Theme"), options, before, self.wear, sample(self.glyphs)))
        self.choose(chosen or before)

    def choose(self, name: str) -> None:
        """Wear the theme with that name and remember it."""
        if name not in self.names():
            known = ", ".join(self.names())
            self.tell(
                tr("There is no theme '{name}'. Themes: {known}", name=clean(name), known=known), "warning"
            )
            return
        self.wear(name)
        self.state.theme = name
