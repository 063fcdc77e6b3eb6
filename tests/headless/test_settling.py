"""`journal settle`, and what `list` does before it answers: reads alone, bounded, with no false word."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from sms_tui.domain.operations import OPERATIONS
from sms_tui.engine.journal import reader as journal_reader
from sms_tui.engine.journal.journal import Identity, Journal
from sms_tui.engine.journal.reader import JournalledOperation
from sms_tui.engine.mode import Mode
from sms_tui.exit_codes import ExitCode
from sms_tui.headless.settling import settle_open_ends
from tests.engine.scripted import unresolved
from tests.headless.stage import URL, Stage, stage

pytestmark = pytest.mark.anyio
WHO = Identity("op", "host", "test", URL, "", "0")
READING = Mode(read_only=True)
SAME = ("queued_at", "sent_at", "task", "task_name", "operation", "state_before")
"""What every record of an operation says alike, whoever writes it"""
GONE = "b1c6cf6e-9927-5b40-98d0-1afee14df7ce"
LONG_AGO = 86_400.0
AFTER = {
    "stop": ("paused-06", "RUNNING", "confirmed"),
    "start": ("copy-02", "READY", "confirmed"),
    "sync_failed_rollback": ("syncfail-09", "SYNC_FAIL", "unknown"),
    "restart": ("sync-03", "MIGRATE_SUCCESS", "confirmed"),
    "network_check": ("copy-02", "RUNNING", "unknown"),
}
"""For an operation: a task as it is now, its state before, and what reading can tell"""


def left_open(
    folder: Path, there: Stage, *sent: tuple[str, str, str], endpoint: str = URL, profile: str = "test"
) -> Sequence[JournalledOperation]:
    """A run that ended between sending and hearing: operation, task and state before of each."""
    now = there.engine.clock.now() - LONG_AGO
    crashed = Journal(folder / "journal", Identity("op", "host", profile, endpoint, "", "0"), lambda: now)
    crashed.open()
    for number, (operation, name, state) in enumerate(sent):
        task_id = GONE if name is GONE else there.id_of(name)
        fields: dict[str, object] = {"operation": operation, "task": task_id, "task_name": name}
        fields |= {"sent_at": now, "queued_at": now, "state_before": state}
        crashed.append("queued", f"op{number}", fields)
        crashed.append("sent", f"op{number}", {**fields, "baseline": {"state": state}})
    crashed.close()
    return unresolved(folder / "journal", profile, endpoint)


@pytest.mark.parametrize("operation", AFTER)
async def test_what_reading_can_tell_is_written_down_and_the_rest_stays_unknown(
    tmp_path: Path, operation: str
) -> None:
    name, before, known = AFTER[operation]
    async with stage(tmp_path, mode=READING) as there:
        found = left_open(tmp_path, there, (operation, name, before))
        code = await settle_open_ends(there.engine, found, 30.0, there.output, "text")
        assert code is (ExitCode.DONE if known == "confirmed" else ExitCode.UNKNOWN)
        assert f"{OPERATIONS[operation].label} ({operation}) {known}" in there.data
        assert there.line.writes == []
    (found,) = journal_reader.operations(journal_reader.merged(tmp_path / "journal"))
    assert (found.last["kind"], found.is_open) == (known, known == "unknown")
    sent = found.records[1]
    assert [found.last[name] for name in SAME] == [sent[name] for name in SAME]
    assert journal_reader.verify(tmp_path / "journal") == []


async def test_one_read_of_each_task_is_enough_for_what_was_sent_long_ago(tmp_path: Path) -> None:
    async with stage(tmp_path, mode=READING) as there:
        found = left_open(tmp_path, there, ("stop", "copy-02", "RUNNING"), ("start", "ready-01", "READY"))
        began = there.engine.clock.monotonic()
        assert await settle_open_ends(there.engine, found, 30.0, there.output, None) is ExitCode.UNKNOWN
        assert there.engine.clock.monotonic() - began < 1
        assert len(there.line.requests) == 2
        assert there.data == ""
        assert "Settled 0 of 2." in there.told
        kinds = {
            op.last["kind"] for op in journal_reader.operations(journal_reader.merged(tmp_path / "journal"))
        }
        assert kinds == {"unknown"}


async def test_a_service_that_is_gone_is_told_within_the_bound_and_nothing_is_claimed(tmp_path: Path) -> None:
    async with stage(tmp_path, mode=READING) as there:
        found = left_open(tmp_path, there, ("stop", "copy-02", "RUNNING"))
        there.line.is_cut = True
        began = there.engine.clock.monotonic()
        assert await settle_open_ends(there.engine, found, 30.0, there.output, None) is ExitCode.UNKNOWN
        assert there.engine.clock.monotonic() - began == pytest.approx(30.0)
        assert "Settled 0 of 1; " in there.told
        (found,) = unresolved(tmp_path / "journal", "test", URL)
        assert found.last["kind"] == "sent"


async def test_a_task_that_is_gone_leaves_the_outcome_unknown_for_good(tmp_path: Path) -> None:
    async with stage(tmp_path, mode=READING) as there:
        found = left_open(tmp_path, there, ("stop", GONE, "RUNNING"), ("delete", GONE, "READY"))
        code = await settle_open_ends(there.engine, found, 30.0, there.output, "text")
        assert code is ExitCode.UNKNOWN
        assert "the task no longer exists" in there.data
        assert "(delete) confirmed: the task is gone" in there.data
    assert unresolved(tmp_path / "journal", "test", URL) == []


async def test_what_went_to_another_endpoint_is_not_looked_for_here(tmp_path: Path) -> None:
    async with stage(tmp_path, mode=READING) as there:
        found = left_open(
            tmp_path, there, ("stop", "copy-02", "RUNNING"), endpoint="https://elsewhere.example"
        )
        assert await settle_open_ends(there.engine, found, 30.0, there.output, None) is ExitCode.UNKNOWN
        assert "another endpoint" in there.told
        assert there.line.requests == []


async def test_only_what_is_seen_here_is_settled_of_a_name_that_is_gone(tmp_path: Path) -> None:
    """A task that is not here may be that of another project, where it lives on."""
    async with stage(tmp_path, mode=READING) as there:
        sent = (("stop", "paused-06", "RUNNING"), ("delete", GONE, "READY"))
        found = left_open(tmp_path, there, *sent, profile="former")
        code = await settle_open_ends(there.engine, found, 30.0, there.output, "text")
        assert code is ExitCode.UNKNOWN
        assert "(stop) confirmed" in there.data
        assert "(delete)" not in there.data
        assert "Settled 1 of 2; " in there.told
        assert "does not show the task" in there.told
    (left,) = unresolved(tmp_path / "journal", "former", URL)
    assert left.last["operation"] == "delete"


async def test_where_nothing_can_be_written_down_nothing_is_read(tmp_path: Path) -> None:
    (tmp_path / "journal").write_text("in the way")
    async with stage(tmp_path, mode=READING) as there:
        assert await settle_open_ends(there.engine, [], 30.0, there.output, None) is ExitCode.UNKNOWN
        assert "Nothing is settled, because the journal cannot be written" in there.told
        assert there.line.requests == []
