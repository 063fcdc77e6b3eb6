"""The command line as a shell sees it: arguments, streams, exit codes, signals, and what is left behind."""

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import jsonschema
import pytest

from sms_tui import __version__
from sms_tui.api.settings import KeyCredentials, PasswordCredentials, TokenCredentials
from sms_tui.cli import commands
from sms_tui.cli.arguments import Overrides, parse
from sms_tui.cli.entry import main
from sms_tui.cli.resolved_profile import connection_settings
from sms_tui.config import ConfigError, Profile
from sms_tui.credentials import Found
from sms_tui.domain.operations import OPERATIONS
from sms_tui.domain.query import COLUMNS
from sms_tui.domain.secret import Secret
from sms_tui.engine.journal import Identity, Journal
from sms_tui.exit_codes import ENDING_SIGNALS
from sms_tui.headless.schemas import schema_of
from tests.terminal import Terminal

PROGRAM = (sys.executable, "-m", "sms_tui")
KEPT = ("PATH", "LANG", "LC_ALL")


@dataclass(frozen=True)
class Service:
    """A simulated service in a process of its own."""

    process: "subprocess.Popen[str]"
    about: Mapping[str, str]

    def environ(self, home: Path, **more: str) -> dict[str, str]:
        """An environment in which it is the profile."""
        return {
            **plain(home),
            "SMS_TUI_ENDPOINT": self.about["url"],
            "SMS_TUI_TOKEN": self.about["token"],
            **more,
        }


