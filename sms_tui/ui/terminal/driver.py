"""The terminal driver: Textual's Linux driver, made safe against stalls, bad bytes and hang-ups.

Three faults of the stock driver matter on a jump host. Its write queue blocks the event loop, and with it
polling and journaling, when nobody reads the terminal. One byte that is not UTF-8 ends the app. A terminal
that went away makes it spin. Everything else is Textual's own.
"""

import asyncio
import os
import selectors
import signal
import sys
import threading
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key
from textual.message import Message

from sms_tui.ui.terminal.inquiry import Inquiry
from sms_tui.ui.terminal.keyboard import Keyboard
from sms_tui.ui.terminal.output import LAST_WORDS, Output

Taken = tuple[bool, list[Any] | None]
"""Whether a terminal is on its other screen, and the modes to leave it with if they are not set now"""
_OTHER_SCREEN = "\x1b[?1049h"
_TICK = 0.1
"""Seconds after which the parser is asked again: time tells a lone escape from the start of a sequence"""
_READ_SIZE = 4096
_END, _HEAR = b".", b"+"
"""What wakes the input thread, and why"""
_LONGEST_JOIN = 1.0
"""Seconds that leaving waits for the input thread, which hangs where another program read what woke it"""


class TerminalDriver(LinuxDriver):
    """Textual's Linux driver with an output that never blocks and an input that nothing can break."""

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        # Where the program looked for a terminal; the toolkit's own, standard error, may be a file.
        self._file = sys.__stdout__
        # In the loop, where nothing is half done; the toolkit acts in the middle of whatever runs.
        self._loop.add_signal_handler(signal.SIGTSTP, self._sigtstp_application)
        self._loop.add_signal_handler(signal.SIGCONT, self._sigcont_application)
        self._is_ours = False
        """Whether the terminal is in the modes that we need"""
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        self._output: Output | None = None
        self._is_on_other_screen = False
        self._hears = not getattr(app, "begins_empty", False)
        self._held: list[Message] = []
        """Keys that came before there was anything to take them"""
        self._hang_up: Callable[[], None] = getattr(app, "hang_up", lambda: None)
        self._press: Callable[[], None] | None = getattr(app, "press", None)
        self._inquiry = Inquiry(is_due=getattr(app, "asks_ground", False))
        self._has_lent = False
        self.starts = 0
        """How often the terminal was taken over, and with that emptied"""

    def start_application_mode(self) -> None:
        """Start the output before Textual switches modes through it."""
        self._is_on_other_screen, modes = _taken(self._app)
        stream = self._file or sys.stdout

        def ask_for_repaint() -> None:
            self._loop.call_soon_threadsafe(self._app.post_message, FramesDropped())

        self._output = Output(stream.fileno(), stream.encoding or "utf-8", ask_for_repaint)
        self.starts += 1
        # A wake that the last input thread did not live to read would end the next one at once.
        with suppress(BlockingIOError):
            os.read(self._wake_read, _READ_SIZE)
        self._writer_thread = None
        try:
            self._output.start()
            super().start_application_mode()  # type: ignore[no-untyped-call]
        except RuntimeError:
            # The system has no thread left for one of those that serve the terminal.
            self._is_ours, self.attrs_before = True, modes or self.attrs_before
            self.stop_application_mode()
            self.close()
            raise
        self._is_ours = self._writer_thread is not None
        if not self._is_ours:
            # In the background the toolkit gives up before it has any; SIGCONT begins anew.
            self.close()
        elif modes is not None:
            # What the toolkit found were those of whoever had the terminal before us.
            self.attrs_before = modes

    def _sigtstp_application(self, *_: object) -> None:
        """Stop, without the terminal."""
        self._give_away()
        os.kill(os.getpid(), signal.SIGSTOP)

    def _sigcont_application(self, *_: object) -> None:
        """Take the terminal back.

        Where it is ours still, we were stopped by a signal that nobody sees coming: what the shell changed
        since is not known, so it is given away first.
        """
        if self._app.is_running and not self._app._exit:  # noqa: SLF001 - what ends needs it no more
            self._give_away()
            self.resume_application_mode()

    def _give_away(self) -> None:
        if self._is_ours:
            # Not everybody who stops us says so to the app first.
            self._app._suspend_signal()  # noqa: SLF001
            self.suspend_application_mode()
            self._must_signal_resume = True

    def write(self, data: str) -> None:
        """Hand `data` on and return at once."""
        if self._is_on_other_screen and data == _OTHER_SCREEN:
            # What stands there is drawn over; going there once more would show it empty in between.
            return
        if self._output is not None:
            self._output.write(data)

    def _request_terminal_sync_mode_support(self) -> None:
        """Ask for the ground first: what answers the toolkit's question has answered that, or never will."""
        self._inquiry.begin(self.write)
        super()._request_terminal_sync_mode_support()

    def _query_in_band_window_resize(self) -> None:
        """Leave sizes to SIGWINCH: Textual would switch the mouse to pixels too, and never switch it back."""

    @property
    def backlog(self) -> int:
        """Bytes that the terminal has not taken yet."""
        return self._output.backlog if self._output else 0

    def when_drained(self, tell: Callable[[], None]) -> None:
        """Have `tell` called in the loop, once the terminal has taken everything."""

        def tell_in_loop() -> None:
            self._loop.call_soon_threadsafe(tell)

        if self._output is not None:
            self._output.when_drained(tell_in_loop)

    def toggle_mouse(self) -> bool:
        """Release the mouse to the terminal, or take it; whether it is ours now."""
        self._set_mouse(ours=not self._mouse)
        return self._mouse

    def lend_mouse(self, *, lent: bool) -> None:
        """Leave the mouse to the terminal for a while; afterwards it is whose it was before."""
        if lent:
            self._has_lent = self._mouse
            self._set_mouse(ours=False)
        elif self._has_lent:
            self._has_lent = False
            self._set_mouse(ours=True)

    def _set_mouse(self, *, ours: bool) -> None:
        if ours != self._mouse:
            # The toolkit does either only while it believes that it has the mouse.
            self._mouse = True
            (self._enable_mouse_support if ours else self._disable_mouse_support)()
            self._mouse = ours

    def stop_application_mode(self) -> None:
        """Give the terminal back, with no colour of ours and nothing of our picture.

        tmux 3.3 folds what stands on its other screen to the size that the window had before, and shows the
        lines that find no room there above the shell's.
        """
        if self._is_ours:
            self._is_ours = False
            self.write("\x1b[m\x1b[2J")
            super().stop_application_mode()

    def disable_input(self) -> None:
        """End the input thread first: Textual waits for it without a bound, and it waits for a key."""
        if self._key_thread is not None:
            os.write(self._wake_write, _END)
            if self._key_thread.is_alive():
                self._key_thread.join(_LONGEST_JOIN)
            self._key_thread = None
            self._inquiry.end(self.fileno)
        super().disable_input()

    def hear(self) -> None:
        """Take keys from now on, those first that were typed before there was anything to take them."""
        if not self._hears:
            self._hears = True
            os.write(self._wake_write, _HEAR)

    def close(self, patience: float = LAST_WORDS) -> None:
        """Write what is left, within so many seconds."""
        if self._writer_thread is not None and self._writer_thread.is_alive():
            super().close()
        if self._output is not None:
            self._output.stop(patience)
            self._output = None

    def run_input_thread(self) -> None:
        """Read keys until told to stop; bytes that are not text are replaced, an end of file is a hang-up.

        It ends at `_END`, or when another thread has taken its place.
        """
        keyboard = Keyboard(self._debug)
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        with _ending_in_order(self._app, self._loop), selectors.SelectSelector() as selector:
            selector.register(self._wake_read, selectors.EVENT_READ)
            selector.register(self.fileno, selectors.EVENT_READ)
            while threading.current_thread() is self._key_thread:
                ready = {key.fd for key, _ in selector.select(_TICK if keyboard.is_undecided else None)}
                if self._wake_read in ready and _END in os.read(self._wake_read, _READ_SIZE):
                    return
                if self.fileno in ready:
                    data = _read(self.fileno)
                    if not data:
                        self._hang_up()
                        self._loop.call_soon_threadsafe(self._app.post_message, HungUp())
                        return
                    self._pass_on(keyboard.feed(decode(data)))
                self._pass_on(keyboard.tick())

    def _pass_on(self, messages: Iterable[Message]) -> None:
        """Hand on what came, or hold it while nothing can take it, but for what decides the first frame."""
        for message in messages:
            if self._inquiry.take(message):
                self.process_message(message)
            else:
                self._held.append(message)
        while self._hears and self._held:
            self.process_message(self._held.pop(0))

    def send_message(self, message: Message) -> None:
        """Hand a message to the app; that a key was pressed is known at once, however busy the loop is."""
        if isinstance(message, Key) and self._press is not None:
            self._press()
        super().send_message(message)


@contextmanager
def _ending_in_order(app: Any, loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """End the app with a crash report if reading keys fails: without keys nobody else could end it.

    The toolkit would print every variable, and leave with 0.
    """
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever it is
        loop.call_soon_threadsafe(app._handle_exception, error)  # noqa: SLF001


def _read(fileno: int) -> bytes:
    """What came; nothing from a terminal that is gone."""
    try:
        return os.read(fileno, _READ_SIZE)
    except OSError:
        return b""


def _taken(app: Any) -> Taken:
    """What `take_terminal` of the app tells; a plain app of the toolkit has no such method."""
    taken: Taken = getattr(app, "take_terminal", lambda: (False, None))()
    return taken


class StillMouseDriver(TerminalDriver):
    """Hears clicks and the wheel, but no mouse that only moves: for lines where each byte counts."""

    def _enable_mouse_support(self) -> None:
        if self._mouse:
            self.write("\x1b[?1000h\x1b[?1006h")
            self.flush()


class HungUp(Message):
    """The terminal is gone."""


class FramesDropped(Message):
    """The terminal reads again after a stall: what it shows is old."""
