"""The first rows before the interface: handed over without a flash, and gone without a trace."""

import json
import os
import signal
import sys
import termios
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.pty.hands import TOKEN, environment
from tests.pty.ledger import Answer, Ledger, Seen, serving
from tests.pty.oracle import everything_written, is_released
from tests.terminal import Terminal

GATED = """
import os, sys, time
from sms_tui.cli import first_rows
show = first_rows.show_first_rows
def gated(*arguments):
    show(*arguments)
    while not os.path.exists(os.environ["GATE"]):
        time.sleep(0.01)
    if os.environ.get("FAULT"):
        raise RuntimeError("loading the interface failed")
first_rows.show_first_rows = gated
from sms_tui.__main__ import main
main()
"""
"""The program, which waits where the interface would be loaded until a file is there"""
UP, DOWN = b"\x1b[?1049h", b"\x1b[?1049l"
PICTURE = UP + b"\x1b[m\x1b[2J"
"""How a picture begins, and nothing else"""
WHOLE = {"id": "a", "name": "web-a", "state": "RUNNING"}


class Gate:
    """A program that stands before its interface."""

    def __init__(self, terminal: Terminal, file: Path) -> None:
        self.terminal = terminal
        self._file = file

    def open(self) -> None:
        """Let the interface be loaded."""
        self._file.touch()


@contextmanager
def gated(
    home: Path,
    ledger: Ledger | None = None,
    arguments: Sequence[str] = (),
    size: tuple[int, int] = (120, 40),
    **environ: str,
) -> Iterator[Gate]:
    """The program on two tasks, before its interface."""
    if ledger is None:
        ledger = Ledger()
        for name in ("a", "b"):
            ledger.add(name, "RUNNING")
    file = home / "gate"
    program = (sys.executable, "-c", GATED)
    with serving(ledger):
        env = {**environment(ledger, home, TOKEN), "GATE": str(file), **environ}
        with Terminal(arguments, env=env, program=program, size=size) as terminal:
            yield Gate(terminal, file)


def given_back(terminal: Terminal) -> bytes:
    """All that was written, by a program that left the shell its own screen, its cursor and its modes."""
    assert termios.tcgetattr(terminal.slave) == terminal.before
    raw = everything_written(terminal)
    assert raw.count(UP) == raw.count(DOWN) == 1
    assert is_released(raw)
    return raw


def test_the_interface_takes_over_without_a_flash(tmp_path: Path) -> None:
    with gated(tmp_path) as gate:
        terminal = gate.terminal
        early = terminal.wait_for("web-b")
        assert all(word in early for word in ("NAME", "environment", "loading", "RUNNING"))
        assert "starting" not in early
        gate.open()
        terminal.wait_for("updated")
        raw = bytes(terminal.raw)
        terminal.send("q")
        assert terminal.wait_exit() == 0
        given_back(terminal)
        assert PICTURE in raw
        since = raw[raw.index(b"web-b") :]
        assert b"\x1b[2J" not in since
        assert b" " * 100 not in since[: since.index(b"[0 all]")], "an empty screen came in between"


def test_the_demo_begins_so_too(tmp_path: Path) -> None:
    with gated(tmp_path, arguments=["demo"]) as gate:
        terminal = gate.terminal
        early = terminal.wait_for("web-01")
        assert all(word in early for word in ("demo", "SIMULATED", "loading", "24 tasks"))
        gate.open()
        terminal.wait_for("updated")
        terminal.send("q")
        assert terminal.wait_exit() == 0
        given_back(terminal)


def test_what_is_typed_meanwhile_reaches_the_interface_as_it_was_typed(tmp_path: Path) -> None:
    with gated(tmp_path) as gate:
        terminal = gate.terminal
        shown = terminal.wait_for("web-b")
        terminal.send("/web-b\r")
        assert terminal.text() == shown, "nothing is echoed into the picture"
        gate.open()
        terminal.wait_for("1 of 2")
        terminal.send(":q\r")
        assert terminal.wait_exit() == 0


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGTERM, -signal.SIGTERM),
        (signal.SIGHUP, -signal.SIGHUP),
        (signal.SIGQUIT, -signal.SIGQUIT),
        (signal.SIGINT, 130),
    ],
)
def test_a_signal_leaves_a_clean_terminal(tmp_path: Path, number: int, code: int) -> None:
    with gated(tmp_path) as gate:
        gate.terminal.wait_for("web-b")
        os.kill(gate.terminal.process.pid, number)
        assert gate.terminal.wait_exit() == code
        given_back(gate.terminal)


def test_the_key_that_interrupts_does_so(tmp_path: Path) -> None:
    with gated(tmp_path) as gate:
        gate.terminal.wait_for("web-b")
        gate.terminal.send("\x03")
        assert gate.terminal.wait_exit() == 130
        given_back(gate.terminal)


def test_stopping_takes_the_picture_away_and_the_interface_comes_all_the_same(tmp_path: Path) -> None:
    with gated(tmp_path) as gate:
        terminal = gate.terminal
        terminal.wait_for("web-b")
        # Nobody could continue a process whose session has no shell, so that the system does not stop it.
        os.kill(terminal.process.pid, signal.SIGTSTP)
        gate.open()
        terminal.wait_for("updated")
        terminal.send("q")
        assert terminal.wait_exit() == 0
        raw = everything_written(terminal)
        assert raw.count(UP) == raw.count(DOWN) == 2
        assert is_released(raw)


def test_what_has_to_be_said_is_said_on_the_shells_screen(tmp_path: Path) -> None:
    with gated(tmp_path, FAULT="1") as gate:
        terminal = gate.terminal
        terminal.wait_for("web-b")
        gate.open()
        assert terminal.wait_exit() == 70
        raw = given_back(terminal)
        assert raw.rindex(b"internal error RuntimeError") > raw.index(DOWN)


@pytest.mark.parametrize(
    ("size", "environ"),
    [((120, 40), {"SMS_TUI_STOCK_PAINTING": "1"}), ((40, 10), {})],
    ids=["switched off", "no room"],
)
def test_where_it_is_not_wanted_there_is_none(
    tmp_path: Path, size: tuple[int, int], environ: Mapping[str, str]
) -> None:
    ledger = Ledger()
    ledger.add("a", "RUNNING")
    with gated(tmp_path, ledger, size=size, **environ) as gate:
        with ledger.arrived:
            assert ledger.arrived.wait_for(lambda: ledger.seen, 20)
        gate.open()
        gate.terminal.wait_for("updated|too small")
        assert PICTURE not in bytes(gate.terminal.raw)
        gate.terminal.send("q")
        assert gate.terminal.wait_exit() == 0


@pytest.mark.parametrize(
    "answer",
    [(500, {}, b""), (200, {}, b"[]"), (200, {}, json.dumps({"count": 2, "tasks": [WHOLE, 7]}).encode())],
)
def test_an_answer_that_is_in_doubt_is_left_to_the_interface(tmp_path: Path, answer: Answer) -> None:
    def first_otherwise(seen: Seen) -> Answer | None:
        return answer if seen is ledger.seen[0] else ledger.read(seen)

    ledger = Ledger(on_read=first_otherwise)
    ledger.add("a", "RUNNING")
    with gated(tmp_path, ledger) as gate:
        with ledger.arrived:
            assert ledger.arrived.wait_for(lambda: ledger.seen, 20)
        gate.open()
        gate.terminal.wait_for("sms-tui +environment")
        gate.terminal.wait_for("web-a")
        assert PICTURE not in bytes(gate.terminal.raw)
        gate.terminal.send("q")
        assert gate.terminal.wait_exit() == 0
