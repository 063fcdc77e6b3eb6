"""A terminal for tests: runs the installed program in a pty, reads its screen, types its keys.

Waiting is for something seen, never for time to pass: `wait_for` returns as soon as the screen shows it.
"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Mapping, Sequence
from types import TracebackType

import pyte

from sms_tui.exit_codes import ENDING_SIGNALS

PROGRAM = (sys.executable, "-m", "sms_tui")
DEADLINE = 15.0
"""Seconds after which something that was waited for counts as never coming"""
_LOOK_AT_PROCESS = 0.5
_END = b"\x1b[?98;76l"
"""Written behind the last of a program, which nobody can see coming otherwise; means nothing to a terminal"""


class Screen(pyte.Screen):
    """pyte's screen, deaf to the private sequences that it would misread as others."""

    @property
    def display(self) -> list[str]:
        """The lines of text; pyte's own fails at half a wide character, which half a frame can leave."""
        return ["".join(self.buffer[y][x].data for x in range(self.columns)) for y in range(self.lines)]

    def report_device_status(self, mode: int = 0, **_: object) -> None:
        """Answer nothing: the program must not depend on a terminal that answers."""

    def cursor_position(self, line: int | None = None, column: int | None = None, *_: int) -> None:
        """Ignore parameters that only mouse reports have, which a program's own echo can bring here."""
        super().cursor_position(line, column)

    def select_graphic_rendition(self, *attrs: int, **private: object) -> None:
        """Ignore `CSI > … m`, which is about keyboards."""
        if not private:
            super().select_graphic_rendition(*attrs)


def heed_signals() -> None:
    """In a new process: none is ignored, whatever these tests run under, such as `nohup`."""
    for number in ENDING_SIGNALS:
        signal.signal(number, signal.SIG_DFL)


def _at_a_terminal() -> None:
    heed_signals()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    """One program in one pty of `size` (columns, lines)."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        size: tuple[int, int] = (120, 40),
        env: Mapping[str, str] | None = None,
        program: Sequence[str] = PROGRAM,
        cwd: str | None = None,
    ) -> None:
        self._screen = Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self._changed = threading.Condition()
        self._over = self._is_closed = self._is_read = False
        self._wake = os.pipe()
        self.raw = bytearray()
        """Everything the program wrote"""
        self.master, slave = pty.openpty()
        self._set_size(size)
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        self.process = subprocess.Popen(
            [*program, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**_plain_environment(), **(env or {})},
            start_new_session=True,
            preexec_fn=_at_a_terminal,
            cwd=cwd,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.close()

    def close(self) -> None:
        """Take the terminal away, as a dropped connection does."""
        if self._is_closed:
            return
        self._is_closed = True
        # Only once nobody reads it can the descriptor go: its number may be the next terminal's at once.
        os.write(self._wake[1], b".")
        self._reader.join()
        for descriptor in (self.slave, self.master, *self._wake):
            os.close(descriptor)

    def send(self, keys: str | bytes) -> None:
        """Type `keys`."""
        os.write(self.master, keys.encode() if isinstance(keys, str) else keys)

    def resize(self, columns: int, lines: int) -> None:
        """Change the size as a terminal emulator does."""
        with self._changed:
            self._screen.resize(lines, columns)
        self._set_size((columns, lines))
        os.killpg(self.process.pid, signal.SIGWINCH)

    def text(self) -> str:
        """What the screen shows, lines stripped of trailing blanks."""
        with self._changed:
            return "\n".join(line.rstrip() for line in self._screen.display)

    def wait_for(self, pattern: str, deadline: float = DEADLINE) -> str:
        """Wait until the screen shows `pattern`; the screen then."""
        return self._wait(lambda shown: re.search(pattern, shown) is not None, f"/{pattern}/", deadline)

    def wait_gone(self, pattern: str, deadline: float = DEADLINE) -> str:
        """Wait until the screen shows `pattern` no longer; the screen then."""
        return self._wait(lambda shown: re.search(pattern, shown) is None, f"no /{pattern}/", deadline)

    def wait_written(self, data: bytes, times: int = 1, deadline: float = DEADLINE) -> None:
        """Wait until the program wrote `data` so many times."""
        self._wait(lambda _: self.raw.count(data) >= times, f"{data!r} {times} times", deadline)

    def wait_exit(self, deadline: float = DEADLINE) -> int:
        """Wait until the program is gone and all it wrote is read; its exit code, negative for a signal."""
        try:
            code = self.process.wait(deadline)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"it never ended; the screen at the end:\n{self.text()}") from None
        if not self._is_closed:
            os.write(self.slave, _END)
            with self._changed:
                assert self._changed.wait_for(lambda: self._is_read or self._over, deadline)
        return code

    def _wait(self, is_so, wanted: str, deadline: float) -> str:  # type: ignore[no-untyped-def]
        left = deadline
        with self._changed:
            while True:
                shown = "\n".join(line.rstrip() for line in self._screen.display)
                if is_so(shown):
                    return shown
                if left <= 0 or self._over:
                    raise AssertionError(f"{wanted} was never shown; the screen at the end:\n{shown}")
                began, most = time.monotonic(), min(left, _LOOK_AT_PROCESS)
                news = self._changed.wait(most)
                # A machine that stood still for longer has not let the program work meanwhile.
                left -= min(time.monotonic() - began, most)
                self._over = not news and self.process.poll() is not None

    def _set_size(self, size: tuple[int, int]) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))

    def _read(self) -> None:
        while self.master in select.select([self.master, self._wake[0]], [], [])[0]:
            try:
                data = os.read(self.master, 65536)
            except OSError:
                break
            with self._changed:
                self.raw += data
                self._stream.feed(data)
                # It may come in two parts.
                if self.raw.endswith(_END):
                    del self.raw[-len(_END) :]
                    self._is_read = True
                self._changed.notify_all()
        with self._changed:
            self._over = True
            self._changed.notify_all()


def _plain_environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "SSL_CERT_FILE") if name in os.environ}
    return {"TERM": "xterm-256color", "COLORTERM": "truecolor", **kept, "LANG": "C.UTF-8"}
