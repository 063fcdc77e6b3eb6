"""Reads the first pages of the task list on threads while the interface is still being loaded.

These are ordinary reads: the same URLs, credentials, TLS trust and limits, and the client checks their
answers as it checks all others. Anything unusual is left to the client, which then asks again by itself.
"""

import ssl
import threading
import time
from collections import deque
from collections.abc import Mapping
from contextlib import closing, suppress

from sms_tui import __version__
from sms_tui.api.answers.task_list import AT_ONCE, FARTHEST_OFFSET, LIMIT, TASKS
from sms_tui.api.auth.authority import KeyAuthority, Outgoing, TokenAuthority
from sms_tui.api.auth.quoting import query_text
from sms_tui.api.early.connection import EarlyConnection, NotOrdinaryError, connect
from sms_tui.api.early.first_answers import THREAD, Answer, FirstAnswers, Question
from sms_tui.api.early.thread_switching import switching_after
from sms_tui.api.errors import ApiError
from sms_tui.api.network.limiter import BURST
from sms_tui.api.network.origin import Origin, parse_origin
from sms_tui.api.network.proxies import choose_proxy
from sms_tui.api.network.tls import trust
from sms_tui.api.settings import ConnectionSettings, KeyCredentials, TokenCredentials

_OK = 200
_SHORT_TURN = 0.0001
"""Seconds"""
_MOST_KEPT = 32 * 1024 * 1024
"""Bytes of pages that may wait for somebody to take them"""
_FAILURES = (ApiError, OSError, ValueError, NotOrdinaryError)
"""The client will ask again, and has the words for what is wrong"""
_Page = tuple[Outgoing, Question]


class EarlyPages(FirstAnswers):
    """The answers to reads over the network: the first page, then those that it says there are."""

    def __init__(
        self,
        settings: ConnectionSettings,
        environ: Mapping[str, str],
    ) -> None:
        super().__init__()
        self._settings = settings
        self._environ = environ
        self._waiting: deque[_Page] = deque()
        """Further pages, in order"""

    def start(self) -> None:
        """Ask; nobody has to wait for the answers."""
        try:
            origin = parse_origin(self._settings.endpoint, "endpoint")
        except ApiError:
            self._context.keep(None)
            self._first.answer.keep(None)
            return
        outgoing = _page(origin, 0)
        self.ask(outgoing.url, lambda: self._run(outgoing))

    def _run(self, outgoing: Outgoing) -> None:
        line, answer = None, None
        try:
            # The thread that loads the interface is in a hurry too, but less so.
            with switching_after(_SHORT_TURN):
                context = self._trusted(outgoing.origin)
                request = self._request(outgoing)
                line = connect(outgoing.origin, context)
                line.send(request)
            answer = self._without_secrets(line.read())
            self._plan(outgoing.origin, answer)
        except _FAILURES:
            pass
        finally:
            if not self._context.is_kept:
                self._context.keep(None)
            if line is not None and not self._waiting:
                line.close()
            self._first.answer.keep(answer)
        if line is not None:
            self._read_on(line)

    def _without_secrets(self, answer: Answer) -> Answer:
        """An answer that may be shown as it is; one that repeats a secret is left to the client."""
        sent = self._settings.credentials
        secret = sent.token if isinstance(sent, TokenCredentials) else getattr(sent, "security_token", None)
        if secret and secret.reveal().encode() in answer[2]:
            raise NotOrdinaryError
        return answer

    def _trusted(self, origin: Origin) -> ssl.SSLContext | None:
        context = trust(self._settings.ca_bundle, self._environ) if origin.scheme == "https" else None
        self._context.keep(context)
        if choose_proxy(origin, self._settings.proxy, self._settings.no_proxy, self._environ):
            raise NotOrdinaryError
        return context

    def _plan(self, origin: Origin, answer: Answer) -> None:
        """Decide which further pages are read here, before anybody gets the first and asks for others."""
        most = _MOST_KEPT // max(len(answer[2]), 1)
        if not origin.is_loopback:
            # What a client may ask for after a rest; it counts these as its own when it takes them.
            most = min(most, BURST)
        pages = [
            (_page(origin, offset), Question())
            for offset in range(LIMIT, min(_count(answer), most * LIMIT, FARTHEST_OFFSET), LIMIT)
        ]
        self._under_way.update((outgoing.url, question) for outgoing, question in pages)
        self._waiting.extend(pages[:1] + pages[AT_ONCE:])
        for page in pages[1:AT_ONCE]:
            threading.Thread(target=self._help, args=page, name=THREAD, daemon=True).start()

    def _help(self, outgoing: Outgoing, question: Question) -> None:
        """Read a page over a connection of its own, and then waiting pages."""
        try:
            line = connect(outgoing.origin, self._context.wait())
        except _FAILURES:
            question.answer.keep(None)
        else:
            self._read_on(line, (outgoing, question))

    def _read_on(self, line: EarlyConnection, page: _Page | None = None) -> None:
        """Read `page` and what waits, one after the other; after a failure the rest is left to the client."""
        with closing(line):
            page = page or self._next()
            while page:
                if not self._ask(line, *page):
                    self._give_up()
                page = self._next()

    def _next(self) -> _Page | None:
        with suppress(IndexError):
            return self._waiting.popleft()
        return None

    def _give_up(self) -> None:
        while page := self._next():
            page[1].answer.keep(None)

    def _ask(self, line: EarlyConnection, outgoing: Outgoing, question: Question) -> bool:
        """Read a page over `line`; whether another one can be read over it."""
        answer = None
        try:
            question.asked_at = time.monotonic()
            line.send(self._request(outgoing))
            answer = line.read()
        except _FAILURES:
            pass
        finally:
            question.answer.keep(answer)
        return answer is not None and answer[0] == _OK

    def _request(self, outgoing: Outgoing) -> bytes:
        headers = {
            "Host": outgoing.origin.authority,
            "User-Agent": f"sms-tui/{__version__}",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            **self._permit(outgoing),
        }
        target = outgoing.url.removeprefix(f"{outgoing.origin.scheme}://{outgoing.origin.authority}")
        lines = [f"GET {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def _permit(self, outgoing: Outgoing) -> Mapping[str, str]:
        """Headers that prove who asks. Passwords are left to the client: they are sent first, to sign in."""
        credentials = self._settings.credentials
        if self._settings.compressed:
            raise NotOrdinaryError
        if isinstance(credentials, TokenCredentials):
            return TokenAuthority(credentials.token).permit_for(outgoing).headers
        if isinstance(credentials, KeyCredentials):
            from sms_tui.api.network.server_clock import ServerClock

            authority = KeyAuthority(credentials, ServerClock(), now=time.time, monotonic=time.monotonic)
            return authority.permit_for(outgoing).headers
        raise NotOrdinaryError


def _page(origin: Origin, offset: int) -> Outgoing:
    query = query_text((("limit", str(LIMIT)), ("offset", str(offset))))
    return Outgoing("GET", origin, origin.prefix + TASKS, query)


def _count(answer: Answer) -> int:
    """How many tasks there are; 0 unless the page is as full as was asked for."""
    from sms_tui.api.answers.codec import split

    status, _, body = answer
    items, count = split(body, "tasks") if status == _OK else ([], 0)
    return count or 0 if len(items) == LIMIT else 0
