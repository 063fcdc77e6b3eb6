"""How far each wave is, in a list; the one chosen is what the table shows."""

from collections.abc import Iterator

from msgspec import Struct

from sms_tui.domain.quantities import age
from sms_tui.domain.sentence import Sentence, joined, sentence
from sms_tui.domain.waves import Wave, WaveCounts
from sms_tui.engine.yield_point import YieldPoint, pieces
from sms_tui.ui.board.board import Board
from sms_tui.ui.board.shown import Shown
from sms_tui.ui.flows.asking import Ask, Tell
from sms_tui.ui.flows.viewing import Viewing
from sms_tui.ui.wording.language import tr

_MOST_AT_ONCE = 2000
"""Tasks that are counted in one go, about 8 ms"""
_ALL = ""


class ChoosingWave(Struct):
    """Counts all tasks by wave and narrows the table to one of them."""

    shown: Shown
    board: Board
    ask: Ask
    tell: Tell
    viewing: Viewing
    yield_point: YieldPoint

    async def pick(self) -> None:
        """Show the waves, whatever the table shows; the answer takes the place of the typed filter."""
        from sms_tui.ui.dialogs.picker import Option, Picker

        counts = WaveCounts()
        for place, rows in enumerate(pieces(self.shown.rows(), _MOST_AT_ONCE)):
            if place:
                # Only in a longer list: keys typed right behind this one are meant for what it opens.
                await self.yield_point()
            counts.add(rows)
        waves = counts.waves()
        if not any(wave.number is not None for wave in waves):
            self.tell(sentence("No name tells a wave, as w3-db-01 or wave-3-db do."))
            return
        options = [Option(_ALL, tr("all"), tr(_how_far(counts.all())))]
        options += [Option(_filter(wave), tr(_name(wave)), tr(_how_far(wave))) for wave in waves]
        chosen = await self.ask(Picker(tr("Waves"), options, current=self.board.filter.text))
        if chosen is not None:
            self.viewing.filter_as(chosen)


def _filter(wave: Wave) -> str:
    return "wave=" if wave.number is None else f"wave={wave.number}"


def _name(wave: Wave) -> Sentence:
    return sentence("no wave") if wave.number is None else sentence("wave {number}", number=wave.number)


def _how_far(wave: Wave) -> Sentence:
    """One line of counts; what there is none of is left out, but for what is finished."""
    return joined("  ", _parts(wave))


def _parts(wave: Wave) -> Iterator[Sentence]:
    yield sentence("{finished} of {total} finished", finished=wave.finished, total=wave.total)
    if wave.failed:
        yield sentence("{count} failed", count=wave.failed)
    if wave.running:
        yield sentence("{count} running", count=wave.running)
    # Behind the others, as no part of their sum: what failed waits as well.
    if wave.waiting:
        yield sentence("{count} waiting for you", count=wave.waiting)
    if wave.seconds_left:
        yield sentence("{time} left", time=age(wave.seconds_left))
