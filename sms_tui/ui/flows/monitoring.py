"""What is read, and how often: refresh now, hold the screen, change the pace, watch a row."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from sms_tui.domain.freshness import SyncStatus
from sms_tui.domain.quantities import age
from sms_tui.domain.rows import Row
from sms_tui.domain.sentence import sentence
from sms_tui.domain.text import clean
from sms_tui.engine import Engine
from sms_tui.ui.board.shown import Shown
from sms_tui.ui.flows.asking import Tell, nothing_chosen
from sms_tui.ui.wording.language import tr

FASTEST = 2.0
"""Seconds; a shorter interval has to come from the configuration, where somebody meant it."""
SLOWEST = 300.0
PACE = 1.5
"""By which faster and slower change the interval"""
_LONG_ROUND_TRIP = 0.5
"""Seconds; answers that take longer suggest a slow link"""
_MOST_NAMED = 3
_LOOKS = 10
"""How often in a row it has to be seen"""


class Monitoring(Struct, kw_only=True):
    """Changes polling and watching as the operator wishes."""

    engine: Engine
    shown: Shown
    tell: Tell
    catch_up: Callable[[], None]
    """Shows every change so far"""
    redraw: Callable[[], None]
    """Sorts and draws all rows again"""
    may_suggest: bool
    """Whether the option for slow links is still to be mentioned"""
    _slow_looks: int = 0
    _tried: SyncStatus | None = None
    """What the reads before had brought when the operator asked for one; None if that is answered"""

    def refresh(self) -> None:
        """Read the list now."""
        self._tried = self.engine.store.sync
        self.engine.refresh()

    def notice(self) -> None:
        """Say what nobody would see otherwise: that a refresh failed again, that answers take long."""
        sync, before = self.engine.store.sync, self._tried
        if before and (sync.rounds, sync.failures) != (before.rounds, before.failures):
            self._tried = None
            if sync.trouble:
                self.tell(sentence("Tried again: {reason}", reason=sync.trouble.sentence), "warning")
        self._notice_slow_answers()

    def pause(self) -> None:
        """Hold the screen, or let it catch up; polling goes on."""
        if self.shown.is_held:
            self.shown.release()
        else:
            # Draw all changes first, so that what is drawn is exactly what is held.
            self.catch_up()
            self.shown.hold()
        self.redraw()

    def resumed(self) -> None:
        """Read the list again after the program was suspended, and say how old the data is until then."""
        seconds = self.shown.sync.age(self.engine.clock.now())
        self.engine.refresh()
        if seconds is not None:
            self.tell(tr("Back. What is shown is {age} old; reading again.", age=age(seconds)))

    def poll_times(self, factor: float) -> None:
        """Poll with so many times the interval, within limits."""
        interval = self.engine.poller.interval
        self._poll_every(max(min(FASTEST, interval), min(SLOWEST, interval * factor)))

    def type_interval(self, text: str) -> None:
        """Poll every so many seconds, as typed."""
        try:
            seconds = float(text)
        except ValueError:
            self.tell(tr("'{text}' is not a number of seconds", text=clean(text)), "warning")
            return
        self._poll_every(max(FASTEST, min(SLOWEST, seconds)))

    def _poll_every(self, seconds: float) -> None:
        self.engine.poller.interval = seconds
        self.engine.refresh()
        told = round(seconds, 2)
        self.tell(tr("Polling every {seconds:g} s while something is active.", seconds=told))

    def watch(self, rows: Sequence[Row]) -> None:
        """Watch rows, or stop watching those that are watched already."""
        if not rows:
            self.tell(nothing_chosen(), "warning")
        # A held screen shows which tasks were watched, not which are.
        store, watched = self.engine.store, self.engine.store.watched
        known = [row for row in rows if row.task.id in watched]
        if new := [row for row in rows if row.task.id not in watched]:
            store.watch([row.task.id for row in new], on=True)
            self.tell(tr("Watching {name}", name=_named(new)))
        if known:
            store.watch([row.task.id for row in known], on=False)
            self.tell(tr("No longer watching {name}", name=_named(known)))

    def _notice_slow_answers(self) -> None:
        """Mention the option for slow links, once, if answers keep taking long."""
        seconds = self.engine.round_trip() or 0.0
        self._slow_looks = self._slow_looks + 1 if seconds >= _LONG_ROUND_TRIP else 0
        if self.may_suggest and self._slow_looks >= _LOOKS:
            self.may_suggest = False
            said = sentence(
                "Answers take {seconds} s. A start with --slow-link would send less.",
                seconds=f"{seconds:.1f}",
            )
            self.tell(said)
            # The toast comes only once; the log keeps it.
            self.engine.log.add("note", said)


def _named(rows: Sequence[Row]) -> str:
    if len(rows) > _MOST_NAMED:
        return tr("{count} tasks", count=len(rows))
    return tr(", ").join(row.task.name for row in rows)
