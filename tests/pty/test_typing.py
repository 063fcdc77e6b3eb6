"""Keys in one read: what is typed behind a key that opens something is meant for what it opens."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.pty.hands import TOKEN, environment
from tests.pty.ledger import Ledger, serving
from tests.terminal import Terminal


@contextmanager
def at_the_tasks(home: Path, state: str = "RUNNING", names: Sequence[str] = "a") -> Iterator[Terminal]:
    """The program with a task of each name on the screen; nothing may have been sent when it ends."""
    ledger = Ledger()
    for name in names:
        ledger.add(name, state)
    with serving(ledger), Terminal([], env=environment(ledger, home, TOKEN)) as terminal:
        terminal.wait_for("web-a")
        yield terminal
    assert ledger.writes == []


def give_up(terminal: Terminal, shown: str) -> None:
    """Press escape until the dialog that shows `shown` is gone: it hears nothing at first."""
    for _ in range(50):
        if shown not in terminal.text():
            return
        terminal.send("\x1b")
        with suppress(AssertionError):
            terminal.wait_gone(shown, 0.3)


def test_a_command_typed_in_one_go_runs(tmp_path: Path) -> None:
    with at_the_tasks(tmp_path) as terminal:
        terminal.send(":q\r")
        assert terminal.wait_exit() == 0


def test_a_filter_typed_in_one_go_filters(tmp_path: Path) -> None:
    with at_the_tasks(tmp_path, names=("a", "b", "pqrs")) as terminal:
        terminal.send("/pqrs\r")
        terminal.wait_for("1 of 3")
        assert "PAUSED" not in terminal.text()


@pytest.mark.parametrize(("keys", "zoomed"), [("Lz", "─log─"), ("dz", r"points of no return")])
def test_a_pane_opened_and_zoomed_in_one_go_is_the_one_that_is_seen(
    tmp_path: Path, keys: str, zoomed: str
) -> None:
    with at_the_tasks(tmp_path) as terminal:
        terminal.send(keys)
        terminal.wait_gone("NAME")
        terminal.wait_for(zoomed)


def test_letters_behind_the_palette_key_choose_there_and_a_yes_in_the_same_read_does_not_count(
    tmp_path: Path,
) -> None:
    with at_the_tasks(tmp_path) as terminal:
        terminal.send("apyyyy")
        terminal.wait_for("What happens")
        give_up(terminal, "What happens")
        terminal.wait_for("updated")
        terminal.send(":q\r")
        assert terminal.wait_exit() == 0


def test_pasted_words_confirm_nothing(tmp_path: Path) -> None:
    with at_the_tasks(tmp_path, "SYNCING") as terminal:
        terminal.send("at")
        terminal.wait_for("Type web-a to go ahead:")
        for _ in range(5):
            terminal.send("\x1b[200~web-a\r\x1b[201~")
        give_up(terminal, "Type web-a")
        terminal.send("q")
        assert terminal.wait_exit() == 0


def test_sequences_in_a_paste_are_no_keys(tmp_path: Path) -> None:
    with at_the_tasks(tmp_path) as terminal:
        terminal.send("\x1b[200~web-01 \x1b[0mq\x1b[201~/")
        terminal.wait_for(r"filter \(\? explains\):")
        terminal.send("\x1b[200~web\x1b[1mG-a\x1b[201~")
        terminal.wait_for(r"filter .*web.*\[1mG-a")
        terminal.send("\r")
        terminal.wait_gone(r"filter \(\? explains\):")
        terminal.send(":q\r")
        assert terminal.wait_exit() == 0


def test_bytes_that_are_not_text_do_no_harm(tmp_path: Path) -> None:
    with at_the_tasks(tmp_path) as terminal:
        terminal.send(bytes(range(0x80, 0x100)) * 4)
        terminal.send("/")
        terminal.wait_for(r"filter \(\? explains\):")
        terminal.send("\r")
        terminal.wait_gone(r"filter \(\? explains\):")
        terminal.send(":q\r")
        assert terminal.wait_exit() == 0
