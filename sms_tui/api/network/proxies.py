"""Decides which proxy, if any, is used for a host.

The HTTP library cannot do this: it knows no networks in `NO_PROXY` and mishandles IPv6 addresses.
"""

import ipaddress
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from sms_tui.api.errors import ApiError, local_error
from sms_tui.api.network.origin import Origin
from sms_tui.domain.secret import Secret
from sms_tui.domain.sentence import sentence

_SCHEMES = frozenset({"http", "https"})


def choose_proxy(origin: Origin, proxy: str | None, no_proxy: str, environ: Mapping[str, str]) -> str | None:
    """The URL of the proxy for `origin`, or None for a direct connection.

    The profile's `proxy` wins over the environment's; exceptions of both count. Loopback is always direct:
    through a proxy it would be another machine's. Raises `ApiError` for a proxy that cannot be used.
    """
    url = proxy or _first(environ, *_names(origin))
    exceptions = f"{no_proxy},{_first(environ, 'no_proxy')}"
    if not url or origin.is_loopback or _is_excepted(origin, exceptions):
        return None
    return _checked(url, "`proxy` in the profile" if proxy else "HTTPS_PROXY or ALL_PROXY")


def why_proxy(origin: Origin, proxy: str | None, no_proxy: str, environ: Mapping[str, str]) -> str:
    """What says so, whether there is a proxy for `origin` or none; for people."""
    found = "`proxy` of the profile" if proxy else _spelt(environ, *_names(origin))
    if not found:
        return "nothing names one"
    if origin.is_loopback:
        return f"{found} does not count for this very machine"
    if _is_excepted(origin, no_proxy):
        return "`no_proxy` of the profile excepts it"
    if _is_excepted(origin, _first(environ, "no_proxy")):
        return f"{_spelt(environ, 'no_proxy')} excepts it"
    return found


def _names(origin: Origin) -> tuple[str, str]:
    return f"{origin.scheme}_proxy", "all_proxy"


def _spelt(environ: Mapping[str, str], *names: str) -> str:
    """The variable that counts, empty where none is set."""
    spellings = [spelling for name in names for spelling in (name, name.upper())]
    return next((spelling for spelling in spellings if environ.get(spelling, "").strip()), "")


def proxy_password(url: str | None) -> Secret | None:
    """The password in a proxy's URL, so that it can be kept out of every text."""
    password = urlsplit(url).password if url else None
    return Secret(unquote(password)) if password else None


def _first(environ: Mapping[str, str], *names: str) -> str:
    return environ.get(_spelt(environ, *names), "").strip()


def _checked(url: str, where: str) -> str:
    full = url if "://" in url else f"http://{url}"
    try:
        parts = urlsplit(full)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise _unusable(sentence("is not a URL"), where) from None
    if parts.scheme not in _SCHEMES:
        raise _unusable(
            sentence("is of a kind that is not supported ({kind})", kind=parts.scheme[:20]), where
        )
    if not usable:
        raise _unusable(sentence("names no host"), where)
    return full


def _unusable(problem: str, where: str) -> ApiError:
    return local_error(
        sentence("The proxy {problem}; write http://HOST:PORT in {where}.", problem=problem, where=where)
    )


def _is_excepted(origin: Origin, exceptions: str) -> bool:
    entries = (entry for part in exceptions.split(",") for entry in part.split())
    return any(_matches(origin, entry.lower()) for entry in entries)


def _matches(origin: Origin, entry: str) -> bool:
    if entry == "*":
        return True
    name, port = _split_port(entry)
    if port is not None and port != origin.port:
        return False
    try:
        address = ipaddress.ip_address(origin.host)
    except ValueError:
        domain = name.removeprefix("*").removeprefix(".")
        return bool(domain) and (origin.host == domain or origin.host.endswith(f".{domain}"))
    try:
        return address in ipaddress.ip_network(name, strict=False)
    except ValueError:
        return False


def _split_port(entry: str) -> tuple[str, int | None]:
    """Split `host:port`, `[v6]:port`; a bare IPv6 address or network has several colons and no port."""
    if entry.startswith("["):
        name, _, rest = entry[1:].partition("]")
        return name + rest[rest.find("/") :] if "/" in rest else name, _port(rest.lstrip(":"))
    if entry.count(":") == 1:
        name, _, port = entry.partition(":")
        return name, _port(port)
    return entry, None


def _port(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None
