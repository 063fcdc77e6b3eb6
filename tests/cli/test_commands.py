"""Commands as a shell sees them: what they print, on which stream, and the exit code."""

import json
import socket
import stat
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.cli.program import Service, plain, ran, simulated


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
    folder = tmp_path / ".local" / "state" / "sms-tui"
    folder.mkdir(parents=True)
    folder.chmod(0o777)  # Whoever may write there could move the journal away.
    with simulated(tmp_path) as own:
        done = ran(own.environ(tmp_path), "run", "stop", "w2-web-09", "--yes", "--wait", "-o", "jsonl")
    assert done.returncode == 0, done.stderr
    outcomes = [json.loads(line)["outcome"] for line in done.stdout.splitlines()]
    assert outcomes == ["accepted", "confirmed"]
    listed = ran(environ, "journal", "-o", "jsonl")
    assert [json.loads(line)["outcome"] for line in listed.stdout.splitlines()] == ["confirmed"]
    assert ran(environ, "journal", "verify").returncode == 0
    written = [json.loads(line) for file in folder.rglob("*.jsonl") for line in file.read_text().splitlines()]
    assert all(record["up"] > 0 and len(record["boot"]) == 36 for record in written)
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
    with simulated(tmp_path, "--speed", "0", "--scenario", "calm", "--host", host) as own:
        done = ran(own.environ(tmp_path), "tasks", "-o", "jsonl")
        port = urlsplit(own.about["url"]).port
        again = ran(plain(tmp_path), "simulate", "--host", host, "--port", str(port))
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 6
    shown = f"[{host}]" if ":" in host else host
    assert (again.returncode, again.stdout) == (2, "")
    assert f"cannot listen on {shown}:{port}: address already in use" in again.stderr.lower()


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
    assert done.stderr == f"sms-tui: {path}:1:12: interval: found 0, allowed: a number from 0.02 to 3600\n"


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
    assert "2 warnings" in done.stderr
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
