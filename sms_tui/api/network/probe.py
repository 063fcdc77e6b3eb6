"""Tries the way to a service step by step, for somebody who cannot get through.

Each step reports what was tried and what was seen. Real requests are left to the client.
"""

import asyncio
import os
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from msgspec import Struct

from sms_tui.api.errors import OF_ANOTHER_HOST, OUT_OF_TIME, ApiError
from sms_tui.api.network.origin import Origin, parse_origin
from sms_tui.api.network.proxies import choose_proxy, why_proxy
from sms_tui.api.network.tls import trust
from sms_tui.api.settings import ConnectionSettings

PROBE_SECONDS = 10.0
_SOON = 14
"""Days before its end at which a certificate is worth a word"""

_OF_NAME = "check the name in the profile, and /etc/resolv.conf"
_OF_ROUTE = "check firewall and routes; a host without direct access needs `proxy`"
_OF_PROXY = "that is the proxy: check `proxy` in the profile, or HTTPS_PROXY"


class Finding(Struct, frozen=True):
    """One step of the way."""

    what: str
    tried: str
    seen: str
    is_good: bool = True
    advice: str = ""


async def probe(
    url: str, setting: str, settings: ConnectionSettings, environ: Mapping[str, str]
) -> AsyncIterator[Finding]:
    """Try the way to `url` step by step, up to the first that fails; `setting` is the URL's key."""
    try:
        origin = parse_origin(url, setting)
        proxy = choose_proxy(origin, settings.proxy, settings.no_proxy, environ)
    except ApiError as error:
        yield Finding("address", f"read `{setting}`", error.trouble.sentence, is_good=False)
        return
    yield _way(origin, proxy, why_proxy(origin, settings.proxy, settings.no_proxy, environ))
    host, port = _first_hop(origin, proxy)
    advice = _OF_PROXY if proxy is not None else ""
    addresses = await _looked_up(host, port, advice or _OF_NAME)
    yield addresses
    if not addresses.is_good:
        return
    connected = await _connected(host, port, advice or _OF_ROUTE)
    yield connected
    if connected.is_good and origin.scheme == "https" and proxy is None:
        yield await _secured(origin, settings, environ)


def _way(origin: Origin, proxy: str | None, why: str) -> Finding:
    tried = f"looked for one towards {origin.host}"
    if proxy is None:
        return Finding("proxy", tried, f"direct, no proxy applies: {why}")
    host, port = _first_hop(origin, proxy)
    return Finding("proxy", tried, f"through {host}:{port}: {why}")


def _first_hop(origin: Origin, proxy: str | None) -> tuple[str, int]:
    if proxy is None:
        return origin.host, origin.port
    parts = urlsplit(proxy)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


async def _looked_up(host: str, port: int, advice: str) -> Finding:
    tried = f"looked up {host}"
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError, UnicodeError) as problem:
        return Finding("DNS", tried, f"no address ({_why(problem)})", is_good=False, advice=advice)
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    return Finding("DNS", tried, ", ".join(addresses[:4]))


async def _connected(host: str, port: int, advice: str) -> Finding:
    tried = f"connected to {host}:{port}"
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            _, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError) as problem:
        return Finding("connection", tried, f"not possible ({_why(problem)})", is_good=False, advice=advice)
    writer.close()
    return Finding("connection", tried, "it is open")


async def _secured(origin: Origin, settings: ConnectionSettings, environ: Mapping[str, str]) -> Finding:
    tried = f"TLS with {origin.host}"
    try:
        context = await asyncio.to_thread(trust, settings.ca_bundle, environ)
        async with asyncio.timeout(PROBE_SECONDS):
            _, writer = await asyncio.open_connection(origin.host, origin.port, ssl=context)
    except ApiError as error:
        return Finding("TLS", tried, error.trouble.sentence, is_good=False)
    except ssl.SSLCertVerificationError as problem:
        advice = "a proxy that looks inside needs its certificate in `ca_bundle`"
        if problem.verify_code in OF_ANOTHER_HOST:
            advice = "another host answers: check `endpoint`, proxy and DNS"
        elif problem.verify_code in OUT_OF_TIME:
            advice = "check this machine's clock; if that is right, have the certificate renewed"
        return Finding("TLS", tried, f"not trusted: {problem.verify_message}", is_good=False, advice=advice)
    except (OSError, TimeoutError) as problem:
        return Finding("TLS", tried, f"not possible ({_why(problem)})", is_good=False)
    found = writer.get_extra_info("ssl_object")
    writer.close()
    return Finding("TLS", tried, f"{found.version()}, {_validity(found.getpeercert())}")


def _validity(certificate: Mapping[str, object]) -> str:
    end = ssl.cert_time_to_seconds(str(certificate["notAfter"]))
    days = int((end - datetime.now(UTC).timestamp()) // 86400)
    return f"certificate valid for {days} days" + (": it ends soon" if days < _SOON else "")


def _why(problem: BaseException) -> str:
    if isinstance(problem, TimeoutError):
        return f"no answer within {PROBE_SECONDS:g} s"
    if isinstance(problem, ConnectionError) and problem.errno:
        # The event loop puts words and the address of its own there.
        return os.strerror(problem.errno).lower()
    return (getattr(problem, "strerror", None) or str(problem)).lower()
