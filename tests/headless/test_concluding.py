"""How `run` ends: what it says of waits that were in vain, and of what nobody knows."""

import pytest

from sms_tui.domain.operations import STOP
from sms_tui.domain.outcome import Outcome
from sms_tui.domain.plan import make_plan
from sms_tui.domain.task import TaskState
from sms_tui.engine.record import Batch, OperationRecord
from sms_tui.engine.sending.policy import AT_ONCE
from sms_tui.headless.concluding import end_of_wait, unknown
from tests.domain.samples import make_task


def record_of(name: str, outcome: Outcome = Outcome.ACCEPTED) -> OperationRecord:
    return OperationRecord(name, STOP, STOP.label, name, name, make_task(), outcome)


@pytest.mark.parametrize(
    ("wanted", "in_vain", "said"),
    [
        ("", False, ""),
        ("running", False, "web is RUNNING."),
        ("", True, "web was not seen to work yet."),
        ("running", True, "web is RUNNING as it was before; no effect was seen."),
        ("ABORT", True, "web is RUNNING, not ABORT."),
    ],
)
def test_the_end_of_a_wait_is_told_by_what_is_there(wanted: str, in_vain: bool, said: str) -> None:
    assert end_of_wait(record_of("web"), make_task(TaskState.RUNNING), wanted, in_vain=in_vain) == said


def test_what_nobody_knows_is_counted_where_it_is_too_much_to_name() -> None:
    outcomes = [Outcome.ACCEPTED, Outcome.SENT, *[Outcome.UNKNOWN] * 11]
    records = [record_of(f"web-{number}", outcome) for number, outcome in enumerate(outcomes)]
    said = unknown(Batch("b", make_plan(STOP, []), "", AT_ONCE, records))
    assert said.startswith("Unknown: web-1, web-2, ")
    assert ", web-10, and 2 more. " in said
