"""README.md is true: what is made from the program is in step, and its commands do what it says."""

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest

from sms_tui import __version__
from sms_tui.config import load
from tests.papers import README, commands, renewed
from tests.terminal import Terminal

ROOT = README.parent
TEXT = README.read_text(encoding="utf-8")


def test_what_is_made_from_the_program_is_in_step() -> None:
    assert renewed(TEXT) == TEXT, "run: python -m tests.papers"


def test_there_are_the_two_commands_and_each_is_one_line() -> None:
    (demo,), (tests,) = commands("demo command"), commands("test command")
    assert [demo.count("\n"), tests.count("\n")] == [1, 1]
    for command in (demo, tests):
        assert command.startswith("python3 -m venv .venv && .venv/bin/pip install -q ")
    assert demo.endswith("&& .venv/bin/sms-tui demo\n")
    assert ".venv/bin/pytest" in tests


def test_links_and_files_that_it_names_are_there() -> None:
    links = [unquote(link) for link in re.findall(r"\]\(([^)#:]+)\)", TEXT)]
    assert links
    files = re.findall(r"`((?:sms_tui|tests|themes|\.ci|domain|ui|api|engine)/[\w./-]+)`", TEXT)
    rooms = [name if (ROOT / name).exists() else f"sms_tui/{name}" for name in files]
    assert [name for name in (*links, *rooms) if not (ROOT / name).exists()] == []


def test_the_changelog_has_the_version() -> None:
    assert f"### {__version__}" in TEXT.partition("## Changelog")[2]


def test_the_example_of_a_configuration_loads(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    path = tmp_path / "config.toml"
    path.write_text(example)
    tomllib.loads(example)
    settings = load(path, {})
    assert settings.warnings == []
    assert settings.profile().name == "prod"


# A newcomer pastes what is written


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An empty home with `sms-tui` on the path, as in an activated environment."""
    program = tmp_path / "bin" / "sms-tui"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m sms_tui "$@"\n')
    program.chmod(0o755)
    return {"HOME": str(tmp_path), "PATH": f"{program.parent}:{os.environ['PATH']}", "LANG": "C.UTF-8"}


def bash(text: str, environ: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run `text`; what it leaves running ends with it."""
    home = Path(environ["HOME"])
    ended = f"trap 'kill $(jobs -p) 2>/dev/null || :' EXIT\n{text}"
    with (home / "out").open("w") as out, (home / "err").open("w") as err:
        code = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", ended],
            env=environ,
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            timeout=60,
        ).returncode
    told = [(home / name).read_text(encoding="utf-8") for name in ("out", "err")]
    return subprocess.CompletedProcess(text, code, *told)


def test_the_demo_of_the_demo_command_starts(tmp_path: Path) -> None:
    (demo,) = commands("demo command")
    words = demo.strip().rpartition("&& ")[2].split()
    with Terminal(words[1:], env={"HOME": str(tmp_path)}, cwd=str(tmp_path)) as terminal:
        terminal.wait_for("SIMULATED")
        terminal.send("q")
        assert terminal.wait_exit() == 0


def test_every_command_for_practice_works_on_the_simulated_service(home: dict[str, str]) -> None:
    (start,), practice = commands("practice service"), list(commands("practice"))
    assert practice
    script = start + "".join(practice)
    done = bash(script, home)
    assert done.returncode == 0, (script, done.stdout, done.stderr)
    assert re.search(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", done.stdout, re.MULTILINE)
    assert '"outcome":"accepted"' in done.stdout


def test_the_script_tells_what_became_of_it(home: dict[str, str]) -> None:
    (start,), (script,) = commands("practice service"), commands("script")
    pause = Path(home["HOME"]) / "pause.sh"
    pause.write_text(script)
    assert script.startswith("#!/")
    pause.chmod(0o755)
    told = bash(f"{start}./pause.sh 3", home)
    assert (told.returncode, told.stdout.splitlines()[-1:]) == (0, ["wave 3: paused"])
    assert '"outcome":"confirmed"' in told.stdout
    cut_off = bash("SMS_TUI_TOKEN=x SMS_TUI_ENDPOINT=http://127.0.0.1:1 ./pause.sh 3", home)
    assert (cut_off.returncode, cut_off.stdout) == (4, "")


def test_the_lines_for_completion_work(home: dict[str, str]) -> None:
    (lines,) = commands("completion")
    first = lines.splitlines()[0].partition("#")[0]
    done = bash(f"compopt() {{ :; }}; {first}; complete -p sms-tui", home)
    assert (done.returncode, done.stdout.strip()) == (0, "complete -F _sms_tui sms-tui")


def test_the_shortest_way_is_understood(home: dict[str, str]) -> None:
    (line,) = commands("shortest")
    # What stands before the program's name are variables; the doctor says whether they are understood.
    shown = bash(f"{line.strip()} config show -o json", home)
    settings = {each["key"]: each["origin"] for each in json.loads(shown.stdout)["settings"]}
    assert settings["profiles.environment.endpoint"] == "SMS_TUI_ENDPOINT"
    assert settings["profiles.environment.token"] == "SMS_TUI_TOKEN"
