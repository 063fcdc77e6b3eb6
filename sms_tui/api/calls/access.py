"""What a reader and a writer both need to reach one service."""

from collections.abc import Callable

from msgspec import Struct

from sms_tui.api.auth.authority import Authority
from sms_tui.api.network.limiter import Lane
from sms_tui.api.network.origin import Origin
from sms_tui.api.network.server_clock import ServerClock
from sms_tui.api.network.transport import Channel
from sms_tui.domain.secret import Redactor


class Access(Struct, frozen=True):
    """One service, reached over one channel."""

    origin: Origin
    channel: Channel
    authority: Authority
    lane: Lane
    clock: ServerClock
    redactor: Redactor
    now: Callable[[], float]
    seconds: float
    """Longest time for one exchange"""
