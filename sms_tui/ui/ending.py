"""An app that ends cleanly whatever ends it: keys, signals, a vanished terminal, or our own errors."""

import asyncio
import signal
from collections.abc import Callable
from typing import Any, TypeVar

from rich.segment import Segment, Segments

from sms_tui.exit_codes import ExitCode, of_signal
from sms_tui.hard_stop import HardStop
from sms_tui.ui.terminal.driver import HungUp, TerminalDriver
from sms_tui.ui.terminal.painting import PaintingApp

T = TypeVar("T")
_LAST_MOMENT = 0.5
"""Seconds that a terminal has to take the last words of a program that ends by force"""


class EndingApp(PaintingApp[T]):
    """Ends in the order that keeps both the journal and the terminal intact."""

    def __init__(self, report_crash: Callable[[BaseException], str], *, slow_link: bool, stock: bool) -> None:
        super().__init__(slow_link=slow_link, stock=stock)
        self._report_crash = report_crash
        self._hard_stop = HardStop(self.give_back_terminal)

    def run(self, **options: Any) -> T | None:
        """Run, and lose no interrupt of the moments before that is heeded."""
        self._hard_stop.keep_interrupt()
        try:
            return super().run(**options)
        finally:
            # Where memory is short the loop itself can fail, past every end in order.
            self.give_back_terminal()

    async def end_work(self) -> None:
        """Finish work that must not be cut short; overridden by an app that has such work."""

    def give_back_terminal(self) -> None:
        """Give the terminal back at once, in the midst of whatever holds the program up."""
        if isinstance(self._driver, TerminalDriver):
            self._driver.stop_application_mode()
            self._driver.close(_LAST_MOMENT)

    def hang_up(self) -> None:
        """End soon because the terminal has gone away; may be called from any thread."""
        self._hard_stop.arm(of_signal(signal.SIGHUP))

    def on_load(self) -> None:
        """Let each signal that asks for an end have its own exit code, before the terminal is touched.

        Where `nohup` keeps one from doing so, a terminal that goes away still ends it.
        """
        self._hard_stop.heed(asyncio.get_running_loop(), lambda code: self.exit(return_code=code))

    async def on_unmount(self) -> None:
        """Finish the work before the app is gone."""
        await self.end_work()

    async def _shutdown(self) -> None:
        """End in order what must, and give the terminal back; the rest ends with the process.

        The toolkit would take every widget apart first, which takes longer than everything else together.
        """
        driver = self._driver
        if driver is None or driver.is_headless:
            await super()._shutdown()
            return
        self._begin_batch()
        self._running = False
        driver.disable_input()
        await self.end_work()
        driver.close()
        self._print_error_renderables()

    def on_hung_up(self, _message: HungUp) -> None:
        """End in order, because the terminal is gone."""
        self.exit(return_code=of_signal(signal.SIGHUP))

    def _fatal_error(self) -> None:
        """End with one sentence and the path of the report; the toolkit would print every local variable."""
        self._return_code = ExitCode.INTERNAL_ERROR
        if isinstance(self._driver, TerminalDriver):
            # Where memory is short whatever follows can fail, too.
            self._hard_stop.arm(ExitCode.INTERNAL_ERROR)
        if not self._exit_renderables:
            sentence = self._report_crash(self._exception or RuntimeError("unknown"))
            self._exit_renderables.append(Segments([Segment(f"{sentence}\n")]))
        self._close_messages_no_wait()
