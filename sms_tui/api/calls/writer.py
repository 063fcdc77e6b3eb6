"""Sends writes: each exactly once, never repeated, with an answer that claims no more than was proved."""

from dataclasses import replace
from math import ceil

from sms_tui.api.answers.replies import Hints, is_sign_in_refused
from sms_tui.api.auth.authority import Outgoing, Permit
from sms_tui.api.calls.access import Access
from sms_tui.api.calls.outcomes import answer_to, answer_without_reply
from sms_tui.api.calls.requests import PreparedRequest
from sms_tui.api.errors import ApiError, error_of, redacted
from sms_tui.api.network.transport import Call, Reply
from sms_tui.domain.operations import COLLECT_LOG
from sms_tui.domain.outcome import Answer, Trouble, TroubleKind
from sms_tui.domain.sentence import sentence

_LOG_HINT = sentence(
    "this endpoint may have the other of the two calls for logs, so try `log_api` = "
    '"action" or "endpoint" in the profile'
)


class Writer:
    """Sends prepared requests to one service."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def send(self, prepared: PreparedRequest) -> Answer:
        """Send `prepared` once and say what is known of it; expected failures are in the answer."""
        answer = await self._sent(prepared)
        trouble = answer.trouble and redacted(answer.trouble, self._access.redactor)
        return replace(answer, trouble=trouble, request_id=self._access.redactor.redact(answer.request_id))

    async def _sent(self, prepared: PreparedRequest) -> Answer:
        since = self._access.now()
        try:
            outgoing = self._outgoing(prepared)
            permit = await self._admitted(outgoing)
        except ApiError as error:
            # Nothing of this request has been sent yet, so it cannot have been executed.
            return answer_without_reply(error_of(replace(error.trouble, may_have_executed=False)))
        headers = {**outgoing.headers, **permit.headers}
        call = Call(outgoing.method, outgoing.url, headers, outgoing.body, self._access.seconds, since=since)
        try:
            reply = await self._access.channel.exchange(call)
        except ApiError as error:
            return answer_without_reply(error)
        return self._judged(reply, permit, prepared)

    def _outgoing(self, prepared: PreparedRequest) -> Outgoing:
        if not prepared.url.startswith(f"{self._access.origin.base}/"):
            said = sentence(
                "The request is for another endpoint than {host}; prepare it again.",
                host=self._access.origin.host,
            )
            raise error_of(Trouble(TroubleKind.LOCAL, said))
        path = self._access.origin.prefix + prepared.url.removeprefix(self._access.origin.base)
        headers = {"Content-Type": "application/json"} if prepared.body else {}
        return Outgoing(prepared.method, self._access.origin, path, "", headers, prepared.body)

    async def _admitted(self, outgoing: Outgoing) -> Permit:
        """A permit to send now. Writes have a lane of their own; a demanded pause refuses them.

        After a pause the task may no longer be what it was when it was read for this.
        """
        permit = await self._access.authority.permit(outgoing, writing=True)
        await self._access.lane.turn()
        self._refuse_in_a_pause()
        return permit

    def _refuse_in_a_pause(self) -> None:
        if held := self._access.lane.held_for:
            said = sentence(
                "{host} asks for a pause of {seconds} s; send it again after that.",
                host=self._access.origin.host,
                seconds=ceil(held),
            )
            raise error_of(Trouble(TroubleKind.THROTTLED, said, retry_after=held))

    def _judged(self, reply: Reply, permit: Permit, prepared: PreparedRequest) -> Answer:
        if is_sign_in_refused(reply):
            self._access.authority.reject(permit.generation)
        hints = Hints(
            permission=prepared.permission,
            missing=_LOG_HINT if prepared.operation is COLLECT_LOG else "",
            fault=sentence("look at the task before anything is sent again"),
            sign_in=sentence("it was not sent again; {advice}", advice=self._access.authority.advice),
        )
        answer = answer_to(reply, self._access.origin.host, now=self._access.now(), hints=hints)
        if answer.trouble and answer.trouble.retry_after:
            self._access.lane.hold(answer.trouble.retry_after)
        return answer
