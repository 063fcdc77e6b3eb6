"""Sends a request and returns a whole answer or raises `ApiError`; nothing here repeats a request.

The HTTP library is loaded behind `Wire` when the first request needs it, because loading it takes longer than
everything of ours and should not delay the first frame.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from sms_tui import __version__
from sms_tui.api.errors import ApiError, error_of, from_network, unusable_answer
from sms_tui.api.network.bodies import ORDINARY, BodyError
from sms_tui.domain.outcome import Trouble, TroubleKind
from sms_tui.domain.sentence import sentence

_HEADERS_GO_OUT = "http11.send_request_headers.started"


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it goes on the wire; `url` is sent as it stands and must be encoded already."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    seconds: float = 20.0
    """For everything, from connecting to the last byte of the answer"""
    most: int = ORDINARY
    """Bytes of the answer's body"""
    since: float | None = None
    """Epoch seconds at which it was decided on, if that was before the call"""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer of any status."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    """Names in lower case"""
    body: bytes = field(repr=False)
    sent_at: float
    """Epoch seconds"""
    seconds: float
    """From the call to the last byte of the answer"""
    is_timed: bool = True
    """False: it was asked for before there was a call, so that `seconds` say nothing of the service"""


class Watch:
    """Sees how far a request got, from what the connection reports of itself."""

    def __init__(self, is_overdue: Callable[[], bool] = lambda: False) -> None:
        """`is_overdue`: whether it is too late by now to send the request."""
        self._is_overdue = is_overdue
        self._seen = False
        self._wrote = False
        self.was_asked_before = False
        """Whether the answer was under way already"""

    @property
    def is_untouched(self) -> bool:
        """Whether it is proven that no byte of the request left; what reports nothing proves nothing."""
        return self._seen and not self._wrote

    async def note(self, event: str, details: Mapping[str, Any]) -> None:
        """Take one report; the request to a proxy to let us through is not yet ours.

        Raises `TimeoutError` right before the first byte of a request that is overdue.
        """
        self._seen = True
        if event == _HEADERS_GO_OUT and details["request"].method != b"CONNECT":
            if self._is_overdue():
                raise TimeoutError
            self._wrote = True


class Wire(Protocol):
    """Connections to one host, whoever makes them."""

    @property
    def failures(self) -> tuple[type[Exception], ...]:
        """What may be raised where no whole answer comes, besides `BodyError` and `ApiError`."""

    async def round_trip(
        self, call: Call, headers: Mapping[str, str], watch: Watch
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Send `call` once with exactly these headers; status, headers (lower case), body of the answer."""

    async def close(self) -> None:
        """Close the connections."""


class LateWire:
    """A wire that is opened on a thread, libraries and all, when the first request needs it."""

    def __init__(self, open_wire: Callable[[], Wire]) -> None:
        self._open_wire = open_wire
        self._wire: Wire | None = None
        self._one_at_a_time = asyncio.Lock()

    @property
    def failures(self) -> tuple[type[Exception], ...]:
        """Those of the wire, which is open if one of its failures is about."""
        return self._wire.failures if self._wire else (OSError,)

    async def round_trip(
        self, call: Call, headers: Mapping[str, str], watch: Watch
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Send `call` once."""
        return await (self._wire or await self._opened()).round_trip(call, headers, watch)

    async def close(self) -> None:
        """Close the connections, if there are any."""
        if self._wire is not None:
            await self._wire.close()

    async def _opened(self) -> Wire:
        async with self._one_at_a_time:
            if self._wire is None:
                self._wire = await asyncio.to_thread(self._open_wire)
            return self._wire


class Channel:
    """A way to one host with one policy for connections."""

    def __init__(
        self,
        wire: Wire,
        host: str,
        *,
        now: Callable[[], float],
        monotonic: Callable[[], float],
        compressed: bool = False,
        is_proxied: bool = False,
    ) -> None:
        self._wire = wire
        self._host = sentence("{host} (through the proxy)", host=host) if is_proxied else host
        self._is_proxied = is_proxied
        self._now = now
        self._monotonic = monotonic
        self._standing = {
            "User-Agent": f"sms-tui/{__version__}",
            "Accept": "application/json",
            "Accept-Encoding": "gzip" if compressed else "identity",
        }

    async def exchange(self, call: Call) -> Reply:
        """Send `call` once and return the whole answer, whatever its status; raises `ApiError`."""
        sent_at, began = self._now(), self._monotonic()
        since = sent_at if call.since is None else call.since
        # By the wall clock: the one of the deadline stands still while the machine sleeps.
        watch = Watch(lambda: self._now() - since > call.seconds)
        failure: ApiError
        try:
            async with asyncio.timeout(call.seconds):
                status, headers, body = await self._wire.round_trip(
                    call, {**self._standing, **call.headers}, watch
                )
            seconds = self._monotonic() - began
            return Reply(status, headers, body, sent_at, seconds, not watch.was_asked_before)
        except BodyError as problem:
            failure = self._unusable(str(problem))
        except TimeoutError:
            failure = self._late(call.seconds, watch)
        except self._wire.failures as problem:
            failure = from_network(
                problem, self._host, untouched=watch.is_untouched, is_proxied=self._is_proxied
            )
        # Raised out here, so that the library's exception, which holds the request, is not its context.
        raise failure

    async def close(self) -> None:
        """Close the connections."""
        await self._wire.close()

    def _unusable(self, problem: str) -> ApiError:
        said = unusable_answer(self._host, problem)
        return error_of(Trouble(TroubleKind.NONSENSE, said, may_have_executed=True), repeatable=False)

    def _late(self, seconds: float, watch: Watch) -> ApiError:
        said = sentence(
            "{host} gave no whole answer within {seconds:g} s; check the network.",
            host=self._host,
            seconds=round(seconds, 1),
        )
        reached = not watch.is_untouched
        return error_of(Trouble(TroubleKind.TIMED_OUT, said, may_have_executed=reached), repeatable=True)
