"""A disk that fails or fills up: operations are refused, reading goes on, no record is half written."""

import errno
import itertools
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from sms_tui.domain.operations import STOP
from sms_tui.domain.outcome import Outcome
from sms_tui.engine.journal import reader as journal_reader
from sms_tui.engine.journal.journal import Journal
from sms_tui.engine.record import Batch
from sms_tui.engine.sending.policy import Order, Policy
from tests.conftest import Tried
from tests.engine.rig import ENDPOINT, Service, running, submit
from tests.engine.scripted import WHO, Reply, Scripted, staged, task

ERRORS = (errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT)
CALLS = ("write", "fdatasync")
MOMENTS = {1: "queued", 2: "sent", 3: "accepted"}
"""Which call of a single operation writes which record"""
APPEND = """
import sys, time
from pathlib import Path
from sms_tui.engine.journal.journal import Identity, Journal
journal = Journal(Path(sys.argv[1]), Identity("op", "host", "p", "https://x", "", "0"), time.time)
journal.open()
for number in range(int(sys.argv[3])):
    journal.append("queued", f"{sys.argv[2]}-{number}", {"task": "t" * 500})
journal.close()
"""


def failing_once(call: Callable[..., object], code: int, turn: int) -> Callable[..., object]:
    """A system call that fails at one of its turns."""
    turns = itertools.count(1)

    def failing(*arguments: object) -> object:
        if next(turns) == turn:
            raise OSError(code, os.strerror(code))
        return call(*arguments)

    return failing


@pytest.mark.anyio
async def test_a_disk_that_fails_at_any_write_lets_nothing_out_unwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tried: Tried
) -> None:
    cases = list(product(ERRORS, CALLS, MOMENTS))
    for code, call, moment in cases:
        folder = tmp_path / f"{code}-{call}-{moment}" / "journal"
        service = Scripted()
        service.add(task("a"))
        async with staged(folder, service) as stage:
            with monkeypatch.context() as patch:
                patch.setattr(f"os.{call}", failing_once(getattr(os, call), code, moment))
                answer = stage.engine.dispatcher.submit(stage.engine.dispatcher.plan(STOP, ["a"]), "y")
                await stage.clock.advance(3)
            case = (errno.errorcode[code], call, MOMENTS[moment])
            assert len(service.ledger) == (moment == 3), case
            if moment == 1:
                assert isinstance(answer, str)
                assert "Nothing is sent, because" in answer
            else:
                assert isinstance(answer, Batch)
                wanted = Outcome.NOT_SENT if moment == 2 else Outcome.CONFIRMED
                assert answer.records[0].outcome is wanted, case
            assert stage.engine.store.sync.rounds > 0
        assert journal_reader.verify(folder) == [], case
    tried(3, len(cases))


def synced_folders(monkeypatch: pytest.MonkeyPatch, code: int = 0) -> list[Path]:
    """Each folder that is made durable from now on; where there is a `code`, that fails the first time."""
    synced: list[Path] = []
    fsync = os.fsync

    def note(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            synced.append(Path(f"/proc/self/fd/{descriptor}").readlink())
            if code and len(synced) == 1:
                raise OSError(code, os.strerror(code))
        fsync(descriptor)

    monkeypatch.setattr("os.fsync", note)
    return synced


def test_a_new_journal_is_durable_up_to_the_folder_that_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = synced_folders(monkeypatch)
    journal = Journal(tmp_path / "state" / "journal", WHO, lambda: 1000.0)
    journal.open()
    journal.close()
    assert synced == [tmp_path, tmp_path / "state", tmp_path / "state" / "journal"]


@pytest.mark.parametrize(("code", "is_problem"), [(errno.EIO, True), (errno.EINVAL, False)])
def test_a_file_that_may_not_be_found_again_takes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, is_problem: bool
) -> None:
    """But a file system that cannot make a folder durable has to do as it is."""
    synced = synced_folders(monkeypatch, code)
    journal = Journal(tmp_path, WHO, lambda: 1000.0)
    journal.open()
    assert bool(journal.problem) is is_problem
    journal.retry()
    assert journal.problem == ""
    assert synced == [tmp_path] * (1 + is_problem)
    journal.close()


