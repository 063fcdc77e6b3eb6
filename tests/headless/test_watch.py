"""`watch`: a line for each change, and the end that was asked for."""

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from sms_tui.engine.reading.poller import Poller
from sms_tui.exit_codes import ExitCode
from sms_tui.headless.watching import watch
from sms_tui.simulator.world.scenario import Role
from tests.headless.stage import Stage, options, stage

pytestmark = pytest.mark.anyio


def watching(there: Stage, *argv: str) -> "asyncio.Future[ExitCode]":
    return asyncio.ensure_future(watch(there.engine, options("watch", *argv), there.output))


async def begun(there: Stage) -> None:
    """Let the first list come in."""
    await there.until(lambda: there.engine.store.sync.rounds >= 2)


async def test_a_change_is_a_line_with_both_states(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        running = watching(there, "w1-sync-03", "--until", "state=ABORT")
        await begun(there)
        there.service.force_state("sync-03", "ABORT")
        assert await running is ExitCode.DONE
    (line,) = there.data.splitlines()
    assert "w1-sync-03  continuous synchronization → paused (ABORT)" in line


async def test_a_long_name_does_not_push_the_change_out_of_its_line(tmp_path: Path) -> None:
    async with stage(tmp_path, cast=(Role("x" * 255, at="SYNCING"),)) as there:
        running = watching(there, "--until", "state=ABORT")
        await begun(there)
        there.service.force_state(next(iter(there.engine.store.tasks)), "ABORT")
        assert await running is ExitCode.DONE
    assert there.data.splitlines()[-1].endswith("continuous synchronization → paused (ABORT)")


async def test_json_lines_hold_the_task_and_the_state_before(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        running = watching(there, "w1-sync-03", "--until", "state=ABORT", "-o", "jsonl")
        await begun(there)
        there.service.force_state("sync-03", "ABORT")
        await running
    change = json.loads(there.data.splitlines()[-1])
    assert (change["name"], change["from"], change["state"]) == ("w1-sync-03", "SYNCING", "ABORT")


async def test_a_note_about_the_first_list_is_told_once(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        there.engine.log.add("note", "a row could not be read")
        running = watching(there, "w1-sync-03", "--until", "state=ABORT")
        await begun(there)
        there.service.force_state("sync-03", "ABORT")
        assert await running is ExitCode.DONE
    assert there.told.count("a row could not be read") == 1


async def test_what_holds_already_ends_at_once(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        assert await watching(there, "w1-done-05", "--until", "state:success") is ExitCode.DONE
    assert there.data == ""


async def test_a_watched_task_that_fails_is_code_1(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        running = watching(there, "w1-copy-02", "--until", "state:success")
        await begun(there)
        there.service.fail("copy-02", "SMS.3805")
        assert await running is ExitCode.FAILED
    assert "MIGRATE_FAIL" in there.data


async def test_a_named_task_that_fails_ends_the_watch_without_a_condition_too(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        running = watching(there, "w1-copy-02")
        await begun(there)
        there.service.fail("copy-02", "SMS.3805")
        assert await running is ExitCode.FAILED


async def test_a_failure_that_was_there_before_counts_only_where_the_task_is_named(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        assert await watching(there, "w1-failed-04", "--until", "state:success") is ExitCode.FAILED
    async with stage(tmp_path / "2") as there:
        running = watching(there, "--until", "!state=SYNCING", "--timeout", "0.5")
        assert await running is ExitCode.TIMEOUT


async def test_a_failure_counts_that_comes_after_a_repair_and_each_change_is_told_once(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as there:
        running = watching(there, "--until", "state:success", "--timeout", "20")
        await begun(there)
        there.service.force_state("failed-04", "ABORT")
        await there.until(lambda: running.done() or "failed-04" in there.data)
        there.service.fail("failed-04", "SMS.3805")
        assert await running is ExitCode.FAILED
    changes = [line.split("  ")[-1] for line in there.data.splitlines() if "failed-04" in line]
    assert changes == ["migration failed → paused (ABORT)", "paused → migration failed (MIGRATE_FAIL)"]


@pytest.mark.parametrize("argv", [[], ["--until", "state:success"]])
async def test_a_failure_that_ends_the_watch_at_once_is_named(tmp_path: Path, argv: list[str]) -> None:
    async with stage(tmp_path) as there:
        assert await watching(there, "w1-failed-04", *argv) is ExitCode.FAILED
    assert there.told.splitlines()[-1] == "w1-failed-04 has failed (MIGRATE_FAIL)."


async def test_a_failure_can_be_what_is_waited_for(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        assert await watching(there, "w1-failed-04", "--until", "state:fail") is ExitCode.DONE


async def test_watching_ends_when_no_task_is_left_to_watch(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        running = watching(there, "w1-sync-03", "w1-copy-02")
        await begun(there)
        there.service.remove("sync-03")
        there.service.remove("copy-02")
        assert await running is ExitCode.FAILED
    assert "No watched task is left." in there.told


async def test_a_condition_that_no_task_is_there_for_is_not_met(tmp_path: Path) -> None:
    """An empty list is what a wrong project or right shows."""
    async with stage(tmp_path, cast=()) as there:
        assert await watching(there, "--until", "state=MIGRATE_SUCCESS") is ExitCode.FAILED
    assert "No watched task is left." in there.told


async def test_a_task_that_vanishes_is_told_and_is_code_1(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        running = watching(there, "w1-sync-03", "--until", "state:success")
        await begun(there)
        there.service.remove("sync-03")
        assert await running is ExitCode.FAILED
    assert "w1-sync-03  is gone" in there.data


async def test_a_named_task_that_vanishes_leaves_no_success_to_the_others(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        running = watching(there, "w1-sync-03", "w1-sync-08", "--until", "state=ABORT", "-o", "jsonl")
        await begun(there)
        there.service.remove("sync-03")
        there.service.force_state("sync-08", "ABORT")
        assert await running is ExitCode.FAILED
    assert there.told.splitlines()[-1] == "A watched task is gone."
    gone = json.loads(there.data.splitlines()[-1])
    assert (gone["name"], gone["from"], gone["state"]) == ("w1-sync-03", "SYNCING", None)


async def test_a_right_that_is_taken_away_ends_the_watch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def denied(_: httpx.Request) -> httpx.Response:
        return httpx.Response(403, json={"error_code": "APIGW.0802", "error_msg": "no"})

    async with stage(tmp_path) as there:
        running = watching(there, "w1-sync-03", "--timeout", "20")
        await begun(there)
        monkeypatch.setattr(there.line, "handle_async_request", denied)
        assert await running is ExitCode.DENIED
    assert there.told.count("sms:server:listTask") == 1


async def test_who_names_nobody_and_nothing_watches_on_although_tasks_have_failed(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        assert await watching(there, "--timeout", "0") is ExitCode.TIMEOUT


async def test_time_that_passes_is_code_6(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        assert await watching(there, "w1-ready-01", "--timeout", "0") is ExitCode.TIMEOUT
    assert there.told.splitlines()[-1] == "The 0 s of --timeout have passed."


async def test_which_tasks_do_not_match_is_said_when_time_is_up(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        argv = ["w1-ready-01", "w1-failed-04", "--until", "state:fail", "--timeout", "0"]
        assert await watching(there, *argv) is ExitCode.TIMEOUT
    said = "The 0 s of --timeout have passed, and 1 of 2 do not match --until: w1-ready-01 (READY)."
    assert there.told.splitlines()[-1] == said


async def test_time_that_passes_before_the_first_list_is_code_6(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(Poller, "refresh", never)
    async with stage(tmp_path) as there:
        assert await watching(there, "--timeout", "0.01") is ExitCode.TIMEOUT
    assert there.told == "The list of tasks was not read within 0.01 s.\n"


async def test_a_service_that_goes_away_is_waited_for(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        running = watching(there, "w1-sync-03", "--until", "state=ABORT")
        await begun(there)
        there.line.is_cut = True
        await there.until(lambda: there.engine.store.sync.failures >= 2)
        there.line.is_cut = False
        there.service.force_state("sync-03", "ABORT")
        assert await running is ExitCode.DONE
    assert "cannot be reached" in there.told


async def test_what_cannot_begin_says_why(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        assert await watching(there, "--until", "nonsense=1") is ExitCode.USAGE
        assert await watching(there, "w1-nobody") is ExitCode.USAGE
        there.line.is_cut = True
        assert await watching(there) is ExitCode.UNREACHABLE
    async with stage(tmp_path / "2", token="wrong") as there:
        assert await watching(there) is ExitCode.DENIED
