"""What a waiting command says about the connection in the meantime."""

from collections.abc import Set

from sms_tui.engine.event_log import EventLog, Kind
from sms_tui.headless.output import Output

_TOLD: Set[Kind] = frozenset({"connection", "note"})


class Narrator:
    """Says on stderr what is new in the log about the service, from `since` on."""

    def __init__(self, log: EventLog, output: Output, since: int = 0) -> None:
        self._log = log
        self._output = output
        self._since = since

    def tell(self, kinds: Set[Kind] = _TOLD) -> None:
        """Say what is new of these kinds, and go past all that is new."""
        for event in self._log.since(self._since):
            self._since = event.seq
            if event.kind in kinds:
                self._output.say(f"sms-tui: {event.text}")
