"""The engine on the simulated service through the real client: two ideas of the same service meet."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from sms_tui.domain.freshness import Freshness
from sms_tui.domain.operations import CLONE_TEST, OPERATIONS, ROLL_BACK, START, STOP, TEST, Operation
from sms_tui.domain.outcome import Outcome
from sms_tui.engine.journal import reader as journal_reader
from sms_tui.engine.record import OperationRecord
from sms_tui.simulator.world.scenario import Weather
from tests.engine.rig import submit
from tests.engine.scripted import unresolved
from tests.headless.stage import CAST, NAMES, Stage, stage

pytestmark = pytest.mark.anyio
PATIENCE = 3600.0
"""Virtual seconds"""


@asynccontextmanager
async def running(folder: Path, weather: Weather | None = None) -> AsyncIterator[Stage]:
    """An engine that runs on a simulated service, its first list read."""
    async with stage(folder, weather=weather) as there:
        work = asyncio.create_task(there.engine.run())
        await there.until(lambda: bool(there.engine.store.sync.rounds))
        try:
            yield there
        finally:
            work.cancel()
            await asyncio.wait([work])
            if not work.cancelled() and (error := work.exception()):
                raise error


async def operated(there: Stage, operation: Operation, name: str) -> OperationRecord:
    """The record of an operation after nothing more can be learned of it."""
    (record,) = submit(there, operation, there.id_of(name)).records
    began = there.engine.clock.monotonic()
    await there.until(lambda: record.is_settled or there.engine.clock.monotonic() - began > PATIENCE)
    return record


@pytest.mark.parametrize(
    ("operation", "name"),
    [
        (START, "ready-01"),
        (START, "paused-06"),
        (STOP, "copy-02"),
        (STOP, "sync-03"),
        (TEST, "sync-03"),
        (CLONE_TEST, "sync-08"),
        (ROLL_BACK, "syncfail-09"),
        (OPERATIONS["restart"], "done-05"),
        (OPERATIONS["clear"], "done-05"),
        (OPERATIONS["delete"], "ready-01"),
    ],
    ids=str,
)
@pytest.mark.parametrize("answer_gets_lost", [False, True])
async def test_an_operation_is_confirmed_by_what_the_service_then_shows(
    tmp_path: Path, operation: Operation, name: str, answer_gets_lost: bool
) -> None:
    async with running(tmp_path, Weather(lose_every_second_write=answer_gets_lost)) as there:
        record = await operated(there, operation, name)
        assert (record.outcome, record.is_settled) == (Outcome.CONFIRMED, True), record.evidence
        assert (record.status is None) == answer_gets_lost
        assert len(there.line.writes) == 1
    assert journal_reader.verify(tmp_path / "journal") == []
    assert unresolved(tmp_path / "journal", "test", there.engine.endpoint) == []


async def test_a_request_that_never_arrived_is_not_taken_for_one_that_did(tmp_path: Path) -> None:
    async with running(tmp_path) as there:
        there.line.is_cut = True
        batch = submit(there, STOP, there.id_of("copy-02"))
        await there.until(lambda: batch.is_done)
        assert batch.records[0].outcome is Outcome.NOT_SENT
        await there.until(lambda: there.engine.store.sync.failures > 3)
        assert there.engine.store.sync.freshness(there.engine.clock.now()) is Freshness.OFFLINE
        there.line.is_cut = False
        await there.until(lambda: there.engine.store.sync.failures == 0)
        assert there.line.writes == []


async def test_the_store_is_what_the_service_has(tmp_path: Path) -> None:
    async with running(tmp_path) as there:
        tasks = there.engine.store.tasks
        assert set(tasks) == {there.id_of(name) for name in NAMES}
        assert [tasks[there.id_of(name)].state_text for name in NAMES] == [role.at for role in CAST]
        # Who is connected stands in another list, which is read after the first.
        await there.until(lambda: tasks[there.id_of("lost-07")].connected is not None)
        lost = tasks[there.id_of("lost-07")]
        assert lost.connected is False
        assert lost.source.cycle
