"""kill -9 at any byte of an operation: what was open is listed, settled by reading, and never sent again."""

import json
import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from sms_tui.engine.journal import reader as journal_reader
from tests.chaos import Deed, Fault, Proxy, Side, is_write, proxied
from tests.conftest import Tried
from tests.pty.hands import TOKEN, environment, operate
from tests.pty.ledger import service_for, serving
from tests.terminal import PROGRAM, Terminal

POINTS = [
    ("start", Fault(Deed.STALL, Side.REQUEST, 0)),
    ("collect_log", Fault(Deed.STALL, Side.REQUEST, 0.6)),
    ("test", Fault(Deed.STALL, Side.REQUEST, -1)),
    ("sync_failed_rollback", Fault(Deed.STALL, Side.REQUEST, 1.0)),
    ("stop", Fault(Deed.STALL, Side.REQUEST, 0.5, arrives=True)),
    ("clone_test", Fault(Deed.STALL, Side.ANSWER, 1)),
    ("restart", Fault(Deed.STALL, Side.ANSWER, 0.5)),
    ("stop", Fault(Deed.STALL, Side.ANSWER, 1.0)),
]
OPEN = {"sent", "unknown"}


def ran(environ: Mapping[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    """A command of the installed program."""
    return subprocess.run(
        [*PROGRAM, *arguments], env={**os.environ, **environ}, capture_output=True, text=True, check=False
    )


def folder_of(home: Path) -> Path:
    """The folder of the journal."""
    return home / ".local" / "state" / "sms-tui" / "journal"


def kinds_on_disk(home: Path) -> dict[str, list[str]]:
    """For each operation the kinds of its records, read without a line of the program's code."""
    lines = [line for path in folder_of(home).glob("*.jsonl") for line in path.read_bytes().split(b"\n")[:-1]]
    records: list[dict[str, Any]] = [json.loads(line) for line in lines]
    found: dict[str, list[str]] = {}
    # Not by the names of the files: those of one second are in the order of their numbers as texts.
    for record in sorted(records, key=lambda record: (float(record["t"]), record["seq"])):
        found.setdefault(record["op_id"], []).append(record["kind"])
    return found


def open_on_disk(home: Path) -> set[str]:
    """Operations that have an intent and no outcome."""
    return {op_id for op_id, kinds in kinds_on_disk(home).items() if kinds[-1] in OPEN}


def open_in_list(environ: Mapping[str, str]) -> set[str]:
    """What the program itself takes for open."""
    listed = ran(environ, "journal", "list", "--offline", "-o", "jsonl")
    documents = [json.loads(line) for line in listed.stdout.splitlines()]
    return {one["op_id"] for one in documents if one["outcome"] in OPEN}


@pytest.mark.parametrize(("operation", "fault"), POINTS, ids=[f"{name} {fault}" for name, fault in POINTS])
def test_a_command_that_is_killed_at_a_byte(
    tmp_path: Path, operation: str, fault: Fault, tried: Tried
) -> None:
    ledger = service_for(operation)
    victims: list[subprocess.Popen[bytes]] = []
    proxy = Proxy("", lambda head: fault if is_write(head) else None, lambda: victims[0].kill())
    with serving(ledger):
        proxy.upstream = ledger.url
        with proxied(proxy):
            ledger.url = proxy.url
            environ = environment(ledger, tmp_path, TOKEN)
            more = ["--param", "bucket=logs"] if operation == "collect_log" else []
            argv = [*PROGRAM, "run", operation, "web-a", "--yes", *more]
            victims.append(subprocess.Popen(argv, env={**os.environ, **environ}))
            assert victims[0].wait(20) == -signal.SIGKILL
            assert len(proxy.struck) == 1
            arrived = len(ledger.writes)
            assert open_in_list(environ) == open_on_disk(tmp_path)
            is_open = bool(open_on_disk(tmp_path))
            assert is_open or fault.at == 1.0
            stays_open = is_open and not arrived
            # Time runs out only where reading can show nothing, however busy the machine is.
            settled = ran(environ, "journal", "settle", "--timeout", "0.5" if stays_open else "20")
            assert settled.returncode == (5 if stays_open else 0), settled.stderr
            assert bool(open_on_disk(tmp_path)) == stays_open
            assert len(ledger.writes) == arrived <= 1
            assert journal_reader.verify(folder_of(tmp_path)) == []
    tried(1, 1)
    tried(3, 1)


@pytest.mark.parametrize(
    "fault",
    [Fault(Deed.STALL, Side.REQUEST, 0.5), Fault(Deed.STALL, Side.ANSWER, 0.5)],
    ids=["in the request", "in the answer"],
)
def test_the_interface_that_is_killed_at_a_byte(tmp_path: Path, fault: Fault, tried: Tried) -> None:
    ledger = service_for("stop")
    terminals: list[Terminal] = []
    proxy = Proxy("", lambda head: fault if is_write(head) else None, lambda: terminals[0].process.kill())
    with serving(ledger):
        proxy.upstream = ledger.url
        with proxied(proxy):
            ledger.url = proxy.url
            environ = environment(ledger, tmp_path, TOKEN)
            with Terminal(["--interval", "0.5"], env=environ) as terminal:
                terminals.append(terminal)
                with suppress(AssertionError, OSError):
                    operate(terminal, "p", "y")
                assert terminal.wait_exit() == -signal.SIGKILL
            arrived = len(ledger.writes)
            assert open_in_list(environ) == open_on_disk(tmp_path) != set()
            with Terminal(["--interval", "0.5"], env=environ) as terminal:
                terminal.wait_for(r"web-a +pause \(stop\) of an earlier run is unresolved: reading the task")
                ledger.tasks["a"]["state"] = "ABORT"
                terminal.wait_for(r"web-a +pause \(stop\) confirmed: .*ABORT")
                terminal.send("q")
                assert terminal.wait_exit() == 0
            assert open_on_disk(tmp_path) == set()
            assert len(ledger.writes) == arrived <= 1
    tried(1, 1)
    tried(3, 1)
