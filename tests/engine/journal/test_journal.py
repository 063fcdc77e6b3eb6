"""The journal: durable, chained, private, merged; and an earlier run's open ends settled by reading."""

import json
import random
import stat
from pathlib import Path

import pytest

from sms_tui.domain.operations import STOP
from sms_tui.domain.outcome import Outcome
from sms_tui.engine.journal import reader as journal_reader
from sms_tui.engine.journal.journal import Identity, Journal, JournalError
from tests.engine.rig import ENDPOINT, Service, running, submit
from tests.engine.scripted import unresolved

WHO = Identity("operator", "host", "test", ENDPOINT, "project", "0")


def written(folder: Path, count: int) -> Path:
    """A closed journal of `count` records."""
    journal = Journal(folder, WHO, lambda: 1000.0)
    journal.open()
    for number in range(count):
        journal.append("queued", f"op{number}", {"task": f"task-{number}", "task_name": "ü\x1b[31m"})
    path = journal.path
    journal.close()
    assert path is not None
    return path


def test_files_and_folders_are_private(tmp_path: Path) -> None:
    path = written(tmp_path / "state" / "journal", 1)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_lines_are_ascii_and_name_who_and_where(tmp_path: Path) -> None:
    text = written(tmp_path, 1).read_text()
    record = json.loads(text)
    assert text.isascii()
    assert "\x1b" not in text
    assert (record["operator"], record["host"], record["endpoint"]) == ("operator", "host", ENDPOINT)


def test_a_clean_journal_has_no_fault(tmp_path: Path) -> None:
    written(tmp_path, 50)
    assert journal_reader.verify(tmp_path) == []


CHANGES = ("flip", "drop", "double", "swap", "insert")


@pytest.mark.parametrize("seed", range(200))
def test_any_single_change_is_found_at_its_line(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    path = written(tmp_path, 20)
    lines = path.read_bytes().splitlines(keepends=True)
    change = CHANGES[seed % len(CHANGES)]
    place = chance.randrange(19)
    if change == "flip":
        line = bytearray(lines[place])
        at = chance.randrange(len(line) - 1)
        line[at] ^= 1 << chance.randrange(3)
        lines[place] = bytes(line)
    elif change == "drop":
        del lines[place]
    elif change == "double":
        lines.insert(place, lines[place])
        place += 1
    elif change == "swap":
        lines[place], lines[place + 1] = lines[place + 1], lines[place]
    else:
        lines.insert(place, b'{"seq": 1}\n')
    path.write_bytes(b"".join(lines))
    (fault,) = journal_reader.verify(tmp_path)
    assert fault.line <= place + 1
    assert fault.line == place + 1 or change == "flip"


def test_a_torn_last_line_is_told_from_a_changed_one_at_every_byte(tmp_path: Path) -> None:
    path = written(tmp_path, 3)
    whole = path.read_bytes()
    last = whole.rstrip(b"\n").rfind(b"\n") + 1
    for end in range(last + 1, len(whole)):
        path.write_bytes(whole[:end])
        records, fault = journal_reader.read(path)
        assert len(records) == 2
        assert fault is not None
        assert fault.is_torn


def test_two_programs_never_share_a_file(tmp_path: Path) -> None:
    journals = [Journal(tmp_path, WHO, lambda: 1000.0) for _ in range(2)]
    for journal in journals:
        journal.open()
    for number in range(20):
        journals[number % 2].append("queued", f"op{number}", {})
    for journal in journals:
        journal.close()
    assert journal_reader.verify(tmp_path) == []
    assert {record["op_id"] for record in journal_reader.merged(tmp_path)} == {f"op{n}" for n in range(20)}


def test_a_full_disk_leaves_no_half_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(tmp_path, WHO, lambda: 1000.0)
    journal.open()
    journal.append("queued", "op1", {})

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fdatasync", full)
    with pytest.raises(JournalError, match="No space"):
        journal.append("sent", "op1", {})
    monkeypatch.undo()
    assert journal.path is not None
    records, fault = journal_reader.read(journal.path)
    assert (len(records), fault) == (1, None)
    assert "No space" in journal.problem
    journal.close()


def test_a_journal_behind_a_link_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.mkdir()
    (tmp_path / "journal").symlink_to(target / "missing")
    journal = Journal(tmp_path / "journal", WHO, lambda: 1000.0)
    journal.open()
    assert journal.problem


@pytest.mark.anyio
async def test_an_earlier_runs_open_end_is_settled_by_reading_alone(tmp_path: Path) -> None:
    crashed = Journal(tmp_path, WHO, lambda: 1000.0)
    crashed.open()
    fields = {"operation": "stop", "task": "a", "task_name": "name-a", "sent_at": 1000.0}
    crashed.append("queued", "op1", fields)
    crashed.append("sent", "op1", {**fields, "baseline": {"state": "RUNNING"}})
    crashed.close()
    service = Service()
    service.add("a", "ABORT")
    async with running(tmp_path, service) as rig:
        assert any("unresolved" in line for line in rig.log())
        await rig.clock.advance(5)
        assert service.writes == []
        assert rig.journal_kinds()[-1] == "confirmed"
    assert unresolved(tmp_path, "test", ENDPOINT) == []


@pytest.mark.anyio
async def test_a_running_programs_operations_are_not_taken_for_orphans(tmp_path: Path) -> None:
    service = Service()
    service.add("a", "RUNNING")
    async with running(tmp_path, service) as rig:
        submit(rig, STOP, "a")
        await rig.clock.settle()
        assert rig.engine.dispatcher.batches[0].records[0].outcome is Outcome.ACCEPTED
        assert unresolved(tmp_path, "test", ENDPOINT) == []
