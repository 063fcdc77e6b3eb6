"""Ending the session: at once when nothing is at stake, else after a question."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from sms_tui.engine import Engine
from sms_tui.engine.record import Batch
from sms_tui.ui.flows.asking import Ask, Tell
from sms_tui.ui.wording.language import tr

TWICE_WITHIN = 3.0
"""Seconds in which the second ctrl+c counts"""


class Quitting(Struct):
    """Ends the session at once, unless operations are under way."""

    engine: Engine
    ask: Ask
    tell: Tell
    leave: Callable[[], None]
    monotonic: Callable[[], float]
    _pressed_at: float = float("-inf")
    _cut_short: Sequence[Batch] = ()

    async def quit(self) -> None:
        """Leave, after a question if a batch is under way."""
        if await self.ask_to_end():
            self.leave()

    async def ask_to_end(self, *, changes_profile: bool = False) -> bool:
        """Ask while a batch is under way, and after a yes send no more of it; whether the session may end."""
        from sms_tui.ui.dialogs.quit import QuitDialog

        under_way = self.under_way()
        if under_way and not await self.ask(QuitDialog(under_way, changes_profile=changes_profile)):
            return False
        self._cut_short = self.under_way()
        for batch in self._cut_short:
            self.engine.dispatcher.halt(batch)
        return True

    def under_way(self) -> list[Batch]:
        """Batches of which something is queued, or sent and not answered yet."""
        return [batch for batch in self.engine.dispatcher.batches if not batch.is_done]

    def cut_short(self) -> Sequence[Batch]:
        """Batches that an end now cuts short, or that one did to which the operator said yes."""
        return self._cut_short or self.under_way()

    def pressed(self) -> bool:
        """Note one ctrl+c; returns whether it is the second one."""
        now = self.monotonic()
        twice = now - self._pressed_at <= TWICE_WITHIN
        self._pressed_at = now
        if not twice:
            self.tell(tr("Press ctrl+c again to quit."))
        return twice
