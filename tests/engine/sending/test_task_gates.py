"""Task gates: one program at a time for each task, whatever the order, and no file left behind."""

import errno
import fcntl
import os
import random
import stat
from pathlib import Path

import pytest

from sms_tui.engine.sending.task_gates import TaskGates
from tests.conftest import Tried

HERE = "https://sms.example"


def test_in_any_order_one_program_at_most_has_the_gate_of_a_task(tmp_path: Path, tried: Tried) -> None:
    programs = [TaskGates(tmp_path / "gates", HERE) for _ in range(3)]
    tasks = ("a", "b")
    turns = 0
    for seed in range(100):
        chance = random.Random(seed)
        holders: dict[str, int] = {}
        doubts: dict[str, set[int]] = {task: set() for task in tasks}
        for _ in range(30):
            turns += 1
            number, task = chance.randrange(3), chance.choice(tasks)
            match chance.choice(["enter", "pass", "leave", "doubt", "settle", "close"]):
                case "enter" | "pass" as how if task not in holders or holders[task] != number:
                    reason = programs[number].enter(task, passes_doubt=how == "pass")
                    is_doubted = how == "enter" and bool(doubts[task] - {number})
                    assert (reason is None) == (task not in holders and not is_doubted), seed
                    if reason is None:
                        holders[task] = number
                case "leave" if holders.get(task) == number:
                    programs[number].leave(task)
                    del holders[task]
                case "doubt":
                    programs[number].doubt(task, "op")
                    doubts[task].add(number)
                case "settle":
                    programs[number].settle(task, "op")
                    doubts[task].discard(number)
                case "close":
                    programs[number].close()
                    holders = {task: holder for task, holder in holders.items() if holder != number}
                    doubts = {task: found - {number} for task, found in doubts.items()}
        for program in programs:
            program.close()
        assert list((tmp_path / "gates").iterdir()) == []
    tried(1, turns)


def test_a_gate_that_was_taken_away_while_it_was_being_locked_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "gates"
    flock = fcntl.flock
    removed: list[Path] = []

    def late(descriptor: int, how: int) -> None:
        flock(descriptor, how)
        if not removed:
            (found,) = folder.iterdir()
            found.unlink()
            removed.append(found)

    monkeypatch.setattr("fcntl.flock", late)
    first, second = TaskGates(folder, HERE), TaskGates(folder, HERE)
    before = len(list(Path("/proc/self/fd").iterdir()))
    assert first.enter("a", passes_doubt=True) is None
    assert len(removed) == 1
    assert len(list(Path("/proc/self/fd").iterdir())) == before + 1
    assert "another run" in str(second.enter("a", passes_doubt=True))
    first.close()
    assert second.enter("a", passes_doubt=True) is None
    second.close()


def test_a_task_stays_in_doubt_until_the_last_operation_on_it_is_settled(tmp_path: Path) -> None:
    first, second = TaskGates(tmp_path / "gates", HERE), TaskGates(tmp_path / "gates", HERE)
    first.doubt("a", "op1")
    first.doubt("a", "op2")
    first.settle("a", "op1")
    assert "unknown" in str(second.enter("a", passes_doubt=False))
    first.settle("a", "op2")
    assert second.enter("a", passes_doubt=False) is None
    second.close()


def test_where_gates_cannot_be_locked_nothing_passes_and_nothing_stays_shut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = TaskGates(tmp_path / "gates", HERE), TaskGates(tmp_path / "gates", HERE)
    flock = fcntl.flock
    turns = iter(range(100))

    def second_one_fails(descriptor: int, how: int) -> None:
        if next(turns) == 1:
            raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))
        flock(descriptor, how)

    before = len(list(Path("/proc/self/fd").iterdir()))
    with monkeypatch.context() as patch:
        patch.setattr("fcntl.flock", second_one_fails)
        assert "cannot be kept from this task: No locks" in str(first.enter("a", passes_doubt=False))
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    assert second.enter("a", passes_doubt=False) is None
    second.close()


def test_refusals_leave_no_descriptor_open(tmp_path: Path) -> None:
    first, second = TaskGates(tmp_path / "gates", HERE), TaskGates(tmp_path / "gates", HERE)
    assert first.enter("a", passes_doubt=True) is None
    first.doubt("b", "op")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(50):
        assert second.enter("a", passes_doubt=True) is not None
        assert second.enter("b", passes_doubt=False) is not None
        assert second.enter("c", passes_doubt=False) is None
        second.leave("c")
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    first.close()
    second.close()


