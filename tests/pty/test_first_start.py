"""The very first start: nothing is configured, nothing was read, and it works in the end."""

import os
import signal
import socket
import stat
import termios
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.cli.program import simulated
from tests.pty.oracle import everything_written, is_released
from tests.terminal import Terminal


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Mapping[str, str]]:
    with simulated(tmp_path, "--speed", "0") as service:
        yield service.about


def test_the_first_screen_leads_to_the_demo(tmp_path: Path) -> None:
    with Terminal([], size=(80, 24), env={"HOME": str(tmp_path)}) as terminal:
        terminal.wait_for("No profile is configured yet")
        terminal.send("d")
        terminal.wait_for("SIMULATED")
        terminal.send("q")
        assert terminal.wait_exit() == 0


def test_ctrl_c_leaves_the_list_of_profiles_and_gives_the_terminal_back(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text("".join(f'[profiles.{name}]\nendpoint = "http://127.0.0.1:9"\n' for name in "ab"))
    with Terminal(["--config", str(path)], size=(80, 24), env={"HOME": str(tmp_path)}) as terminal:
        terminal.wait_for("Enter chooses")
        terminal.send("\x03")
        assert terminal.wait_exit() == 0
        assert termios.tcgetattr(terminal.slave) == terminal.before
        assert is_released(everything_written(terminal))


@pytest.mark.parametrize(
    ("end", "code"), [("q", 0), (signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)]
)
def test_leaving_the_first_screen_gives_the_terminal_back(tmp_path: Path, end: str | int, code: int) -> None:
    with Terminal([], size=(80, 24), env={"HOME": str(tmp_path)}) as terminal:
        terminal.wait_for("No profile is configured yet")
        if isinstance(end, str):
            terminal.send(end)
        else:
            os.kill(terminal.process.pid, end)
        assert terminal.wait_exit() == code
        assert termios.tcgetattr(terminal.slave) == terminal.before
        assert is_released(everything_written(terminal))


def test_questions_lead_to_a_file_and_into_the_interface(tmp_path: Path, service: Mapping[str, str]) -> None:
    with Terminal([], size=(80, 24), env={"HOME": str(tmp_path)}) as terminal:
        terminal.wait_for("configure: a few questions")
        terminal.send("c")
        for asked, answer in (
            ("Name of the profile", "night"),
            ("URL of the service", service["url"]),
            (r"that you already have[\s\S]*Which", "token"),
            (r"only I can read[\s\S]*Which", "file"),
            # Not only "The secret": the screen before has these words too, and what is typed early is lost.
            (r"The secret \(not shown\)", service["token"]),
            ("Is 'night' production", "y"),
            ("Try the connection now", ""),
        ):
            terminal.wait_for(asked)
            terminal.send(f"{answer}\r")
        # Not only "24 tasks": the try of the connection has found as many.
        terminal.wait_for("PRODUCTION.*24 tasks")
        assert "night" in terminal.text()
        terminal.send("q")
        assert terminal.wait_exit() == 0
    path = tmp_path / ".config" / "sms-tui" / "config.toml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert service["token"].encode() not in bytes(terminal.raw)


def test_one_of_several_profiles_is_chosen_and_no_other_is_contacted(
    tmp_path: Path, service: Mapping[str, str]
) -> None:
    path = tmp_path / ".config" / "sms-tui" / "config.toml"
    path.parent.mkdir(parents=True)
    path.touch(0o600)
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.setblocking(False)
        path.write_text(
            f'[profiles.day]\nendpoint = "http://127.0.0.1:{other.getsockname()[1]}"\ntoken = "t"\n'
            f'[profiles.night]\nendpoint = "{service["url"]}"\ntoken = "{service["token"]}"\n'
            "production = true\n"
        )
        with Terminal([], size=(80, 24), env={"HOME": str(tmp_path)}) as terminal:
            assert "day" in terminal.wait_for("night .*PRODUCTION")
            terminal.send("j\r")
            terminal.wait_for("PRODUCTION.*24 tasks")
            terminal.send("q")
            assert terminal.wait_exit() == 0
        with pytest.raises(BlockingIOError):
            other.accept()


def test_leaving_the_questions_writes_nothing(tmp_path: Path) -> None:
    arguments = ["config", "init"]
    with Terminal(arguments, size=(80, 24), env={"HOME": str(tmp_path)}) as terminal:
        terminal.wait_for("Name of the profile")
        terminal.send("\x04")
        terminal.wait_for("Nothing was written")
        assert terminal.wait_exit() == 2
    assert not (tmp_path / ".config").exists()
