"""Where lines go: data to stdout, comments to stderr; a reader that has left is not an error."""

import json
import os
import shutil
from collections.abc import Callable
from typing import TextIO

from sms_tui.domain.text import DETAIL_LIMIT, clean, in_ascii


class Output:
    """The two streams of a command."""

    def __init__(
        self,
        out: TextIO,
        err: TextIO,
        clear_line: Callable[[], None] = lambda: None,
        *,
        ascii_only: bool = False,
    ) -> None:
        """`clear_line` takes away what may stand on the terminal; `ascii_only` spells out our own signs."""
        self._clear_line = clear_line
        self._spelt = in_ascii if ascii_only else str
        self._out = out
        self._err = err
        self.is_closed = False
        """Whether the reader of the data has left; what was begun continues all the same"""
        self.has_failed = False
        """Whether data was lost that somebody wanted"""

    @property
    def width(self) -> int:
        """Cells of a line of data on the terminal; 0 where it goes to none."""
        return shutil.get_terminal_size().columns if self._out.isatty() else 0

    def data(self, text: str) -> None:
        """Write a line of data at once; it has to be clean already."""
        self.raw(f"{self._spelt(text)}\n")

    def raw(self, text: str) -> None:
        """Write data as it is."""
        if self.is_closed:
            return
        self._clear_line()
        try:
            self._out.write(text)
            self._out.flush()
        except BrokenPipeError:
            self._close()
        except OSError as problem:
            self._close()
            self.has_failed = True
            self.say(f"sms-tui: the output cannot be written: {problem.strerror}")

    def record(self, document: object) -> None:
        """Write one JSON object as a line; everything foreign in it is escaped."""
        self.data(json.dumps(document, ensure_ascii=True, separators=(",", ":")))

    def say(self, text: str) -> None:
        """Tell the user something that is not data; foreign text in it is cleaned here."""
        self._clear_line()
        try:
            self._err.write(f"{self._spelt(clean(text, DETAIL_LIMIT, lines=True))}\n")
            self._err.flush()
        except OSError:
            # Nobody can be told, and the outcome and its exit code matter more.
            return

    def _close(self) -> None:
        """Redirect further output to `/dev/null`, or the interpreter would complain when it exits."""
        self.is_closed = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._out.fileno())
        os.close(nowhere)
