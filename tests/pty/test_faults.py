"""A service that fails in every way: keys answer, age is told, nothing is lost or sent twice."""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from tests.conftest import Tried
from tests.pty.hands import PASSWORD, TOKEN, environment
from tests.pty.ledger import Answer, Ledger, Seen, serving
from tests.terminal import Terminal

_FLOOD = 64 * 1024 * 1024
T = TypeVar("T", bound=Terminal)
NAMES = "abcdefgh"
PROFILE = """
interval = 0.5
[profiles.lab]
endpoint = "{}"
read_timeout = 1
write_timeout = 1
"""
PORTAL = (200, {"Content-Type": "text/html"}, b"<html><body>Sign in to the hotel</body></html>")
GARBAGE = (200, {}, bytes(range(256)) * (5 * 4096))
CUT_OFF = (200, {}, b'{"count": 8, "tasks": [{"id": "a", "na')
THROTTLED = {"error_code": "APIGW.0308", "error_msg": "The throttling threshold has been reached"}
EXPIRED = {"error_code": "APIGW.0301", "error_msg": "Incorrect IAM authentication information"}
REFUSED = {"error_code": "SMS.1038", "error_msg": "The task cannot be paused"}
BROKEN = {"error_code": "SMS.0001", "error_msg": "Internal error"}


