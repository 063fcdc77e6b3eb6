"""Choices of an operator survive whatever ends the program; a home that cannot be written stops nobody."""

import signal
from pathlib import Path
from time import monotonic

from sms_tui.state import load
from tests.terminal import DEADLINE, Terminal

NOBODY = {"SMS_TUI_ENDPOINT": "http://127.0.0.1:9", "SMS_TUI_TOKEN": "t"}


def sorted_by_name(terminal: Terminal) -> None:
    """Sort by a typed command: a choice that is remembered."""
    terminal.wait_for("NAME|No tasks could be read")
    terminal.send(":sort name-\r")
    terminal.wait_for("sort: name-")


def test_what_was_chosen_is_on_disk_before_the_program_is_killed(tmp_path: Path) -> None:
    with Terminal([], env={"HOME": str(tmp_path), "XDG_STATE_HOME": "", **NOBODY}) as terminal:
        sorted_by_name(terminal)
        path, end = tmp_path / ".local/state/sms-tui/state.toml", monotonic() + DEADLINE
        while load(path).sort != "name-":
            terminal.wait_for("sort: name-")
            assert monotonic() < end, "it is not written down while the program runs"
        terminal.process.send_signal(signal.SIGKILL)
        terminal.wait_exit()
    assert load(path).sort == "name-"


def test_a_home_that_cannot_be_written_is_told_once_at_the_end(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    env = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "file"), **NOBODY}
    with Terminal([], env=env) as terminal:
        sorted_by_name(terminal)
        terminal.send("q")
        assert terminal.wait_exit() == 0
        assert terminal.text().count("choices are not remembered") == 1
