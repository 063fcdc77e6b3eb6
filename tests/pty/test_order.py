"""What the system saw: the intent is durable before the first byte of its request leaves."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Tried
from tests.needs import need
from tests.pty.hands import TOKEN, environment
from tests.pty.ledger import FOUNDING, service_for, serving
from tests.terminal import PROGRAM

CALLS = "write,fdatasync,fsync,sendto,sendmsg,connect"


def traced(calls: list[str], pattern: str) -> list[int]:
    """Places of the calls that match."""
    return [place for place, call in enumerate(calls) if re.search(pattern, call)]


@pytest.mark.parametrize("operation", FOUNDING)
def test_the_intent_is_durable_before_the_first_byte_leaves(
    tmp_path: Path, operation: str, tried: Tried
) -> None:
    need("strace")
    trace = tmp_path / "trace"
    ledger = service_for(operation)
    with serving(ledger):
        environ = {**os.environ, **environment(ledger, tmp_path, TOKEN)}
        more = ["--param", "bucket=logs"] if operation == "collect_log" else []
        strace = ["strace", "-f", "-qq", "-s", "4096", "-e", f"trace={CALLS}", "-o", str(trace)]
        argv = [*strace, *PROGRAM, "run", operation, "web-a", "--yes", *more]
        done = subprocess.run(argv, env=environ, capture_output=True, text=True, check=False)
    if "ptrace" in done.stderr.lower():
        pytest.skip(f"tracing is not allowed here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    calls = trace.read_text(errors="replace").splitlines()
    (intent,) = traced(calls, r'write\(\d+, ".*\\"kind\\": \\"sent\\"')
    (leaves,) = traced(calls, r"(sendto|sendmsg|write)\(.*POST /v3/tasks/a/action")
    (outcome,) = traced(calls, r'write\(\d+, ".*\\"kind\\": \\"accepted\\"')
    journal = re.search(r"write\((\d+),", calls[intent])
    assert journal
    # A call that another thread's call interrupts in the trace ends on a line of its own.
    durable = traced(calls, rf"fdatasync\({journal[1]}\) += 0|fdatasync resumed>\) += 0")
    connected = [place for place in traced(calls, r"connect\(.*AF_INET") if place < leaves]
    assert any(intent < place < connected[-1] for place in durable), "the connection came first"
    assert intent < leaves < outcome
    assert [place for place in durable if place > outcome]
    tried(3, 1)
