"""Builds all parts of a client from the settings of a profile."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack

from msgspec import Struct

from sms_tui.api.auth.authority import Authority, KeyAuthority, TokenAuthority
from sms_tui.api.auth.sign_in import PasswordAuthority
from sms_tui.api.calls.access import Access
from sms_tui.api.calls.reader import Reader
from sms_tui.api.calls.retry import Retrier
from sms_tui.api.calls.writer import Writer
from sms_tui.api.early.first_answers import EarlyWire, FirstAnswers
from sms_tui.api.network.limiter import Lane
from sms_tui.api.network.origin import Origin, parse_origin
from sms_tui.api.network.proxies import choose_proxy, proxy_password
from sms_tui.api.network.server_clock import ServerClock
from sms_tui.api.network.tls import trust
from sms_tui.api.network.transport import Channel, LateWire, Wire
from sms_tui.api.settings import ConnectionSettings, KeyCredentials, PasswordCredentials, TokenCredentials
from sms_tui.domain.secret import Redactor, Secret


class Means(Struct, frozen=True, kw_only=True):
    """What a client needs from outside: time, chance, the environment, and who is told of secrets."""

    now: Callable[[], float]
    monotonic: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    random: Callable[[], float]
    environ: Mapping[str, str]
    redactor: Redactor


class Parts(Struct, frozen=True):
    """What a client is made of."""

    origin: Origin
    reader: Reader
    writer: Writer
    authority: Authority
    clock: ServerClock


class Assembly:
    """The parts of one client while they are put together."""

    def __init__(
        self,
        settings: ConnectionSettings,
        means: Means,
        wire: Wire | None,
        early: FirstAnswers | None,
        stack: AsyncExitStack,
    ) -> None:
        self._settings = settings
        self._means = means
        self._wire = wire
        self._early = early
        self._stack = stack
        self._origin = parse_origin(settings.endpoint, "endpoint")
        self._clock = ServerClock()
        self._redactor = means.redactor
        self._context: ssl.SSLContext | None = None

    async def parts(self) -> Parts:
        """Build everything; raises `ApiError` for settings that cannot work."""
        for secret in _secrets(self._settings):
            self._redactor.add(secret)
        authority = await self._authority()
        read_channel = await self._channel(self._origin, reuse=True, early=self._early)
        write_channel = await self._channel(self._origin, reuse=False)
        reading = self._access(read_channel, authority, self._settings.read_timeout)
        writing = self._access(write_channel, authority, self._settings.write_timeout)
        retrier = Retrier(monotonic=self._means.monotonic, sleep=self._means.sleep, random=self._means.random)
        return Parts(self._origin, Reader(reading, retrier), Writer(writing), authority, self._clock)

    def _access(self, channel: Channel, authority: Authority, seconds: float) -> Access:
        return Access(
            self._origin,
            channel,
            authority,
            self._lane(),
            self._clock,
            self._redactor,
            self._means.now,
            seconds,
        )

    async def _authority(self) -> Authority:
        now, monotonic = self._means.now, self._means.monotonic
        credentials = self._settings.credentials
        if isinstance(credentials, TokenCredentials):
            return TokenAuthority(credentials.token, is_printed=credentials.is_printed)
        if isinstance(credentials, KeyCredentials):
            return KeyAuthority(credentials, self._clock, now=now, monotonic=monotonic)
        origin = parse_origin(self._settings.iam_endpoint, "iam_endpoint")
        return PasswordAuthority(
            credentials,
            origin,
            await self._channel(origin, reuse=False),
            self._redactor,
            now=now,
            monotonic=monotonic,
            seconds=self._settings.read_timeout,
        )

    def _lane(self) -> Lane:
        """Without a rate limit on this machine, where nobody else needs consideration."""
        rate = None if self._origin.is_loopback else self._settings.requests_per_second
        return Lane(rate, self._means.monotonic, self._means.sleep)

    async def _channel(self, origin: Origin, *, reuse: bool, early: FirstAnswers | None = None) -> Channel:
        settings = self._settings
        proxy = choose_proxy(origin, settings.proxy, settings.no_proxy, self._means.environ)
        self._redactor.add(proxy_password(proxy))
        wire = self._wire or _late_wire(await self._trust(origin, proxy), proxy, reuse=reuse)
        channel = Channel(
            EarlyWire(early, wire) if early else wire,
            origin.host,
            now=self._means.now,
            monotonic=self._means.monotonic,
            compressed=settings.compressed,
            is_proxied=proxy is not None,
        )
        self._stack.push_async_callback(channel.close)
        return channel

    async def _trust(self, origin: Origin, proxy: str | None) -> ssl.SSLContext | None:
        """The TLS context, built once in a thread; None where nothing is encrypted."""
        if origin.scheme == "http" and proxy is None:
            return None
        if self._context is None and self._early is not None:
            self._context = await self._early.context()
        if self._context is None:
            self._context = await asyncio.to_thread(trust, self._settings.ca_bundle, self._means.environ)
        return self._context


def _late_wire(context: ssl.SSLContext | None, proxy: str | None, *, reuse: bool) -> Wire:
    def opened() -> Wire:
        from sms_tui.api.network.http import load_all, open_wire

        load_all()
        return open_wire(context, proxy, reuse=reuse)

    return LateWire(opened)


def _secrets(settings: ConnectionSettings) -> tuple[Secret | None, ...]:
    credentials = settings.credentials
    match credentials:
        case TokenCredentials():
            return (credentials.token,)
        case KeyCredentials():
            return credentials.sk, credentials.security_token
        case PasswordCredentials():
            return (credentials.password,)
