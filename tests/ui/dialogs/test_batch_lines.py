"""The list of a batch's tasks: the worst first, up to date, and no more work than there is news."""

import pytest

from sms_tui.domain.operations import STOP
from sms_tui.domain.outcome import Outcome
from sms_tui.domain.plan import make_plan
from sms_tui.engine.record import Batch, OperationRecord
from sms_tui.engine.sending.policy import default_policy
from sms_tui.ui.dialogs import batch_lines
from sms_tui.ui.dialogs.batch import BatchScreen
from sms_tui.ui.wording.batch_text import end_lines, running_lines
from tests.ui.dialogs.host import showing, task, tasks

pytestmark = pytest.mark.anyio


def batch(count: int) -> Batch:
    """A batch of which nothing was sent yet."""
    plan = make_plan(STOP, [(each, 0.0) for each in tasks(count)])
    made = Batch("b", plan, plan.word, default_policy(plan))
    made.records += (
        OperationRecord(each.id, STOP, STOP.label, each.id, each.name, each)
        for each in (target.task for target in plan.targets)
    )
    return made


async def test_long_names_that_differ_at_their_end_are_told_apart() -> None:
    made = batch(2)
    for number, record in enumerate(made.records):
        record.task_name = f"prod-eu-frankfurt-a-webserver-{number:02d}"
    known = {target.task.id: target.task for target in made.plan.targets}
    async with showing(BatchScreen(lambda: [made], lambda: known, lambda _: "stopped")) as shown:
        assert all(record.task_name in shown.text() for record in made.records)
        assert "continuous synch" in shown.text()


async def test_names_too_long_for_that_are_told_apart_by_their_ids() -> None:
    made = batch(2)
    for record in made.records:
        record.task_name = "prod-eu-frankfurt-a-" * 3
    async with showing(BatchScreen(lambda: [made], dict, lambda _: "stopped")) as shown:
        assert all(record.task_id[:8] in shown.text() for record in made.records)


@pytest.mark.parametrize("name", ["w2-crm-db-13", "prod-frankfurt-webserver-13"])
async def test_on_a_narrow_screen_the_state_stays_whole(name: str) -> None:
    made = batch(2)
    for record in made.records:
        record.task_name = name
    known = {target.task.id: target.task for target in made.plan.targets}
    screen = BatchScreen(lambda: [made], lambda: known, lambda _: "stopped")
    async with showing(screen, size=(60, 20)) as shown:
        assert sum("continuous synchronization" in line for line in shown.lines()) == 2, shown.text()
        assert sum(name in line for line in shown.lines()) == 2, shown.text()


async def test_only_what_is_known_anew_is_put_into_words(monkeypatch: pytest.MonkeyPatch) -> None:
    made = batch(300)
    known = {target.task.id: target.task for target in made.plan.targets}
    worded: list[str] = []
    ordinary = batch_lines.record_lines

    def counted(record: OperationRecord, *rest: object) -> object:
        worded.append(record.task_id)
        return ordinary(record, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(batch_lines, "record_lines", counted)
    screen = BatchScreen(lambda: [made], lambda: known, lambda _: "stopped")
    async with showing(screen) as shown:
        assert sorted(worded) == sorted(known)
        first, last = made.records[0], made.records[-1]
        rows = [line for line in shown.lines() if "web-" in line]
        assert first.task_name in rows[0]
        worded.clear()
        last.outcome, last.evidence = Outcome.REJECTED, "not now"
        await shown.press("H")
        assert worded == [last.task_id]
        rows = [line for line in shown.lines() if "web-" in line]
        assert last.task_name in rows[0]
        assert first.task_name in rows[1]
        assert "not now" in shown.text()
        worded.clear()
        known[first.task_id] = task(1, "ABORT", first.task_name)
        del known[last.task_id]
        await shown.press("H")
        assert sorted(worded) == sorted([first.task_id, last.task_id])
        assert "paused" in shown.text()
        assert "gone" in shown.text()
        worded.clear()
        await shown.press("H", "G")
        assert worded == []
        assert made.records[-2].task_name in shown.text()


@pytest.mark.parametrize("room", [58, 78, 200])
async def test_the_line_on_a_batch_always_names_the_keys(room: int) -> None:
    made = batch(22)
    for number, record in enumerate(made.records):
        record.outcome = tuple(Outcome)[number % len(Outcome)]
    said = running_lines([made], room)
    assert said is not None
    assert said.plain.startswith("Pause (stop), 22 tasks: ")
    assert said.plain.endswith("  H stops, B shows")
    assert said.cell_length <= room


async def test_the_line_on_a_batch_keeps_what_went_wrong_where_room_is_short() -> None:
    made = batch(20)
    for record, outcome in zip(made.records, ["accepted", "rejected", "rejected", "unknown"], strict=False):
        record.outcome = Outcome(outcome)
    said = running_lines([made], 70)
    assert said is not None
    assert said.plain.startswith("Pause (stop), 20 tasks: 1 unknown, 2 rejected, ")


async def test_who_leaves_reads_the_names_of_what_was_not_sent() -> None:
    made = batch(7)
    made.records[0].outcome = Outcome.CONFIRMED
    for record in made.records[1:]:
        record.outcome = Outcome.NOT_SENT
    total, not_sent = end_lines([made])
    assert total == "Pause (stop), 7 tasks: 6 not sent, 1 confirmed"
    named = ", ".join(f"Pause on {record.task_name}" for record in made.records[1:6])
    assert not_sent == f"Not sent: {named} and 1 more. 'sms-tui journal' lists all."
