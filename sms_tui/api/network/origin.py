"""An endpoint from the profile, checked once. Credentials go to these hosts and nowhere else."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from sms_tui.api.errors import local_error
from sms_tui.domain.endpoint import is_loopback, url_problem
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


def parse_origin(url: str, setting: str) -> Origin:
    """Read the URL of the profile's `setting`; raises `ApiError` when it cannot be used."""
    if problem := url_problem(url):
        raise _wrong(url, setting, problem)
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    return Origin(parts.scheme, host, parts.port or _PORTS[parts.scheme], parts.path.rstrip("/"))


def _wrong(url: str, setting: str, problem: str) -> Exception:
    shown = url if "@" not in url else "its value"
    said = sentence(
        "`{setting}` cannot be used: {value!r} {problem}; correct it in the profile.",
        setting=setting,
        value=shown[:200],
        problem=problem,
    )
    return local_error(said)
