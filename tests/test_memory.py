"""What is remembered reaches the disk while the program runs, and two programs do not undo each other."""

import fcntl
import os
import stat
from pathlib import Path

import pytest

from sms_tui.memory import Memory
from sms_tui.state import KeptView, State, load, save


def kept(memory: Memory) -> str:
    """Write the news, as the app does every second."""
    news = memory.news()
    return "" if news is None else memory.write(news)


def test_only_news_are_written(tmp_path: Path) -> None:
    path = tmp_path / "new" / "state.toml"
    memory = Memory(path)
    assert memory.news() is None
    assert memory.end() == ""
    assert not path.exists()
    memory.state.theme = "dark"
    assert kept(memory) == ""
    assert load(path) == State(theme="dark")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.stat().st_ino
    assert (memory.news(), memory.end()) == (None, "")
    assert path.stat().st_ino == before, "nothing is written twice"


def test_two_programs_keep_what_the_other_changed(tmp_path: Path) -> None:
    path = tmp_path / "state.toml"
    save(path, State(theme="a", views={"old": KeptView(), "shared": KeptView()}, widths={"name": 3}))
    one, other = Memory(path), Memory(path)
    one.state.theme = "b"
    one.state.views["one"] = KeptView(filter="w1")
    del one.state.views["old"]
    one.state.filter_history = ["x", "y"]
    other.state.sort = "age-"
    other.state.views["other"] = KeptView(sort="name")
    other.state.widths["name"] = 9
    other.state.filter_history = ["z", "y"]
    assert (kept(one), kept(other)) == ("", "")
    assert load(path) == State(
        theme="b",
        sort="age-",
        views={"shared": KeptView(), "one": KeptView(filter="w1"), "other": KeptView(sort="name")},
        widths={"name": 9},
        filter_history=["z", "y", "x"],
    )
    one.state.time = "local"
    assert one.end() == ""
    assert load(path).sort == "age-", "the latest to end takes nothing back"


def test_an_end_tries_once_more_what_the_disk_did_not_take(tmp_path: Path) -> None:
    obstacle = tmp_path / "folder"
    obstacle.touch()
    memory = Memory(obstacle / "state.toml")
    memory.state.theme = "dark"
    assert "cannot be written" in kept(memory)
    assert memory.news() is None, "a full disk is not tried every second"
    assert "cannot be written" in memory.end()
    obstacle.unlink()
    assert memory.end() == ""
    assert load(obstacle / "state.toml") == State(theme="dark")


@pytest.mark.parametrize("content", [b"", b"\xff", b"theme = "])
def test_a_file_that_was_spoilt_meanwhile_is_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "state.toml"
    memory = Memory(path)
    path.write_bytes(content)
    memory.state.sort = "name"
    assert kept(memory) == ""
    assert load(path) == State(sort="name")


def test_a_program_that_is_writing_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "state.toml"
    memory = Memory(path)
    memory.state.theme = "dark"
    other = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)

    def ends(_seconds: float) -> None:
        save(path, State(sort="name"))
        fcntl.flock(other, fcntl.LOCK_UN)

    monkeypatch.setattr("sms_tui.memory.sleep", ends)
    assert kept(memory) == ""
    os.close(other)
    assert load(path) == State(theme="dark", sort="name")


def test_a_program_that_never_ends_writing_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "state.toml"
    memory = Memory(path)
    memory.state.theme = "dark"
    waited: list[float] = []
    monkeypatch.setattr("sms_tui.memory.sleep", waited.append)
    other = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)
    assert kept(memory) == ""
    os.close(other)
    assert load(path) == State(theme="dark")
    assert 0 < sum(waited) < 2
