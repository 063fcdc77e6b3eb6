"""The command line: where options count, what is wrong usage, and what help says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from sms_tui import __version__
from sms_tui.cli import commands
from sms_tui.cli.arguments import Overrides, parse
from sms_tui.cli.entry import main
from sms_tui.domain.operations import OPERATIONS
from sms_tui.domain.rows import COLUMNS
from sms_tui.simulator.world.scenarios import SCENARIOS
from tests.cli.program import PROGRAM, plain, ran


@pytest.mark.parametrize(
    ("given", "name", "value"),
    [
        (["--profile", "x"], "profile", "x"),
        (["-p", "x"], "profile", "x"),
        (["--config", "f"], "config", Path("f")),
        (["--endpoint", "https://x"], "endpoint", "https://x"),
        (["--read-only"], "read_only", True),
        (["--dry-run"], "dry_run", True),
        (["--interval", "0.02"], "interval", 0.02),
        (["--theme", "t"], "theme", "t"),
        (["--ascii"], "ascii", True),
        (["--no-color"], "no_color", True),
        (["--slow-link"], "slow_link", True),
        (["--debug-hud"], "debug_hud", True),
        (["--debug-log", "f"], "debug_log", Path("f")),
    ],
)
@pytest.mark.parametrize(
    "command",
    [["tasks"], ["run", "stop", "web-01"], ["journal", "verify"], ["demo"], ["themes", "check", "f"]],
)
def test_an_option_counts_before_and_after_the_command(
    given: list[str], name: str, value: object, command: list[str]
) -> None:
    for argv in ([*given, *command], [*command, *given], [command[0], *given, *command[1:]]):
        overrides = parse(argv).overrides
        assert getattr(overrides, name) == value
        others = {slot: getattr(overrides, slot) for slot in Overrides.__slots__ if slot != name}
        assert others == {slot: getattr(Overrides(), slot) for slot in others}


@pytest.mark.parametrize(
    ("argv", "wait", "tasks"),
    [
        (["run", "stop", "--wait", "a", "b"], "", ["a", "b"]),
        (["run", "stop", "a", "--wait"], "", ["a"]),
        (["run", "stop", "--wait=ABORT", "a"], "ABORT", ["a"]),
        (["run", "stop", "a", "--", "--wait"], None, ["a", "--wait"]),
    ],
)
def test_wait_takes_its_state_after_an_equals_sign_alone(
    argv: list[str], wait: str | None, tasks: list[str]
) -> None:
    options = parse(argv).options
    assert (options.wait, options.tasks) == (wait, tasks)


@pytest.mark.parametrize(
    ("argv", "form"),
    [
        (["journal"], "text"),
        (["journal", "-o", "jsonl"], "jsonl"),
        (["journal", "-o", "jsonl", "list"], "jsonl"),
        (["journal", "list", "-o", "jsonl"], "jsonl"),
    ],
)
def test_the_form_of_a_journal_can_stand_on_either_side_of_the_action(argv: list[str], form: str) -> None:
    assert parse(argv).options.output == form


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["tsks"], "did you mean 'tasks'?"),
        (["journal", "lst"], "did you mean 'list'?"),
        (["tasks", "-o", "jsno"], "did you mean 'json'?"),
        (["tasks", "--stat", "x"], "--stat"),
        (["--interval", "0", "tasks"], "0.02 to 3600"),
        (["watch", "--timeout", "soon"], "'soon' is not a number"),
        (["demo", "--churn", "2"], "from 0 to 1"),
        (["simulate", "--port", "70000"], "65535"),
        (["run", "stop"], "TASK"),
        (["run", "stop", "a", "--param", "x"], "NAME=VALUE"),
    ],
)
def test_wrong_usage_is_code_2_with_a_hint(
    argv: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(argv)
    assert caught.value.code == 2
    told = capsys.readouterr().err
    assert said in told
    assert "--help" in told


@pytest.mark.parametrize("argv", [["--help"], ["--version"], ["run", "--help"], ["tasks", "-h"]])
def test_help_and_version_wait_for_no_toolkit(argv: list[str]) -> None:
    script = (
        "import sys\nfrom sms_tui.__main__ import main\n"
        f"sys.argv[1:] = {argv!r}\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert end.code == 0\n"
        "print(sorted({'textual', 'httpx', 'rich', 'msgspec', 'asyncio', 'starlette'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_has_every_command_and_every_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out
    for command in commands._COMMANDS:
        assert re.search(rf"^    {command}\s", text, re.MULTILINE) or not command
    for code in ("0", "1", "2", "3", "4", "5", "6", "70", "129-131, 143"):
        assert re.search(rf"^  {code}\s", text, re.MULTILINE)
    assert max(map(len, text.splitlines())) <= 110
    codes = text[text.index("exit codes:") : text.index("examples:")].strip().splitlines()[1:]
    assert len({re.match(r"  [\d, -]+  ", line).end() for line in codes}) == 1


def test_each_action_and_what_it_does_are_one_line(tmp_path: Path) -> None:
    for command, action in (("themes", "check"), ("config", "validate"), ("journal", "settle")):
        assert re.search(rf"^    {action}  +\w", ran(plain(tmp_path), command, "--help").stdout, re.MULTILINE)


def test_the_version_is_said_in_one_line() -> None:
    done = subprocess.run([*PROGRAM, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"sms-tui {__version__}\n"


def test_help_names_every_scenario_every_column_of_a_filter_and_every_parameter(tmp_path: Path) -> None:
    listed = ran(plain(tmp_path), "tasks", "--help").stdout
    practised = ran(plain(tmp_path), "simulate", "--help").stdout
    scenarios = re.search(r"scenarios: ([\w\s-]+?)\n\n", practised)
    assert scenarios is not None
    assert scenarios[1].split() == list(SCENARIOS)
    columns = re.search(r"columns: ([\w\s]+?)\n\n", listed)
    assert columns is not None
    assert columns[1].split() == list(COLUMNS)
    run = ran(plain(tmp_path), "run", "--help").stdout
    for operation in OPERATIONS.values():
        assert f"  {operation.name} " in run
        assert all(f"--param {one.name}=..." in run for one in operation.parameters)


@pytest.mark.parametrize(
    "command", ["", "tasks", "show", "run", "watch", "journal", "config", "doctor", "simulate", "completion"]
)
def test_help_fits_a_screen_that_is_a_hundred_cells_wide(command: str, tmp_path: Path) -> None:
    done = ran(plain(tmp_path), *([command] if command else []), "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line for line in done.stdout.splitlines() if len(line) > 106] == []
    assert "examples:" in done.stdout


@pytest.mark.parametrize(
    ("argv", "near"),
    [
        (["tasks", "--outptu", "json"], "--output"),
        (["run", "stop", "x", "--dryrun"], "--dry-run"),
        (["--profil=x", "tasks"], "--profile"),
        (["simulate", "--hots", "x"], "--host"),
        (["journal", "list", "--offlin"], "--offline"),
    ],
)
def test_a_mistyped_option_names_the_near_one(argv: list[str], near: str, tmp_path: Path) -> None:
    done = ran(plain(tmp_path), *argv)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"did you mean {near!r}?" in done.stderr


def test_no_option_is_suggested_in_place_of_itself(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["config", "path", "-o", "json"])
    assert "did you mean" not in capsys.readouterr().err


def test_an_action_shows_no_examples_of_the_command_that_is_called_the_same(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        parse(["journal", "show", "--help"])
    assert "sms-tui show" not in capsys.readouterr().out


@pytest.mark.parametrize("argv", [["show", "a", "b\x1b]0;x\x07\u202e"], ["tasks", "--b\x9b2J"]])
def test_a_word_that_is_no_option_cannot_talk_to_the_terminal(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parse(argv)
    told = capsys.readouterr().err
    assert "unrecognized arguments: " in told
    assert set(told) - {"\n"} <= set(filter(str.isprintable, told))


@pytest.mark.parametrize("argv", [["demo", "--hosts"], ["tasks", "--hosts"], ["--hosts"]])
def test_no_option_of_another_command_is_suggested(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parse(argv)
    told = capsys.readouterr().err
    assert "unrecognized arguments: --hosts" in told
    assert "did you mean '--host'" not in told