def test_gates_are_private(tmp_path: Path) -> None:
    gates = TaskGates(tmp_path / "gates", HERE)
    assert gates.enter("a", passes_doubt=True) is None
    (found,) = (tmp_path / "gates").iterdir()
    assert stat.S_IMODE(found.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "gates").stat().st_mode) == 0o700
    gates.close()


def test_a_doubt_of_one_program_outlives_that_of_another(tmp_path: Path) -> None:
    first, second, third = (TaskGates(tmp_path / "gates", HERE) for _ in range(3))
    first.doubt("a", "op1")
    assert second.enter("a", passes_doubt=True) is None
    second.doubt("a", "op2")
    second.leave("a")
    first.settle("a", "op1")
    assert "unknown" in str(third.enter("a", passes_doubt=False))
    second.settle("a", "op2")
    assert third.enter("a", passes_doubt=False) is None
    third.close()
    assert list((tmp_path / "gates").iterdir()) == []


def test_one_s_own_doubt_does_not_hide_that_of_another(tmp_path: Path) -> None:
    first, second = TaskGates(tmp_path / "gates", HERE), TaskGates(tmp_path / "gates", HERE)
    first.doubt("a", "op1")
    second.doubt("a", "op2")
    assert "unknown" in str(second.enter("a", passes_doubt=False))
    first.settle("a", "op1")
    assert second.enter("a", passes_doubt=False) is None
    second.close()


def test_a_doubt_outlives_that_of_another_which_ends_while_one_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To look means to let go of one's own lock for a moment."""
    first, second, third = (TaskGates(tmp_path / "gates", HERE) for _ in range(3))
    first.doubt("a", "op1")
    second.doubt("a", "op2")
    flock = fcntl.flock
    looked: list[int] = []

    def late(descriptor: int, how: int) -> None:
        if how == fcntl.LOCK_SH and not looked:
            looked.append(descriptor)
            second.settle("a", "op2")
        flock(descriptor, how)

    with monkeypatch.context() as patch:
        patch.setattr("fcntl.flock", late)
        first.enter("a", passes_doubt=False)
    first.leave("a")
    assert looked != []
    assert "unknown" in str(third.enter("a", passes_doubt=False))
    first.settle("a", "op1")
    assert third.enter("a", passes_doubt=False) is None
    third.close()
    assert list((tmp_path / "gates").iterdir()) == []


@pytest.mark.parametrize("is_adopted", [False, True])
def test_where_the_gate_for_doubts_cannot_be_shut_the_other_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_adopted: bool
) -> None:
    first, second = TaskGates(tmp_path / "gates", HERE), TaskGates(tmp_path / "gates", HERE)
    opened = os.open

    def full(path: object, *rest: int, **more: int) -> int:
        if str(path).endswith(".doubt"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return opened(path, *rest, **more)  # type: ignore[call-overload]

    assert is_adopted or first.enter("a", passes_doubt=True) is None
    with monkeypatch.context() as patch:
        patch.setattr("os.open", full)
        first.doubt("a", "op")
    if not is_adopted:
        first.leave("a")
    assert "under way" in str(second.enter("a", passes_doubt=False))
    first.settle("a", "op")
    assert second.enter("a", passes_doubt=False) is None
    second.close()


def test_thousands_of_doubts_leave_files_for_everything_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resource.getrlimit", lambda _: (140, 10_000))
    gates, others = (TaskGates(tmp_path / "gates", HERE) for _ in range(2))
    before = len([*Path("/proc/self/fd").iterdir()])
    tasks = [f"t{number}" for number in range(200)]
    for task in tasks:
        assert gates.enter(task, passes_doubt=False) is None
        gates.doubt(task, "op")
        gates.leave(task)
    assert len([*Path("/proc/self/fd").iterdir()]) == before + 11
    assert [others.enter(task, passes_doubt=False) is None for task in tasks] == [False] * 11 + [True] * 189
    others.close()
    for task in tasks:
        gates.settle(task, "op")
    assert len([*Path("/proc/self/fd").iterdir()]) == before
