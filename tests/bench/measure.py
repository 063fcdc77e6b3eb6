"""What every measurement needs: programs in turn, medians, a pty with time stamps, figures beside floors."""

import fcntl
import os
import pty
import re
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

SIZE = (160, 48)
"""Columns and lines"""
PROGRAM = (sys.executable, "-m", "sms_tui")
FLOOR_APP = (sys.executable, str(Path(__file__).with_name("minimal.py")))
ECHO_APP = (sys.executable, str(Path(__file__).with_name("echo.py")))
FLOOR = "minimal Textual app"
RAW = "raw + msgspec"
_DEADLINE = 120.0
_SIP = 256
"""Bytes that a slow line carries at once"""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value, beside the floor of the same run and the goal for it."""

    what: str
    value: float
    unit: str
    goal: float
    """Most that is allowed"""
    floor: float | None = None
    floor_name: str = ""
    is_of_floor: bool = True
    """Whether the goal is about the ratio; else the floor stands beside it, for machines of another speed"""

    def __str__(self) -> str:
        """One line: figure, floor, ratio, goal, verdict."""
        ratio = self.value / self.floor if self.floor else None
        judged = self.value if ratio is None or not self.is_of_floor else ratio
        unit = "x" if judged is ratio else f" {self.unit}"
        floor = f"{self.floor_name} {_number(self.floor)} {self.unit}" if self.floor is not None else ""
        told = "" if ratio is None else f"ratio {ratio:.2f}"
        goal, verdict = f"goal <= {_number(self.goal)}{unit}", "met" if judged <= self.goal else "MISSED"
        value = f"{_number(self.value):>9} {self.unit}"
        return f"{self.what:<50}{value:<17}{floor:<36}{told:<14}{goal:<18}{verdict}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def in_turn(rounds: int, measures: Mapping[str, Callable[[], float]]) -> dict[str, float]:
    """Medians by name: all measures once each round, so that a drifting machine slows all; one round more
    is run first and dropped."""
    seen: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(rounds + 1):
        for name, measure in measures.items():
            seen[name].append(measure())
    return {name: statistics.median(values[1:]) for name, values in seen.items()}


@contextmanager
def home() -> Iterator[dict[str, str]]:
    """The environment of a user who has just arrived, as it goes to a program."""
    with tempfile.TemporaryDirectory(prefix="bench-home-") as folder:
        yield {
            "PATH": os.environ.get("PATH", ""),
            "HOME": folder,
            "XDG_STATE_HOME": f"{folder}/state",
            "XDG_CONFIG_HOME": f"{folder}/config",
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
            # What `-m sms_tui` needs where the package is not installed.
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }


class Tty:
    """A program in a pty; what it writes is stamped as it comes and looked through only when asked."""

    def __init__(
        self, program: Sequence[str], env: Mapping[str, str], size: tuple[int, int] = SIZE, rate: int = 0
    ) -> None:
        """`rate`: bytes a second that the line carries, 0 for no limit."""
        self._rate = rate
        self.chunks: list[tuple[float, bytes]] = []
        """Seconds since the start, and what came then"""
        self._news = threading.Condition()
        self._over = False
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self._began = time.perf_counter()
        self.process = subprocess.Popen(
            list(program),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=dict(env),
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> "Tty":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._reader.join(5)
        os.close(self._master)

    def send(self, keys: bytes) -> float:
        """Type `keys`; when, in seconds since the start."""
        os.write(self._master, keys)
        return time.perf_counter() - self._began

    def press(self, keys: bytes, times: int, gap: float) -> list[float]:
        """Type `keys` each `gap` seconds by the clock, whatever the program does; when each was sent."""
        begun, sent = time.perf_counter(), []
        for number in range(times):
            time.sleep(max(begun + number * gap - time.perf_counter(), 0))
            sent.append(self.send(keys))
        return sent

    def until(self, pattern: bytes, start: int = 0) -> float:
        """Milliseconds from the start until the text written since chunk `start` has `pattern` in it."""
        text, at = bytearray(), start
        end = time.monotonic() + _DEADLINE
        while True:
            with self._news:
                while at >= len(self.chunks):
                    if self._over or time.monotonic() > end:
                        raise RuntimeError(
                            f"{pattern!r} was never written; the end of it: {bytes(text[-2000:])!r}"
                        )
                    self._news.wait(1.0)
                stamp, data = self.chunks[at]
            at += 1
            text += data
            if re.search(pattern, _plain(bytes(text))):
                return stamp * 1000

    def _read(self) -> None:
        while True:
            select.select([self._master], [], [], 1.0)
            try:
                data = os.read(self._master, _SIP if self._rate else 65536)
            except OSError:
                data = b""
            with self._news:
                if data:
                    self.chunks.append((time.perf_counter() - self._began, data))
                self._over = not data
                self._news.notify_all()
            if not data:
                return
            if self._rate:
                time.sleep(len(data) / self._rate)


_SEQUENCES = re.compile(
    rb"\x1b(?:\[[0-9;:?<>=]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][0-9A-Z]|[=>78])"
)


def _plain(text: bytes) -> bytes:
    """The text without control sequences: a word may be cut into pieces of several colours."""
    return _SEQUENCES.sub(b"", text)


def until_written(program: Sequence[str], pattern: bytes, env: Mapping[str, str]) -> float:
    """Milliseconds from the start of `program` until it has written `pattern`."""
    with Tty(program, env) as tty:
        return tty.until(pattern)
