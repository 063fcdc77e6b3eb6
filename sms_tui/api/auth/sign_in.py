"""Obtains tokens with a password and renews them in time, with one request for all calls that wait."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sms_tui.api.answers.replies import (
    Hints,
    complaint_of,
    date_of,
    is_success,
    iso_date,
    parse_json,
    trouble_of,
)
from sms_tui.api.auth.authority import Authority, Outgoing, Permit, token_problem
from sms_tui.api.errors import ApiError, error_of, local_error
from sms_tui.api.network.origin import Origin
from sms_tui.api.network.transport import Call, Channel, Reply
from sms_tui.api.settings import PasswordCredentials
from sms_tui.domain.outcome import Trouble, TroubleKind
from sms_tui.domain.secret import Redactor, Secret
from sms_tui.domain.sentence import sentence

_RENEW_AHEAD = 600.0
_WRITE_NEEDS = 300.0
PAUSE_SECONDS = 30.0
_DEFAULT_LIFE = 24 * 3600.0
_PATH = "/v3/auth/tokens?nocatalog=true"
_CORRECT = sentence(
    "correct user, password, domain or scope and start again, for repeating it would lock the user"
)
_LOCKED = sentence("wait until it is unlocked, stop whatever else keeps trying, then start again")
_HINTS = Hints(sign_in=_CORRECT, missing=sentence("check `iam_endpoint` in the profile"))
"""For answers that may be from somebody else than the sign-in"""


@dataclass(frozen=True, slots=True)
class Token:
    """One token, whole: its value and its dates always come from the same answer."""

    permit: Permit = field(repr=False)
    life: float
    """Seconds it was made for"""
    left: float
    """Seconds it had left when it came"""
    wall: float
    """When it came, by our clock"""
    monotonic: float
    """When it came, by the monotonic clock"""
    is_doubtful: bool = False
    """Whether it came for one that had been rejected, and has not been accepted yet"""
    is_rejected: bool = False


class PasswordAuthority(Authority):
    """Signs in when it must, and never twice with a password that was refused."""

    renews = True
    advice = sentence("check the scope of the profile (project or domain) and the user's permissions")

    def __init__(
        self,
        credentials: PasswordCredentials,
        origin: Origin,
        channel: Channel,
        redactor: Redactor,
        *,
        now: Callable[[], float],
        monotonic: Callable[[], float],
        seconds: float,
    ) -> None:
        if not (credentials.user and credentials.password and credentials.domain):
            raise local_error(
                sentence("User, password and domain are all needed to sign in; complete the profile.")
            )
        self._credentials = credentials
        self._origin = origin
        self._channel = channel
        self._redactor = redactor
        self._now = now
        self._monotonic = monotonic
        self._seconds = seconds
        self._lock = asyncio.Lock()
        self._token: Token | None = None
        self._generation = 0
        """Sign-in requests that may have reached the service"""
        self._failure: Trouble | None = None
        self._failed_at = 0.0

    async def permit(self, outgoing: Outgoing, *, writing: bool) -> Permit:  # noqa: ARG002
        """The token's header, after a renewal where one is due; raises `ApiError`."""
        token = self._token
        if token is None or self._is_due(token):
            async with self._lock:
                token = await self._renewed(writing=writing)
        return token.permit

    def accept(self, generation: int) -> None:
        """Take note that a token of `generation` works, however soon it may end."""
        token = self._token
        if token is not None and token.is_doubtful and token.permit.generation == generation:
            self._token = replace(token, is_doubtful=False)

    def reject(self, generation: int) -> None:
        """Mark the token of `generation` as stale, so that the next call renews it first."""
        if self._token is not None and self._token.permit.generation == generation:
            self._token = replace(self._token, is_rejected=True)

    @property
    def expires_at(self) -> float | None:
        """Epoch seconds of this machine's clock, None before the first sign-in."""
        return None if self._token is None else self._now() + self._left(self._token)

    def _left(self, token: Token) -> float:
        """Seconds left by the less favourable clock: one can be set back, the other stops during suspend."""
        return token.left - max(self._monotonic() - token.monotonic, self._now() - token.wall)

    def _is_due(self, token: Token) -> bool:
        return token.is_rejected or self._left(token) < min(_RENEW_AHEAD, token.life / 5)

    def _will_do(self, token: Token, *, writing: bool) -> bool:
        needed = min(_WRITE_NEEDS, token.life / 10) if writing else 0.0
        return not token.is_rejected and self._left(token) > needed

    async def _renewed(self, *, writing: bool) -> Token:
        """Called under the lock, so that calls which waited find the token that the first one obtained."""
        token = self._token
        if token is not None and not self._is_due(token):
            return token
        trouble = self._obstacle(token) or await self._try()
        if self._token is not None and self._will_do(self._token, writing=writing):
            return self._token
        raise error_of(trouble or _TOO_SHORT, repeatable=False)

    def _obstacle(self, token: Token | None) -> Trouble | None:
        """Why signing in now would do harm or no good."""
        failure, age = self._failure, self._monotonic() - self._failed_at
        if failure and (failure.kind is TroubleKind.SIGN_IN or age < PAUSE_SECONDS):
            return failure
        is_fresh = token is not None and self._monotonic() - token.monotonic < PAUSE_SECONDS
        if token and token.is_rejected and token.is_doubtful and is_fresh:
            said = sentence("A fresh token is not accepted; {advice}.", advice=self.advice)
            return Trouble(TroubleKind.SIGN_IN, said)
        if token and not token.is_rejected and token.left - self._left(token) < PAUSE_SECONDS:
            # The token was due for renewal on arrival, and the next one would be too.
            return _TOO_SHORT
        return None

    async def _try(self) -> Trouble | None:
        try:
            self._token = await self._sign_in()
        except ApiError as error:
            self._failure, self._failed_at = error.trouble, self._monotonic()
        else:
            self._failure = None
        return self._failure

    async def _sign_in(self) -> Token:
        call = Call(
            "POST",
            self._origin.base + _PATH,
            {"Content-Type": "application/json"},
            request_body(self._credentials),
            self._seconds,
        )
        reply = await self._channel.exchange(call)
        value = reply.headers.get("x-subject-token", "").strip()
        if not is_success(reply) or not value:
            raise self._refusal(reply)
        self._redactor.add(Secret(value))
        if problem := token_problem(value):
            said = sentence(
                "The token of {host} cannot be used: {problem}; check `iam_endpoint`.",
                host=self._origin.host,
                problem=problem,
            )
            raise error_of(Trouble(TroubleKind.NONSENSE, said))
        return self._made(value, reply)

    def _refusal(self, reply: Reply) -> ApiError:
        """Of what the sign-in itself refuses nothing is sent again before the profile is corrected."""
        code = complaint_of(reply).code
        is_of_sign_in = bool(code) and not code.startswith("APIGW.")
        advice = _LOCKED if code == "IAM.0061" else _CORRECT
        hints = Hints(sign_in=advice, refused=advice) if is_of_sign_in else _HINTS
        trouble = trouble_of(reply, self._origin.host, now=self._now(), hints=hints)
        if is_of_sign_in and trouble.kind is TroubleKind.REFUSED:
            trouble = replace(trouble, kind=TroubleKind.SIGN_IN)
        return error_of(trouble)

    def _made(self, value: str, reply: Reply) -> Token:
        # The dates in a token follow the service's clock and not ours.
        arrived = date_of(reply, self._now())
        expires, issued = _dates(reply.body)
        left = _DEFAULT_LIFE if expires is None else expires - arrived
        life = left if expires is None or issued is None else expires - issued
        self._generation += 1
        permit = Permit({"X-Auth-Token": value}, self._generation)
        is_doubtful = self._token is not None and self._token.is_rejected
        return Token(
            permit, max(life, left, 0.0), left, self._now(), self._monotonic(), is_doubtful=is_doubtful
        )


