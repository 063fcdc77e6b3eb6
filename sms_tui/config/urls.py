"""Which URLs a configuration may name: encrypted ones, and plain ones to this very machine."""

import ipaddress
from urllib.parse import urlsplit


def is_usable(url: str) -> bool:
    """Whether `url` is `https://` with a host, or `http://` to a loopback address; never with a password."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.query or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))


def is_loopback(host: str) -> bool:
    """Whether `host` is `localhost` or an address of the loopback interface."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
