"""What is written down for support: crash reports and the debug log, both private."""

import os
import stat
import sys
from pathlib import Path
from unittest.mock import Mock

import pytest

from sms_tui.cli import commands
from sms_tui.cli.crash import CrashReporter
from sms_tui.cli.entry import main
from sms_tui.domain.secret import Redactor
from tests.cli.program import Service, plain, ran


def test_an_unexpected_error_is_a_private_report_without_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def explode(_invocation: commands.Invocation) -> int:
        local_value = "local-" + "value"
        raise RuntimeError(f"token-of-the-{'environment'} {len(local_value)}")

    monkeypatch.setattr(commands, "_COMMANDS", {"tasks": explode})
    monkeypatch.setenv("SMS_TUI_TOKEN", "token-of-the-environment")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr("threading.excepthook", lambda _: None)
    assert main(["tasks"]) == 70
    told = capsys.readouterr().err
    (path,) = (tmp_path / "sms-tui" / "crashes").iterdir()
    assert str(path) in told
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    report = path.read_text()
    assert "RuntimeError: *** 11" in report
    assert "explode" in report
    assert "local-value" not in report
    assert "SMS_TUI_TOKEN" not in os.environ


def test_where_no_memory_is_left_the_report_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Redactor, "redact", Mock(side_effect=MemoryError))
    told = CrashReporter(tmp_path, Redactor()).report(MemoryError())
    assert told == "sms-tui: internal error MemoryError; no report could be written: no memory is left"


def test_the_debug_log_is_private_and_has_no_secret(service: Service, tmp_path: Path) -> None:
    log = tmp_path / "debug.log"
    done = ran(service.environ(tmp_path), "tasks", "--debug-log", str(log))
    assert done.returncode == 0
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert service.about["token"] not in log.read_text()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("none/log", "no such file or directory"),
        ("", "is a directory"),
        ("pipe", "no such device or address"),
    ],
)
def test_a_debug_log_that_cannot_be_opened_is_a_sentence_and_code_2(
    tmp_path: Path, name: str, why: str
) -> None:
    path = tmp_path / name
    os.mkfifo(tmp_path / "pipe")
    done = ran(plain(tmp_path), "explain", "SMS.3805", "--debug-log", str(path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"sms-tui: --debug-log: found {path} ({why}), allowed: a file that can be written\n"
