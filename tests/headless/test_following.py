"""Following a batch: what counts as the end of waiting, and what its line says."""

import asyncio
from pathlib import Path

import pytest

from sms_tui.domain.speed_limit import SpeedRule
from sms_tui.engine.journal.reader import merged, operations
from sms_tui.exit_codes import ExitCode
from sms_tui.simulator.world.scenario import Role
from tests.headless.runs import LOST_ANSWER, ran
from tests.headless.stage import Stage, stage

pytestmark = pytest.mark.anyio


async def ids(there: Stage) -> list[str]:
    """The ids of all tasks."""
    await there.engine.poller.refresh()
    return list(there.engine.store.tasks)


async def test_a_state_from_before_counts_only_after_the_operation_was_seen_to_work(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        running = asyncio.ensure_future(
            ran(there, "restart", "w1-done-05", "--yes", "--wait=MIGRATE_SUCCESS")
        )
        await there.until(lambda: running.done() or "confirmed" in there.data)
        assert not running.done()
        there.service.force_state("done-05", "MIGRATE_SUCCESS")
        assert await running is ExitCode.DONE


async def test_a_state_from_before_is_a_failure_where_no_effect_is_ever_seen(tmp_path: Path) -> None:
    async with stage(tmp_path, settle_window=5.0) as there:
        running = asyncio.ensure_future(
            ran(there, "restart", "w1-done-05", "--yes", "--wait=MIGRATE_SUCCESS")
        )
        await there.until(lambda: running.done() or "accepted" in there.data)
        there.service.force_state("done-05", "MIGRATE_SUCCESS")
        assert await running is ExitCode.FAILED
    assert "no effect seen" in there.data


async def test_wait_is_over_when_a_task_that_had_failed_fails_again(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        running = asyncio.ensure_future(ran(there, "start", "w1-failed-04", "--yes", "--wait=SYNCING"))
        await there.until(lambda: "confirmed" in there.data)
        there.service.fail("failed-04", "SMS.3805")
        assert await running is ExitCode.FAILED


async def test_wait_is_over_when_a_task_has_ended_in_another_state(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        running = asyncio.ensure_future(ran(there, "test", "w1-sync-03", "--yes", "--wait=MIGRATE_SUCCESS"))
        await there.until(lambda: "confirmed" in there.data)
        there.service.force_state("sync-03", "SYNC_SUCCESS")
        assert await running is ExitCode.FAILED
    assert "w1-sync-03 is SYNC_SUCCESS, not MIGRATE_SUCCESS." in there.told


async def test_who_stops_waiting_is_told_what_is_there_instead(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        running = asyncio.ensure_future(ran(there, "stop", "w1-sync-03", "--wait=READY", "--yes"))
        await there.until(lambda: "confirmed" in there.data)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
    assert "w1-sync-03 is ABORTING, not READY." in there.told


async def test_a_task_that_goes_away_while_a_state_is_waited_for_is_named(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        assert await ran(there, "delete", "w1-ready-01", "--wait=ABORT", "--yes") is ExitCode.FAILED
    assert "w1-ready-01 is gone, and was not seen to be ABORT." in there.told


async def test_a_batch_ends_with_its_sum_and_with_what_nobody_knows(tmp_path: Path) -> None:
    async with stage(tmp_path, weather=LOST_ANSWER, settle_window=5.0) as there:
        argv = ["network_check", "w1-paused-06", "w1-failed-04", "w1-ready-01", "--order=one", "--yes"]
        assert await ran(there, *argv) is ExitCode.UNKNOWN
    *_, total, unknown = there.told.splitlines()
    assert total == "3 tasks: 1 accepted, 1 unknown, 1 left out."
    assert unknown.startswith("Unknown: w1-paused-06.")
    assert "journal settle" in unknown


async def test_time_that_keeps_a_batch_from_being_sent_is_code_6(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        argv = ["stop", "w1-sync-03", "w1-sync-08", "--canary-state", "READY", "--yes", "--timeout", "0.5"]
        assert await ran(there, *argv) is ExitCode.TIMEOUT
        assert len(there.line.writes) == 1


async def test_a_long_name_leaves_room_for_the_outcome(tmp_path: Path) -> None:
    async with stage(tmp_path, cast=(Role("x" * 255, at="SYNCING"),)) as there:
        (task_id,) = await ids(there)
        assert await ran(there, "stop", task_id, "--yes") is ExitCode.DONE
    assert len(there.data.splitlines()[0]) < 160


async def test_who_waits_is_told_when_the_service_no_longer_answers(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        running = asyncio.ensure_future(ran(there, "stop", "w1-sync-03", "--yes", "--wait=READY"))
        await there.until(lambda: "accepted" in there.data)
        there.line.is_cut = True
        await there.until(lambda: "refused" in there.told)
        there.line.is_cut = False
        await there.until(lambda: "answers again" in there.told)
        running.cancel()
        await asyncio.wait([running])


async def test_who_is_interrupted_says_what_became_of_what_was_sent(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        running = asyncio.ensure_future(ran(there, "stop", "w1-sync-03", "--yes"))
        await there.until(lambda: there.line.writes != [])
        assert there.data == ""
        running.cancel()
        await asyncio.wait([running])
        assert running.cancelled()
    assert "Pause (stop) accepted" in there.data


async def test_who_interrupts_it_twice_hears_at_once_that_nobody_knows(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        there.line.is_silent = True
        running = asyncio.ensure_future(ran(there, "stop", "w1-sync-03", "--yes"))
        await there.until(lambda: there.line.writes != [])
        began = there.engine.clock.monotonic()
        running.cancel()
        await asyncio.sleep(0)
        running.cancel()
        await asyncio.wait([running])
        assert running.cancelled()
        assert there.engine.clock.monotonic() == began
        assert "Pause (stop) unknown" in there.data
    (operation,) = operations(merged(tmp_path / "journal"))
    assert operation.last["kind"] == "unknown"


RULES = ["--param", "rules=08:00-20:00=100"]


async def test_who_waits_for_a_speed_limit_waits_until_the_service_has_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        assert await ran(there, "speed_limit", "w1-sync-03", *RULES, "--yes", "--wait") is ExitCode.DONE
    assert "confirmed: the service has these speed rules" in there.data


async def test_a_speed_limit_that_the_service_never_shows_was_not_seen_to_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def none(task_id: str) -> tuple[SpeedRule, ...]:
        return ()

    async with stage(tmp_path, settle_window=5.0) as there:
        monkeypatch.setattr(there.engine._client, "speed_limit", none)
        assert await ran(there, "speed_limit", "w1-sync-03", *RULES, "--yes", "--wait") is ExitCode.FAILED
    assert "the service does not show these speed rules after 5 s" in there.data


async def test_where_nothing_can_be_seen_there_is_nothing_to_wait_for(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        assert await ran(there, "network_check", "w1-paused-06", "--yes", "--wait") is ExitCode.DONE
    assert "accepted; reading the task cannot show more" in there.data
