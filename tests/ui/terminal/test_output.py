"""What is written reaches the terminal whole and in order, and nobody waits for one that does not read."""

import os
import pty
import threading
import tty
from collections.abc import Iterator

import pytest

from sms_tui.ui.terminal.output import MOST_BACKLOG, Output

MUCH = "x" * 40_000 + "é" * 40_000
"""More than any terminal takes at once"""


class Line:
    """A terminal and an output that writes to it."""

    def __init__(self, *, started: bool = True) -> None:
        self.reads, self._terminal = pty.openpty()
        tty.setraw(self._terminal)
        self.repaints = threading.Event()
        self.output = Output(self._terminal, "utf-8", self.repaints.set)
        if started:
            self.output.start()

    def read(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            data += os.read(self.reads, 65536)
        return data

    def close(self) -> None:
        if self.output.is_alive():
            self.output.stop()
        os.close(self.reads)
        os.close(self._terminal)


@pytest.fixture
def line() -> Iterator[Line]:
    made = Line()
    yield made
    made.close()


def test_what_a_terminal_takes_at_once_needs_no_thread() -> None:
    line = Line(started=False)
    line.output.write("a frame, größer")
    assert line.output.backlog == 0
    assert line.read(17) == "a frame, größer".encode()
    line.close()


def test_what_is_left_over_follows_in_order(line: Line) -> None:
    line.output.write(MUCH)
    assert line.output.backlog > 0, "nobody reads, and still it came back"
    drained = threading.Event()
    line.output.when_drained(drained.set)
    assert not drained.is_set()
    line.output.write("and then this")
    wanted = (MUCH + "and then this").encode()
    assert line.read(len(wanted)) == wanted
    assert drained.wait(10)
    assert line.output.backlog == 0
    line.output.write("at once again")
    assert line.read(13) == b"at once again"


def test_a_terminal_that_does_not_read_loses_whole_frames_and_is_painted_anew(line: Line) -> None:
    sent = 0
    while line.output.backlog <= MOST_BACKLOG:
        line.output.write(MUCH)
        sent += len(MUCH.encode())
    line.output.write("f" * 100)
    line.output.write("\x1b[?25h")
    assert line.read(sent + 6).endswith("é\x1b[?25h".encode())
    assert line.repaints.wait(10)


def test_a_line_without_a_name_is_written_to_by_the_thread_alone() -> None:
    reads, writes = os.pipe()
    output = Output(writes, "utf-8", lambda: None)
    output.start()
    output.write("through a pipe")
    assert os.read(reads, 100) == b"through a pipe"
    output.stop()
    os.close(reads)
    os.close(writes)


def test_a_terminal_that_somebody_told_never_to_wait_gets_everything(line: Line) -> None:
    os.set_blocking(line._terminal, False)
    line.output.write(MUCH)
    drained = threading.Event()
    line.output.when_drained(drained.set)
    wanted = MUCH.encode()
    assert line.read(len(wanted)) == wanted
    assert drained.wait(10)
    assert line.output.backlog == 0


FRAME = "\x1b[?2026h" + "".join(f"\x1b[{row};1Hrow {row}" for row in range(10_000)) + "\x1b[?2026l"
"""More than any terminal takes at once, too"""
CLIPBOARD = f"\x1b]52;c;{'a' * 100}\x07"


def test_leaving_breaks_a_frame_off_between_two_sequences_and_drops_those_behind_it(line: Line) -> None:
    for text in (FRAME, "\x1b[1mnever begun" * 10, CLIPBOARD, "\x1b[?25h"):
        line.output.write(text)
    leaving = threading.Thread(target=line.output.stop)
    leaving.start()
    data, last = b"", f"{CLIPBOARD}\x1b[?25h".encode()
    while not data.endswith(last):
        data += os.read(line.reads, 65536)
    leaving.join()
    drawn = data.removesuffix(last).removesuffix(b"\x1b[?2026l")
    assert len(drawn) < len(FRAME) / 2
    assert FRAME.startswith(f"{drawn.decode()}\x1b[")


def test_those_who_share_the_terminal_wait_for_it_as_before(line: Line) -> None:
    assert os.get_blocking(line._terminal)


def test_a_terminal_that_is_gone_swallows_everything() -> None:
    line = Line()
    os.close(line.reads)
    line.output.write(MUCH)
    drained = threading.Event()
    line.output.when_drained(drained.set)
    assert drained.wait(10)
    line.output.stop()
    assert not line.output.is_alive()
    os.close(line._terminal)
