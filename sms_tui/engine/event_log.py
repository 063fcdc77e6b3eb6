"""The newest events in plain words, kept in memory for the log panel and for `watch`."""

from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import Literal

from msgspec import Struct

Kind = Literal["operation", "state", "connection", "note"]
Severity = Literal["information", "warning", "error"]
_MOST_EVENTS = 2000


class Event(Struct, frozen=True):
    """One line of the log; `text` may hold foreign text and is cleaned where it is drawn."""

    seq: int
    at: float
    """Epoch seconds"""
    kind: Kind
    text: str
    task_id: str = ""
    task_name: str = ""
    severity: Severity = "information"


class EventLog:
    """Keeps the newest events, and counts those it had to drop."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._events: deque[Event] = deque(maxlen=_MOST_EVENTS)
        self._seq = 0

    def add(
        self,
        kind: Kind,
        text: str,
        task_id: str = "",
        task_name: str = "",
        severity: Severity = "information",
    ) -> None:
        """Add one line."""
        self._seq += 1
        self._events.append(Event(self._seq, self._now(), kind, text, task_id, task_name, severity))

    def since(self, seq: int) -> list[Event]:
        """The events after number `seq` that are still kept, oldest first."""
        if not self._events or seq >= self._seq:
            return []
        behind = min(self._seq - seq, len(self._events))
        return list(islice(reversed(self._events), behind))[::-1]

    @property
    def dropped(self) -> int:
        """How many events are no longer kept."""
        return self._seq - len(self._events)
