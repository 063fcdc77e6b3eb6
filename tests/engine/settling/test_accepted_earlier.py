"""What a run that ended had accepted and not seen confirmed: the next one goes on where that one stopped."""

from pathlib import Path

import pytest

from sms_tui.domain.operations import COLLECT_LOG, DELETE, NETWORK_CHECK, OPERATIONS, START, STOP, Operation
from sms_tui.domain.outcome import Outcome
from sms_tui.engine.journal import reader as journal_reader
from sms_tui.engine.journal.journal import Identity, Journal
from sms_tui.engine.journal.open_ends import OpenEnds
from tests.engine.rig import ENDPOINT, VirtualClock, submit
from tests.engine.rig import START as NOW
from tests.engine.scripted import WHO, Reply, Scripted, Stage, start, task

pytestmark = pytest.mark.anyio
WINDOW = 600.0


def kinds(folder: Path, op_id: str = "") -> list[str]:
    """The kinds of the records of the operation with that id, or of the only one."""
    found = journal_reader.operations(journal_reader.merged(folder))
    (operation,) = [each for each in found if not op_id or each.op_id == op_id]
    assert journal_reader.verify(folder) == []
    return [str(record["kind"]) for record in operation.records]


def in_journal(
    folder: Path, operation: str, *kinds: str, at: float = NOW, who: Identity = WHO, **more: object
) -> None:
    """Let the journal of a program that is gone tell these records of an operation on the task."""
    journal = Journal(folder, who, lambda: at)
    journal.open()
    for kind in kinds:
        told = {"operation": operation, "task": "a", "task_name": "name-a", "sent_at": at, **more}
        journal.append(kind, f"op-{operation}", told)
    journal.close()


async def sent(stage: Stage, operation: Operation, **parameters: str) -> None:
    """Send an operation to the task, which is accepted."""
    batch = submit(stage, operation, "a", **parameters)
    await stage.clock.settle()
    assert batch.records[0].outcome is Outcome.ACCEPTED


async def left(
    folder: Path,
    clock: VirtualClock,
    operation: Operation = START,
    *,
    state: str = "READY",
    end: str = "quits",
) -> Scripted:
    """A service that takes everything and does nothing yet, and a run on it that ended after the yes."""
    service = Scripted()
    service.takes_effect = False
    service.add(task("a", state, log_status="UPLOADED"))
    stage = await start(folder, service, clock)
    await clock.advance(1)
    await sent(stage, operation, **({"bucket": "logs"} if operation is COLLECT_LOG else {}))
    if end == "killed":
        stage.kill()
    else:
        await stage.stop()
    return service


@pytest.mark.parametrize("end", ["quits", "killed"])
async def test_the_next_run_shows_it_and_sees_it_confirmed(tmp_path: Path, end: str) -> None:
    clock = VirtualClock()
    service = await left(tmp_path, clock, end=end)
    stage = await start(tmp_path, service, clock)
    (record,) = stage.engine.store.pending_records("a")
    assert (record.outcome, record.pending.words) == (Outcome.ACCEPTED, "starting…")
    row = stage.engine.store.row("a")
    assert row is not None
    assert row.pending.words == "starting…"
    (left_out,) = stage.engine.dispatcher.plan(START, ["a"]).left_out
    assert left_out.reason == "Start full replication was accepted and waits to be confirmed."
    assert any("of an earlier run was accepted" in text for text in stage.log())
    service.move("a", "RUNNING")
    await clock.advance(20)
    assert record.outcome is Outcome.CONFIRMED
    assert stage.engine.store.pending("a") is None
    await stage.stop()
    assert len(service.ledger) == 1
    assert kinds(tmp_path) == ["queued", "sent", "accepted", "confirmed"]


