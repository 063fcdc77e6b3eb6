"""Commands with a person in front of them: what they ask, and what counts as an answer."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import Service, plain, ran
from tests.terminal import Terminal


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


def test_the_question_breaks_between_words(service: Service, tmp_path: Path) -> None:
    argv = ["run", "test", "w2-web-09"]
    with Terminal(argv, size=(80, 40), env=service.environ(tmp_path)) as terminal:
        shown = terminal.wait_for("Type w2-web-09 to go ahead:").splitlines()
        terminal.send("\n")
        assert terminal.wait_exit() == 1
    begun = next(place for place, line in enumerate(shown) if line.startswith("What happens:"))
    assert shown[begun + 1].startswith(" " * 15), "the text goes on under its beginning"
    whole = " ".join(line.strip() for line in shown)
    assert "Stop the business on the source first; the service cannot see whether you did." in whole


@pytest.mark.parametrize(
    ("argv", "more", "is_spelt"),
    [(["--ascii"], {}, True), ([], {"LANG": "C"}, True), ([], {"TERM": "linux"}, True), ([], {}, False)],
)
def test_a_table_on_a_poor_terminal_is_ascii(
    service: Service, tmp_path: Path, argv: list[str], more: dict[str, str], is_spelt: bool
) -> None:
    environ = {**service.environ(tmp_path), **more}
    with Terminal(["tasks", *argv], size=(150, 40), env=environ) as terminal:
        assert terminal.wait_exit() == 0
        assert terminal.text().replace("\n", "").isascii() is is_spelt


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
