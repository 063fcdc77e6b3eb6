"""The closing list of a wave: what has to be done before everybody may go home."""

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from sms_tui.domain.closing import NOT_SEEN, still_open
from sms_tui.domain.rows import Row, wave_of
from sms_tui.domain.sentence import counted, first_few
from sms_tui.domain.text import clean
from sms_tui.ui.flows.asking import Ask, Tell
from sms_tui.ui.wording.language import tr
from sms_tui.ui.wording.state_words import standing_words
from sms_tui.ui.wording.times import clock

_MOST_NAMED = 60


class Closing(Struct, frozen=True, kw_only=True):
    """Shows the list for a wave, or for the rows that are shown."""

    ask: Ask
    tell: Tell
    rows: Callable[[], Sequence[Row]]
    """All there are"""
    shown: Callable[[], Sequence[Row]]
    """Those that filter and view let through"""
    read_at: Callable[[], float | None]
    """When all of them were read last, in epoch seconds"""

    def waves(self) -> list[str]:
        """The waves that there are, for completion."""
        found = {wave for row in self.rows() if (wave := wave_of(row)) is not None}
        return [str(wave) for wave in sorted(found)]

    async def show(self, wave: str) -> None:
        """Show what is still to do for the wave of that number, or for the rows that are shown."""
        from sms_tui.ui.dialogs.text_view import TextView

        rows = [row for row in self.rows() if str(wave_of(row)) == wave] if wave else self.shown()
        if not rows:
            self.tell(self._why_none(wave), "warning")
            return
        heading = tr("Wave {wave}", wave=clean(wave)) if wave else tr("The tasks shown")
        await self.ask(TextView(heading, "\n".join(closing_lines(rows, self.read_at()))))

    def _why_none(self, wave: str) -> str:
        known = self.waves()
        if not wave or not known:
            return tr("No task matches.")
        return tr("There is no wave '{wave}'. Waves: {known}", wave=clean(wave), known=", ".join(known))


def closing_lines(rows: Sequence[Row], read_at: float | None) -> Iterator[str]:
    """What is still to do for `rows`, and when that was so, then what only people can say."""
    kinds = still_open(rows)
    count = tr(counted(len(rows), "{count} task", "{count} tasks"))
    yield f"{count}{tr(': ')}{tr('still to do' if kinds else 'nothing left that can be seen from here')}"
    yield tr("Not all tasks are read yet.") if read_at is None else tr("Read at {time}.", time=clock(read_at))
    for kind in kinds:
        yield from ("", tr(kind.words))
        about, more = first_few(sorted(kind.rows, key=lambda row: row.order), _MOST_NAMED)
        yield from (f"  {clean(row.task.name)}  {clean(standing_words(row.task))}" for row in about)
        if more:
            yield f"  {tr(more)}"
    yield from ("", tr("Not visible from here:"), *(f"  - {tr(words)}" for words in NOT_SEEN))
