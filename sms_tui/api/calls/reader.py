"""Reads: limited in rate, repeated after passing faults, and once more when an old token was refused."""

from collections.abc import Callable

from msgspec import Struct

from sms_tui.api.answers.replies import Hints, is_html, is_sign_in_refused, is_success, trouble_of
from sms_tui.api.auth.authority import Authority, Outgoing, Permit
from sms_tui.api.auth.quoting import query_text
from sms_tui.api.calls.retry import Retrier
from sms_tui.api.errors import ApiError, error_of
from sms_tui.api.network.bodies import ORDINARY
from sms_tui.api.network.limiter import Lane
from sms_tui.api.network.origin import Origin
from sms_tui.api.network.server_clock import ServerClock
from sms_tui.api.network.transport import Call, Channel, Reply
from sms_tui.domain.secret import Redactor


class Wanted(Struct, frozen=True):
    """What to read."""

    path: str
    """Percent-encoded"""
    query: tuple[tuple[str, str], ...] = ()
    permission: str = ""
    most: int = ORDINARY
    """Bytes"""


class Reader:
    """Sends GET requests to one service."""

    def __init__(
        self,
        origin: Origin,
        channel: Channel,
        authority: Authority,
        lane: Lane,
        retrier: Retrier,
        clock: ServerClock,
        redactor: Redactor,
        *,
        now: Callable[[], float],
        seconds: float,
    ) -> None:
        self._origin = origin
        self._channel = channel
        self._authority = authority
        self._lane = lane
        self._retrier = retrier
        self._clock = clock
        self._redactor = redactor
        self._now = now
        self._seconds = seconds

    async def get(self, wanted: Wanted) -> bytes:
        """The body of a successful answer that is no web page; raises `ApiError` free of secrets."""
        outgoing = Outgoing("GET", self._origin, self._origin.prefix + wanted.path, query_text(wanted.query))
        try:
            return await self._retrier.run(
                lambda left: self._attempt(outgoing, wanted, min(self._seconds, left))
            )
        except ApiError as error:
            failure = error.redacted(self._redactor)
        raise failure

    async def _attempt(self, outgoing: Outgoing, wanted: Wanted, seconds: float) -> bytes:
        reply, permit = await self._exchange(outgoing, wanted, seconds)
        if is_sign_in_refused(reply):
            self._authority.reject(permit.generation)
            if self._authority.renews:
                reply, permit = await self._exchange(outgoing, wanted, seconds)
        if is_success(reply) and not is_html(reply):
            return reply.body
        hints = Hints(permission=wanted.permission, sign_in=self._authority.advice)
        trouble = trouble_of(reply, self._origin.host, now=self._now(), hints=hints)
        if trouble.retry_after:
            self._lane.hold(trouble.retry_after)
        raise error_of(trouble)

    async def _exchange(self, outgoing: Outgoing, wanted: Wanted, seconds: float) -> tuple[Reply, Permit]:
        await self._lane.take()
        permit = await self._authority.permit(outgoing, writing=False)
        call = Call("GET", outgoing.url, permit.headers, seconds=seconds, most=wanted.most)
        reply = await self._channel.exchange(call)
        self._clock.note(reply)
        return reply, permit
