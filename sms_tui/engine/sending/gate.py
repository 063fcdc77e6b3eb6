"""Whether anything may be sent at all just now; this holds whatever a dialog has said."""

from sms_tui.domain.freshness import Freshness
from sms_tui.domain.operations import Tier
from sms_tui.domain.sentence import sentence
from sms_tui.engine.shared import Shared

_ALLOWED_WHEN_OLD = frozenset({Tier.REPEATABLE})
_TOO_OLD = {
    Freshness.LOADING: sentence(
        "The tasks are still being read: nothing but what is repeatable is sent yet."
    ),
    Freshness.STALE: sentence("STALE: only repeatable operations are sent until the tasks are read again."),
    Freshness.OFFLINE: sentence(
        "OFFLINE: only repeatable operations are sent until the tasks are read again."
    ),
}


class Gate:
    """Decides whether operations of a tier may be sent at this moment."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared

    def refusal(self, tier: Tier) -> str | None:
        """Why no operation of `tier` may be sent now, or None."""
        if self._shared.mode.read_only:
            return sentence("This session is read-only: nothing is sent.")
        if reason := self.blocked():
            return sentence("Nothing is sent, because {reason}.", reason=reason)
        if tier in _ALLOWED_WHEN_OLD:
            return None
        return _TOO_OLD.get(self._shared.store.sync.freshness(self._shared.clock.now()))

    def blocked(self) -> str:
        """Why nothing at all can be sent; empty if something can."""
        return "" if self._shared.mode.dry_run else self._shared.journal.problem