def test_a_record_that_can_neither_be_written_nor_taken_back_is_left_in_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(tmp_path, WHO, lambda: 1000.0)
    journal.open()
    journal.append("queued", "op1", {})

    def broken(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch:
        patch.setattr("os.fdatasync", broken)
        patch.setattr("os.ftruncate", broken)
        with pytest.raises(OSError, match="Input/output"):
            journal.append("sent", "op1", {})
    assert journal.problem
    journal.retry()
    assert journal.problem == ""
    journal.append("queued", "op2", {})
    journal.close()
    assert journal_reader.verify(tmp_path) == []
    assert len(journal_reader.files(tmp_path)) == 2


@pytest.mark.anyio
async def test_a_full_disk_refuses_operations_and_says_why_while_reading_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Service()
    service.add("a")
    async with running(tmp_path / "journal", service) as rig:

        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with monkeypatch.context() as patch:
            for call in ("write", "fdatasync", "pwrite"):
                patch.setattr(f"os.{call}", full)
            for _ in range(3):
                plan = rig.engine.dispatcher.plan(STOP, ["a"])
                refusal = rig.engine.dispatcher.submit(plan, "y")
                assert isinstance(refusal, str)
                await rig.clock.advance(20)
            assert "No space left" in rig.engine.blocked()
            assert str(tmp_path / "journal") in rig.engine.blocked()
            sweeps = service.sweeps
            service.add("b")
            await rig.clock.advance(20)
            assert service.sweeps > sweeps
            assert "b" in rig.engine.store.tasks
        await rig.clock.advance(20)
        assert rig.engine.blocked() == ""
        submit(rig, STOP, "a")
        await rig.clock.advance(1)
        assert len(service.writes) == 1


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077, 0o777])
def test_no_umask_opens_a_file_or_locks_us_out(tmp_path: Path, mask: int, tried: Tried) -> None:
    before = os.umask(mask)
    try:
        journal = Journal(tmp_path / "state" / "journal", WHO, lambda: 1000.0)
        journal.open()
    finally:
        os.umask(before)
    assert journal.problem == ""
    journal.append("queued", "op1", {})
    found = [path for path in (tmp_path / "state" / "journal").iterdir() if path.is_file()]
    assert len(found) == 2
    for path in found:
        assert stat.S_IMODE(path.stat().st_mode) & 0o177 == 0, path.name
    assert stat.S_IMODE((tmp_path / "state" / "journal").stat().st_mode) == 0o700
    journal.close()
    tried(7, 1)


@pytest.mark.parametrize("name", ["journal", ".reserve"])
def test_links_are_not_followed(tmp_path: Path, name: str) -> None:
    outside = tmp_path / "outside"
    outside.write_text("precious")
    folder = tmp_path / "state"
    folder.mkdir()
    link = folder if name == "journal" else folder / name
    if name == "journal":
        folder.rmdir()
    link.symlink_to(outside)
    journal = Journal(folder, WHO, lambda: 1000.0)
    journal.open()
    assert journal.problem
    assert outside.read_text() == "precious"
    journal.close()


def test_programs_at_once_in_one_folder_lose_and_mix_up_nothing(tmp_path: Path, tried: Tried) -> None:
    programs, records = 4, 100
    running_ones = [
        subprocess.Popen([sys.executable, "-c", APPEND, str(tmp_path / "journal"), str(number), str(records)])
        for number in range(programs)
    ]
    assert [one.wait(60) for one in running_ones] == [0] * programs
    assert journal_reader.verify(tmp_path / "journal") == []
    written = [record["op_id"] for record in journal_reader.merged(tmp_path / "journal")]
    assert sorted(written) == sorted(
        f"{one}-{number}" for one in range(programs) for number in range(records)
    )
    tried(3, programs * records)


@pytest.mark.anyio
async def test_records_hold_all_that_an_auditor_asks_for_and_no_secret(tmp_path: Path) -> None:
    service = Service()
    service.add("a")
    async with running(tmp_path / "journal", service) as rig:
        submit(rig, STOP, "a")
        await rig.clock.advance(1)
        service.add("a", "ABORT")
        await rig.clock.advance(10)
    (path,) = journal_reader.files(tmp_path / "journal")
    text = path.read_text()
    assert "a-token" not in text
    records = {record["kind"]: record for record in map(json.loads, text.splitlines())}
    assert list(records) == ["queued", "sent", "accepted", "confirmed"]
    for record in records.values():
        assert (record["operator"], record["host"], record["profile"]) == ("operator", "host", "test")
        assert (record["endpoint"], record["operation"]) == (ENDPOINT, "stop")
        assert (record["task"], record["task_name"], record["state_before"]) == ("a", "name-a", "RUNNING")
        assert {"t", "seq", "prev", "sum", "pid", "version", "project", "queued_at"} <= record.keys()
    assert {"method", "url", "body_sha256", "baseline", "sent_at"} <= records["sent"].keys()
    assert {"status", "request_id", "elapsed_ms", "error_code", "reason"} <= records["accepted"].keys()
    assert (records["confirmed"]["state_after"], records["confirmed"]["by"]) == ("ABORT", "reading")
    assert records["accepted"]["by"] == ""


