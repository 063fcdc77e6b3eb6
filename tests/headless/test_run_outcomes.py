"""`run` to its end: outcomes and their codes, lost answers, waiting, canaries."""

import asyncio
import json
from pathlib import Path

import pytest

from sms_tui.engine.journal.reader import merged, operations
from sms_tui.engine.mode import Mode
from sms_tui.engine.reading.poller import Poller
from sms_tui.exit_codes import ExitCode
from tests.headless.runs import LOST_ANSWER, ran
from tests.headless.stage import stage

pytestmark = pytest.mark.anyio


async def test_what_is_refused_here_is_code_1_and_the_rest_goes_on(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        code = await ran(there, "stop", "w1-ready-01", "w1-sync-03", "--yes", "-o", "jsonl")
        assert code is ExitCode.FAILED
        outcomes = {one["task_name"]: one["outcome"] for one in map(json.loads, there.data.splitlines())}
        assert outcomes == {"w1-ready-01": "not-sent", "w1-sync-03": "accepted"}
        assert len(there.line.writes) == 1


async def test_the_list_is_read_once_before_something_is_sent(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        assert await ran(there, "stop", "w1-sync-03", "--yes") is ExitCode.DONE
        asked = [path for _, path, _ in there.line.requests]
        sent = next(place for place, request in enumerate(there.line.requests) if request[0] == "POST")
        assert asked[:sent].count("/v3/tasks") == 1


@pytest.mark.parametrize("dry_run", [False, True])
async def test_an_irreversible_operation_goes_to_all_or_to_none_unless_leaving_out_is_wanted(
    tmp_path: Path, *, dry_run: bool
) -> None:
    """Nobody read what `--yes` confirms: half an application launched is worse than none."""
    async with stage(tmp_path, mode=Mode(dry_run=dry_run)) as there:
        argv = ["test", "w1-ready-01", "w1-sync-03", "--yes"]
        assert await ran(there, *argv) is ExitCode.FAILED
        assert await ran(there, *argv, typed="test 1") is ExitCode.FAILED, "nor at a terminal"
        assert there.line.writes == []
        assert "w1-ready-01" in there.told
        assert "--leave-out" in there.told
        assert await ran(there, *argv, "--leave-out") is ExitCode.FAILED
        assert len(there.line.writes) == (0 if dry_run else 1)
        assert there.id_of("sync-03") in there.data or "accepted" in there.data


@pytest.mark.parametrize("wait", [[], ["--wait=SYNCING", "--timeout=20"]])
async def test_what_the_service_refuses_is_code_1(tmp_path: Path, wait: list[str]) -> None:
    async with stage(tmp_path) as there:
        # The agent is lost between the list and the operation: only the service knows.
        await there.engine.poller.refresh()
        code = await ran(
            there,
            "start",
            "w1-paused-06",
            *wait,
            typed="y",
            before_answer=lambda: there.service.disconnect("paused-06"),
        )
        assert code is ExitCode.FAILED
    assert "rejected" in there.data
    assert "SMS.6603" in there.data
    assert "Not all of it" not in there.told


async def test_what_changed_while_the_question_stood_is_code_1(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:

        def finish() -> None:
            there.service.force_state("paused-06", "MIGRATE_SUCCESS")

        assert await ran(there, "start", "w1-paused-06", typed="y", before_answer=finish) is ExitCode.FAILED
        assert there.line.writes == []
    assert "not sent" in there.data


async def test_a_service_that_is_gone_is_code_4(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        there.line.is_cut = True
        assert await ran(there, "stop", "w1-sync-03", "--yes") is ExitCode.UNREACHABLE
        assert there.line.writes == []


async def test_a_lost_answer_is_settled_by_reading_and_never_sent_again(tmp_path: Path) -> None:
    async with stage(tmp_path, weather=LOST_ANSWER) as there:
        assert await ran(there, "stop", "w1-sync-03", "--yes", "-o", "jsonl") is ExitCode.DONE
        assert len(there.line.writes) == 1
    told = [json.loads(line)["outcome"] for line in there.data.splitlines()]
    assert told == ["unknown", "confirmed"]


@pytest.mark.parametrize("wait", [[], ["--wait"], ["--wait=SYNCING"]])
async def test_a_lost_answer_that_reading_cannot_settle_is_code_5(tmp_path: Path, wait: list[str]) -> None:
    async with stage(tmp_path, weather=LOST_ANSWER, settle_window=5.0) as there:
        code = await ran(there, "network_check", "w1-paused-06", "--yes", *wait)
        assert (code, len(there.line.writes)) == (ExitCode.UNKNOWN, 1)
    assert "unknown" in there.data


async def test_who_waits_for_a_lost_answer_is_told_once_what_goes_on(tmp_path: Path) -> None:
    said = "Reading goes on to see what became of it"
    async with stage(tmp_path, weather=LOST_ANSWER) as there:
        await ran(there, "stop", "w1-sync-03", "--yes")
    assert (there.told.count(said), there.told.count("--timeout SECONDS ends it sooner")) == (1, 1)
    async with stage(tmp_path, weather=LOST_ANSWER) as there:
        await ran(there, "stop", "w1-copy-02", "--yes", "--timeout", "60")
    assert (there.told.count(said), there.told.count("--timeout")) == (1, 0)


async def test_time_that_passes_with_an_outcome_unknown_is_code_5(tmp_path: Path) -> None:
    async with stage(tmp_path, weather=LOST_ANSWER, settle_window=1e9) as there:
        code = await ran(there, "network_check", "w1-paused-06", "--yes", "--timeout", "0.5")
        assert (code, len(there.line.writes)) == (ExitCode.UNKNOWN, 1)


@pytest.mark.parametrize("mode", [Mode(), Mode(dry_run=True)])
async def test_what_an_earlier_run_left_open_is_left_out_and_holds_back_no_other(
    tmp_path: Path, mode: Mode
) -> None:
    async with stage(tmp_path, weather=LOST_ANSWER, settle_window=5.0) as there:
        assert await ran(there, "network_check", "w1-paused-06", "--yes") is ExitCode.UNKNOWN
    async with stage(tmp_path, mode=mode) as there:
        names = ["w1-failed-04", "w1-paused-06", "w1-syncfail-09"]
        assert await ran(there, "network_check", *names, "--yes") is ExitCode.FAILED
        assert len(there.line.writes) == (0 if mode.dry_run else 2)
    assert "w1-paused-06" in there.told
    assert "is unknown" in there.told


async def test_a_run_right_after_another_waits_for_what_that_had_accepted(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        assert await ran(there, "start", "w1-ready-01", "--yes") is ExitCode.DONE
    # A service that has not begun with it.
    async with stage(tmp_path) as there:
        assert await ran(there, "start", "w1-ready-01", "--yes") is ExitCode.FAILED
        assert there.line.writes == []
    assert "w1-ready-01  Start full replication was accepted and waits to be confirmed." in there.told


async def test_a_run_right_after_another_sees_what_became_of_it_and_goes_on(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        assert await ran(there, "stop", "w1-copy-02", "--yes") is ExitCode.DONE
    async with stage(tmp_path) as there:
        there.service.force_state("copy-02", "ABORT")
        assert await ran(there, "start", "w1-copy-02", "--yes") is ExitCode.DONE
        assert len(there.line.writes) == 1
    stopped, started = operations(merged(tmp_path / "journal"))
    assert [record["kind"] for record in stopped.records] == ["queued", "sent", "accepted", "confirmed"]
    assert started.last["kind"] == "accepted"


async def test_a_canary_of_which_nobody_knows_what_became_ends_the_wait(tmp_path: Path) -> None:
    async with stage(tmp_path, weather=LOST_ANSWER, settle_window=5.0) as there:
        names = ["w1-paused-06", "w1-failed-04", "w1-syncfail-09"]
        code = await ran(there, "network_check", *names, "--yes", "--order", "canary")
        assert (code, len(there.line.writes)) == (ExitCode.UNKNOWN, 1)
    assert there.data.count("held back, because nobody knows what became of the canary") == 2


async def test_wait_ends_when_the_operation_is_seen_to_work(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        assert await ran(there, "stop", "w1-sync-03", "--yes", "--wait") is ExitCode.DONE
    accepted, confirmed = there.data.splitlines()
    assert "Pause (stop) accepted" in accepted
    assert "Pause (stop) confirmed" in confirmed


async def test_wait_for_a_state_ends_there_and_says_so(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        assert await ran(there, "stop", "w1-sync-03", "--yes", "--wait=abort") is ExitCode.DONE
        assert there.engine.store.tasks[there.id_of("sync-03")].state_text == "ABORT"
    assert there.told.splitlines()[-1] == "w1-sync-03 is ABORT."


async def test_wait_is_over_when_the_task_fails(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        running = asyncio.ensure_future(
            ran(there, "start", "w1-paused-06", "--yes", "--wait=MIGRATE_SUCCESS")
        )
        await there.until(lambda: "accepted" in there.data)
        there.service.fail("paused-06", "SMS.3805")
        assert await running is ExitCode.FAILED


async def test_time_that_passes_before_a_state_is_reached_is_code_6(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        code = await ran(there, "stop", "w1-sync-03", "--yes", "--wait=READY", "--timeout", "0.5")
        assert code is ExitCode.TIMEOUT
    assert "Not all of it happened within 0.5 s." in there.told


async def test_time_that_passes_before_the_list_is_read_is_code_6_and_nothing_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(Poller, "refresh", never)
    async with stage(tmp_path) as there:
        code = await ran(there, "stop", "w1-sync-03", "--yes", "--timeout", "0.01")
        assert (code, there.line.writes) == (ExitCode.TIMEOUT, [])
    assert "The list of tasks was not read within 0.01 s." in there.told


async def test_the_journal_has_the_intent_and_the_outcome(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        await ran(there, "stop", "w1-sync-03", "--yes", "--wait")
        kinds = [record["kind"] for record in merged(tmp_path / "journal")]
    assert kinds == ["queued", "sent", "accepted", "confirmed"]


async def test_a_failed_state_left_behind_is_no_failure_while_waiting_for_another(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        there.service.force_state("sync-03", "SYNC_FAIL")
        argv = ["sync_failed_rollback", "w1-sync-03", "--yes", "--wait=SYNC_F_ROLLBACK_SUCCESS"]
        assert await ran(there, *argv, "--timeout", "60") is ExitCode.DONE


async def test_a_canary_goes_first_and_says_what_it_waits_for(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        argv = ["stop", "w1-sync-03", "w1-sync-08", "--order=canary", "--canary-state=abort", "--wait=ABORT"]
        assert await ran(there, *argv, "--yes") is ExitCode.DONE
        waits = [line for line in there.told.splitlines() if line.endswith("wait for it")]
        assert len(waits) == len(set(waits)) > 0
        assert {line.partition(";")[0] for line in waits} == {"canary w1-sync-03: waits until it is abort"}
        assert all(line.endswith("; 1 wait for it") for line in waits)
        assert len(there.line.writes) == 2
