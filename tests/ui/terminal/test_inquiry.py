"""A question to the terminal is asked once, and its answer is nobody else's."""

import os
import pty
import threading
import tty
from collections.abc import Iterator

import pytest

from sms_tui.ui.terminal.ground import QUESTION, GroundTold
from sms_tui.ui.terminal.inquiry import Inquiry

ANSWER = b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\"


@pytest.fixture
def ends() -> Iterator[tuple[int, int]]:
    """The terminal's end and the program's end of a line."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    os.set_blocking(slave, False)
    yield master, slave
    os.close(master)
    os.close(slave)


def test_it_is_asked_once_and_only_where_it_is_due() -> None:
    asked: list[str] = []
    for is_due in (False, True):
        inquiry = Inquiry(is_due=is_due)
        inquiry.begin(asked.append)
        inquiry.begin(asked.append)
    assert asked == [QUESTION]


def test_leaving_reads_on_up_to_the_answer(ends: tuple[int, int]) -> None:
    master, slave = ends
    inquiry = Inquiry(is_due=True)
    inquiry.begin(lambda _: None)
    leaving = threading.Thread(target=inquiry.end, args=(slave,))
    leaving.start()
    for part in (b"keys\r", ANSWER[:9], ANSWER[9:]):
        os.write(master, part)
    leaving.join()
    with pytest.raises(BlockingIOError):
        os.read(slave, 1)


@pytest.mark.parametrize("asks", [True, False])
def test_nobody_waits_for_an_answer_that_was_given_or_not_asked_for(
    ends: tuple[int, int], monkeypatch: pytest.MonkeyPatch, asks: bool
) -> None:
    monkeypatch.setattr("select.select", lambda *_: pytest.fail("waited"))
    inquiry = Inquiry(is_due=asks)
    inquiry.begin(lambda _: None)
    assert inquiry.take(GroundTold(is_light=True))
    inquiry.end(ends[1])


def test_leaving_does_not_wait_for_a_line_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    inquiry = Inquiry(is_due=True)
    inquiry.begin(lambda _: None)
    gone = os.open(os.devnull, os.O_RDONLY)
    reads: list[bytes] = []
    read = os.read

    def noted(descriptor: int, size: int) -> bytes:
        reads.append(read(descriptor, size))
        return reads[-1]

    monkeypatch.setattr("os.read", noted)
    inquiry.end(gone)
    os.close(gone)
    assert reads == [b""]
