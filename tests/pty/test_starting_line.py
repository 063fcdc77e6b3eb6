"""The first word on the terminal: there at once, gone before anything else, nowhere it does not belong."""

from pathlib import Path

import pytest

from tests.pty.oracle import everything_written, is_released
from tests.terminal import PROGRAM, Terminal

WORD = b"sms-tui: starting"


def test_it_is_the_first_thing_and_leaves_no_trace() -> None:
    with Terminal(["demo"]) as terminal:
        terminal.wait_for("SIMULATED")
        assert terminal.raw.startswith(WORD)
        terminal.send("q")
        terminal.wait_exit()
        terminal.wait_gone("starting")


def test_the_interface_is_drawn_where_it_was_begun_whatever_takes_the_errors(tmp_path: Path) -> None:
    errors = tmp_path / "errors"
    program = ["/bin/sh", "-c", f'exec "$@" 2>{errors}', "sh", *PROGRAM]
    with Terminal(["demo"], program=program) as terminal:
        terminal.wait_for("updated")
        terminal.send(":q\r")
        assert terminal.wait_exit() == 0
        assert is_released(everything_written(terminal))
    assert errors.read_bytes() == b""


@pytest.mark.parametrize(
    "arguments", [["--bogus"], ["--interval", "never"], ["demo", "--scenario", "x"], ["--config", "missing"]]
)
def test_a_complaint_takes_its_place(arguments: list[str]) -> None:
    with Terminal(arguments) as terminal:
        assert terminal.wait_exit() == 2
        assert "starting" not in terminal.wait_for("sms-tui: ")


@pytest.mark.parametrize(
    ("arguments", "env"),
    [(["explain", "SMS.3805"], {}), (["--help"], {}), (["--version"], {}), (["demo"], {"TERM": "dumb"})],
)
def test_no_other_command_begins_with_it(arguments: list[str], env: dict[str, str]) -> None:
    with Terminal(arguments, env=env) as terminal:
        terminal.wait_exit()
        terminal.wait_for(".")
        assert WORD not in terminal.raw
