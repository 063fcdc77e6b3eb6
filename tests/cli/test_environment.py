"""What the program takes of the environment it is started in, and what of it the demo may see."""

import os
import platform
import pty
import subprocess
import sys
import tempfile
import termios
from contextlib import nullcontext
from pathlib import Path
from unittest.mock import Mock

import pytest

from sms_tui.cli.arguments import Overrides
from sms_tui.cli.environment import simulated_environment, take_environment
from sms_tui.cli.hardening import forget_size
from sms_tui.cli.options import options_for
from sms_tui.cli.starting_line import StartingLine
from sms_tui.cli.tui import run_demo
from sms_tui.config import ConfigError
from sms_tui.config.theme_files import own_folder


@pytest.mark.parametrize("variable", ["HOME", "XDG_CONFIG_HOME"])
def test_the_demo_finds_themes_of_your_own_and_no_profile(variable: str, tmp_path: Path) -> None:
    profile = {"SMS_TUI_ENDPOINT": "https://sms.example.com", "SMS_TUI_TOKEN": "made-up"}
    here = take_environment({"HOME": "/nonexistent", variable: str(tmp_path), **profile}, StartingLine())
    neutral = simulated_environment(here, tmp_path / "state")
    assert own_folder(neutral.environ) == own_folder(here.environ)
    assert not profile.keys() & neutral.environ.keys()


def test_as_many_files_may_be_open_as_the_system_lets_a_program_have() -> None:
    code = (
        "import resource\n"
        "from sms_tui.cli.hardening import allow_many_files\n"
        "most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (64, most))\n"
        "allow_many_files()\n"
        "assert resource.getrlimit(resource.RLIMIT_NOFILE) == (most, most)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library shares it anyway")
def test_where_addresses_are_limited_threads_share_their_memory() -> None:
    code = (
        "import pathlib, resource, threading\n"
        "from sms_tui.cli.hardening import share_memory\n"
        "resource.setrlimit(resource.RLIMIT_AS, (2**31, resource.RLIM_INFINITY))\n"
        "threading.stack_size(2**20)\n"
        "share_memory()\n"
        "def pages():\n"
        "    return int(pathlib.Path('/proc/self/statm').read_text().split()[0])\n"
        "before, after = pages(), []\n"
        "thread = threading.Thread(target=lambda: after.append(pages()))\n"
        "thread.start()\n"
        "thread.join()\n"
        "assert (after[0] - before) * resource.getpagesize() < 2**25, (after, before)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(("lines", "columns"), [(30, 100), (0, 0), (0, 100)])
def test_a_size_in_the_environment_counts_only_where_the_terminal_tells_none(
    lines: int, columns: int
) -> None:
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (lines, columns))
    environ = {"COLUMNS": "80", "LINES": "24", "TERM": "xterm"}
    with os.fdopen(slave, "w") as out, os.fdopen(master):
        forget_size(environ, out)
    assert ("COLUMNS" in environ, "LINES" in environ) == (not lines, not lines)


def test_the_interface_starts_in_a_folder_that_was_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (gone := tmp_path / "gone").mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    here = take_environment({"HOME": str(tmp_path)}, StartingLine())
    assert options_for(Overrides(), here, "").export_folder == Path()


def test_without_room_for_temporary_files_the_demo_says_what_it_needs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", list)
    with pytest.raises(ConfigError, match=r"No usable temporary directory.*TMPDIR"):
        run_demo(Mock(**{"service.line": nullcontext()}), Mock())
