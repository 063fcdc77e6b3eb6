"""Answers to the first reads of a session, requested before there is a client to ask for them.

The first request should leave as soon as possible, so the client's own imports happen when it takes an
answer.
"""

import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from math import inf
from typing import TYPE_CHECKING

from sms_tui.api.early.promise import Promise

if TYPE_CHECKING:
    import asyncio

    from sms_tui.api.network.transport import Call, Watch, Wire

THREAD = "sms-tui-early"
"""Name of every thread that asks"""
_LONGEST_WAIT = 5.0
"""Seconds from asking until somebody wants the answer: after that it is too old to be shown as new"""
_LONGEST_HOLD = 0.5
"""Seconds that whatever comes later may wait for the first answer to be shown"""
Answer = tuple[int, Mapping[str, str], bytes]


class Question:
    """One read that a thread does or is going to do."""

    def __init__(self) -> None:
        self.asked_at = inf
        """When the request left, by the monotonic clock"""
        self.answer: Promise[Answer | None] = Promise()


class FirstAnswers:
    """Answers, each given out once; subclasses decide how to get them."""

    def __init__(self) -> None:
        self._context: Promise[ssl.SSLContext | None] = Promise()
        self._first = Question()
        self._first_url = ""
        self._under_way: dict[str, Question] = {}
        """What nobody took yet, by URL"""
        self._shown: asyncio.Event | None = None

    def ask(self, url: str, read: Callable[[], None]) -> None:
        """Have `read` run on a thread: it reads `url` and keeps the TLS context and the answer, or None."""
        self._first_url, self._first.asked_at = url, time.monotonic()
        self._under_way[url] = self._first
        threading.Thread(target=read, name=THREAD, daemon=True).start()

    def when_answered(self, take: Callable[[Answer | None], None]) -> None:
        """Have `take`, which must not raise, called with the first answer by whatever thread has it."""
        self._first.answer.when_kept(take)

    def hold(self) -> Callable[[], None]:
        """Keep later requests back until the function returned here says that the first answer is shown.

        They need libraries that are not loaded yet, and loading them would slow down the first frame.
        """
        import asyncio

        self._shown = asyncio.Event()
        return self._shown.set

    async def shown(self) -> None:
        """Return once nothing has to be kept back, in a moment at the latest."""
        import asyncio

        if self._shown is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LONGEST_HOLD):
                    await self._shown.wait()
            self._shown = None

    async def context(self) -> ssl.SSLContext | None:
        """The TLS context that a thread has already loaded; None if that failed."""
        return await self._context.value()

    async def answer_to(self, call: "Call") -> Answer | None:
        """The answer to `call`, once, if it was asked for; all but the first wait until that is `shown`."""
        if call.url == self._first_url and self._first_url not in self._under_way:
            self._under_way.clear()  # The list is read anew: what was left over is older than that.
        question = self._under_way.pop(call.url, None) if call.method == "GET" else None
        if question is None or question is not self._first:
            await self.shown()
        if question is None or time.monotonic() - question.asked_at > _LONGEST_WAIT:
            return None
        answer = await question.answer.value()
        if question is self._first:
            self._first = Question()  # A page is large, and this one is never asked for again.
        return answer


class EarlyWire:
    """A wire on which the first answers may be under way already."""

    def __init__(self, early: FirstAnswers, wire: "Wire") -> None:
        self._early = early
        self._wire = wire

    @property
    def failures(self) -> tuple[type[Exception], ...]:
        """Those of the wire below."""
        return self._wire.failures

    async def round_trip(self, call: "Call", headers: Mapping[str, str], watch: "Watch") -> Answer:
        """Take the answer that is under way already, or else ask."""
        if (answer := await self._early.answer_to(call)) is not None:
            watch.was_asked_before = True
            return answer
        await self._early.shown()
        return await self._wire.round_trip(call, headers, watch)

    async def close(self) -> None:
        """Close the connections."""
        await self._wire.close()
