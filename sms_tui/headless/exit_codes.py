"""What scripts are told by the exit code."""

from collections.abc import Iterable
from enum import IntEnum
from typing import TYPE_CHECKING

from sms_tui.domain.outcome import Outcome, Trouble, TroubleKind

if TYPE_CHECKING:
    # The engine brings the HTTP library along, which commands without a network need not wait for.
    from sms_tui.engine.record import OperationRecord


class ExitCode(IntEnum):
    """Why a command ended."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    DENIED = 3
    UNREACHABLE = 4
    UNKNOWN = 5
    TIMEOUT = 6


_BY_KIND = {
    TroubleKind.SIGN_IN: ExitCode.DENIED,
    TroubleKind.DENIED: ExitCode.DENIED,
    TroubleKind.REFUSED: ExitCode.FAILED,
    TroubleKind.NOT_FOUND: ExitCode.FAILED,
    TroubleKind.LOCAL: ExitCode.USAGE,
}
_WORST_FIRST = (
    ExitCode.USAGE,
    ExitCode.UNKNOWN,
    ExitCode.UNREACHABLE,
    ExitCode.DENIED,
    ExitCode.FAILED,
    ExitCode.TIMEOUT,
)


def of_trouble(trouble: Trouble) -> ExitCode:
    """The code for a read that gave nothing."""
    return _BY_KIND.get(trouble.kind, ExitCode.UNREACHABLE)


def of_record(record: "OperationRecord") -> ExitCode:
    """The code for one operation as far as it is known."""
    match record.outcome:
        case Outcome.ACCEPTED | Outcome.CONFIRMED:
            return ExitCode.DONE
        case Outcome.SENT | Outcome.UNKNOWN:
            return ExitCode.UNKNOWN
        case Outcome.QUEUED:
            return ExitCode.FAILED
        case Outcome.REJECTED:
            code = of_trouble(record.trouble) if record.trouble else ExitCode.FAILED
            return code if code is ExitCode.DENIED else ExitCode.FAILED
        case Outcome.NOT_SENT:
            code = of_trouble(record.trouble) if record.trouble else ExitCode.FAILED
            return ExitCode.FAILED if code is ExitCode.USAGE else code


def worst(codes: Iterable[ExitCode]) -> ExitCode:
    """The code of several together."""
    found = set(codes)
    return next((code for code in _WORST_FIRST if code in found), ExitCode.DONE)
