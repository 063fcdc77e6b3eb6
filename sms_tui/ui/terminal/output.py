"""Writes to the terminal without ever making anybody wait.

What the terminal accepts at once is written at once: handing it to another thread can delay a frame by
milliseconds. Only the rest goes to a thread, which may wait.
"""

import os
import select
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress

MOST_BACKLOG = 256 * 1024
"""Bytes waiting for a terminal that does not read; beyond it whole frames are dropped."""
_FRAME = 64
"""Shorter writes are mode switches, which must never be lost."""
_PIECE = 512
"""Bytes that are written at a time: as much may still come before the last words"""
LAST_WORDS = 10.0
"""Seconds that leaving may wait for a terminal: Linux holds some 16 kB for it and makes room only in lumps,
so that a slow one cannot be told from one that does not read
"""
_SHOWN_IN_ONE = b"\x1b[?2026l"
"""Ends what the terminal holds back to show it as a whole"""


class Output(threading.Thread):
    """One terminal's output, and the thread that writes what it does not take at once."""

    def __init__(self, fileno: int, encoding: str, repaint: Callable[[], None]) -> None:
        super().__init__(daemon=True, name="sms-tui-output")
        self._fileno = fileno
        self._at_once = _opened_anew(fileno)
        self._encoding = encoding
        self._repaint = repaint
        self._waiting: deque[bytes] = deque()
        self._backlog = 0
        self._tell: Callable[[], None] | None = None
        self._dropped = False
        self._stopping = False
        self._changed = threading.Condition()

    @property
    def backlog(self) -> int:
        """Bytes that the terminal has not taken yet."""
        return self._backlog

    def write(self, text: str) -> None:
        """Write or queue `text`; a frame for which a stalled terminal has no room is painted later."""
        data = text.encode(self._encoding, "replace")
        with self._changed:
            if self._backlog > MOST_BACKLOG and len(data) >= _FRAME:
                self._dropped = True
                return
            if not self._backlog:
                data = data[self._taken(data) :]
            if data:
                self._waiting.append(data)
                self._backlog += len(data)
                self._changed.notify()

    def _taken(self, data: bytes) -> int:
        """How many bytes the terminal took without any waiting."""
        if self._at_once is None:
            return 0
        try:
            return os.write(self._at_once, data)
        except BlockingIOError:
            return 0
        except OSError:
            # A terminal that is gone swallows everything.
            return len(data)

    def when_drained(self, tell: Callable[[], None]) -> None:
        """Have `tell` called once everything is written, from here or from the thread that writes."""
        with self._changed:
            if self._backlog:
                self._tell = tell
                return
        tell()

    def run(self) -> None:
        """Write until stopped; a terminal that is gone swallows the rest."""
        while piece := self._next_piece():
            gone = not self._put(piece)
            with self._changed:
                if gone:
                    self._waiting.clear()
                self._backlog = 0 if gone else self._backlog - len(piece)
                behind = self._dropped and not self._waiting
                self._dropped = self._dropped and not behind
                tell, self._tell = (None, self._tell) if self._backlog else (self._tell, None)
            if behind and not gone:
                self._repaint()
            if tell is not None and not gone:
                tell()

    def _next_piece(self) -> bytes:
        """What to write next, waited for; nothing after the end."""
        with self._changed:
            while not self._waiting and not self._stopping:
                self._changed.wait()
            if not self._waiting:
                return b""
            data = self._waiting.popleft()
            if len(data) > _PIECE:
                self._waiting.appendleft(data[_PIECE:])
            return data[:_PIECE]

    def _put(self, data: bytes) -> bool:
        view = memoryview(data)
        while view:
            try:
                view = view[os.write(self._fileno, view) :]
            except BlockingIOError:
                # Who else holds the terminal may have told it never to wait: then we do.
                self._wait_for_room()
            except OSError:
                return False
        return True

    def _wait_for_room(self) -> None:
        room = select.poll()
        room.register(self._fileno, select.POLLOUT)
        room.poll()

    def stop(self, patience: float = LAST_WORDS) -> None:
        """Let the last words be written, and no frame before them, but never wait long for it."""
        with self._changed:
            self._stopping = True
            under_way = self._backlog - sum(map(len, self._waiting))
            self._waiting = deque(data for data in map(_without_frame, self._waiting) if data)
            self._backlog = under_way + sum(map(len, self._waiting))
            self._changed.notify()
        if self.is_alive():
            self.join(patience)
        if self._at_once is not None:
            os.close(self._at_once)
            self._at_once = None


def _without_frame(data: bytes) -> bytes:
    """What has to be written of `data` if no frame is wanted any more.

    One that has begun goes on up to its next sequence. What ends as a text for the terminal itself is no
    frame: half of it would swallow what follows.
    """
    next_one = data.find(b"\x1b")
    if len(data) < _FRAME or next_one < 0 or data.endswith((b"\x07", b"\x1b\\")):
        return data
    return data[:next_one] + (_SHOWN_IN_ONE if _SHOWN_IN_ONE in data else b"")


def _opened_anew(fileno: int) -> int | None:
    """The terminal by a descriptor that never waits, where it has a name.

    A descriptor of our own, since not to wait is a setting that the shell would share with us.
    """
    with suppress(OSError):
        return os.open(os.ttyname(fileno), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
    return None
