"""What an operation says on its row, and when a batch still has to be looked at."""

import pytest

from sms_tui.domain.operations import RESUME_LABEL, START, STOP, Operation
from sms_tui.domain.outcome import Outcome
from sms_tui.domain.plan import make_plan
from sms_tui.engine.record import Batch, OperationRecord
from sms_tui.engine.sending.policy import AT_ONCE
from tests.engine.scripted import task


def record_of(outcome: Outcome, operation: Operation = STOP, label: str = STOP.label) -> OperationRecord:
    return OperationRecord("op", operation, label, "a", "name-a", task("a"), outcome)


@pytest.mark.parametrize(
    ("record", "words", "in_doubt"),
    [
        (record_of(Outcome.QUEUED), "queued: pause", ""),
        (record_of(Outcome.SENT), "pausing…", ""),
        (record_of(Outcome.ACCEPTED), "pausing…", ""),
        (record_of(Outcome.UNKNOWN), "unknown: pause", "pause"),
        (record_of(Outcome.SENT, START, START.label), "starting…", ""),
        (record_of(Outcome.SENT, START, RESUME_LABEL), "resuming…", ""),
    ],
)
def test_a_row_tells_what_is_pending_until_it_is_settled(
    record: OperationRecord, words: str, in_doubt: str
) -> None:
    assert (record.pending.words, record.pending.in_doubt) == (words, in_doubt)
    record.settled_at = 1.0
    assert (record.pending.words, record.pending.in_doubt) == ("", "")


def test_a_batch_is_watched_until_what_was_accepted_is_settled_and_keeps_its_first_reason() -> None:
    rejected, accepted = record_of(Outcome.REJECTED), record_of(Outcome.ACCEPTED)
    queued = record_of(Outcome.QUEUED)
    batch = Batch("b", make_plan(STOP, []), "", AT_ONCE, [rejected, accepted, queued])
    assert (batch.is_done, batch.is_watched) == (False, True)
    accepted.settled_at = 1.0
    assert (batch.is_done, batch.is_watched) == (False, True)
    queued.outcome = Outcome.NOT_SENT
    assert (batch.is_done, batch.is_watched) == (True, False)
    accepted.settled_at = None
    assert (batch.is_done, batch.is_watched) == (True, True)
    batch.stop("first")
    batch.stop("second")
    assert batch.why_stopped == "first"
