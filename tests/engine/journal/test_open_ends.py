"""Open ends are followed over files without keeping journals in memory, as if all were read each time."""

import errno
import os
import random
from collections.abc import Iterable
from pathlib import Path

import pytest

from sms_tui.engine.journal import reader as journal_reader
from sms_tui.engine.journal.journal import Journal
from sms_tui.engine.journal.open_ends import OpenEnds, is_orphaned
from sms_tui.engine.journal.reader import JournalledOperation, Record
from tests.conftest import Tried
from tests.engine.scripted import WHO

KINDS = ("queued", "sent", "unknown", "accepted", "confirmed", "resolved", "rejected", "not-sent")


def read_anew(folder: Path) -> set[str]:
    """What is open as all records of all files together tell it."""
    return {op.op_id for op in journal_reader.operations(journal_reader.merged(folder)) if op.is_open}


def queued_as_read_anew(folder: Path) -> set[str]:
    """What is queued and no more, as all records of all files together tell it."""
    return {op.op_id for op in journal_reader.operations(journal_reader.merged(folder)) if op.is_queued}


def accepted_as_read_anew(folder: Path) -> set[str]:
    """What the program that sent it had accepted and no more, as all records together tell it."""
    by_file = [
        journal_reader.operations(journal_reader.read(path)[0]) for path in journal_reader.files(folder)
    ]
    last = {op.op_id: op.last["kind"] for op in journal_reader.operations(journal_reader.merged(folder))}
    return {
        op.op_id
        for operations in by_file
        for op in operations
        if op.last["kind"] == last[op.op_id] == "accepted" and "sent" in [each["kind"] for each in op.records]
    }


def test_following_finds_what_reading_everything_finds(tmp_path: Path, tried: Tried) -> None:
    looks = 0
    for seed in range(30):
        folder = tmp_path / str(seed)
        chance = random.Random(seed)
        follower = OpenEnds(folder, lambda _: False)
        kept: list[Journal] = []
        steps: dict[str, int] = {}
        for number in range(40):
            if not kept or chance.random() < 0.1:
                kept.append(Journal(folder, WHO, lambda number=number: 1000.0 + number))
                kept[-1].open()
            op_id = f"op{chance.randrange(9)}"
            step = steps.get(op_id, 0)
            # The run that queued it sends it; what became of it may be written down by any later one.
            if step == 0 and chance.random() < 0.7:
                kept[-1].append("queued", op_id, {})
                kept[-1].append("sent", op_id, {})
                steps[op_id] = 2
            elif step == 0:
                kept[-1].append("queued", op_id, {})
                steps[op_id] = chance.choice((KINDS.index("not-sent"), len(KINDS)))
            elif step < len(KINDS):
                steps[op_id] = step + 1 + (chance.random() < 0.5)
                chance.choice(kept).append(KINDS[step], op_id, {})
            if chance.random() < 0.3:
                kept.pop(chance.randrange(len(kept))).close()
            if not kept or chance.random() < 0.3:
                for journal in kept:
                    journal.close()
                kept = []
                found, faults = follower.in_doubt()
                assert {op.op_id for op in found} == read_anew(folder), seed
                assert {op.op_id for op in follower.never_sent()} == queued_as_read_anew(folder), seed
                assert {op.op_id for op in follower.accepted()} == accepted_as_read_anew(folder), seed
                assert faults == []
                looks += 1
        for journal in kept:
            journal.close()
    tried(3, looks)


def test_an_outcome_whose_sending_is_lost_is_nothing_that_could_be_settled(tmp_path: Path) -> None:
    journal = Journal(tmp_path, WHO, lambda: 1000.0)
    journal.open()
    journal.append("unknown", "op", {})
    journal.close()
    assert OpenEnds(tmp_path).in_doubt() == ([], [])


def test_what_has_ended_is_not_kept(tmp_path: Path) -> None:
    journal = Journal(tmp_path, WHO, lambda: 1000.0)
    journal.open()
    follower = OpenEnds(tmp_path)
    for number in range(50):
        for kind in ("queued", "sent", "accepted", "confirmed"):
            journal.append(kind, f"op{number}", {})
        assert follower.in_doubt() == ([], [])
    (followed,) = follower._followed.values()
    assert (followed.begun, followed.ended, followed.accepted) == ({}, set(), {})
    journal.close()


def test_what_a_program_that_is_gone_had_accepted_is_kept_while_it_is_recent(tmp_path: Path) -> None:
    journal = Journal(tmp_path, WHO, lambda: 1000.0)
    journal.open()
    for kind in ("queued", "sent", "accepted"):
        journal.append(kind, "op", {})
    is_past = [True]
    alive = OpenEnds(tmp_path, lambda _: is_past[0])
    alive.in_doubt()
    assert alive.accepted() == []
    journal.close()
    assert alive.accepted() == []
    for follower in (OpenEnds(tmp_path), OpenEnds(tmp_path, lambda told: told["kind"] == "accepted")):
        follower.in_doubt()
        (followed,) = follower._followed.values()
        assert (followed.accepted, follower.accepted()) == ({}, [])
    follower = OpenEnds(tmp_path, lambda _: is_past[0])
    is_past[0] = False
    follower.in_doubt()
    assert [op.op_id for op in follower.accepted()] == ["op"]
    is_past[0] = True
    assert follower.accepted() == []
    assert [one.accepted for one in follower._followed.values()] == [{}]


