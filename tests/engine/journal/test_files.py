"""Journal files: every byte counts, what is cut off shows against the heads, a full disk has a reserve."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_tui.engine.journal import reader as journal_reader
from sms_tui.engine.journal.journal import FIRST, Journal, JournalError, sealed
from sms_tui.engine.journal.open_ends import OpenEnds
from tests.conftest import Tried
from tests.engine.scripted import WHO

NO_SPACE = OSError(28, "No space left on device")


def opened(folder: Path, heads: list[str] | None = None) -> Journal:
    journal = Journal(folder, WHO, lambda: 1000.0, [].append if heads is None else heads.append)
    journal.open()
    assert journal.problem == ""
    return journal


def written(folder: Path, count: int, heads: list[str] | None = None) -> Path:
    journal = opened(folder, heads)
    for number in range(count):
        journal.append("queued", f"op{number}", {"task": f"task-{number}", "task_name": "ü \ud800 \x1b[31m"})
    journal.close()
    assert journal.path is not None
    return journal.path


def test_every_flipped_bit_is_found_at_its_line(tmp_path: Path, tried: Tried) -> None:
    path = written(tmp_path, 3)
    whole = path.read_bytes()
    starts = [0, *(place + 1 for place, byte in enumerate(whole) if byte == 10)]
    for place in range(len(whole)):
        bit = 1 << place % 8
        path.write_bytes(whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :])
        (fault,) = journal_reader.verify(tmp_path)
        line = sum(start <= place for start in starts)
        assert fault.line == line, (place, fault)
    tried(3, len(whole))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_reordering_or_loss_within_is_found(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("journal")
    path = written(folder, 6)
    lines = path.read_bytes().splitlines(keepends=True)
    kept = data.draw(st.lists(st.sampled_from(range(6)), min_size=1, max_size=8))
    path.write_bytes(b"".join(lines[place] for place in kept))
    is_start = kept == list(range(len(kept)))
    assert (journal_reader.verify(folder) == []) == is_start


def test_a_torn_end_is_held_against_the_heads_too(tmp_path: Path) -> None:
    log: list[str] = []
    path = written(tmp_path, 3, log)
    heads = journal_reader.heads_in(log, tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"seq": 4')
    (fault,) = journal_reader.verify(tmp_path, heads)
    assert fault.is_torn
    path.write_bytes(whole[:-9])
    (fault,) = journal_reader.verify(tmp_path, heads)
    assert "was written and is missing" in fault.why


def test_a_cut_off_end_shows_against_the_heads_of_the_system_log(tmp_path: Path) -> None:
    log: list[str] = []
    path = written(tmp_path, 5, log)
    heads = journal_reader.heads_in([f"Nov 23 host app[1]: {line}" for line in ("noise", *log)], tmp_path)
    assert journal_reader.verify(tmp_path, heads) == []
    lines = path.read_bytes().splitlines(keepends=True)
    for left in range(5):
        path.write_bytes(b"".join(lines[:left]))
        assert journal_reader.verify(tmp_path) == []
        (fault,) = journal_reader.verify(tmp_path, heads)
        assert (fault.line, "cut off" in fault.why) == (left + 1, True)
    path.unlink()
    (fault,) = journal_reader.verify(tmp_path, heads)
    assert "missing" in fault.why


def test_a_tail_that_was_written_anew_shows_against_the_heads(tmp_path: Path) -> None:
    log: list[str] = []
    path = written(tmp_path / "true", 3, log)
    false = written(tmp_path / "false", 3).read_bytes()
    assert journal_reader.verify(path.parent) == []
    path.write_bytes(false.replace(b"task-2", b"task-9"))
    assert journal_reader.verify(path.parent) != []
    other = Journal(tmp_path / "other", WHO, lambda: 2000.0)
    other.open()
    for number in range(3):
        other.append("queued", f"op{number}", {})
    other.close()
    assert other.path is not None
    path.write_bytes(other.path.read_bytes())
    assert journal_reader.verify(path.parent) == []
    (fault,) = journal_reader.verify(path.parent, journal_reader.heads_in(log, path.parent))
    assert fault.line == 3


def test_records_name_who_and_where_and_form_a_chain(tmp_path: Path) -> None:
    path = written(tmp_path, 3)
    records = [json.loads(line) for line in path.read_text().splitlines()]
    assert [record["seq"] for record in records] == [1, 2, 3]
    assert [record["prev"] for record in records] == [FIRST, records[0]["sum"], records[1]["sum"]]
    assert {(r["operator"], r["host"], r["profile"], r["pid"]) for r in records} == {
        ("operator", "host", "test", os.getpid())
    }


def test_many_records_at_once_are_one_write_and_all_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = opened(tmp_path)
    syncs: list[int] = []
    sync = os.fdatasync
    monkeypatch.setattr("os.fdatasync", lambda descriptor: (syncs.append(1), sync(descriptor)))
    journal.append_all("queued", [(f"op{number}", {}) for number in range(100)])
    assert len(syncs) == 1
    whole_write = os.write
    monkeypatch.setattr("os.write", lambda descriptor, text: whole_write(descriptor, text[:1000]))
    with pytest.raises(JournalError):
        journal.append_all("queued", [(f"late{number}", {}) for number in range(100)])
    monkeypatch.undo()
    journal.close()
    assert journal_reader.verify(tmp_path) == []
    assert len(list(journal_reader.merged(tmp_path))) == 100


def fill_disk(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """No byte fits any more, unless the reserve was given up."""
    sync = os.fdatasync

    def limited(descriptor: int) -> None:
        if (folder / ".reserve").exists():
            raise NO_SPACE
        sync(descriptor)

    monkeypatch.setattr("os.fdatasync", limited)


def test_the_reserve_is_for_outcomes_and_not_for_new_operations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = opened(tmp_path)
    journal.append("sent", "op1", {})
    fill_disk(monkeypatch, tmp_path)
    with pytest.raises(JournalError, match="No space"):
        journal.append("sent", "op2", {})
    journal.append("accepted", "op1", {})
    assert journal.problem
    kinds = [record["kind"] for record in journal_reader.merged(tmp_path)]
    assert kinds == ["sent", "accepted"]
    monkeypatch.undo()
    journal.retry()
    assert journal.problem == ""
    journal.append("sent", "op3", {})
    journal.close()
    assert journal_reader.verify(tmp_path) == []


def test_a_disk_that_is_still_full_stays_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = opened(tmp_path)
    (tmp_path / ".reserve").unlink()
    journal.problem = "the disk is full"

    def full(descriptor: int, text: bytes, place: int) -> int:
        raise NO_SPACE

    monkeypatch.setattr("os.pwrite", full)
    journal.retry()
    assert "No space" in journal.problem
    journal.close()


def test_a_folder_that_comes_back_is_used(tmp_path: Path) -> None:
    blocked = tmp_path / "journal"
    blocked.write_text("in the way")
    journal = Journal(blocked, WHO, lambda: 1000.0)
    journal.open()
    assert journal.problem
    with pytest.raises(JournalError):
        journal.append("queued", "op1", {})
    blocked.unlink()
    journal.retry()
    assert journal.problem == ""
    journal.append("queued", "op1", {})
    journal.close()


def test_a_run_that_did_nothing_leaves_no_file(tmp_path: Path) -> None:
    opened(tmp_path).close()
    assert journal_reader.files(tmp_path) == []


def test_two_journals_are_one_story_in_the_order_of_time(tmp_path: Path) -> None:
    moments = iter([1.0, 2.0, 3.0, 4.0])
    journals = []
    for _ in range(2):
        journal = Journal(tmp_path, WHO, lambda: 0.0)
        journal.open()
        journal._now = lambda: next(moments)
        journals.append(journal)
    for number in range(4):
        journals[number % 2].append("queued", f"op{number}", {})
    for journal in journals:
        journal.close()
    assert [record["op_id"] for record in journal_reader.merged(tmp_path)] == ["op0", "op1", "op2", "op3"]
    assert journal_reader.verify(tmp_path) == []


def test_an_operation_is_open_or_not_whatever_the_clock_said(tmp_path: Path) -> None:
    clock = [2000.0]
    journal = Journal(tmp_path, WHO, lambda: clock[0])
    journal.open()
    for kind in ("queued", "sent", "unknown", "confirmed"):
        clock[0] -= 100
        journal.append(kind, "op1", {})
    journal.close()
    (operation,) = journal_reader.operations(journal_reader.merged(tmp_path))
    assert operation.last["kind"] == "confirmed"
    assert not operation.is_open


def test_nonsense_is_a_fault_and_no_exception(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(b'[[[[\n{"seq": 1}\n\xff\xfe\n' + b"[" * 100_000 + b"\n")
    records, fault = journal_reader.read(tmp_path / "x.jsonl")
    assert records == []
    assert fault is not None
    assert fault.line == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"t": None},
        {"kind": None},
        {"op_id": None},
        {"t": "noon"},
        {"t": True},
        {"seq": "1"},
        {"seq": True},
        {"prev": None},
    ],
)
def test_a_line_with_a_true_checksum_that_is_no_record_is_a_fault(
    tmp_path: Path, wrong: dict[str, object]
) -> None:
    whole = {"seq": 1, "prev": FIRST, "t": 1000.0, "kind": "queued", "op_id": "op0"}
    given = {name: value for name, value in {**whole, **wrong}.items() if value is not None}
    (tmp_path / "x.jsonl").write_bytes(sealed(given)[0])
    records, fault = journal_reader.read(tmp_path / "x.jsonl")
    assert records == []
    assert str(fault) == "x.jsonl:1: not a record of the journal"
    assert list(journal_reader.merged(tmp_path)) == []


def test_a_file_that_cannot_be_read_is_a_fault_and_no_exception(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"")
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "real")
    (tmp_path / "folder.jsonl").mkdir()
    found, faults = OpenEnds(tmp_path).in_doubt()
    assert found == []
    assert [fault.path.name for fault in faults] == ["folder.jsonl", "link.jsonl"]
    assert all("it cannot be read" in fault.why for fault in faults)


def test_a_pipe_among_the_files_is_a_fault_and_keeps_nobody_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.jsonl")
    (fault,) = journal_reader.verify(tmp_path)
    assert str(fault) == "x.jsonl: it cannot be read: Not a regular file"
    assert OpenEnds(tmp_path).in_doubt() == ([], [fault])
    assert journal_reader.unreadable(tmp_path) == [fault]


def test_a_folder_that_cannot_be_listed_is_a_fault_and_a_missing_one_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    for name, why in (("file", "Not a directory"), ("loop", "Too many levels of symbolic links")):
        (fault,) = journal_reader.verify(tmp_path / name, {"gone.jsonl": (1, "")})
        assert str(fault) == f"{name}: it cannot be read: {why}"
        assert OpenEnds(tmp_path / name).in_doubt() == ([], [fault])
        assert journal_reader.unreadable(tmp_path / name) == [fault]
        assert list(journal_reader.merged(tmp_path / name)) == []
    assert journal_reader.verify(tmp_path / "none") == []
    assert journal_reader.unreadable(tmp_path / "none") == []


def test_a_file_that_goes_while_one_looks_holds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone.jsonl"
    monkeypatch.setattr("sms_tui.engine.journal.open_ends.files", lambda _: [gone])
    looking = OpenEnds(tmp_path)
    assert looking.in_doubt() == ([], [])
    assert looking.in_doubt() == ([], [])


@pytest.mark.parametrize("how", ["deleted", "moved", "moved with its folder", "replaced"])
def test_a_file_that_somebody_took_away_is_written_to_no_more(tmp_path: Path, how: str) -> None:
    folder = tmp_path / "journal"
    journal = Journal(folder, WHO, lambda: 1000.0)
    journal.open()
    journal.append("queued", "op1", {})
    path = journal.path
    assert path is not None
    if how == "moved with its folder":
        folder.rename(tmp_path / "old")
    elif how == "deleted":
        path.unlink()
    else:
        path.rename(tmp_path / "old")
    if how == "replaced":
        path.write_bytes((tmp_path / "old").read_bytes())
    with pytest.raises(JournalError, match="cannot be written"):
        journal.append("sent", "op1", {})
    assert journal.problem
    journal.retry()
    assert journal.problem == ""
    journal.append("sent", "op2", {})
    journal.close()
    told = {record["op_id"] for record in journal_reader.merged(folder)}
    assert told == ({"op1", "op2"} if how == "replaced" else {"op2"})
