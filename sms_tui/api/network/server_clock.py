"""What answers reveal about the service's clock and about the time they take."""

from collections import deque

from sms_tui.api.answers.replies import http_date
from sms_tui.api.network.transport import Reply

_SAMPLES = 5


class ServerClock:
    """Keeps the last few answers' dates, to know how far the two clocks are apart."""

    def __init__(self) -> None:
        self._offsets: deque[float] = deque(maxlen=_SAMPLES)
        self._round_trip: float | None = None

    def note(self, reply: Reply) -> None:
        """Learn from an answer; one out of a cache has an old date and does not count."""
        if reply.is_timed:
            self._round_trip = reply.seconds
        if "age" in reply.headers:
            return
        try:
            moment = http_date(reply.headers.get("date", ""))
        except ValueError:
            return
        # The header has whole seconds, so on average it is half a second behind the clock.
        self._offsets.append(moment + 0.5 - (reply.sent_at + reply.seconds / 2))

    @property
    def offset(self) -> float | None:
        """Seconds that the service's clock is ahead of ours, None before the first answer."""
        if not self._offsets:
            return None
        ordered = sorted(self._offsets)
        middle = len(ordered) // 2
        return (ordered[middle] + ordered[~middle]) / 2

    @property
    def round_trip(self) -> float | None:
        """Seconds that the last answer took that was timed from its request on."""
        return self._round_trip
