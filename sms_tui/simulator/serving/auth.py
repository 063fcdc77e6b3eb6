"""Who is calling: checks tokens and signatures by the gateway's published rules."""

import hashlib
import hmac
from calendar import timegm
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from time import strptime
from urllib.parse import quote, unquote

from msgspec import Struct

from sms_tui.simulator.migration.rules import Refusal
from sms_tui.simulator.world.clock import VirtualClock
from sms_tui.simulator.world.credentials import Credentials
from sms_tui.simulator.world.scenario import A_DAY_S
from sms_tui.simulator.world.seeded_random import token

_ALGORITHM = "SDK-HMAC-SHA256"
_PAYLOAD = "x-sdk-content-sha256"
_SCOPES = ("x-project-id", "x-domain-id")
_SKEW_S = 15 * 60
_TRIES = 5
_LOCKED_MS = 5 * 60_000


class Request(Struct, frozen=True):
    """What the checks need to know of a request; header names are in lower case, `path` is as it was sent."""

    method: str
    path: str
    query: Sequence[tuple[str, str]]
    headers: Mapping[str, str]
    body: bytes


class Lock:
    """Shuts a key or a user out for a while after too many wrong tries in a row."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._wrong = 0
        self._until = 0

    @property
    def shut(self) -> bool:
        """Whether not even the right secret helps now."""
        return self._clock.now_ms() < self._until

    def count(self, right: bool) -> None:
        """Count a try, which was right or wrong."""
        self._wrong = 0 if right else self._wrong + 1
        if self._wrong >= _TRIES:
            self._wrong, self._until = 0, self._clock.now_ms() + _LOCKED_MS


class Tokens:
    """The tokens that have been handed out, and how long they live."""

    def __init__(self, credentials: Credentials, clock: VirtualClock, life_s: float, seed: int) -> None:
        self._clock = clock
        self._life_ms = int(life_s * 1000)
        self._seed = seed
        self._issued = 0
        self._expires = {credentials.token: clock.start_ms + self._announced_life_ms()}

    def _announced_life_ms(self) -> int:
        """Nobody renews the token that is told at the start, so its day is one of the client's time."""
        is_plain = self._life_ms == int(A_DAY_S * 1000)
        return int(self._life_ms * (self._clock.speed or 1)) if is_plain else self._life_ms

    def issue(self) -> tuple[str, int, int]:
        """A new token, when it was issued and when it expires (epoch ms); the old ones stay valid."""
        self._issued += 1
        now = self._clock.now_ms()
        text = f"SIM{token(self._seed, f'token-{self._issued}', 48)}"
        self._expires[text] = now + self._life_ms
        return text, now, now + self._life_ms

    def expires(self, text: str) -> int | None:
        """Epoch ms at which a token dies, None for one that was never handed out."""
        return self._expires.get(text)


class Authenticator:
    """Lets a request in, or says why not.

    `wall` gives epoch seconds: a client signs in its own time, which the virtual clock outruns.
    """

    def __init__(
        self, credentials: Credentials, tokens: Tokens, clock: VirtualClock, wall: Callable[[], float]
    ) -> None:
        self._credentials = credentials
        self._tokens = tokens
        self._clock = clock
        self._wall = wall
        self._lock = Lock(clock)

    def refusal(self, request: Request) -> Refusal | None:
        """Why this request is not let in, or None."""
        signed = request.headers.get("authorization", "")
        bearer = request.headers.get("x-auth-token", "")
        if bool(signed) == bool(bearer):
            return _denied("no token" if not signed else "both a token and a signature")
        return self._signature_refusal(request, signed) if signed else self._token_refusal(bearer)

    def _token_refusal(self, text: str) -> Refusal | None:
        expires = self._tokens.expires(text)
        if expires is None:
            return _denied("decrypt token fail")
        if expires <= self._clock.now_ms():
            return _denied(f"token expires, expires_at:{iso_time(expires)}")
        return None

    def _signature_refusal(self, request: Request, header: str) -> Refusal | None:
        parts = _parse(header)
        if parts.get("Access") != self._credentials.ak:
            return _denied("verify aksk signature fail")
        if self._lock.shut:
            return _denied("the access key is locked")
        if not self._in_time(request.headers.get("x-sdk-date", "")):
            return _denied("signature expires")
        right = self._is_right(request, parts)
        self._lock.count(right)
        if not right:
            return _denied("verify aksk signature fail")
        return self._scope_refusal(request)

    def _in_time(self, stamp: str) -> bool:
        try:
            signed_at = timegm(strptime(stamp, "%Y%m%dT%H%M%SZ"))
        except ValueError:
            return False
        clocks = (self._wall(), self._clock.now_ms() / 1000)
        return any(abs(signed_at - now) <= _SKEW_S for now in clocks)

    def _is_right(self, request: Request, parts: Mapping[str, str]) -> bool:
        names = parts.get("SignedHeaders", "").split(";")
        if any(name not in request.headers for name in names) or not _names_enough(request, names):
            return False
        declared = request.headers.get(_PAYLOAD, "UNSIGNED-PAYLOAD")
        if declared not in {"UNSIGNED-PAYLOAD", hashlib.sha256(request.body).hexdigest()}:
            return False
        expected = signature(self._credentials.sk, request, names)
        return hmac.compare_digest(expected.encode(), parts.get("Signature", "").encode())

    def _scope_refusal(self, request: Request) -> Refusal | None:
        for name, value in zip(
            _SCOPES, (self._credentials.project_id, self._credentials.domain_id), strict=True
        ):
            if request.headers.get(name, value) != value:
                return _denied(f"{name} does not belong to the access key")
        return None


def _names_enough(request: Request, names: Sequence[str]) -> bool:
    """Whether everything is signed that must not be changed on the way."""
    needed = {"host", "x-sdk-date", *({*_SCOPES, _PAYLOAD} & request.headers.keys())}
    return needed <= set(names) and list(names) == sorted(names)


def signature(secret: str, request: Request, names: Sequence[str]) -> str:
    """The signature that a request with these signed headers must carry."""
    canonical = _canonical(request, names)
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = f"{_ALGORITHM}\n{request.headers.get('x-sdk-date', '')}\n{digest}"
    return hmac.new(secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()


def _canonical(request: Request, names: Sequence[str]) -> str:
    path = "/".join(_encoded(unquote(part)) for part in request.path.split("/"))
    query = "&".join(f"{_encoded(key)}={_encoded(value)}" for key, value in sorted(request.query))
    headers = "".join(f"{name}:{request.headers[name].strip()}\n" for name in names)
    payload = request.headers.get(_PAYLOAD) or hashlib.sha256(request.body).hexdigest()
    slash = "" if path.endswith("/") else "/"
    return f"{request.method}\n{path}{slash}\n{query}\n{headers}\n{';'.join(names)}\n{payload}"


def _encoded(text: str) -> str:
    return quote(text, safe="-._~")


def _parse(header: str) -> dict[str, str]:
    algorithm, _, rest = header.partition(" ")
    if algorithm != _ALGORITHM:
        return {}
    pairs = (part.strip().partition("=") for part in rest.split(","))
    return {key: value for key, _, value in pairs}


def _denied(why: str) -> Refusal:
    return Refusal(401, "APIGW.0301", f"Incorrect IAM authentication information: {why}")


def iso_time(ms: int) -> str:
    """ISO 8601 in UTC with microseconds, as the identity service writes it."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
