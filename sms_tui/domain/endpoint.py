"""Which URLs may be an endpoint: encrypted ones, and unencrypted ones to this machine only.

Also how the vendor names the service of a region.
"""

import ipaddress
from urllib.parse import SplitResult, urlsplit

from sms_tui.domain.sentence import sentence

_SCHEMES = frozenset({"https", "http"})
_SERVICE_NAMES = ("sms.", "sms-api.")
_NAMED_OTHERWISE = {
    "ru-moscow-1": "https://sms-api.ru-moscow-1.myhuaweicloud.com",
    "eu-west-101": "https://sms.eu-west-101.myhuaweicloud.eu",
}


def endpoint_of(region: str) -> str:
    """The service's URL in a region."""
    return _NAMED_OTHERWISE.get(region, f"https://sms.{region}.myhuaweicloud.com")


def behind_service(host: str) -> str:
    """What follows the service's name in `host`: region and domain; empty for another host."""
    found = next((name for name in _SERVICE_NAMES if host.startswith(name)), "")
    return host.removeprefix(found) if found else ""


def is_loopback(host: str) -> bool:
    """Whether `host` is `localhost` or an address of the loopback interface."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def url_problem(url: str) -> str:
    """Why `url` cannot be an endpoint, as the end of a sentence; empty if it can."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return sentence("is not a URL")
    return _problem(parts)


def _problem(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if parts.scheme not in _SCHEMES:
        return sentence("does not begin with https://")
    if parts.username is not None or parts.password is not None:
        return sentence("holds a user name or password, which belongs into the credentials")
    if not host or not host.isascii() or set(host) & set(" %\\'\"<>^`{|}") or not host.isprintable():
        return sentence("has no usable host name")
    if parts.query or parts.fragment or set(parts.path) & set("%\\ ") or ".." in parts.path:
        return sentence("has more than a host and a plain path")
    if parts.scheme == "http" and not is_loopback(host.lower()):
        return sentence("is not encrypted, which is accepted for loopback addresses alone")
    return ""
