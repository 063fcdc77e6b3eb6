"""A service whose every text is hostile: all that reaches the terminal of it is visible characters."""

import base64
import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Tried
from tests.hostile import CORPUS, framed, is_harmless
from tests.pty.hands import TOKEN, environment
from tests.pty.ledger import Ledger, Seen, serving
from tests.pty.oracle import everything_written, kinds
from tests.terminal import DEADLINE, PROGRAM, Terminal

BENIGN_KINDS = {
    "CSI H",
    "CSI 2J",
    "CSI K",
    "CSI m",
    *(f"CSI {verb}" for verb in "BCGLMr"),
    *(f"CSI ?{mode}{way}" for mode in (7, 25, 1000, 1003, 1004, 1006, 1015, 1049, 2004) for way in "hl"),
    "CSI ?2026$p",
    "OSC 11;?",
    "CSI >u",
    "CSI <u",
    "OSC 22;default",
    "OSC 2;",
    "OSC 2;sms-tui",
    "OSC 2;sms-tui environment",
    "CSI 22;0t",
    "CSI 23;0t",
    "\\r",
    "\\n",
}
"""What the program writes when every text of the service is benign; recorded, not wished for."""
COPIED = "OSC 52;c;"


def hostile_task(number: int) -> dict[str, Any]:
    """A task whose every text is hostile; over all numbers each text stands in each field."""

    def text(step: int) -> str:
        return framed(CORPUS[(number + step * 97) % len(CORPUS)])

    server = {"id": text(5), "name": text(2), "ip": text(3), "state": text(4), "os_version": text(6)}
    error = {"error_code": text(11), "error_msg": text(12), "error_params": [text(13)]}
    return {
        "name": text(0),
        "state": text(1),
        "source_server": server,
        "target_server": {**server, "vm_id": text(8), "name": text(7)},
        "clone_server": {"vm_id": text(9), "name": text(9), "clone_state": text(10), "clone_error": text(10)},
        "error_json": json.dumps(error) if number % 2 else text(11),
        "sub_tasks": [{"id": str(step), "name": text(14 + step), "progress": 10} for step in range(3)],
        "subtask_info": text(17),
        "type": text(18),
        "os_type": text(19),
        "region_id": text(20),
        "region_name": text(21),
        "project_name": text(22),
        "log_collect_status": text(23),
        "migration_ip": text(24),
    }


@contextmanager
def hostile_service() -> Iterator[Ledger]:
    """As many tasks as there are hostile texts, and a refusal in hostile words for every operation."""
    ledger = Ledger()
    for number in range(len(CORPUS)):
        task_id = ledger.add(f"t{number:04}-aaaa", "")
        ledger.tasks[task_id] |= hostile_task(number)

    def refuse(seen: Seen) -> tuple[int, Mapping[str, str], bytes]:
        words = framed("\x1b[2J\x9b2J\u202e[bold]" + CORPUS[len(ledger.writes)])
        document = {"error_code": "SMS.1038", "error_msg": words, "request_id": words}
        return 400, {}, json.dumps(document).encode()

    ledger.on_write = refuse  # type: ignore[assignment]
    with serving(ledger):
        yield ledger


def table_rows(shown: str) -> list[str]:
    """The lines of the table on a screen, the detail pane and what ticks left out."""
    return [line.split("│")[0] for line in shown.splitlines()[3:-10]]


def log_lines(shown: str) -> list[str]:
    """The lines of a log that has the screen to itself."""
    return shown.splitlines()[3:-1]


def keeps_its_columns(shown: str) -> bool:
    """Whether the second column begins below its heading in every row of which each cell is one character."""
    lines = shown.splitlines()
    place = lines[2].index("STATE")
    # The emulator forgets what follows a mark of combining class 0; those rows show nothing of ours.
    rows = [line for line in table_rows(shown) if "<0123>?" not in line]
    narrow = [line for line in rows if line[: place + 1].replace("▌", " ").isascii()]
    return all(line[place - 1 : place] in {"", " "} and line[place : place + 1] != " " for line in narrow)


def press(terminal: Terminal, key: str, shown: str) -> str:
    """Press a key and wait for what it brings."""
    terminal.send(key)
    return terminal.wait_for(shown)


def leave(terminal: Terminal, shown: str) -> None:
    """Press escape until a dialog is gone: it hears nothing at first."""
    while re.search(shown, terminal.text()):
        terminal.send("\x1b")
        with suppress(AssertionError):
            terminal.wait_gone(shown, 1)