async def test_a_window_later_it_is_said_that_no_effect_was_seen_and_nothing_is_held(tmp_path: Path) -> None:
    clock = VirtualClock()
    service = await left(tmp_path, clock)
    await clock.advance(WINDOW / 2)
    stage = await start(tmp_path, service, clock)
    await clock.advance(WINDOW / 3)
    assert stage.engine.store.pending("a") is not None
    await clock.advance(WINDOW / 3)
    assert stage.engine.store.pending("a") is None
    assert any(f"still READY after {WINDOW:.0f} s; no effect seen" in text for text in stage.log())
    assert list((tmp_path.parent / "gates").glob("*")) == []
    await sent(stage, START)
    await stage.stop()


@pytest.mark.parametrize("jump", [WINDOW + 1, 86_400.0])
async def test_what_was_accepted_longer_ago_is_none_of_the_next_run_s_business(
    tmp_path: Path, jump: float
) -> None:
    clock = VirtualClock()
    service = await left(tmp_path, clock)
    clock.suspended = jump
    stage = await start(tmp_path, service, clock)
    assert stage.engine.store.pending("a") is None
    await stage.stop()
    assert kinds(tmp_path) == ["queued", "sent", "accepted"]


async def test_a_clock_that_was_set_forward_hides_nothing(tmp_path: Path) -> None:
    clock = VirtualClock()
    service = await left(tmp_path, clock)
    clock.set_by = 86_400.0
    stage = await start(tmp_path, service, clock)
    assert stage.engine.dispatcher.plan(START, ["a"]).targets == ()
    await clock.advance(WINDOW / 2)
    assert stage.engine.store.pending("a") is not None
    await clock.advance(WINDOW / 2 + 20)
    assert stage.engine.store.pending("a") is None
    await stage.stop()
    assert kinds(tmp_path) == ["queued", "sent", "accepted", "resolved"]


async def test_after_another_start_of_the_machine_only_the_wall_clock_tells_how_long_ago_it_was(
    tmp_path: Path,
) -> None:
    clock = VirtualClock()
    service = await left(tmp_path, clock)
    clock.boot, clock.suspended, clock.set_by = "another", -1.0, WINDOW - 20
    stage = await start(tmp_path, service, clock)
    assert stage.engine.store.pending("a") is not None
    await stage.stop()
    clock.set_by += 30
    stage = await start(tmp_path, service, clock)
    assert stage.engine.store.pending("a") is None
    await stage.stop()


async def test_a_clock_that_was_set_forward_does_not_shorten_the_search_for_what_is_unknown(
    tmp_path: Path,
) -> None:
    clock, service = VirtualClock(), Scripted(reply=Reply.LOST)
    service.add(task("a", "READY"))
    stage = await start(tmp_path, service, clock)
    await clock.advance(1)
    submit(stage, START, "a")
    await clock.settle()
    stage.kill()
    clock.set_by = 86_400.0
    stage = await start(tmp_path, service, clock)
    await clock.advance(20)
    assert not any("probably not applied" in line for line in stage.log())
    await clock.advance(WINDOW)
    assert any("probably not applied" in line for line in stage.log())
    await stage.stop()


async def test_a_clock_that_went_back_makes_it_wait_for_no_longer_than_a_window(tmp_path: Path) -> None:
    clock = VirtualClock()
    service = await left(tmp_path, clock)
    clock.set_by = -86_400.0
    stage = await start(tmp_path, service, clock)
    assert stage.engine.store.pending("a") is not None
    await clock.advance(WINDOW + 20)
    assert stage.engine.store.pending("a") is None
    await stage.stop()
    assert kinds(tmp_path) == ["queued", "sent", "accepted", "resolved"]


@pytest.mark.parametrize("outcome", ["accepted", "unknown"])
async def test_what_was_sent_with_another_profile_is_shown_once_its_task_is_read_here(
    tmp_path: Path, outcome: str
) -> None:
    clock, service = VirtualClock(), Scripted()
    service.add(task("a", "READY"))
    other = Identity("operator", "host", "other", ENDPOINT, "project", "0")
    in_journal(tmp_path, "start", "sent", outcome, who=other, baseline={"state": "READY"})
    stage = await start(tmp_path, service, clock)
    await clock.advance(1)
    row = stage.engine.store.row("a")
    assert row is not None
    assert row.pending
    service.move("a", "RUNNING")
    await clock.advance(20)
    await stage.stop()
    assert kinds(tmp_path) == ["sent", outcome, "confirmed"]


