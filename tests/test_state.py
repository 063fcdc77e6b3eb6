"""What is remembered: whole, private, and never a reason not to start."""

import stat
from pathlib import Path

import pytest

from sms_tui.state import State, load, save


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    state = State(
        last_profile="prod", theme="t", sort="age-", columns=["name"], filter_history=['a "b"', "ü"]
    )
    state.change_windows = {"prod": 1_800_000_000}
    path = tmp_path / "new" / "state.toml"
    assert save(path, state) == ""
    assert load(path) == state
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b"theme = ", b"theme = 1\ncolumns = 'x'\nfilter_history = [1]\nnew = 2\n", b"[" * 9000],
)
def test_what_cannot_be_understood_is_as_if_it_had_never_been(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "state.toml"
    path.write_bytes(content)
    assert load(path) == State()


def test_a_part_that_can_be_understood_counts(tmp_path: Path) -> None:
    path = tmp_path / "state.toml"
    path.write_text("theme = 'dark'\nsort = 3\n[change_windows]\nprod = 'soon'\nlab = 1800000000\n")
    assert load(path) == State(theme="dark", change_windows={"lab": 1_800_000_000})


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "cannot be written" in save(tmp_path / "file" / "state.toml", State())
    assert load(tmp_path / "file" / "state.toml") == State()


def test_no_more_is_saved_than_can_be_read_again(tmp_path: Path) -> None:
    path = tmp_path / "state.toml"
    save(path, State(theme="dark"))
    problem = save(path, State(filter_history=["x" * 300_000]))
    assert "cannot be written (more than 256 KiB" in problem
    assert load(path) == State(theme="dark")


def test_a_text_that_is_no_text_is_not_saved(tmp_path: Path) -> None:
    path = tmp_path / "state.toml"
    save(path, State(theme="dark"))
    assert "no valid Unicode" in save(path, State(filter="\ud800"))
    assert load(path) == State(theme="dark")