_TOO_SHORT = Trouble(
    TroubleKind.SIGN_IN, sentence("The new token expires too soon to be used; ask who runs the service.")
)


def request_body(credentials: PasswordCredentials) -> bytes:
    """What is sent to sign in: password and the narrowest scope named."""
    user = {"domain": {"name": credentials.domain}, "name": credentials.user}
    identity: dict[str, object] = {
        "methods": ["password"],
        "password": {"user": {**user, "password": credentials.password.reveal()}},
    }
    auth: dict[str, object] = {"identity": identity}
    if scope := _scope(credentials):
        auth["scope"] = scope
    return json.dumps({"auth": auth}, separators=(",", ":")).encode()


def _scope(credentials: PasswordCredentials) -> dict[str, dict[str, str]]:
    if credentials.scope_project_id:
        return {"project": {"id": credentials.scope_project_id}}
    if credentials.scope_project:
        return {"project": {"name": credentials.scope_project}}
    return {"domain": {"name": credentials.scope_domain}} if credentials.scope_domain else {}


def _dates(body: bytes) -> tuple[float | None, float | None]:
    try:
        document = parse_json(body)
    except ValueError:
        return None, None
    token = document.get("token") if isinstance(document, dict) else None
    found = token if isinstance(token, dict) else {}
    return _moment(found.get("expires_at")), _moment(found.get("issued_at"))


def _moment(value: object) -> float | None:
    try:
        return iso_date(value) if isinstance(value, str) else None
    except ValueError:
        return None