async def test_two_runs_that_adopt_it_write_one_confirmation(tmp_path: Path) -> None:
    clock = VirtualClock()
    service = await left(tmp_path, clock)
    stages = [await start(tmp_path, service, clock) for _ in range(3)]
    records = [stage.engine.store.pending("a") for stage in stages]
    assert None not in records
    service.move("a", "RUNNING")
    await clock.advance(30)
    assert [stage.engine.store.pending("a") for stage in stages] == [None] * 3
    evidence = sorted(record.evidence for record in records if record)
    assert evidence == ["READY -> RUNNING"] + ["settled in another run of this program"] * 2
    for stage in stages:
        await stage.stop()
    assert kinds(tmp_path) == ["queued", "sent", "accepted", "confirmed"]
    stage = await start(tmp_path, service, clock)
    assert stage.engine.store.pending("a") is None
    await stage.stop()


@pytest.mark.parametrize("outcome", ["accepted", "unknown"])
async def test_while_another_program_is_settling_nobody_else_writes_an_end(
    tmp_path: Path, outcome: str
) -> None:
    clock, service = VirtualClock(), Scripted()
    service.add(task("a", "RUNNING"))
    in_journal(tmp_path, "start", "sent", outcome, baseline={"state": "READY"})
    with OpenEnds(tmp_path).alone() as is_alone:
        assert is_alone
        stage = await start(tmp_path, service, clock)
        await clock.advance(WINDOW + 20)
        assert kinds(tmp_path) == ["sent", outcome]
        assert stage.engine.store.pending("a") is not None
    await clock.advance(20)
    assert stage.engine.store.pending("a") is None
    await stage.stop()
    assert kinds(tmp_path) == ["sent", outcome, "confirmed"]


async def test_where_no_lock_can_be_had_settling_goes_on(tmp_path: Path) -> None:
    clock = VirtualClock()
    service = await left(tmp_path, clock)
    (tmp_path / ".settling").symlink_to(tmp_path / "nowhere")
    service.move("a", "RUNNING")
    stage = await start(tmp_path, service, clock)
    await clock.advance(20)
    assert stage.engine.store.pending("a") is None
    await stage.stop()


async def test_a_run_that_hears_late_of_an_end_takes_it_for_one(tmp_path: Path) -> None:
    """The operator settles in one window what the other one shows too."""
    clock, service = VirtualClock(), Scripted()
    service.add(task("a", "SYNCING"))
    in_journal(tmp_path, "test", "sent", baseline={"state": "SYNCING"})
    stages = [await start(tmp_path, service, clock) for _ in range(2)]
    await clock.advance(1)
    assert stages[0].engine.dispatcher.resolve("a")
    await clock.advance(20)
    assert stages[1].engine.store.pending("a") is None
    assert stages[1].engine.dispatcher.plan(OPERATIONS["test"], ["a"]).ids == ("a",)
    for stage in stages:
        await stage.stop()
    assert kinds(tmp_path) == ["sent", "resolved"]


@pytest.mark.parametrize("newest", ["unknown", "accepted"])
async def test_the_row_tells_of_what_was_sent_last(tmp_path: Path, newest: str) -> None:
    service = Scripted()
    service.add(task("a", "RUNNING"))
    for outcome, operation in (("unknown", "stop"), ("accepted", "collect_log")):
        at = NOW if outcome == newest else NOW - 10
        in_journal(tmp_path, operation, "sent", outcome, at=at, baseline={"state": "RUNNING"})
    stage = await start(tmp_path, service)
    assert [record.outcome for record in stage.engine.store.pending_records("a")][-1] == newest
    assert len(stage.engine.store.pending_records("a")) == 2
    await stage.stop()


