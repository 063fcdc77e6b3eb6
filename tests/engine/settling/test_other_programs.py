"""Two programs on one machine: what one of them sent and has not settled, the other one does not send."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sms_tui.domain.operations import COLLECT_LOG, OPERATIONS, START, STOP, Operation
from sms_tui.domain.outcome import Outcome
from sms_tui.engine.journal.journal import Journal
from sms_tui.engine.journal.open_ends import OpenEnds
from sms_tui.engine.record import Batch, OperationRecord
from sms_tui.engine.settling.other_programs import OtherPrograms
from tests.engine.rig import VirtualClock, submit
from tests.engine.scripted import WHO, Scripted, Stage, start, task

pytestmark = pytest.mark.anyio
WINDOW = 600.0


async def sent(stage: Stage, operation: Operation, *ids: str, **parameters: str) -> Batch:
    batch = submit(stage, operation, *ids, **parameters)
    await stage.clock.settle()
    return batch


@dataclass
class Two:
    """Two programs on a service that takes everything and does nothing."""

    service: Scripted
    clock: VirtualClock
    here: Stage
    there: Stage


async def two(folder: Path) -> Two:
    clock, service = VirtualClock(), Scripted()
    service.takes_effect = False
    service.add(task("a", "READY"), task("b", "RUNNING"))
    pair = Two(service, clock, await start(folder, service, clock), await start(folder, service, clock))
    await clock.advance(1)
    return pair


async def test_what_another_program_has_accepted_is_not_sent_again(tmp_path: Path) -> None:
    pair = await two(tmp_path)
    await sent(pair.there, START, "a")
    batch = await sent(pair.here, START, "a")
    assert len(pair.service.ledger) == 1
    assert batch.records[0].outcome is Outcome.NOT_SENT
    assert "accepted in another run of this program and waits to be confirmed" in str(
        batch.records[0].trouble
    )
    pair.service.move("a", "RUNNING")
    await pair.clock.advance(30)
    pair.service.move("a", "ABORT")
    await pair.clock.advance(30)
    await sent(pair.here, START, "a")
    assert len(pair.service.ledger) == 2, "it is settled there"
    await pair.here.stop()
    await pair.there.stop()


async def test_a_clock_that_is_set_forward_lets_nobody_past(tmp_path: Path) -> None:
    pair = await two(tmp_path)
    await sent(pair.there, START, "a")
    pair.clock.set_by = 2 * WINDOW
    pair.here.engine.refresh()
    await pair.clock.settle()
    await sent(pair.here, START, "a")
    assert len(pair.service.ledger) == 1
    await pair.here.stop()
    await pair.there.stop()


@pytest.mark.parametrize("end", ["stopped", "killed"])
async def test_what_a_program_left_accepted_that_is_gone_is_waited_for_all_the_same(
    tmp_path: Path, end: str
) -> None:
    pair = await two(tmp_path)
    await sent(pair.there, START, "a")
    if end == "killed":
        pair.there.kill()
    else:
        await pair.there.stop()
    plan = pair.here.engine.dispatcher.plan(START, ["a"])
    refused = pair.here.engine.dispatcher.submit(plan, plan.word)
    assert refused == "name-a: Start full replication was accepted and waits to be confirmed."
    await pair.clock.advance(WINDOW)
    await sent(pair.here, START, "a")
    assert len(pair.service.ledger) == 2
    await pair.here.stop()


async def test_other_work_goes_on_while_what_another_program_waits_for_is_left_out(tmp_path: Path) -> None:
    pair = await two(tmp_path)
    ids = [f"t{number}" for number in range(20)]
    pair.service.add(*(task(task_id, "READY") for task_id in ids))
    await pair.clock.advance(30)
    first = submit(pair.there, START, *ids)
    while not first.is_done:
        await pair.clock.settle()
    batch = submit(pair.here, START, *ids)
    left_out: set[int] = set()
    while not batch.is_done:
        await asyncio.sleep(0)
        left_out.add(len(batch.records_with(Outcome.NOT_SENT)))
    assert len(left_out) > 5
    assert len(pair.service.ledger) == 20
    await pair.here.stop()
    await pair.there.stop()


async def test_a_pause_passes_whatever_another_program_waits_for_but_a_pause(tmp_path: Path) -> None:
    pair = await two(tmp_path)
    await sent(pair.there, COLLECT_LOG, "b", bucket="logs")
    assert (await sent(pair.here, STOP, "b")).records[0].outcome is Outcome.ACCEPTED
    assert (await sent(pair.there, STOP, "b")).records[0].outcome is Outcome.NOT_SENT
    assert len(pair.service.ledger) == 2
    await pair.here.stop()
    await pair.there.stop()


@dataclass
class Neighbour:
    """A program that writes its journal, and one that looks at it."""

    journal: Journal
    own: Journal
    open_ends: OpenEnds
    time: list[float]

    def keeps_away(self, operation: Operation, task_id: str = "a") -> bool:
        self.open_ends.in_doubt()
        other_programs = OtherPrograms(self.open_ends, self.own, WINDOW)
        return other_programs.refusal_of(task_id, operation) is not None

    def writes(self, kind: Outcome, operation: Operation = START) -> None:
        self.journal.append(kind, f"op-{operation.name}", {"task": "a", "operation": operation.name})


@pytest.fixture
def neighbour(tmp_path: Path) -> Iterator[Neighbour]:
    time = [1000.0]
    own = Journal(tmp_path, WHO, lambda: time[0])
    own.open()
    journal = Journal(tmp_path, WHO, lambda: time[0])
    journal.open()
    yield Neighbour(journal, own, OpenEnds(tmp_path), time)
    journal.close()
    own.close()


def test_programs_wait_for_each_other_as_each_does_for_itself(neighbour: Neighbour) -> None:
    for first in OPERATIONS.values():
        neighbour.writes(Outcome.SENT, first)
        neighbour.writes(Outcome.ACCEPTED, first)
        record = OperationRecord("op", first, first.label, "a", "name", task("a"), Outcome.ACCEPTED)
        for second in OPERATIONS.values():
            waits = record.refusal_of(second) is not None
            assert neighbour.keeps_away(second) == waits, (first.name, second.name)
        neighbour.writes(Outcome.CONFIRMED, first)
        assert not neighbour.keeps_away(first)


def test_an_answer_that_could_not_be_written_down_keeps_others_away_too(neighbour: Neighbour) -> None:
    neighbour.writes(Outcome.QUEUED)
    assert not neighbour.keeps_away(START)
    neighbour.time[0] += 2 * WINDOW
    neighbour.writes(Outcome.SENT)
    assert neighbour.keeps_away(START), "it counts from the sending, however long it was queued"
    neighbour.writes(Outcome.ACCEPTED)
    assert neighbour.keeps_away(START)
    assert not neighbour.keeps_away(START, "b")


@pytest.mark.parametrize("kind", [Outcome.UNKNOWN, Outcome.REJECTED, Outcome.NOT_SENT, Outcome.CONFIRMED])
def test_what_is_over_or_has_a_gate_of_its_own_keeps_nobody_away(neighbour: Neighbour, kind: Outcome) -> None:
    neighbour.writes(Outcome.SENT)
    neighbour.writes(kind)
    assert not neighbour.keeps_away(START)


def test_a_program_that_sleeps_keeps_nobody_away_for_ever(neighbour: Neighbour) -> None:
    neighbour.writes(Outcome.SENT)
    neighbour.writes(Outcome.ACCEPTED)
    neighbour.time[0] += WINDOW
    assert neighbour.keeps_away(START)
    neighbour.time[0] += 1
    assert not neighbour.keeps_away(START)


def test_a_program_s_own_files_are_no_neighbour_s(neighbour: Neighbour) -> None:
    neighbour.journal, neighbour.own = neighbour.own, neighbour.journal
    neighbour.own.append(Outcome.SENT, "op", {"task": "a", "operation": "start"})
    assert not neighbour.keeps_away(START)
    neighbour.writes(Outcome.SENT)
    assert neighbour.keeps_away(START)