def plain(home: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {**kept, "HOME": str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    environ = plain(tmp_path_factory.mktemp("home"))
    # At speed 0 the world stands still, so that every test finds it as it began.
    argv = [*PROGRAM, "simulate", "--speed", "0"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=environ) as process:
        assert process.stdout is not None
        yield Service(process, json.loads(process.stdout.readline()))
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 143
        assert process.stdout.read() == ""


def heed_signals() -> None:
    """In a new process: none is ignored, whatever these tests run under, such as `nohup`."""
    for number in ENDING_SIGNALS:
        signal.signal(number, signal.SIG_DFL)


def ran(environ: Mapping[str, str], *argv: str) -> "subprocess.CompletedProcess[str]":
    """The program without a terminal."""
    return subprocess.run(
        [*PROGRAM, *argv], env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
    )


# Arguments


@pytest.mark.parametrize(
    ("given", "name", "value"),
    [
        (["--profile", "x"], "profile", "x"),
        (["-p", "x"], "profile", "x"),
        (["--config", "f"], "config", Path("f")),
        (["--endpoint", "https://x"], "endpoint", "https://x"),
        (["--read-only"], "read_only", True),
        (["--dry-run"], "dry_run", True),
        (["--interval", "2.5"], "interval", 2.5),
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
        (["--interval", "0", "tasks"], "0.5 to 3600"),
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


def test_version() -> None:
    done = subprocess.run([*PROGRAM, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"sms-tui {__version__}\n"


# Exit codes and streams


def test_data_goes_to_stdout_and_words_to_stderr(service: Service, tmp_path: Path) -> None:
    done = ran(service.environ(tmp_path), "tasks", "-o", "json")
    assert done.returncode == 0
    assert len(json.loads(done.stdout)) == 24
    none = ran(service.environ(tmp_path), "tasks", "--filter", "nothing-like-this")
    assert (none.returncode, none.stdout) == (0, "")
    assert none.stderr == "No task matches.\n"


@pytest.mark.parametrize("kind", ["token", "password", "aksk"])
def test_each_way_to_sign_in_works(service: Service, tmp_path: Path, kind: str) -> None:
    about = service.about
    given = {
        "token": {"SMS_TUI_TOKEN": about["token"]},
        "password": {
            "SMS_TUI_USER": about["user"],
            "SMS_TUI_PASSWORD": about["password"],
            "SMS_TUI_DOMAIN": about["domain"],
        },
        "aksk": {
            "HUAWEICLOUD_SDK_AK": about["ak"],
            "HUAWEICLOUD_SDK_SK": about["sk"],
            "HUAWEICLOUD_SDK_PROJECT_ID": about["project_id"],
        },
    }[kind]
    environ = {**plain(tmp_path), "SMS_TUI_ENDPOINT": about["url"], **given}
    done = ran(environ, "tasks", "-o", "jsonl")
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 24


def test_a_wrong_token_is_3_and_no_service_is_4(service: Service, tmp_path: Path) -> None:
    wrong = ran(service.environ(tmp_path, SMS_TUI_TOKEN="wrong-token-value"), "tasks")
    assert wrong.returncode == 3
    assert "wrong-token-value" not in wrong.stderr
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    gone = ran(service.environ(tmp_path, SMS_TUI_ENDPOINT=url), "tasks")
    assert gone.returncode == 4
    assert "refuses the connection" in gone.stderr
    for done in (wrong, gone):
        assert done.stdout == ""
        assert "Traceback" not in done.stderr


def test_an_operation_goes_out_once_and_is_in_the_journal(tmp_path: Path) -> None:
    environ = plain(tmp_path)
    with subprocess.Popen([*PROGRAM, "simulate"], stdout=subprocess.PIPE, text=True, env=environ) as process:
        assert process.stdout is not None
        own = Service(process, json.loads(process.stdout.readline()))
        done = ran(own.environ(tmp_path), "run", "stop", "w2-web-09", "--yes", "--wait", "-o", "jsonl")
        process.terminate()
    assert done.returncode == 0, done.stderr
    outcomes = [json.loads(line)["outcome"] for line in done.stdout.splitlines()]
    assert outcomes == ["accepted", "confirmed"]
    listed = ran(environ, "journal", "-o", "jsonl")
    assert [json.loads(line)["outcome"] for line in listed.stdout.splitlines()] == ["confirmed"]
    assert ran(environ, "journal", "verify").returncode == 0
    folder = tmp_path / ".local" / "state" / "sms-tui"
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / "journal")} == {0o700}


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_a_simulated_service_can_be_asked_on_every_loopback_address(host: str, tmp_path: Path) -> None:
    if host == "::1" and not has_ipv6():
        pytest.skip("this machine has no IPv6")
    argv = [*PROGRAM, "simulate", "--speed", "0", "--scenario", "calm", "--host", host]
    environ = plain(tmp_path)
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=environ) as process:
        assert process.stdout is not None
        own = Service(process, json.loads(process.stdout.readline()))
        done = ran(own.environ(tmp_path), "tasks", "-o", "jsonl")
        port = urlsplit(own.about["url"]).port
        again = ran(environ, "simulate", "--host", host, "--port", str(port))
        process.terminate()
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 6
    shown = f"[{host}]" if ":" in host else host
    assert (again.returncode, again.stdout) == (2, "")
    assert f"cannot listen on {shown}:{port}: address already in use" in again.stderr.lower()


def crashed(home: Path, endpoint: str, task_id: str) -> None:
    """A run that ended between sending a pause and hearing of it."""
    identity = Identity("kim", "jump", "environment", endpoint, "", "0")
    book = Journal(home / ".local" / "state" / "sms-tui" / "journal", identity, time.time)
    book.open()
    fields = {"operation": "stop", "task": task_id, "task_name": "web", "sent_at": time.time() - 3600}
    book.append("sent", "aaaa1111", {**fields, "baseline": {"state": "RUNNING"}})
    book.close()


def test_with_nothing_open_there_is_no_configuration_to_stumble_over(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("this is not TOML")
    done = ran(plain(tmp_path), "journal", "settle", "--config", str(broken))
    assert (done.returncode, done.stderr) == (0, "No operation of an earlier run is open.\n")


def test_the_journal_settles_what_a_crash_left_open_by_reading(service: Service, tmp_path: Path) -> None:
    environ = service.environ(tmp_path)
    tasks = [json.loads(line) for line in ran(environ, "tasks", "-o", "jsonl").stdout.splitlines()]
    paused = next(task["id"] for task in tasks if task["state"] == "ABORT")
    crashed(tmp_path, environ["SMS_TUI_ENDPOINT"], paused)
    offline = ran(environ, "journal", "list", "--offline", "-o", "jsonl")
    assert (json.loads(offline.stdout)["outcome"], offline.stderr) == ("unknown", "")
    for missing in ("SMS_TUI_TOKEN", "SMS_TUI_ENDPOINT"):
        poor = {name: value for name, value in environ.items() if name != missing}
        listed = ran(poor, "journal", "list", "-o", "jsonl")
        assert (listed.returncode, json.loads(listed.stdout)["outcome"]) == (0, "unknown")
        assert "Not looked for: 1 of profile 'environment'" in listed.stderr
        assert ran(poor, "journal", "settle").returncode == 5
    listed = ran(environ, "journal", "-o", "jsonl")
    assert json.loads(listed.stdout)["outcome"] == "confirmed"
    assert "nothing is sent" in listed.stderr
    again = ran(environ, "journal", "settle")
    assert (again.returncode, again.stdout) == (0, "")
    assert "No operation of an earlier run is open." in again.stderr
    assert ran(environ, "journal", "verify").returncode == 0


def test_settling_says_that_a_journal_cannot_be_read(service: Service, tmp_path: Path) -> None:
    place = tmp_path / ".local" / "state" / "sms-tui" / "journal"
    place.parent.mkdir(parents=True)
    place.touch()
    settled = ran(service.environ(tmp_path), "journal", "settle")
    assert settled.returncode == 1
    assert settled.stderr == "sms-tui journal: journal: it cannot be read: Not a directory\n"


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


def test_a_complaint_that_cannot_be_written_keeps_its_exit_code(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*PROGRAM, "tasks", "--bogus"], env=plain(tmp_path), stderr=full, timeout=60)
    assert done.returncode == 2


def test_a_stream_that_was_closed_before_is_no_traceback(service: Service, tmp_path: Path) -> None:
    line = f"{sys.executable} -m sms_tui tasks >&- 2>&-"
    done = subprocess.run(["bash", "-c", line], env=service.environ(tmp_path), timeout=60)
    assert done.returncode == 0


def test_the_doctor_finds_nothing_wrong_here(service: Service, tmp_path: Path) -> None:
    done = ran(service.environ(tmp_path), "doctor")
    assert done.returncode == 0, done.stdout
    assert "FAILED" not in done.stdout
    for name in ("configuration", "credentials", "proxy", "DNS", "connection", "journal", "clock", "service"):
        assert f" {name} " in done.stdout
    assert service.about["token"] not in done.stdout


def test_the_doctor_is_a_document_too(service: Service, tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    url = service.about["url"]
    bad = "[profiles.q]\nread_only = 1\n"
    path.write_text(f'default_profile = "p"\n[profiles.p]\nendpoint = "{url}"\n{bad}')
    path.chmod(0o600)
    environ = {**plain(tmp_path), "SMS_TUI_TOKEN": service.about["token"], "SMS_TUI_CONFIG": str(path)}
    done = ran(environ, "doctor", "-o", "json")
    document = json.loads(done.stdout)
    jsonschema.validate(document, schema_of("doctor"))
    assert (done.returncode, document["ok"], done.stderr) == (0, True, "")
    faults = {check["seen"]: check["verdict"] for check in document["checks"] if "allowed:" in check["seen"]}
    assert faults == {f"{path}:5:13: profiles.q.read_only: found 1, allowed: true or false": "warning"}
    assert [check["name"] for check in document["checks"]][-1] == "service"
    path.write_text(f"interval = 0\n{path.read_text()}")
    again = ran(environ, "doctor", "-o", "json")
    assert (again.returncode, json.loads(again.stdout)["ok"]) == (1, False)


def test_the_doctor_finds_a_state_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = ran({**plain(tmp_path), "XDG_STATE_HOME": str(tmp_path / "file")}, "doctor")
    assert done.returncode == 1
    assert re.search(r"FAILED   journal .*not a directory\n +→ make the folder writable", done.stdout)


def test_the_doctor_says_where_it_ends(service: Service, tmp_path: Path) -> None:
    unsigned = ran(service.environ(tmp_path, SMS_TUI_TOKEN="wrong-token-value", OS_TOKEN="x"), "doctor")
    assert unsigned.returncode == 1
    assert "FAILED   service" in unsigned.stdout
    assert "OS_TOKEN" in unsigned.stdout
    nothing = ran(plain(tmp_path), "doctor")
    assert nothing.returncode == 1
    assert "no profile is configured" in nothing.stdout
    lost = ran(
        {**plain(tmp_path), "SMS_TUI_ENDPOINT": "https://no.such.invalid", "SMS_TUI_TOKEN": "t"}, "doctor"
    )
    assert lost.returncode == 1
    assert re.search(r"FAILED   DNS .*no\.such\.invalid: no address", lost.stdout)


def test_without_a_profile_there_is_an_example_and_code_2(tmp_path: Path) -> None:
    for argv in ([], ["tasks"], ["watch"]):
        done = ran(plain(tmp_path), *argv)
        assert done.returncode == 2
        assert "export SMS_TUI_ENDPOINT=" in done.stderr
        assert "Traceback" not in done.stderr


def test_the_interface_needs_a_terminal(service: Service, tmp_path: Path) -> None:
    for environ, argv in ((service.environ(tmp_path), []), (plain(tmp_path), ["demo"])):
        done = ran(environ, *argv)
        assert done.returncode == 2
        assert "no terminal" in done.stderr


def test_a_scenario_that_does_not_exist_is_named(tmp_path: Path) -> None:
    for command in ("demo", "simulate"):
        done = ran(plain(tmp_path), command, "--scenario", "war-rom")
        assert done.returncode == 2
        assert "did you mean 'war-room'?" in done.stderr


def test_a_wrong_configuration_is_code_2_and_a_warning_is_told_once(service: Service, tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text("intervall = 1\n")
    done = ran(service.environ(tmp_path), "tasks", "--config", str(path))
    assert done.returncode == 0
    assert done.stderr.count("did you mean 'interval'?") == 1
    path.write_text("interval = 0\n")
    done = ran(service.environ(tmp_path), "tasks", "--config", str(path))
    assert done.returncode == 2
    assert done.stderr == f"sms-tui: {path}:1:12: interval: found 0, allowed: a number from 0.5 to 3600\n"


@pytest.mark.parametrize("argv", [[], ["demo"], ["tasks"], ["config", "show"]])
def test_a_theme_that_there_is_not_is_refused(tmp_path: Path, argv: list[str]) -> None:
    done = ran(plain(tmp_path), *argv, "--theme", "hihg-contrast")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("sms-tui: --theme: found 'hihg-contrast', allowed: one of 'colour-blind', ")
    assert done.stderr.endswith("; did you mean 'high-contrast'?\n")


def test_keys_that_would_not_be_used_are_warnings_with_their_place(tmp_path: Path) -> None:
    config = tmp_path / "c.toml"
    config.write_text(
        '[profiles.p]\nendpoint = "https://sms.example.com"\n[keys]\nview.srt = "o"\n"view.sort" = "C"\n'
    )
    done = ran(plain(tmp_path), "config", "validate", "--config", str(config))
    assert done.returncode == 0
    begin = f"warning: {config}"
    assert done.stdout.splitlines() == [
        f"{begin}:4:1: keys.view.srt is not used: there is no such binding; did you mean 'view.sort'?",
        f"{begin}:5:1: keys.view.sort is not used: C is taken by view.columns (Choose columns)",
    ]
    assert "2 warning(s)" in done.stderr
    as_json = ran(plain(tmp_path), "config", "validate", "--config", str(config), "-o", "json").stdout
    assert [f"warning: {text}" for text in json.loads(as_json)["warnings"]] == done.stdout.splitlines()
    told = ran(plain(tmp_path), "doctor", "--config", str(config)).stdout
    assert f"{config}:4:1: keys.view.srt is not used" in told


def test_a_profile_that_there_is_not_is_blamed_on_no_file_that_there_is_not(tmp_path: Path) -> None:
    done = ran(plain(tmp_path), "tasks", "-p", "nope")
    assert done.returncode == 2
    assert done.stderr == "sms-tui: --profile: found 'nope', allowed: none is configured\n"


def test_themes_are_listed_and_checked(tmp_path: Path) -> None:
    done = ran(plain(tmp_path), "themes")
    assert done.returncode == 0
    assert "cutover-dark" in done.stdout
    broken = tmp_path / "broken.toml"
    broken.write_text('primary = "no-colour"\n')
    done = ran(plain(tmp_path), "themes", "check", str(broken))
    assert done.returncode == 1
    assert "no-colour" in done.stdout


EACH_ENDING = pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGHUP, 129), (signal.SIGINT, 130), (signal.SIGQUIT, 131), (signal.SIGTERM, 143)],
)


@EACH_ENDING
def test_a_signal_ends_it_in_order(service: Service, tmp_path: Path, number: int, code: int) -> None:
    argv = [*PROGRAM, "watch", "--interval", "0.5"]
    environ = service.environ(tmp_path)
    with subprocess.Popen(
        argv, env=environ, stderr=subprocess.PIPE, text=True, preexec_fn=heed_signals
    ) as process:
        assert process.stderr is not None
        assert "tasks read" in process.stderr.readline()
        process.send_signal(number)
        assert process.wait(30) == code
        assert process.stderr.read() == ""


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT])
def test_a_signal_that_was_ignored_before_stays_ignored(
    service: Service, tmp_path: Path, number: int
) -> None:
    """`nohup`, and `&` in a script, start programs so."""
    argv = [*PROGRAM, "watch", "--interval", "0.5"]
    environ = service.environ(tmp_path)
    with subprocess.Popen(
        argv,
        env=environ,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(number, signal.SIG_IGN),
    ) as process:
        assert process.stderr is not None
        assert "tasks read" in process.stderr.readline()
        process.send_signal(number)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 143