def turn_page(terminal: Terminal, key: str, part: Callable[[str], list[str]]) -> None:
    """Press a paging key and wait until a part of the screen is another."""
    before = part(terminal.text())
    terminal.send(key)
    terminal._wait(lambda now: part(now) != before, "another page", DEADLINE)


def page_through_the_table(terminal: Terminal) -> None:
    """Page down from the first row to the last."""
    for _ in range((len(CORPUS) - 1) // len(table_rows(terminal.text()))):
        turn_page(terminal, "\x1b[6~", table_rows)
        terminal._wait(keeps_its_columns, "every cell below its heading", DEADLINE)
    terminal.wait_for(r"(?m)^▌.*\n─log")


def look_everywhere(terminal: Terminal) -> None:
    """Show hostile texts in the table, every tab of the detail, the explanation and the copy menu."""
    terminal.wait_for(rf"updated.*{len(CORPUS)} tasks", 40)
    page_through_the_table(terminal)
    press(terminal, "g", r"▌ +<0123>␀␀")
    for row in range(4):
        press(terminal, "j", rf"▌ +<0123>{chr(0x2400 + row)}<")
        for _ in range(6):
            before = terminal.text()
            terminal.send("]")
            terminal._wait(lambda now, old=before: now != old, "another tab", 5)
    press(terminal, "x", "What this error means")
    leave(terminal, "What this error means")
    press(terminal, "y", "┃ Copy ")
    terminal.send("\r")
    terminal.wait_gone("┃ Copy ")


def operate_on_many(terminal: Terminal, ledger: Ledger) -> None:
    """Show hostile texts in palette and dialog, then have one operation refused in hostile words."""
    press(terminal, "*a", "Operation for")
    press(terminal, "p", "What happens")
    leave(terminal, "What happens")
    press(terminal, "Ua", "Operation for <0123>")
    press(terminal, "p", "What happens")
    while "What happens" in terminal.text():
        terminal.send("y")
        with suppress(AssertionError):
            terminal.wait_gone("What happens", 1)
    terminal.wait_for("rejected")
    assert len(ledger.writes) == 1


def fill_the_log(terminal: Terminal, ledger: Ledger) -> None:
    """Change every state, and page through the lines of the log about it."""
    for number, task in enumerate(ledger.tasks.values()):
        task["state"] = framed(CORPUS[(number + 201) % len(CORPUS)])
    terminal.send("r")
    terminal.wait_for(r"\dZ   <0123>.* -> <0123>")
    terminal.send("Lz")
    terminal.wait_gone("NAME")
    terminal.wait_gone("tasks read")
    pages = 1
    while "tasks read" not in terminal.text():
        turn_page(terminal, "\x1b[5~", log_lines)
        pages += 1
    assert pages >= len(CORPUS) // 60


def test_no_text_of_the_service_reaches_the_terminal_as_anything_but_text(
    tmp_path: Path, tried: Tried
) -> None:
    with hostile_service() as ledger:
        environ = environment(ledger, tmp_path, TOKEN)
        with Terminal(["--interval", "5"], size=(150, 50), env=environ) as terminal:
            look_everywhere(terminal)
            operate_on_many(terminal, ledger)
            fill_the_log(terminal, ledger)
            terminal.send(":q\r")
            assert terminal.wait_exit() == 0
            raw = everything_written(terminal)
    copied = {kind for kind in kinds(raw) if kind.startswith(COPIED)}
    assert kinds(raw) - copied <= BENIGN_KINDS
    assert len(copied) == 1
    assert is_harmless(base64.b64decode(copied.pop().removeprefix(COPIED)).decode())
    tried(8, len(CORPUS))


def ran(ledger: Ledger, home: Path, *arguments: str) -> str:
    """What a command without a screen writes, to both of its streams."""
    environ = {**os.environ, **environment(ledger, home, TOKEN)}
    done = subprocess.run([*PROGRAM, *arguments], env=environ, capture_output=True, check=True)
    return (done.stdout + done.stderr).decode()


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_no_list_without_a_screen_carries_anything_but_text(tmp_path: Path, form: str, tried: Tried) -> None:
    with hostile_service() as ledger:
        written = ran(ledger, tmp_path, "tasks", "-o", form)
    assert written.count("-aaaa") >= len(CORPUS)
    assert is_harmless(written.replace("\r\n", "\n") if form == "csv" else written, lines=True)
    tried(8, len(CORPUS))


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_task_without_a_screen_carries_anything_but_text(tmp_path: Path, form: str) -> None:
    with hostile_service() as ledger:
        for number in (3, 27, 130):
            written = ran(ledger, tmp_path, "show", f"t{number:04}-aaaa", "-o", form)
            assert "<0123>" in written
            assert is_harmless(written, lines=True)
