"""The answer to the first read of a session, which is asked for before there is a client to take it.

The request leaves as early as it can, so what only its takers need is loaded where they take it.
"""

import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from sms_tui.api.promise import Promise

if TYPE_CHECKING:
    import asyncio

    from sms_tui.api.transport import Call, Watch, Wire

_LONGEST_WAIT = 5.0
"""Seconds from asking until somebody wants the answer: after that it is too old to be shown as new"""
_LONGEST_HOLD = 0.5
"""Seconds that later requests may wait for the first answer to be shown"""
Answer = tuple[int, Mapping[str, str], bytes]


class FirstAnswer:
    """One answer, given out once; how it is come by is for the classes built on this one."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._context: Promise[ssl.SSLContext | None] = Promise()
        self._answer: Promise[Answer | None] = Promise()
        self._asked_at = 0.0
        self._url = ""
        self._shown: asyncio.Event | None = None

    def asked(self, url: str, ask: Callable[[], None]) -> None:
        """Have `ask` run on a thread: it reads `url`, and keeps context and answer, or None."""
        self._url, self._asked_at = url, self._monotonic()
        threading.Thread(target=ask, name="sms-tui-early", daemon=True).start()

    def when_answered(self, take: Callable[[Answer | None], None]) -> None:
        """Have `take` called with the answer as soon as it is here, by whatever thread; it must not raise."""
        self._answer.when_kept(take)

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
        """Whom to trust, read from disk already; None where that did not work."""
        return await self._context.value()

    async def answer_to(self, call: "Call") -> Answer | None:
        """The answer to `call`, once, if that is what was asked."""
        if call.method != "GET" or call.url != self._url:
            return None
        self._url = ""
        if self._monotonic() - self._asked_at > _LONGEST_WAIT:
            return None
        answer = await self._answer.value()
        self._answer = Promise()  # A page is large, and this one is never asked for again.
        return answer


class EarlyWire:
    """A wire on which the first answer may be under way already."""

    def __init__(self, early: FirstAnswer, wire: "Wire") -> None:
        self._early = early
        self._wire = wire

    @property
    def failures(self) -> tuple[type[Exception], ...]:
        """Those of the wire below."""
        return self._wire.failures

    async def round_trip(self, call: "Call", headers: Mapping[str, str], watch: "Watch") -> Answer:
        """Take the answer that is under way already, or else ask."""
        if (answer := await self._early.answer_to(call)) is not None:
            return answer
        await self._early.shown()
        return await self._wire.round_trip(call, headers, watch)

    async def close(self) -> None:
        """Close the connections."""
        await self._wire.close()
