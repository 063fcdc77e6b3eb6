"""A question to the terminal: nobody waits for its answer, and no late answer is left for the shell."""

import os
import select
import time
from collections.abc import Callable

from textual.message import Message
from textual.messages import TerminalSupportsSynchronizedOutput

from sms_tui.ui.terminal.ground import QUESTION, GroundTold

_LATEST = 0.5
"""Seconds after the question up to which leaving waits for an answer"""
_ANSWERS = (GroundTold, TerminalSupportsSynchronizedOutput)
"""Textual asks a question of its own after ours: a terminal that answers that one answers ours no more"""
_ENDS = (b"\x07", b"\x1b\\", b"$y")
_READ_SIZE = 4096


class Inquiry:
    """Asks for the ground, once, where that is due."""

    def __init__(self, *, is_due: bool) -> None:
        self._is_due = is_due
        self._latest: float | None = None
        """When the answer is given up; None while none is awaited"""

    def begin(self, write: Callable[[str], None]) -> None:
        """Ask, unless that was done."""
        if self._is_due:
            self._is_due = False
            self._latest = time.monotonic() + _LATEST
            write(QUESTION)

    def take(self, message: Message) -> bool:
        """Take an answer of the terminal, so that none is awaited any more; False if `message` is none."""
        if not isinstance(message, _ANSWERS):
            return False
        self._latest = None
        return True

    def end(self, fileno: int) -> None:
        """Read on until an answer is there, or is not to be expected any more; keys are nobody's now."""
        read = b""
        while self._latest is not None and not read.endswith(_ENDS):
            left = self._latest - time.monotonic()
            if left <= 0 or not select.select([fileno], [], [], left)[0]:
                break
            try:
                more = os.read(fileno, _READ_SIZE)
            except OSError:
                break
            if not more:
                break
            read += more
        self._latest = None
