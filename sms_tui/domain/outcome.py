"""What can be known about an operation that was requested, in the words that every surface uses."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How far an operation got; `accepted` is the service's yes, not the end of the work."""

    QUEUED = "queued"
    SENT = "sent"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    NOT_SENT = "not-sent"
    CONFIRMED = "confirmed"

    @property
    def word(self) -> str:
        """The word for people."""
        return "not sent" if self is Outcome.NOT_SENT else self.value

    @property
    def may_be_offered_again(self) -> bool:
        """Whether it provably had no effect, so that a second try cannot double it."""
        return self in {Outcome.REJECTED, Outcome.NOT_SENT}


class TroubleKind(StrEnum):
    """Why a call failed, distinguished where an operator would act differently."""

    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed out"
    SIGN_IN = "not signed in"
    DENIED = "not allowed"
    THROTTLED = "throttled"
    NOT_FOUND = "not found"
    REFUSED = "refused"
    SERVER = "server fault"
    NONSENSE = "not the service"
    LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Trouble:
    """An expected failure as data: one sentence for the operator, and what support would ask for."""

    kind: TroubleKind
    sentence: str
    """What happened, where, and what to do; free of secrets."""
    code: str = ""
    """`SMS.…`, `APIGW.…`, `IAM.…` or empty."""
    status: int | None = None
    request_id: str = ""
    retry_after: float | None = None
    """Seconds the service asked to wait."""
    may_have_executed: bool = False
    """Whether the request may have reached the service, so that a write's outcome is unknown."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The service's reply to a write, or the reason why there is none."""

    outcome: Outcome
    """ACCEPTED, REJECTED, UNKNOWN or NOT_SENT"""
    trouble: Trouble | None = None
    status: int | None = None
    request_id: str = ""
    elapsed_ms: int = 0
