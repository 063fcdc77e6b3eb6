"""Every operation of the founding API from the keyboard to the wire, with each kind of credential."""

import json
from pathlib import Path

import pytest

from tests.pty.hands import KEYS, PASSWORD, TOKEN, environment, operate
from tests.pty.ledger import Ledger, Seen, serving
from tests.terminal import Terminal

OPERATIONS = [
    ("RUNNING", "p", "y", {"operation": "stop"}),
    ("READY", "s", "1\r", {"operation": "start"}),
    ("ABORT", "s", "y", {"operation": "start"}),
    ("SYNCING", "t", "web-a\r", {"operation": "test"}),
    ("SYNCING", "c", "y", {"operation": "clone_test"}),
    ("MIGRATE_SUCCESS", "r", "web-a\r", {"operation": "restart"}),
    ("SYNC_FAIL", "b", "1\r", {"operation": "sync_failed_rollback"}),
    ("RUNNING", "l", "y", {"operation": "collect_log", "param": {"bucket": "sms-logs"}}),
]


@pytest.mark.parametrize(("state", "letter", "word", "body"), OPERATIONS)
def test_each_operation_leaves_exactly_one_request(
    tmp_path: Path, state: str, letter: str, word: str, body: dict[str, object]
) -> None:
    ledger = Ledger()
    ledger.add("a", state, sub_tasks=[])
    with serving(ledger), Terminal([], env=environment(ledger, tmp_path, TOKEN)) as terminal:
        operate(terminal, letter, word)
        ledger.wait_for_writes(1)
        terminal.wait_for(r"accepted, \d+ ms")
        terminal.send("q")
        assert terminal.wait_exit() == 0
    (write,) = ledger.writes
    assert (write.method, write.path) == ("POST", "/v3/tasks/a/action")
    assert json.loads(write.body) == body
    assert write.headers["X-Auth-Token"] == "given-token"


@pytest.mark.parametrize("credentials", [PASSWORD, KEYS], ids=["password", "keys"])
def test_each_kind_of_credential_signs_reads_and_writes(tmp_path: Path, credentials: dict[str, str]) -> None:
    ledger = Ledger()
    ledger.add("a", "RUNNING")
    with serving(ledger), Terminal([], env=environment(ledger, tmp_path, credentials)) as terminal:
        operate(terminal, "p", "y")
        ledger.wait_for_writes(1)
        terminal.wait_for(r"accepted, \d+ ms")
        terminal.send("q")
        assert terminal.wait_exit() == 0

    def signed(seen: Seen) -> bool:
        if credentials is PASSWORD:
            return seen.headers.get("X-Auth-Token") == "token-from-iam"
        return seen.headers.get("Authorization", "").startswith("SDK-HMAC-SHA256 Access=EXAMPLEAK0123456789A")

    calls = [seen for seen in ledger.seen if "/auth/" not in seen.path]
    assert all(map(signed, calls))
    assert b"a-password" not in terminal.raw
    assert b"exampleSecretKey" not in terminal.raw


def test_five_hundred_tasks_over_three_pages(tmp_path: Path) -> None:
    ledger = Ledger()
    for number in range(500):
        ledger.add(f"{number:04}", "RUNNING")
    with serving(ledger), Terminal([], env=environment(ledger, tmp_path, TOKEN)) as terminal:
        terminal.wait_for("500 of 500")
        offsets = {seen.path for seen in ledger.seen if seen.path.startswith("/v3/tasks?")}
        assert {f"/v3/tasks?limit=200&offset={offset}" for offset in (0, 200, 400)} <= offsets
        terminal.send("G")
        terminal.wait_for("web-0499")
        terminal.send("q")
        assert terminal.wait_exit() == 0
