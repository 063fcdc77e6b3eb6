"""The table of exit codes: what scripts were promised, case by case."""

import signal

import pytest

from sms_tui.domain.outcome import Outcome, Trouble, TroubleKind
from sms_tui.exit_codes import (
    ENDING_SIGNALS,
    MEANINGS,
    SIGNAL_MEANING,
    ExitCode,
    is_of_signal,
    of_outcome,
    of_signal,
    of_trouble,
    worst,
)


def trouble(kind: TroubleKind) -> Trouble:
    """A failure of that kind."""
    return Trouble(kind, "It failed.")


def test_the_numbers_are_those_that_scripts_know() -> None:
    assert [int(code) for code in ExitCode] == [0, 1, 2, 3, 4, 5, 6, 70]
    assert [*MEANINGS] == [*ExitCode]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (TroubleKind.UNREACHABLE, 4),
        (TroubleKind.TIMED_OUT, 4),
        (TroubleKind.SIGN_IN, 3),
        (TroubleKind.DENIED, 3),
        (TroubleKind.THROTTLED, 4),
        (TroubleKind.NOT_FOUND, 1),
        (TroubleKind.REFUSED, 1),
        (TroubleKind.SERVER, 4),
        (TroubleKind.NONSENSE, 4),
        (TroubleKind.LOCAL, 2),
    ],
)
def test_a_read_that_gave_nothing(kind: TroubleKind, code: int) -> None:
    assert of_trouble(trouble(kind)) == code


@pytest.mark.parametrize(
    ("outcome", "kind", "code"),
    [
        (Outcome.ACCEPTED, None, 0),
        (Outcome.CONFIRMED, None, 0),
        (Outcome.SENT, None, 5),
        (Outcome.UNKNOWN, TroubleKind.TIMED_OUT, 5),
        (Outcome.UNKNOWN, TroubleKind.SERVER, 5),
        (Outcome.QUEUED, None, 1),
        (Outcome.REJECTED, None, 1),
        (Outcome.REJECTED, TroubleKind.REFUSED, 1),
        (Outcome.REJECTED, TroubleKind.THROTTLED, 1),
        (Outcome.REJECTED, TroubleKind.NOT_FOUND, 1),
        (Outcome.REJECTED, TroubleKind.DENIED, 3),
        (Outcome.REJECTED, TroubleKind.SIGN_IN, 3),
        (Outcome.NOT_SENT, None, 1),
        (Outcome.NOT_SENT, TroubleKind.LOCAL, 1),
        (Outcome.NOT_SENT, TroubleKind.THROTTLED, 1),
        (Outcome.NOT_SENT, TroubleKind.UNREACHABLE, 4),
        (Outcome.NOT_SENT, TroubleKind.SIGN_IN, 3),
    ],
)
def test_an_operation_ends_with_the_code_of_its_outcome(
    outcome: Outcome, kind: TroubleKind | None, code: int
) -> None:
    assert of_outcome(outcome, trouble(kind) if kind else None) == code


def test_a_batch_ends_with_the_worst_of_its_operations() -> None:
    order = [2, 5, 4, 3, 1, 6, 0]
    for number, code in enumerate(order):
        assert worst(ExitCode(one) for one in reversed(order[number:])) == code
    assert worst([]) is ExitCode.DONE


def test_signals_have_the_codes_of_shells() -> None:
    codes = {signal.Signals(number).name: of_signal(number) for number in ENDING_SIGNALS}
    assert codes == {"SIGHUP": 129, "SIGINT": 130, "SIGQUIT": 131, "SIGTERM": 143}
    assert all(name in SIGNAL_MEANING for name in codes)
    assert all(map(is_of_signal, codes.values()))
    assert not any(map(is_of_signal, ExitCode))