def saying(status: int, document: object, **headers: str) -> Answer:
    """An answer in JSON; an underscore in a header's name stands for its hyphen."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return status, named, json.dumps(document).encode()


class Hanging:
    """Never answers, until told that the test is over."""

    def __init__(self) -> None:
        self._over = threading.Event()

    def __call__(self, _seen: Seen) -> Answer | None:
        """Keep the caller waiting, then close."""
        self._over.wait(60)
        return None

    def end(self) -> None:
        """Let every caller go."""
        self._over.set()


def always(answer: Answer | None) -> Callable[[Seen], Answer | None]:
    """Say the same to everybody; None closes the connection."""
    return lambda _seen: answer


READ_FAULTS = {
    "closed": always(None),
    "500": always(saying(500, BROKEN)),
    "429": always(saying(429, THROTTLED, Retry_After="1")),
    "portal": always(PORTAL),
    "cut-off": always(CUT_OFF),
    "garbage": always(GARBAGE),
}
WRITE_FAULTS = {
    "a": (saying(200, {}), "accepted"),
    "b": (saying(400, REFUSED), "rejected"),
    "c": (saying(429, THROTTLED, Retry_After="1"), "rejected"),
    "d": (saying(500, BROKEN), "unknown"),
    "e": (None, "unknown"),
    "f": (CUT_OFF, "unknown"),
    "g": (PORTAL, "unknown"),
    "h": (GARBAGE, "unknown"),
}


@contextmanager
def opened(
    ledger: Ledger, home: Path, kind: type[T] = Terminal, credentials: dict[str, str] = TOKEN
) -> Iterator[T]:
    """The program on eight tasks of the ledger, polling as fast as it may, patient for one second only."""
    for name in NAMES:
        ledger.add(name, "RUNNING")
    config = home / "config.toml"
    with serving(ledger):
        config.write_text(PROFILE.format(ledger.url))
        with kind(["--config", str(config)], env=environment(ledger, home, credentials)) as terminal:
            terminal.wait_for("updated")
            terminal.wait_for("web-h")
            yield terminal


def cursor(terminal: Terminal) -> str:
    """The name of the task under the cursor."""
    found = re.search(r"(?m)^▌ +(\S+)", terminal.text())
    return found[1] if found else ""


def moves(terminal: Terminal) -> None:
    """Move the cursor down and up: it answers."""
    assert cursor(terminal) == "web-a"
    terminal.send("j")
    terminal.wait_for("(?m)^▌ +web-b")
    terminal.send("k")
    terminal.wait_for("(?m)^▌ +web-a")


def to_task(terminal: Terminal, name: str) -> None:
    """Move the cursor down to a task."""
    while cursor(terminal) != f"web-{name}":
        at = cursor(terminal)
        terminal.send("j")
        # Only there: what is told in passing has such a mark before its text too.
        terminal.wait_gone(f"(?m)^▌ +{at}")


def confirm_stop(terminal: Terminal, name: str) -> None:
    """Lead a pause of the task under the cursor through its dialogs, by its command."""
    terminal.send("a")
    terminal.wait_for(f"Operation for web-{name}")
    terminal.send("p")
    terminal.wait_for("What happens")
    while "What happens" in terminal.text():
        terminal.send("y")
        with suppress(AssertionError):
            terminal.wait_gone("What happens", 1)


def shows_everything(terminal: Terminal) -> bool:
    """Whether all tasks are still on the screen."""
    shown = terminal.text()
    return all(f"web-{name}" in shown for name in NAMES)


def outlives(terminal: Terminal, ledger: Ledger, name: str) -> None:
    """See the age told while reads fail, keys answer, and all come back by itself with the news, `name`."""
    terminal.wait_for(r"STALE|OFFLINE", 40)
    moves(terminal)
    assert shows_everything(terminal)
    ledger.tasks["h"]["name"] = f"web-h-{name}"
    ledger.on_read = None
    terminal.wait_for(f"web-h-{name}")
    terminal.wait_for("updated")


def test_each_way_of_failing_a_read_is_told_and_passes(tmp_path: Path) -> None:
    ledger = Ledger()
    with opened(ledger, tmp_path) as terminal:
        for name, fault in READ_FAULTS.items():
            ledger.on_read = fault
            outlives(terminal, ledger, name)
        # Once for all: a fault may be over before the last try of a read that it met, and then none failed.
        terminal.wait_for("The service answers again")
        terminal.send("q")
        assert terminal.wait_exit() == 0


def most_memory(terminal: Terminal) -> int:
    """The most MiB that the program ever had in memory."""
    status = Path(f"/proc/{terminal.process.pid}/status").read_text(encoding="utf-8")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) // 1024


def test_an_answer_of_64_mib_is_told_and_takes_no_such_memory(tmp_path: Path, tried: Tried) -> None:
    ledger = Ledger()
    told = b'{"count": 1, "tasks": [{"id": "a", "name": "'
    flood = (200, {"Content-Type": "application/json"}, told + b"a" * _FLOOD + b'"}]}')
    with opened(ledger, tmp_path) as terminal:
        before = most_memory(terminal)
        for number in range(3):
            ledger.on_read = always(flood)
            outlives(terminal, ledger, f"flood-{number}")
        assert most_memory(terminal) - before < _FLOOD // 1024**2 * 3 // 4
        terminal.send("q")
        assert terminal.wait_exit() == 0
    tried(6, 3)


def test_a_service_that_never_answers_is_told_and_passes(tmp_path: Path) -> None:
    ledger, hanging = Ledger(), Hanging()
    with opened(ledger, tmp_path) as terminal:
        ledger.on_read = hanging
        outlives(terminal, ledger, "hanging")
        terminal.send("q")
        assert terminal.wait_exit() == 0
        hanging.end()


def test_three_failures_in_a_row_are_offline_and_only_then_is_what_costs_refused(tmp_path: Path) -> None:
    ledger = Ledger()
    with opened(ledger, tmp_path) as terminal:
        ledger.on_read = always(None)
        terminal.wait_for(r"OFFLINE since \d\d:\d\d", 40)
        terminal.send("a")
        terminal.wait_for("Operation for")
        terminal.send("p\r")
        terminal.wait_for("OFFLINE: only repeatable")
        assert shows_everything(terminal) or "Operation for" in terminal.text()
    assert ledger.writes == []


def test_each_answer_to_an_operation_leaves_one_request_and_the_right_word(tmp_path: Path) -> None:
    ledger = Ledger()
    ledger.on_write = lambda seen: WRITE_FAULTS[seen.path.split("/")[3]][0]
    with opened(ledger, tmp_path) as terminal:
        for name, (_, word) in WRITE_FAULTS.items():
            to_task(terminal, name)
            confirm_stop(terminal, name)
            terminal.wait_for(rf"web-{name} +pause \(stop\) {word}")
    paths = [write.path for write in ledger.writes]
    assert paths == [f"/v3/tasks/{name}/action" for name in WRITE_FAULTS]


def test_an_operation_without_an_answer_is_unknown_and_one_that_cannot_leave_is_not_sent(
    tmp_path: Path,
) -> None:
    ledger, hanging = Ledger(), Hanging()
    ledger.on_write = hanging
    with opened(ledger, tmp_path) as terminal:
        confirm_stop(terminal, "a")
        terminal.wait_for(r"web-a +pause \(stop\) unknown")
        to_task(terminal, "b")
        ledger.on_read = lambda seen: None if seen.path.startswith("/v3/tasks/b") else ledger.read(seen)
        confirm_stop(terminal, "b")
        terminal.wait_for(r"web-b +pause \(stop\) not sent")
        hanging.end()
    assert [write.path for write in ledger.writes] == ["/v3/tasks/a/action"]


def test_a_token_that_is_refused_costs_an_operation_one_request_and_no_run_on_the_sign_in(
    tmp_path: Path,
) -> None:
    ledger = Ledger()
    refused = always(saying(401, EXPIRED))
    with opened(ledger, tmp_path, credentials=PASSWORD) as terminal:
        ledger.on_write = refused
        confirm_stop(terminal, "a")
        terminal.wait_for(r"web-a +pause \(stop\) rejected")
        ledger.on_read = refused
        terminal.wait_for("OFFLINE", 40)
        moves(terminal)
        assert shows_everything(terminal)
    assert len(ledger.writes) == 1
    assert sum("/auth/" in seen.path for seen in ledger.seen) <= 2


def wait_for_polls(ledger: Ledger, count: int) -> None:
    """Wait until the service has seen `count` requests in all."""
    with ledger.arrived:
        assert ledger.arrived.wait_for(lambda: len(ledger.seen) >= count, 20)


def wait_for_journal(home: Path, kind: str) -> None:
    """Wait until a record of that kind is on disk."""
    for _ in range(200):
        if any(f'"kind": "{kind}"' in path.read_text() for path in home.rglob("*.jsonl")):
            return
        time.sleep(0.05)
    raise AssertionError(f"no {kind} in the journal")


class Stalling(Terminal):
    """A terminal that can stop reading, as one behind a dead line does."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.reads = threading.Event()
        self.reads.set()
        super().__init__(*arguments, **options)

    def _read(self) -> None:
        stream, self._stream = self._stream, self
        self._fed = stream
        super()._read()

    def feed(self, data: bytes) -> None:
        """Take what was read, and nothing more while the line is dead."""
        self._fed.feed(data)
        self._changed.release()
        self.reads.wait()
        self._changed.acquire()

    def close(self) -> None:
        """Let the reader go first: nobody waits for one that is held."""
        self.reads.set()
        super().close()


def test_a_terminal_that_stops_reading_stops_neither_polls_nor_answers(tmp_path: Path) -> None:
    ledger = Ledger()
    answer = threading.Event()
    ledger.on_write = lambda _seen: saying(200, {}) if answer.wait(30) else None
    with opened(ledger, tmp_path, Stalling) as terminal:
        confirm_stop(terminal, "a")
        ledger.wait_for_writes(1)
        terminal.reads.clear()
        for _ in range(40):
            terminal.send("jk\x0c" * 10)
        answer.set()
        wait_for_polls(ledger, len(ledger.seen) + 12)
        wait_for_journal(tmp_path, "accepted")
        ledger.tasks["h"]["name"] = "web-h-later"
        terminal.reads.set()
        terminal.wait_for("web-h-later")
        terminal.wait_for(r"web-a +pause \(stop\) accepted")
        moves(terminal)
    assert len(ledger.writes) == 1