@EACH_ENDING
def test_a_signal_ends_the_simulated_service_with_its_code(tmp_path: Path, number: int, code: int) -> None:
    argv = [*PROGRAM, "simulate", "--scenario", "calm"]
    with subprocess.Popen(
        argv,
        env=plain(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_signals,
    ) as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        # An answer of any kind: it serves.
        environ = {**plain(tmp_path), "SMS_TUI_ENDPOINT": url, "SMS_TUI_TOKEN": "x"}
        assert ran(environ, "tasks").returncode == 3
        process.send_signal(number)
        rest, noise = process.communicate(timeout=30)
    assert (process.returncode, rest, noise) == (code, "", "")


def test_where_only_ascii_can_be_written_columns_stay_in_line(service: Service, tmp_path: Path) -> None:
    done = ran(service.environ(tmp_path, PYTHONIOENCODING="ascii"), "tasks")
    heading, *rows = done.stdout.splitlines()
    assert done.stdout.isascii()
    place = heading.index("Id")
    assert all(row[place - 2 : place] == "  " and row[place] != " " for row in rows)
    assert "\\u2013" not in done.stdout


# At a terminal


@pytest.mark.parametrize(
    ("typed", "said"),
    [(b"\x04", "Nothing was typed."), (b"\xf6\n", "What was typed is no text in the encoding")],
    ids=["end of input", "another encoding"],
)
def test_what_is_no_token_is_no_internal_error(
    service: Service, tmp_path: Path, typed: bytes, said: str
) -> None:
    environ = {**plain(tmp_path), "SMS_TUI_ENDPOINT": service.about["url"]}
    with Terminal(["tasks"], size=(150, 40), env=environ) as terminal:
        terminal.wait_for("Token for profile 'environment':")
        terminal.send(typed)
        assert terminal.wait_exit() == 3
        assert said in terminal.text()


def test_run_asks_on_a_terminal_and_sends_nothing_without_the_word(service: Service, tmp_path: Path) -> None:
    argv = ["run", "test", "w2-web-09"]
    with Terminal(argv, size=(150, 40), env=service.environ(tmp_path)) as terminal:
        shown = terminal.wait_for("Type w2-web-09 to go ahead:")
        assert "Launch target (cut over) (test)" in shown
        terminal.send("w2-web-10\n")
        terminal.wait_for("Nothing was sent.")
        assert terminal.wait_exit() == 1
    journal = ran(service.environ(tmp_path), "journal")
    assert journal.stdout == ""


def test_what_was_typed_before_the_question_is_no_answer_to_it(service: Service, tmp_path: Path) -> None:
    argv = ["run", "test", "w2-web-09"]
    with Terminal(argv, size=(150, 40), env=service.environ(tmp_path)) as terminal:
        terminal.send("w2-web-09\n")
        terminal.wait_for("Type w2-web-09 to go ahead:")
        terminal.send("\n")
        terminal.wait_for("Nothing was sent.")
        assert terminal.wait_exit() == 1
    assert ran(service.environ(tmp_path), "journal").stdout == ""


def test_a_secret_is_asked_for_without_an_echo(service: Service, tmp_path: Path) -> None:
    environ = service.environ(tmp_path)
    token = environ.pop("SMS_TUI_TOKEN")
    with Terminal(["tasks", "--state", "READY"], size=(200, 50), env=environ) as terminal:
        terminal.wait_for("Token for profile 'environment':")
        terminal.send(f"{token}\n")
        terminal.wait_for("w3-backup-24")
        assert terminal.wait_exit() == 0
        assert token.encode() not in terminal.raw


@pytest.mark.parametrize("command", ["", " demo"])
def test_a_closed_input_is_no_terminal(tmp_path: Path, command: str) -> None:
    program = f'"{sys.executable}" -m sms_tui{command} <&-'
    done = subprocess.run(
        ["/bin/sh", "-c", program], env={"HOME": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "internal error" not in done.stderr


def test_a_terminal_that_cannot_draw_is_told(tmp_path: Path) -> None:
    with Terminal(["demo"], env={**plain(tmp_path), "TERM": "dumb"}) as terminal:
        terminal.wait_for("TERM='dumb'")
        assert terminal.wait_exit() == 2


def test_the_demo_reads_and_leaves_nothing(tmp_path: Path) -> None:
    config = tmp_path / "broken.toml"
    config.write_text("this is not TOML")
    environ = {
        **plain(tmp_path),
        "SMS_TUI_CONFIG": str(config),
        "SMS_TUI_ENDPOINT": "ftp://nonsense",
        "TMPDIR": str(tmp_path / "tmp"),
    }
    (tmp_path / "tmp").mkdir()
    with Terminal(["demo"], env=environ) as terminal:
        terminal.wait_for(r"demo\s+SIMULATED")
        terminal.wait_for("w1-web-01")
        terminal.send("q")
        assert terminal.wait_exit() == 0
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["broken.toml", "tmp"]


# Inside the process


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


def test_the_debug_log_is_private_and_has_no_secret(service: Service, tmp_path: Path) -> None:
    log = tmp_path / "debug.log"
    done = ran(service.environ(tmp_path), "tasks", "--debug-log", str(log))
    assert done.returncode == 0
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert service.about["token"] not in log.read_text()


@pytest.mark.parametrize(("name", "why"), [("none/log", "no such file or directory"), ("", "is a directory")])
def test_a_debug_log_that_cannot_be_opened_is_a_sentence_and_code_2(
    tmp_path: Path, name: str, why: str
) -> None:
    path = tmp_path / name
    done = ran(plain(tmp_path), "explain", "SMS.3805", "--debug-log", str(path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"sms-tui: --debug-log: found {path} ({why}), allowed: a file that can be written\n"


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        (Found("token", {"token": Secret("t")}, ""), TokenCredentials),
        (Found("password", {"password": Secret("p")}, ""), PasswordCredentials),
        (Found("aksk", {"ak": Secret("a"), "sk": Secret("s")}, ""), KeyCredentials),
    ],
)
def test_what_was_found_becomes_what_the_client_needs(found: Found, kind: type) -> None:
    profile = Profile(
        "p", endpoint="https://sms.r.example.com", user="kim", domain="acme", proxy="http://p:1"
    )
    made = connection_settings(profile, found, Overrides(slow_link=True))
    assert isinstance(made.credentials, kind)
    assert made.iam_endpoint == "https://iam.r.example.com"
    assert (made.proxy, made.ca_bundle, made.compressed) == ("http://p:1", None, True)


def test_a_password_needs_somewhere_to_sign_in() -> None:
    found = Found("password", {"password": Secret("p")}, "")
    profile = Profile("p", endpoint="https://migration.example.com", user="kim", domain="acme")
    with pytest.raises(ConfigError, match=r"profiles\.p\.iam_endpoint"):
        connection_settings(profile, found, Overrides())


def test_help_names_every_column_of_a_filter_and_every_parameter(tmp_path: Path) -> None:
    listed = ran(plain(tmp_path), "tasks", "--help").stdout
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


@pytest.mark.parametrize("argv", [["demo", "--hosts"], ["tasks", "--hosts"], ["--hosts"]])
def test_no_option_of_another_command_is_suggested(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parse(argv)
    told = capsys.readouterr().err
    assert "unrecognized arguments: --hosts" in told
    assert "did you mean '--host'" not in told
