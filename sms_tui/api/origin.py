"""An endpoint as the profile names it, checked once: credentials go to these hosts and to no other."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from sms_tui.api.errors import local_error
from sms_tui.domain.sentence import sentence

_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port of a service, and the path prefix under which it lives."""

    scheme: str
    host: str
    """Lower case, an IPv6 address without brackets"""
    port: int
    prefix: str = ""

    @property
    def authority(self) -> str:
        """The `Host` header: the port only where it is not the scheme's own."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == _PORTS[self.scheme] else f"{name}:{self.port}"

    @property
    def base(self) -> str:
        """The URL before the path of a call."""
        return f"{self.scheme}://{self.authority}{self.prefix}"

    @property
    def is_loopback(self) -> bool:
        """Whether it is this very machine."""
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether `host` is `localhost` or an address of the loopback interface."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def parse_origin(url: str, setting: str) -> Origin:
    """Read the URL of the profile's `setting`; raises `ApiError` when it cannot be used."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _wrong(url, setting, sentence("is not a URL")) from None
    problem = _problem(parts)
    if problem:
        raise _wrong(url, setting, problem)
    host = (parts.hostname or "").lower()
    if parts.scheme == "http" and not is_loopback(host):
        raise _wrong(
            url, setting, sentence("is not encrypted, which is accepted for loopback addresses alone")
        )
    return Origin(parts.scheme, host, port or _PORTS[parts.scheme], parts.path.rstrip("/"))


def _problem(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if parts.scheme not in _PORTS:
        return sentence("does not begin with https://")
    if parts.username is not None or parts.password is not None:
        return sentence("holds a user name or password, which belongs into the credentials")
    if not host or not host.isascii() or set(host) & set(" %\\'\"<>^`{|}") or not host.isprintable():
        return sentence("has no usable host name")
    if parts.query or parts.fragment or set(parts.path) & set("%\\ ") or ".." in parts.path:
        return sentence("has more than a host and a plain path")
    return ""


def _wrong(url: str, setting: str, problem: str) -> Exception:
    shown = url if "@" not in url else "its value"
    said = sentence(
        "`{setting}` cannot be used: {value!r} {problem}; correct it in the profile.",
        setting=setting,
        value=shown[:200],
        problem=problem,
    )
    return local_error(said)
