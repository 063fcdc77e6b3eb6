"""Signals end a command in order, each with its own exit code."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import PROGRAM, Service, plain, ran, started
from tests.terminal import heed_signals

EACH_ENDING = pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGHUP, 129), (signal.SIGINT, 130), (signal.SIGQUIT, 131), (signal.SIGTERM, 143)],
)


@EACH_ENDING
def test_a_signal_ends_it_in_order(service: Service, tmp_path: Path, number: int, code: int) -> None:
    argv = [*PROGRAM, "watch", "--interval", "0.5"]
    environ = service.environ(tmp_path)
    with started(argv, environ, preexec_fn=heed_signals) as process:
        assert process.stderr is not None
        assert "tasks read" in process.stderr.readline()
        process.send_signal(number)
        assert process.wait(30) == code
        assert process.stderr.read() == ""


@EACH_ENDING
def test_a_signal_ends_what_hangs_too(tmp_path: Path, number: int, code: int) -> None:
    hung = (
        "import os, time\n"
        "from sms_tui import hard_stop\n"
        "from sms_tui.cli.signals import run_until_ended\n"
        "hard_stop._LONGEST_END = 0.2\n"
        "async def work():\n"
        "    os.write(1, b'it hangs')\n"
        "    time.sleep(600)\n"
        "run_until_ended(work())\n"
    )
    argv = [sys.executable, "-c", hung]
    with started(argv, plain(tmp_path), stdout=subprocess.PIPE, preexec_fn=heed_signals) as process:
        assert process.stdout is not None
        assert process.stdout.read(8) == "it hangs"
        process.send_signal(number)
        assert process.wait(30) == code


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux")
def test_what_hangs_ends_too_if_it_was_stopped_meanwhile(tmp_path: Path) -> None:
    """Which thread gets the alarm is up to the system: every second time it is the one that hangs."""
    hung = (
        "import asyncio, os, signal, threading, time\n"
        "from sms_tui import hard_stop\n"
        "from sms_tui.cli.signals import run_until_ended\n"
        "hard_stop._LONGEST_END = hard_stop._AGAIN = 0.2\n"
        "arm = hard_stop.HardStop.arm\n"
        "hard_stop.HardStop.arm = lambda *given: (arm(*given), os.write(1, b'it ends'))\n"
        "async def work():\n"
        "    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n"
        "    asyncio.get_running_loop().add_signal_handler(signal.SIGCONT, print)\n"
        "    os.write(1, b'it hangs')\n"
        "    time.sleep(600)\n"
        "run_until_ended(work())\n"
    )
    argv = [sys.executable, "-c", hung]
    with started(argv, plain(tmp_path), stdout=subprocess.PIPE, preexec_fn=heed_signals) as process:
        assert process.stdout is not None
        assert process.stdout.read(8) == "it hangs"
        process.send_signal(signal.SIGTERM)
        assert process.stdout.read(7) == "it ends"
        process.send_signal(signal.SIGSTOP)
        while not is_rung(process):
            pass
        process.send_signal(signal.SIGCONT)
        assert process.wait(30) == 143


def is_rung(process: "subprocess.Popen[str]") -> bool:
    """Whether an alarm waits for the process, or has ended it already."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    pending = next(int(line.split()[1], 16) for line in status.splitlines() if line.startswith("ShdPnd"))
    return bool(pending >> signal.SIGALRM - 1 & 1) or process.poll() is not None


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT])
def test_a_signal_that_was_ignored_before_stays_ignored(
    service: Service, tmp_path: Path, number: int
) -> None:
    """`nohup`, and `&` in a script, start programs so."""
    argv = [*PROGRAM, "watch", "--interval", "0.5"]
    environ = service.environ(tmp_path)
    with started(argv, environ, preexec_fn=lambda: signal.signal(number, signal.SIG_IGN)) as process:
        assert process.stderr is not None
        assert "tasks read" in process.stderr.readline()
        process.send_signal(number)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 143


@EACH_ENDING
def test_a_signal_ends_the_simulated_service_with_its_code(tmp_path: Path, number: int, code: int) -> None:
    argv = [*PROGRAM, "simulate", "--scenario", "calm"]
    with started(argv, plain(tmp_path), stdout=subprocess.PIPE, preexec_fn=heed_signals) as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        # An answer of any kind: it serves.
        environ = {**plain(tmp_path), "SMS_TUI_ENDPOINT": url, "SMS_TUI_TOKEN": "x"}
        assert ran(environ, "tasks").returncode == 3
        process.send_signal(number)
        rest, noise = process.communicate(timeout=30)
    assert (process.returncode, rest, noise) == (code, "", "")
