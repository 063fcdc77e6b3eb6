"""Streams that are closed, full or of another encoding: no traceback, and the right code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import PROGRAM, Service, plain, ran


def test_a_closed_pipe_is_no_traceback(service: Service, tmp_path: Path) -> None:
    line = f"{sys.executable} -m sms_tui tasks -o jsonl | head -n 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", line], env=service.environ(tmp_path), capture_output=True, text=True, timeout=60
    )
    assert json.loads(done.stdout.splitlines()[0])["name"]
    assert done.stdout.splitlines()[-1] == "0"
    assert done.stderr == ""


def test_help_into_a_closed_pipe_is_no_traceback() -> None:
    line = f"{sys.executable} -m sms_tui --help | true"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=60)
    assert done.stderr == ""


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("argv", [["--help"], ["--version"], ["run", "--help"]])
def test_help_onto_a_full_disk_is_a_sentence_and_code_1(argv: list[str], unbuffered: str) -> None:
    environ = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("w") as full:
        argv = [*PROGRAM, *argv]
        done = subprocess.run(argv, env=environ, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr == "sms-tui: the output cannot be written: No space left on device\n"


def test_a_full_disk_is_a_sentence_and_code_1(service: Service, tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        argv = [*PROGRAM, "tasks", "-o", "csv"]
        environ = service.environ(tmp_path)
        done = subprocess.run(argv, env=environ, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr == "sms-tui: the output cannot be written: No space left on device\n"


def test_an_operation_keeps_its_own_code_on_a_full_disk(service: Service, tmp_path: Path) -> None:
    """Code 1 would say that it was refused, and a script would send it again."""
    argv = ["run", "collect_log", "w3-web-17", "--param", "bucket=sms-logs", "--yes"]
    with Path("/dev/full").open("w") as full:
        environ = service.environ(tmp_path)
        done = subprocess.run(
            [*PROGRAM, *argv], env=environ, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60
        )
    assert done.returncode == 0
    assert "No space left on device" in done.stderr
    assert "journal list" in done.stderr


def test_a_complaint_that_cannot_be_written_keeps_its_exit_code(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*PROGRAM, "tasks", "--bogus"], env=plain(tmp_path), stderr=full, timeout=60)
    assert done.returncode == 2


def test_a_stream_that_was_closed_before_is_no_traceback(service: Service, tmp_path: Path) -> None:
    line = f"{sys.executable} -m sms_tui tasks >&- 2>&-"
    done = subprocess.run(["bash", "-c", line], env=service.environ(tmp_path), timeout=60)
    assert done.returncode == 0


def test_where_only_ascii_can_be_written_columns_stay_in_line(service: Service, tmp_path: Path) -> None:
    done = ran(service.environ(tmp_path, PYTHONIOENCODING="ascii"), "tasks")
    heading, *rows = done.stdout.splitlines()
    assert done.stdout.isascii()
    place = heading.index("Id")
    assert all(row[place - 2 : place] == "  " and row[place] != " " for row in rows)
    assert "\\u2013" not in done.stdout
