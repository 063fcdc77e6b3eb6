"""The system's log is read back from wherever it can be read, and nothing is made up where it cannot."""

import re
import socket
import sys
from pathlib import Path

import pytest

from sms_tui.cli.system_log import note, read_back
from sms_tui.engine.journal.journal import NOTE

NOTED = f"Nov 25 22:14:01 jump sms-tui[7]: {NOTE} 0123456789abcdef x.jsonl 1 abc"
MISSING = ("/nonexistent/journalctl",)


def printing(text: str, code: int = 0) -> tuple[str, ...]:
    """A command line that prints `text`."""
    return (sys.executable, "-c", f"print({text!r}); raise SystemExit({code})")


def test_a_head_is_noted_as_the_system_s_own_call_would_note_it(tmp_path: Path) -> None:
    place = str(tmp_path / "log")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
        log.bind(place)
        note("a head", ["/nonexistent/log", place])
        text = log.recv(1000).decode()
    # 10 is the facility of who may do what, 5 a notice.
    assert re.fullmatch(rf"<{10 * 8 + 5}>[A-Z][a-z]{{2}} [ 0-9]\d \d\d:\d\d:\d\d sms-tui: a head", text), text


def test_a_system_log_that_does_not_read_keeps_nobody_waiting(tmp_path: Path) -> None:
    place = str(tmp_path / "log")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
        log.bind(place)
        for number in range(2000):
            note(f"{number}", [place])
        assert log.recv(1000).endswith(b"sms-tui: 0")


def test_files_are_read_in_their_order_and_only_our_lines_are_taken(tmp_path: Path) -> None:
    older, newer, gone = tmp_path / "auth.log.1", tmp_path / "auth.log", tmp_path / "secure"
    older.write_text(f"noise\n{NOTED}\n")
    newer.write_bytes(b"\xff\xfe noise\n" + NOTED.encode() + b" later\n")
    found = read_back([older, newer, gone], MISSING)
    assert found.places == [str(older), str(newer)]
    assert [line.rstrip("\n") for line in found.lines] == [NOTED, f"{NOTED} later"]


def test_journald_counts_where_it_has_something_of_ours() -> None:
    found = read_back([], printing(f"noise\n{NOTED}"))
    assert (len(found.places), list(found.lines)) == (1, [NOTED])


@pytest.mark.parametrize(
    "command",
    [MISSING, printing(NOTED, 1), printing("noise"), printing("")],
    ids=["none", "failed", "other", ""],
)
def test_where_nothing_can_be_read_there_is_no_place(tmp_path: Path, command: tuple[str, ...]) -> None:
    found = read_back([tmp_path / "missing", tmp_path], command)
    assert (list(found.places), list(found.lines)) == ([], [])