def test_what_was_accepted_for_one_program_is_over_when_another_saw_it_confirmed(tmp_path: Path) -> None:
    followers = [OpenEnds(tmp_path, lambda _: False) for _ in range(2)]
    before = len(list(Path("/proc/self/fd").iterdir()))
    for kinds in (("queued", "sent", "accepted"), ("confirmed",)):
        journal = Journal(tmp_path, WHO, lambda: 1000.0)
        journal.open()
        for kind in kinds:
            journal.append(kind, "op", {})
        journal.close()
        followers[0].in_doubt()
    followers[1].in_doubt()
    assert [follower.accepted() for follower in followers] == [[], []]
    assert not any(one.ended for follower in followers for one in follower._followed.values())
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_torn_line_is_read_once_it_is_whole(tmp_path: Path) -> None:
    journal = Journal(tmp_path, WHO, lambda: 1000.0)
    journal.open()
    journal.append("sent", "op1", {})
    journal.close()
    assert journal.path is not None
    whole = journal.path.read_bytes()
    follower = OpenEnds(tmp_path)
    for end in range(len(whole)):
        journal.path.write_bytes(whole[:end])
        found, faults = follower.in_doubt()
        assert found == []
        assert [fault.is_torn for fault in faults] == [True] * (end > 0)
    journal.path.write_bytes(whole)
    found, faults = follower.in_doubt()
    assert ([op.op_id for op in found], faults) == (["op1"], [])
    journal.path.write_bytes(b"")
    assert follower.in_doubt() == ([], [])


def test_a_pipe_among_the_files_keeps_nobody_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.jsonl")
    assert is_orphaned(tmp_path / "x.jsonl")
    assert OpenEnds(tmp_path).in_doubt()[0] == []


def test_what_waits_in_a_program_that_runs_is_not_gone_through_at_each_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(tmp_path, WHO, lambda: 1000.0)
    journal.open()
    journal.append_all("queued", [(f"op{number}", {}) for number in range(50)])
    journal.append("sent", "op0", {})
    follower = OpenEnds(tmp_path)
    follower.in_doubt()
    given: list[Record] = []

    def operations(records: Iterable[Record]) -> list[JournalledOperation]:
        given.extend(records := list(records))
        return journal_reader.operations(records)

    monkeypatch.setattr("sms_tui.engine.journal.open_ends.operations", operations)
    assert follower.in_doubt() == ([], [])
    assert follower.accepted() == follower.never_sent() == []
    assert given == []
    journal.close()
    assert [op.op_id for op in follower.in_doubt()[0]] == ["op0"]
    assert len(follower.never_sent()) == 49
    known = {f"op{number}" for number in range(50)}
    given.clear()
    assert (follower.in_doubt(known), follower.never_sent(known)) == (([], []), [])
    assert given == []


def test_what_was_queued_in_a_file_that_was_given_up_and_sent_from_the_next_is_not_taken_for_queued(
    tmp_path: Path,
) -> None:
    journals = [Journal(tmp_path, WHO, lambda: 1000.0) for _ in range(2)]
    for journal in journals:
        journal.open()
    journals[0].append("queued", "op", {})
    for kind in ("sent", "accepted"):
        journals[1].append(kind, "op", {})
    for journal in journals:
        journal.close()
    follower = OpenEnds(tmp_path, lambda _: False)
    assert follower.in_doubt() == ([], [])
    assert follower.never_sent() == []
    assert [op.op_id for op in follower.accepted()] == ["op"]


def test_an_end_that_a_program_writes_with_its_last_breath_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (Journal(tmp_path, WHO, lambda at=at: at) for at in (1000.0, 2000.0))
    for journal, op_id in ((first, "op1"), (second, "op2")):
        journal.open()
        journal.append("sent", op_id, {})
    first.close()

    def late(path: Path) -> bool:
        if path == second.path and second._descriptor >= 0:
            second.append("confirmed", "op1", {})
            second.close()
        return is_orphaned(path)

    monkeypatch.setattr("sms_tui.engine.journal.open_ends.is_orphaned", late)
    assert [each.op_id for each in OpenEnds(tmp_path).in_doubt()[0]] == ["op2"]


def test_where_nothing_can_be_locked_one_is_alone_and_no_program_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_locks(_descriptor: int, _how: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    (tmp_path / "1.jsonl").touch()
    assert is_orphaned(tmp_path / "1.jsonl")
    assert not is_orphaned(tmp_path / "2.jsonl")
    monkeypatch.setattr("fcntl.flock", without_locks)
    assert not is_orphaned(tmp_path / "1.jsonl")
    with OpenEnds(tmp_path).alone() as is_alone:
        assert is_alone


def test_a_file_with_nothing_new_is_not_opened_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(tmp_path, WHO, lambda: 1000.0)
    journal.open()
    for kind in ("queued", "sent", "accepted", "confirmed"):
        journal.append(kind, "op", {})
    follower = OpenEnds(tmp_path)
    follower.in_doubt()
    opened: list[str] = []
    open_file = os.open

    def noting(path: Path, *rest: int) -> int:
        opened.append(Path(path).name)
        return open_file(path, *rest)

    monkeypatch.setattr(os, "open", noting)
    assert follower.in_doubt() == ([], [])
    assert opened == []
    journal.append("sent", "op2", {})
    follower.in_doubt()
    assert journal.path is not None
    assert opened == [journal.path.name, journal.path.name], "read, and its lock tried"
    journal.close()
