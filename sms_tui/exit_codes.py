"""All exit codes of the program and what they tell scripts."""

import signal
from collections.abc import Iterable, Mapping
from enum import IntEnum

from sms_tui.domain.outcome import Outcome, Trouble, TroubleKind


class ExitCode(IntEnum):
    """Why a command ended."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    DENIED = 3
    UNREACHABLE = 4
    UNKNOWN = 5
    TIMEOUT = 6
    INTERNAL_ERROR = 70


MEANINGS: Mapping[ExitCode, str] = {
    ExitCode.DONE: "done as asked",
    ExitCode.FAILED: "the service rejected it, it was refused here, a check or a watched task failed",
    ExitCode.USAGE: "wrong usage or configuration",
    ExitCode.DENIED: "not signed in, or not allowed",
    ExitCode.UNREACHABLE: "the service cannot be reached",
    ExitCode.UNKNOWN: "outcome unknown: sent, no answer, and a later read did not settle it",
    ExitCode.TIMEOUT: "--timeout passed",
    ExitCode.INTERNAL_ERROR: "internal error; the path of a crash report is printed",
}
ENDING_SIGNALS = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)
"""Those that ask for an end, and have a code of their own"""
_SIGNALLED = 128
SIGNAL_CODES = "129-131, 143"
SIGNAL_MEANING = "ended by SIGHUP, SIGINT (ctrl+c), SIGQUIT, SIGTERM"
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


def of_signal(number: int) -> int:
    """The code of a program that a signal ended, as shells count."""
    return _SIGNALLED + number


def heeded_signals() -> list[signal.Signals]:
    """Those that end this run: `nohup`, and `&` in a script, want that some of them do not."""
    return [number for number in ENDING_SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]


def is_of_signal(code: int) -> bool:
    """Whether a signal ended what gave this code."""
    return code > _SIGNALLED


def of_trouble(trouble: Trouble) -> ExitCode:
    """The code for a read that gave nothing."""
    return _BY_KIND.get(trouble.kind, ExitCode.UNREACHABLE)


def of_outcome(outcome: Outcome, trouble: Trouble | None) -> ExitCode:
    """The code for one operation as far as it is known."""
    match outcome:
        case Outcome.ACCEPTED | Outcome.CONFIRMED:
            return ExitCode.DONE
        case Outcome.SENT | Outcome.UNKNOWN:
            return ExitCode.UNKNOWN
        case Outcome.QUEUED:
            return ExitCode.FAILED
        case Outcome.REJECTED:
            code = of_trouble(trouble) if trouble else ExitCode.FAILED
            return code if code is ExitCode.DENIED else ExitCode.FAILED
        case Outcome.NOT_SENT if trouble and trouble.kind is not TroubleKind.THROTTLED:
            code = of_trouble(trouble)
            return ExitCode.FAILED if code is ExitCode.USAGE else code
        case Outcome.NOT_SENT:
            # A service that asks for a pause can be reached: what would not wait for it was refused here.
            return ExitCode.FAILED


def worst(codes: Iterable[ExitCode]) -> ExitCode:
    """The code of several together."""
    found = set(codes)
    return next((code for code in _WORST_FIRST if code in found), ExitCode.DONE)
