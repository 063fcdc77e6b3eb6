"""How a request proves who sends it: with a given token, or by a signature made with an access key.

Tokens that are obtained with a password are in `sign_in`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sms_tui.api.errors import error_of, local_error
from sms_tui.api.network.origin import Origin
from sms_tui.api.settings import KeyCredentials
from sms_tui.domain.freshness import NOTABLE_SKEW
from sms_tui.domain.outcome import Trouble, TroubleKind
from sms_tui.domain.secret import Secret
from sms_tui.domain.sentence import sentence

if TYPE_CHECKING:
    from sms_tui.api.network.server_clock import ServerClock

LONGEST_TOKEN = 16_384
LOCK_OUT_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request as far as a signature covers it."""

    method: str
    origin: Origin
    path: str
    """With the endpoint's prefix, percent-encoded"""
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def url(self) -> str:
        """The URL as it is sent."""
        origin = f"{self.origin.scheme}://{self.origin.authority}"
        return f"{origin}{self.path}?{self.query}" if self.query else f"{origin}{self.path}"


@dataclass(frozen=True, slots=True)
class Permit:
    """Headers that let one request through, and which generation of credentials they come from."""

    headers: Mapping[str, str] = field(repr=False)
    generation: int = 0


class Authority(ABC):
    """One way of proving who asks; what most of them share are the defaults."""

    renews = False
    """Whether a read may be repeated once after `reject`, with other credentials."""

    @abstractmethod
    async def permit(self, outgoing: Outgoing, *, writing: bool) -> Permit:
        """Headers for `outgoing`; raises `ApiError` if there are none."""

    def accept(self, generation: int) -> None:  # noqa: B027 - most have nothing to note
        """Take note that the service accepted a permit of `generation`, where that matters."""

    def reject(self, generation: int) -> None:  # noqa: B027
        """Take note that the service did not accept a permit of `generation`, where that matters."""

    @property
    def expires_at(self) -> float | None:
        """Epoch seconds of this machine's clock, None where unknown or endless."""
        return None

    @property
    @abstractmethod
    def advice(self) -> str:
        """What an operator can do when the service does not know us."""


def token_problem(token: str) -> str | None:
    """Why `token` cannot be sent in a header, or None."""
    if not 0 < len(token) <= LONGEST_TOKEN:
        return sentence(
            "it is {count} characters long, 1 to {most} are possible", count=len(token), most=LONGEST_TOKEN
        )
    if _breaks_header(token):
        return sentence(
            "it holds characters that cannot be sent in a header, perhaps a line break from copying"
        )
    return None


def _breaks_header(text: str) -> bool:
    return not all("\x21" <= char <= "\x7e" or "\xa1" <= char <= "\xff" for char in text)


class TokenAuthority(Authority):
    """A given token, used until the service no longer takes it."""

    def __init__(self, token: Secret, *, is_printed: bool = False) -> None:
        """`is_printed`: the profile's `credential_command` printed it."""
        self._is_printed = is_printed
        if problem := token_problem(token.reveal()):
            raise local_error(sentence("The token cannot be used: {problem}; set it again.", problem=problem))
        self._permit = Permit({"X-Auth-Token": token.reveal()})

    async def permit(self, outgoing: Outgoing, *, writing: bool) -> Permit:  # noqa: ARG002
        """The same headers for every request."""
        return self._permit

    def permit_for(self, outgoing: Outgoing) -> Permit:  # noqa: ARG002
        """Like `permit`, outside a loop."""
        return self._permit

    @property
    def advice(self) -> str:
        """Where a new token goes."""
        if self._is_printed:
            return sentence("credential_command has to print a new token: then :login, or start again")
        return sentence("get a new token, set SMS_TUI_TOKEN and start again")


class KeyAuthority(Authority):
    """Signs each request; pauses after one refused signature, since a few more would lock the key."""

    def __init__(
        self,
        credentials: KeyCredentials,
        clock: "ServerClock",
        *,
        now: Callable[[], float],
        monotonic: Callable[[], float],
    ) -> None:
        parts = [credentials.ak, credentials.project_id or credentials.domain_id]
        if credentials.security_token:
            parts.append(credentials.security_token.reveal())
        if not credentials.ak or not credentials.sk or any(map(_breaks_header, parts)):
            raise local_error(sentence("The access key is incomplete or holds odd characters; set it again."))
        self._credentials = credentials
        self._clock = clock
        self._now = now
        self._monotonic = monotonic
        self._silent_until = 0.0

    async def permit(self, outgoing: Outgoing, *, writing: bool) -> Permit:  # noqa: ARG002
        """Sign `outgoing` with the time of this moment."""
        return self.permit_for(outgoing)

    def permit_for(self, outgoing: Outgoing) -> Permit:
        """Like `permit`, without an event loop; raises `ApiError` during the pause."""
        if self._monotonic() < self._silent_until:
            raise error_of(Trouble(TroubleKind.SIGN_IN, self._silence(outgoing.origin.host)))
        # Imported here: it loads a cryptography library, which tokens do not need.
        from sms_tui.api.auth.signing import authorization

        signed = {**outgoing.headers, "Host": outgoing.origin.authority, **self._identity()}
        value = authorization(
            self._credentials.ak,
            self._credentials.sk.reveal(),
            outgoing.method,
            outgoing.path,
            outgoing.query,
            signed,
            outgoing.body,
        )
        return Permit({**signed, "Authorization": value})

    def reject(self, generation: int) -> None:  # noqa: ARG002
        """Pause for as long as a locked key stays locked."""
        self._silent_until = self._monotonic() + LOCK_OUT_SECONDS

    @property
    def advice(self) -> str:
        """What makes a signature wrong, the clock first if it is known to be off."""
        offset = self._clock.offset
        if offset is not None and abs(offset) >= NOTABLE_SKEW:
            minutes = abs(offset) / 60
            if offset > 0:
                return sentence(
                    "set this machine's clock, which is {minutes:.0f} min slow, then check the key",
                    minutes=minutes,
                )
            return sentence(
                "set this machine's clock, which is {minutes:.0f} min fast, then check the key",
                minutes=minutes,
            )
        return sentence("check access key, secret key and project id")

    def _identity(self) -> dict[str, str]:
        key = self._credentials
        moment = datetime.fromtimestamp(self._now(), UTC)
        headers = {"X-Sdk-Date": moment.strftime("%Y%m%dT%H%M%SZ")}
        if key.project_id:
            headers["X-Project-Id"] = key.project_id
        elif key.domain_id:
            headers["X-Domain-Id"] = key.domain_id
        if key.security_token:
            headers["X-Security-Token"] = key.security_token.reveal()
        return headers

    def _silence(self, host: str) -> str:
        minutes = (self._silent_until - self._monotonic()) / 60
        return sentence(
            "{host} refused the last signature, so none is sent for {minutes:.0f} min lest the key be "
            "locked; {advice}, then start again.",
            host=host,
            minutes=minutes,
            advice=self.advice,
        )