async def test_a_delete_that_was_accepted_is_confirmed_by_the_task_s_absence(tmp_path: Path) -> None:
    clock = VirtualClock()
    service = await left(tmp_path, clock, DELETE)
    del service.tasks["a"]
    stage = await start(tmp_path, service, clock)
    await clock.advance(20)
    assert stage.engine.store.pending_records() == []
    await stage.stop()
    assert kinds(tmp_path) == ["queued", "sent", "accepted", "confirmed"]


async def test_what_leaves_nothing_to_see_is_over_at_once(tmp_path: Path) -> None:
    clock, service = VirtualClock(), Scripted()
    service.add(task("a", "RUNNING"))
    in_journal(tmp_path, NETWORK_CHECK.name, "sent", "accepted")
    stage = await start(tmp_path, service, clock)
    assert stage.engine.store.pending("a") is None
    await stage.stop()
    assert kinds(tmp_path) == ["sent", "accepted", "resolved"]


async def test_logs_that_stayed_are_given_up_as_soon_as_in_the_run_that_asked_for_them(
    tmp_path: Path,
) -> None:
    clock = VirtualClock()
    service = await left(tmp_path, clock, COLLECT_LOG, state="RUNNING")
    await clock.advance(60)
    stage = await start(tmp_path, service, clock)
    await clock.advance(10)
    assert stage.engine.store.pending("a") is None
    await stage.stop()
    assert kinds(tmp_path) == ["queued", "sent", "accepted", "resolved"]


async def test_a_pause_passes_and_is_not_sent_twice(tmp_path: Path) -> None:
    clock = VirtualClock()
    service = await left(tmp_path, clock, COLLECT_LOG, state="RUNNING")
    stage = await start(tmp_path, service, clock)
    await sent(stage, STOP)
    await stage.stop()
    stage = await start(tmp_path, service, clock)
    assert stage.engine.dispatcher.plan(STOP, ["a"]).targets == ()
    await stage.stop()
    assert [request.operation for request in service.ledger] == [COLLECT_LOG, STOP]


STRANGE: list[dict[str, object]] = [
    {},
    {"sent_at": 10**400},
    {"sent_at": float("nan")},
    {"sent_at": float("-inf")},
    {"sent_at": True, "queued_at": "x"},
    {"baseline": []},
    {"baseline": {"state": ["RUNNING"], "source_state": 5}},
    {"parameters": "x"},
    {"task": None, "task_name": ["x"]},
    {"operation": "levitate"},
    {"operation": []},
    {"operation": "speed_limit", "parameters": {"rules": "mon-fri"}},
    {"endpoint": "https://elsewhere"},
    {"profile": "other"},
    {"kind": []},
    {"kind": {}},
    {"t": float("nan")},
    {"t": float("inf")},
    {"t": 10**400},
    {"op_id": ["x"]},
    {"boot": "boot", "up": None},
    {"boot": "boot", "up": float("nan")},
    {"boot": ["boot"], "up": 0.0},
]


@pytest.mark.parametrize("strange", STRANGE)
@pytest.mark.parametrize("where", ["sent", "accepted"])
async def test_records_that_no_version_wrote_like_this_are_borne(
    tmp_path: Path, strange: dict[str, object], where: str
) -> None:
    clock = VirtualClock()
    told = {"operation": "stop", "task": "a", "task_name": "name-a", "sent_at": NOW, "queued_at": NOW}
    journal = Journal(tmp_path, WHO, clock.now)
    journal.open()
    for kind in ("sent", "accepted"):
        journal.append(kind, "op", {**told, **(strange if kind == where else {})})
    journal.close()
    service = Scripted()
    service.takes_effect = False
    service.add(task("a", "RUNNING"))
    stage = await start(tmp_path, service, clock)
    await clock.advance(WINDOW + 20)
    assert not stage.work.done()
    await sent(stage, STOP)
    await stage.stop()
