"""The system's log is read back from wherever it can be read, and nothing is made up where it cannot."""

import sys
from pathlib import Path

import pytest

from sms_tui.cli.system_log import read_back
from sms_tui.engine.journal.journal import NOTE

NOTED = f"Nov 25 22:14:01 jump sms-tui[7]: {NOTE} 0123456789abcdef x.jsonl 1 abc"
MISSING = ("/nonexistent/journalctl",)


def printing(text: str, code: int = 0) -> tuple[str, ...]:
    """A command line that prints `text`."""
    return (sys.executable, "-c", f"print({text!r}); raise SystemExit({code})")


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
