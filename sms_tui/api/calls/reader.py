"""Sends reads: rate-limited, repeated after passing faults, and once more when an old token was refused."""

from msgspec import Struct

from sms_tui.api.answers.replies import Hints, is_html, is_sign_in_refused, is_success, trouble_of
from sms_tui.api.auth.authority import Outgoing, Permit
from sms_tui.api.auth.quoting import query_text
from sms_tui.api.calls.access import Access
from sms_tui.api.calls.retry import Retrier
from sms_tui.api.errors import ApiError, error_of
from sms_tui.api.network.bodies import ORDINARY
from sms_tui.api.network.transport import Call, Reply


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

    def __init__(self, access: Access, retrier: Retrier) -> None:
        self._access = access
        self._retrier = retrier

    async def get(self, wanted: Wanted) -> bytes:
        """The body of a successful answer that is no web page; in it and in `ApiError` is no secret."""
        outgoing = Outgoing(
            "GET", self._access.origin, self._access.origin.prefix + wanted.path, query_text(wanted.query)
        )
        try:
            return await self._retrier.run(
                lambda left: self._attempt(outgoing, wanted, min(self._access.seconds, left))
            )
        except ApiError as error:
            failure = error.naming_request().redacted(self._access.redactor)
        raise failure

    async def _attempt(self, outgoing: Outgoing, wanted: Wanted, seconds: float) -> bytes:
        reply, permit = await self._exchange(outgoing, wanted, seconds)
        if is_sign_in_refused(reply):
            self._access.authority.reject(permit.generation)
            if self._access.authority.renews:
                reply, permit = await self._exchange(outgoing, wanted, seconds)
        if is_success(reply) and not is_html(reply):
            self._access.authority.accept(permit.generation)
            return self._access.redactor.redact_body(reply.body)
        hints = Hints(permission=wanted.permission, sign_in=self._access.authority.advice)
        trouble = trouble_of(reply, self._access.origin.host, now=self._access.now(), hints=hints)
        if trouble.retry_after:
            self._access.lane.hold(trouble.retry_after)
        raise error_of(trouble)

    async def _exchange(self, outgoing: Outgoing, wanted: Wanted, seconds: float) -> tuple[Reply, Permit]:
        await self._access.lane.take()
        permit = await self._access.authority.permit(outgoing, writing=False)
        call = Call("GET", outgoing.url, permit.headers, seconds=seconds, most=wanted.most)
        reply = await self._access.channel.exchange(call)
        self._access.clock.note(reply)
        return reply, permit
