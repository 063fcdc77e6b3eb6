"""How old the displayed data is; header, dialogs and dispatcher all use this one judgement."""

from enum import StrEnum

from msgspec import Struct

from sms_tui.domain.outcome import Trouble

NOTABLE_SKEW = 60.0
"""Seconds by which the service's clock and ours may differ before it is mentioned"""
_OFFLINE_AFTER = 3
_STALE_AFTER_INTERVALS = 2.0
_CLOCKS_DIFFER = 1.0
"""Seconds by which a clock may be slewed back without a word"""


class Freshness(StrEnum):
    """What may be claimed of the tasks on the screen."""

    LOADING = "loading"
    FRESH = "fresh"
    STALE = "stale"
    OFFLINE = "offline"


class SyncStatus(Struct, frozen=True):
    """What the last refreshes brought."""

    interval: float
    """At most so many seconds from asking for a whole list to having the next one, as things are"""
    synced_at: float | None = None
    """Epoch seconds at which the last whole list was asked for, None before the first"""
    pages_done: int = 0
    pages_total: int | None = None
    failures: int = 0
    """Refreshes that failed in a row"""
    failing_since: float | None = None
    """Epoch seconds at which the first of them began"""
    began_at: float | None = None
    """Epoch seconds at which the very first refresh began"""
    trouble: Trouble | None = None
    """Why the last refresh failed; None if it succeeded"""
    rounds: int = 0
    """Refreshes that brought a whole list"""

    @property
    def is_partial(self) -> bool:
        """Whether some pages of the first list came, and never a whole one."""
        return self.synced_at is None and self.pages_done > 0

    def freshness(self, now: float) -> Freshness:
        """Judge at `now` (epoch seconds): one failed poll or two intervals without news make it stale."""
        if self.failures >= _OFFLINE_AFTER:
            return Freshness.OFFLINE
        if self.synced_at is None:
            return Freshness.LOADING
        # A list that came after now was read before the clock was set back: nobody knows how long before.
        is_clock_set_back = self.synced_at - now > _CLOCKS_DIFFER
        is_stale = self.failures or is_clock_set_back or self.fresh_for(now) < 0
        return Freshness.STALE if is_stale else Freshness.FRESH

    def fresh_for(self, now: float) -> float:
        """Seconds until the last whole list is too old to be called fresh; negative when it is."""
        return (self.synced_at or 0.0) + _STALE_AFTER_INTERVALS * max(self.interval, 1.0) - now

    def is_old(self, now: float) -> bool:
        """Whether tasks should have been read again by now and were not."""
        return self.freshness(now) in {Freshness.STALE, Freshness.OFFLINE}

    def unread(self, now: float) -> float:
        """For how many seconds the data has been old; 0 while it is not."""
        return self.age(now) or 0.0 if self.is_old(now) else 0.0

    def age(self, now: float) -> float | None:
        """Seconds since the last whole list was asked for."""
        return None if self.synced_at is None else max(0.0, now - self.synced_at)
