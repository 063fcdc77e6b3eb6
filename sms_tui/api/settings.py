"""Settings of the client as plain values; importing them needs no HTTP library."""

from dataclasses import dataclass, field
from typing import Literal

from sms_tui.domain.secret import Secret


@dataclass(frozen=True, slots=True)
class TokenCredentials:
    """A token that somebody else obtained; it cannot be renewed here."""

    token: Secret
    is_printed: bool = False
    """Whether the profile's `credential_command` printed it, and may print another one"""


@dataclass(frozen=True, slots=True)
class PasswordCredentials:
    """An IAM user's password, from which tokens are obtained for a project, a domain or the whole account."""

    user: str
    password: Secret
    domain: str
    scope_project: str = ""
    """Project name; wins over the domain."""
    scope_project_id: str = ""
    """Project id; wins over the project's name."""
    scope_domain: str = ""


@dataclass(frozen=True, slots=True)
class KeyCredentials:
    """An access key pair that signs every request; exactly one of project and domain id is used."""

    ak: str
    sk: Secret
    security_token: Secret | None = None
    """Goes with temporary keys."""
    project_id: str = ""
    """Wins over the domain id."""
    domain_id: str = ""


Credentials = TokenCredentials | PasswordCredentials | KeyCredentials


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """One profile's way to the service."""

    endpoint: str
    """`https://host[:port][/prefix]`; plain `http` to a loopback address alone"""
    iam_endpoint: str
    """Like `endpoint`; needed for passwords only"""
    credentials: Credentials
    ca_bundle: str | None = None
    """Path of a PEM file that replaces the system's trust store"""
    proxy: str | None = field(default=None, repr=False)
    """Proxy URL, which may hold a password; None: as the environment says"""
    no_proxy: str = ""
    """Hosts, domains, addresses and networks that are reached directly, besides those of the environment"""
    read_timeout: float = 20.0
    """Seconds for a whole read"""
    write_timeout: float = 45.0
    """Seconds for a whole write"""
    requests_per_second: float = 5.0
    param_key: Literal["param", "params", "both"] = "param"
    log_api: Literal["action", "endpoint"] = "action"
    log_expire: int | None = None
    """Seconds a share link lives, where the log endpoint asks for it"""
    speed_unit: Literal["Mbit/s", "MB/s"] = "Mbit/s"
    """The unit in which the service reports a task's speed"""
    compressed: bool = False
    """Ask for gzip, for thin links"""
