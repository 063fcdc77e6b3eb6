"""What could come next on a command line, as the shells are told."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sms_tui.cli.arguments import SHELLS
from sms_tui.cli.completing import FILES, Completer, complete
from sms_tui.cli.environment import take_environment
from sms_tui.cli.starting_line import StartingLine
from sms_tui.domain.advice import codes
from sms_tui.domain.operations import OPERATIONS
from sms_tui.headless.output import Output
from sms_tui.simulator.world.scenarios import SCENARIOS
from tests.needs import need

CONFIG = '[profiles.prod]\nendpoint = "https://a.example"\n[profiles.test]\nread_only = 1\n'


def offered(home: Path, *words: str, of: str = "zsh") -> list[str]:
    out, err = io.StringIO(), io.StringIO()
    here = take_environment({"HOME": str(home)}, StartingLine())
    complete(of, list(words), here, Output(out, err))
    assert err.getvalue() == ""
    return [line.partition("\t")[0] for line in out.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["ta"], ["tasks"]),
        (["--read-only", "sh"], ["show"]),
        (["config", ""], ["path", "show", "validate", "schema", "init"]),
        (["journal", "ver"], ["verify"]),
        (["tasks", "--f"], ["--filter"]),
        (["--filter", "x", "tasks", "--pro"], ["--profile"]),
        (["tasks", "-o", ""], ["table", "json", "jsonl", "csv"]),
        (["tasks", "--output=c"], ["--output=csv"]),
        (["tasks", "--state", "MIGRATE_F"], ["MIGRATE_FAIL"]),
        (["run", ""], list(OPERATIONS)),
        (["run", "stop", ""], []),
        (["run", "stop", "--wa"], ["--wait="]),
        (["run", "stop", "--wait", "--ye"], ["--yes"]),
        (["run", "stop", "--canary-state", "AB"], ["ABORTING", "ABORT"]),
        (["run", "stop", "web-01", "--wait=MIGRATE_S"], ["--wait=MIGRATE_SUCCESS"]),
        (["run", "collect_log", "web-01", "--param", ""], ["bucket="]),
        (["demo", "--scenario", ""], list(SCENARIOS)),
        (["explain", "SMS.380"], [code for code in codes() if code.startswith("SMS.380")]),
        (["--theme", "high"], ["high-contrast"]),
        (["-p", ""], ["prod", "test"]),
        (["tasks", "--filter", "sp"], ["speed:"]),
        (["themes", "check", ""], [FILES]),
        (["--config", ""], [FILES]),
        (["completion", "f"], ["fish"]),
        (["nonsense", "also", ""], []),
    ],
)
def test_what_could_come_next_is_offered(words: list[str], expected: list[str], tmp_path: Path) -> None:
    folder = tmp_path / ".config" / "sms-tui"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(CONFIG)
    assert offered(tmp_path, *words) == expected


def test_a_scenario_is_offered_with_what_it_is_about(tmp_path: Path) -> None:
    told = {name: each.about for name, each in SCENARIOS.items()}
    completer = Completer(take_environment({"HOME": str(tmp_path)}, StartingLine()))
    assert dict(completer.candidates(["demo", "--scenario"], "")) == told


def test_every_command_and_every_option_is_offered(tmp_path: Path) -> None:
    commands = offered(tmp_path, "")
    assert {"tasks", "run", "watch", "doctor", "completion"} <= set(commands)
    for command in commands:
        assert {"--profile", "--help"} <= set(offered(tmp_path, command, "--"))


def test_profiles_are_those_of_the_file_that_was_named(tmp_path: Path) -> None:
    path = tmp_path / "other.toml"
    path.write_text(CONFIG)
    assert offered(tmp_path, "--config", str(path), "--profile", "") == ["prod", "test"]
    path.write_text("this is not TOML")
    assert offered(tmp_path, "--config", str(path), "--profile", "") == []


def test_bash_splits_at_an_equals_sign_and_gets_what_comes_after(tmp_path: Path) -> None:
    assert offered(tmp_path, "run", "stop", "--wait", "=", "MIGRATE_S", of="bash") == ["MIGRATE_SUCCESS"]
    assert "READY" in offered(tmp_path, "run", "stop", "--wait", "=", of="bash")


# In real shells


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A home in which `sms-tui` is a command."""
    program = tmp_path / "bin" / "sms-tui"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m sms_tui "$@"\n')
    program.chmod(0o755)
    path = f"{program.parent}:{os.environ['PATH']}"
    return {"HOME": str(tmp_path), "PATH": path, "LANG": "C.UTF-8", "TERM": "dumb"}


def shell_says(environ: dict[str, str], argv: list[str]) -> list[str]:
    need(argv[0])
    done = subprocess.run(argv, env=environ, cwd=environ["HOME"], capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_can_read_its_script(shell: str, environ: dict[str, str], tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_bytes(subprocess.check_output(["sms-tui", "completion", shell], env=environ))
    shell_says(environ, [shell, "-n", str(script)])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("tasks --state MIGRATE_F", ["MIGRATE_FAIL"]),
        ("run stop --wait = MIGRATE_S", ["MIGRATE_SUCCESS"]),
        ("config sch", ["schema"]),
        ("themes check a-f", ["a-file.toml"]),
    ],
)
def test_bash_completes(words: str, expected: list[str], environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "a-file.toml").touch()
    code = (
        "compopt() { :; }; source <(sms-tui completion bash); "
        f"COMP_WORDS=(sms-tui {words}); COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 )); "
        '_sms_tui sms-tui; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    assert shell_says(environ, ["bash", "--norc", "-c", code]) == expected


def test_fish_completes(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "a-file.toml").touch()
    code = "sms-tui completion fish | source; complete -C"
    assert shell_says(environ, ["fish", "--no-config", "-c", f"{code} 'sms-tui config sch'"]) == [
        "schema\tevery setting, what it allows, its default; -o json: as a JSON Schema"
    ]
    found = shell_says(environ, ["fish", "--no-config", "-c", f"{code} 'sms-tui themes check a-f'"])
    assert [line.partition("\t")[0] for line in found] == ["a-file.toml"]