SIXTY = tuple(task(f"t{number}", "RUNNING") for number in range(60))


def disk_waits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Each wait for the disk from now on, as the descriptor that it was for."""
    written: list[int] = []
    monkeypatch.setattr(os, "fdatasync", written.append)
    return written


@pytest.mark.anyio
async def test_what_is_taken_back_of_a_batch_costs_the_disk_one_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Scripted(reply=Reply.HANGS)
    service.add(*SIXTY)
    async with staged(tmp_path, service) as stage:
        batch = submit(stage, STOP, *service.tasks)
        await stage.clock.settle()
        written = disk_waits(monkeypatch)
        assert stage.engine.dispatcher.halt(batch) == 60 - len(service.ledger)
        assert len(written) == 1
        assert not batch.records_with(Outcome.QUEUED)


@pytest.mark.anyio
async def test_what_one_refresh_confirms_costs_the_disk_one_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Scripted()
    service.takes_effect = False
    service.add(*SIXTY)
    async with staged(tmp_path, service) as stage:
        batch = submit(stage, STOP, *service.tasks)
        for _ in range(60):
            await stage.clock.settle()
        assert len(batch.records_with(Outcome.ACCEPTED)) == 60
        for task_id in service.tasks:
            service.move(task_id, "ABORT")
        written = disk_waits(monkeypatch)
        assert await stage.engine.poller.refresh() is None
        assert len(batch.records_with(Outcome.CONFIRMED)) == 60
        assert len(written) == 1


@pytest.mark.anyio
async def test_what_the_operator_settles_at_once_costs_the_disk_one_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Scripted(reply=Reply.LOST)
    service.add(*SIXTY)
    async with staged(tmp_path, service) as stage:
        batch = submit(stage, STOP, *service.tasks)
        for _ in range(60):
            await stage.clock.settle()
        assert len(batch.records_with(Outcome.UNKNOWN)) == 60
        written = disk_waits(monkeypatch)
        assert stage.engine.dispatcher.resolve(*service.tasks)
        assert all(record.is_settled for record in batch.records)
        assert len(written) == 1


@pytest.mark.anyio
async def test_what_a_killed_run_had_queued_costs_the_disk_one_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = Journal(tmp_path, WHO, lambda: 1000.0)
    killed.open()
    told = [
        (f"op{number}", {"operation": "stop", "task": f"t{number}", "task_name": "n"}) for number in range(60)
    ]
    killed.append_all(Outcome.QUEUED, told)
    killed.close()
    written = disk_waits(monkeypatch)
    async with staged(tmp_path, Scripted()) as stage:
        assert sum("ended before its turn" in text for text in stage.log()) == 60
        assert len(written) == 1
    kinds = [record["kind"] for record in journal_reader.merged(tmp_path)]
    assert kinds.count("not-sent") == 60


@pytest.mark.anyio
@pytest.mark.parametrize(
    "policy", [Policy(Order.ONE_BY_ONE, halt_on_refusal=True), Policy(halt_on_refusal=True)]
)
async def test_what_a_halted_batch_holds_back_costs_the_disk_one_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, policy: Policy
) -> None:
    service = Scripted(reply=Reply.REJECTED)
    service.add(*SIXTY)
    async with staged(tmp_path, service) as stage:
        batch = submit(stage, STOP, *service.tasks, policy=policy)
        written = disk_waits(monkeypatch)
        while not batch.is_done:
            await stage.clock.settle()
        assert len(batch.records_with(Outcome.NOT_SENT)) == 60 - len(service.ledger)
        assert all("held back, because" in str(each.trouble) for each in batch.records_with(Outcome.NOT_SENT))
        assert len(written) == 2 * len(service.ledger) + 1
    kinds = [record["kind"] for record in journal_reader.merged(tmp_path)]
    assert kinds.count("not-sent") == 60 - len(service.ledger)
