"""Passes news to a program that the user has configured, without ever waiting for it."""

import asyncio
from asyncio.subprocess import DEVNULL
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from sms_tui.domain.sentence import sentence
from sms_tui.engine.waiting import first_of

_LONGEST_RUN = 10.0
"""Seconds after which the program is ended"""
MOST_WAITING = 20
_LONGEST = 400


class NewsHook:
    """Runs `command` once for each piece of news, one after the other; `{title}` and `{text}` are filled in.

    No shell sees them: each word of the command stays one argument. What goes wrong is said once.
    """

    def __init__(
        self,
        command: Sequence[str],
        tell: Callable[[str], None],
        limit: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._command = command
        self._tell = tell
        self._limit = limit
        self._waiting: asyncio.Queue[tuple[str, str]] = asyncio.Queue(MOST_WAITING)
        self._has_failed = False

    def __call__(self, title: str, text: str) -> None:
        """Queue a piece of news; if too many are waiting, it is dropped, since others came first."""
        if self._command:
            with suppress(asyncio.QueueFull):
                self._waiting.put_nowait((title[:_LONGEST], text[:_LONGEST]))

    async def run(self) -> None:
        """Run the command whenever there is news, until cancelled."""
        while True:
            title, text = await self._waiting.get()
            words = [_filled(word, title, text) for word in self._command]
            if problem := await self._run_once(words):
                self._fail(problem)
            self._waiting.task_done()

    async def idle(self) -> None:
        """Return once the command has run for everything queued."""
        await self._waiting.join()

    async def _run_once(self, words: Sequence[str]) -> str:
        """Run one command until it ends or takes too long; returns what went wrong, or an empty text."""
        try:
            process = await asyncio.create_subprocess_exec(
                *words, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL, start_new_session=True
            )
        except (OSError, ValueError) as error:
            return getattr(error, "strerror", None) or str(error)
        try:
            await first_of(process.wait(), self._limit(_LONGEST_RUN))
            in_time = process.returncode is not None
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if not in_time:
            return sentence("it did not end within {seconds} s", seconds=round(_LONGEST_RUN))
        return sentence("exit code {code}", code=process.returncode) if process.returncode else ""

    def _fail(self, problem: str) -> None:
        if not self._has_failed:
            self._has_failed = True
            said = sentence("notify_command failed, said once: {problem}", problem=problem)
            self._tell(said)


def _filled(word: str, title: str, text: str) -> str:
    filled = word.replace("{title}", "\0").replace("{text}", text).replace("\0", title)
    # A name that begins with a dash must not be read as an option.
    return f" {filled}" if filled.startswith("-") and not word.startswith("-") else filled
