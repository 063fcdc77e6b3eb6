"""The settings as the program uses them; each field carries its own schema entry."""
# ruff: noqa: RUF009 - each default is the declaration of a setting, and immutable

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

from sms_tui.config.errors import ConfigError, ManyProfilesError, NoProfileError
from sms_tui.config.schema import Kind, setting
from sms_tui.domain.endpoint import behind_service, is_loopback, url_problem
from sms_tui.domain.nearest import did_you_mean
from sms_tui.domain.secret import Secret

WIDEST_COLUMN = 200
"""Cells"""


@dataclass(frozen=True, slots=True)
class Profile:
    """One service to talk to, and how."""

    name: str
    endpoint: str = setting(
        "", Kind.URL, "The service's URL; each profile has one.", variable="SMS_TUI_ENDPOINT"
    )
    iam_endpoint: str = setting(
        "",
        Kind.URL,
        "Where to sign in with a password; left out: the endpoint's own region.",
        variable="SMS_TUI_IAM_ENDPOINT",
    )
    auth: Literal["token", "password", "aksk", ""] = setting(
        "", Kind.CHOICE, "How to sign in; left out: whatever credentials are found first."
    )
    user: str = setting("", Kind.TEXT, "IAM user, for a password.", variable="SMS_TUI_USER")
    domain: str = setting("", Kind.TEXT, "The user's account (domain) name.", variable="SMS_TUI_DOMAIN")
    scope_project: str = setting("", Kind.TEXT, "Sign in for the project of this name (password).")
    scope_project_id: str = setting("", Kind.TEXT, "Sign in for the project of this id.")
    scope_domain: str = setting("", Kind.TEXT, "Sign in for the whole account of this name.")
    project_id: str = setting(
        "", Kind.TEXT, "Project id that goes with access keys.", variable="HUAWEICLOUD_SDK_PROJECT_ID"
    )
    domain_id: str = setting(
        "", Kind.TEXT, "Account id that goes with access keys.", variable="HUAWEICLOUD_SDK_DOMAIN_ID"
    )
    credential_command: tuple[str, ...] = setting(
        (),
        Kind.WORDS,
        "Program that prints the secret as JSON: token, or password, or ak, sk and security_token.",
        example=("pass", "sms/prod"),
    )
    token: Secret | None = setting(
        None, Kind.SECRET, "A token.", variable="SMS_TUI_TOKEN", is_credential=True
    )
    password: Secret | None = setting(
        None, Kind.SECRET, "The user's password.", variable="SMS_TUI_PASSWORD", is_credential=True
    )
    ak: str = setting("", Kind.TEXT, "Access key id.", variable="HUAWEICLOUD_SDK_AK", is_credential=True)
    sk: Secret | None = setting(
        None, Kind.SECRET, "Secret access key.", variable="HUAWEICLOUD_SDK_SK", is_credential=True
    )
    security_token: Secret | None = setting(
        None,
        Kind.SECRET,
        "Goes with temporary access keys.",
        variable="HUAWEICLOUD_SDK_SECURITY_TOKEN",
        is_credential=True,
    )
    production: bool = setting(default=False, kind=Kind.FLAG, words="Show PRODUCTION wherever it matters.")
    read_only: bool = setting(default=False, kind=Kind.FLAG, words="Never send an operation.")
    ca_bundle: str = setting("", Kind.TEXT, "PEM file of the certificates to trust instead of the system's.")
    proxy: str = setting("", Kind.TEXT, "Proxy URL; left out: HTTPS_PROXY and its like.")
    no_proxy: str = setting("", Kind.TEXT, "Hosts, domains and networks to reach without the proxy.")
    requests_per_second: float = setting(
        5.0, Kind.NUMBER, "Most reads a second, except towards loopback.", least=0.1, most=100
    )
    read_timeout: float = setting(20.0, Kind.NUMBER, "Seconds for a whole read.", least=0.1, most=600)
    write_timeout: float = setting(45.0, Kind.NUMBER, "Seconds for a whole operation.", least=0.1, most=600)
    settle_window: float = setting(
        600.0, Kind.NUMBER, "Seconds in which a later read may settle an outcome.", least=1, most=86400
    )
    param_key: Literal["param", "params", "both"] = setting(
        "param", Kind.CHOICE, "The key under which an operation's parameters are sent."
    )
    log_api: Literal["action", "endpoint"] = setting(
        "action", Kind.CHOICE, "Upload logs by the operation collect_log, or by the call of its own."
    )
    log_bucket: str = setting("", Kind.TEXT, "Bucket that is offered for logs.")
    log_expire: int | None = setting(
        None, Kind.WHOLE, "Seconds that a link to logs lives, where the service asks.", least=300, most=64800
    )
    launch_operation: Literal["test", "cutover"] = setting(
        "test", Kind.CHOICE, "The service's word for launching a target."
    )
    operations: Literal["2022", "all"] = setting(
        "all", Kind.CHOICE, "Offer only the operations of the first API, or all."
    )
    speed_unit: Literal["Mbit/s", "MB/s"] = setting(
        "Mbit/s", Kind.CHOICE, "The unit in which the service reports speed."
    )
    theme: str = setting("", Kind.TEXT, "Theme while this profile is in use.")
    origins: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    """Where each value that is not the default came from, such as `config.toml:12` or a variable"""

    @property
    def sign_in_endpoint(self) -> str:
        """Where to sign in: as configured, else as the endpoint's own name tells; empty if it does not."""
        if self.iam_endpoint:
            return self.iam_endpoint
        parts = urlsplit(self.endpoint)
        if is_loopback(parts.hostname or ""):
            return self.endpoint
        place = behind_service(parts.netloc)
        return urlunsplit((parts.scheme, f"iam.{place}", "", "", "")) if place else ""


@dataclass(frozen=True, slots=True)
class SavedView:
    """A filter, an order and columns under a name."""

    name: str
    filter: str = setting("", Kind.TEXT, "Filter, as typed after /; left out: all tasks.")
    sort: str = setting(
        "", Kind.TEXT, "Column to sort by; a trailing - turns the order round; left out: by name."
    )
    columns: tuple[str, ...] = setting(
        (), Kind.WORDS, "Columns, in order; left out: those in use.", example=("name", "state", "error")
    )
    problems_only: bool = setting(default=False, kind=Kind.FLAG, words="Show problems only.")
    key: str = setting("", Kind.TEXT, "Digit from 1 to 9 that shows it.")


@dataclass(frozen=True, slots=True)
class General:
    """What holds for every profile."""

    default_profile: str = setting(
        "",
        Kind.TEXT,
        "Profile to use when none is named; left out: the only one; "
        "the interface takes the one used last, or asks.",
        variable="SMS_TUI_PROFILE",
    )
    theme: str = setting(
        "", Kind.TEXT, "Theme; left out: the one chosen last, else one for the ground of the terminal."
    )
    language: Literal["auto", "en", "zh"] = setting("auto", Kind.CHOICE, "Language of the interface.")
    time: Literal["utc", "local"] = setting(
        "utc", Kind.CHOICE, "Times of the interface in UTC, or in this machine's zone with its offset."
    )
    header_age: Literal["seconds", "time"] = setting(
        "seconds",
        Kind.CHOICE,
        "What the header says of fresh data: how old it is, or in which minute it was read, "
        "so that nothing is sent to the terminal while nothing changes.",
    )
    notify_command: tuple[str, ...] = setting(
        (),
        Kind.WORDS,
        "Program to run on news of watched tasks; {title} and {text} are filled in, which hold names that "
        "the service gave: no place for them in a text that a shell runs.",
        example=("notify-send", "{title}", "{text}"),
    )
    interval: float = setting(
        5.0, Kind.NUMBER, "Seconds between polls while something is active.", least=0.02, most=3600
    )


@dataclass(frozen=True, slots=True)
class Settings(General):
    """Everything that was configured, the environment already laid over the file."""

    path: Path = Path()
    """The configuration file, which need not exist"""
    exists: bool = False
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    keys: Mapping[str, list[str]] = field(default_factory=dict)
    """Binding id to keys"""
    columns: Mapping[str, int] = field(default_factory=dict)
    """Columns in order, with their width in cells, 0 for what fits"""
    views: Mapping[str, SavedView] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    mistakes: list[ConfigError] = field(default_factory=list)
    """Every value that cannot be used"""
    broken: Mapping[str, ConfigError] = field(default_factory=dict)
    """Profiles that cannot be used, with the first reason"""
    origins: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    """Where values outside profiles came from, as `Profile.origins`, by names such as `views.failed.sort`"""

    def remarks(self, chosen: str) -> list[str]:
        """What is wrong but keeps nobody from working with the profile `chosen`, one sentence each."""
        others = [str(why) for name, why in self.broken.items() if chosen not in {"", name}]
        return [*self.warnings, *others]

    def profile(self, name: str | None = None, endpoint: str = "") -> Profile:
        """The profile of that name, else the default, else the only one; raises `ConfigError`.

        `endpoint` wins over the profile's own, and is enough where there is no profile.
        """
        chosen = self._chosen(name or self.default_profile, endpoint, is_named=bool(name))
        if chosen.name in self.broken:
            raise self.broken[chosen.name]
        if endpoint:
            if problem := url_problem(endpoint):
                allowed = f"{Kind.URL.value}; this one {problem}"
                raise ConfigError("--endpoint", found=repr(endpoint), allowed=allowed)
            origins = {**chosen.origins, "endpoint": "--endpoint"}
            chosen = replace(chosen, endpoint=endpoint, origins=origins)
        if not chosen.endpoint:
            key = f"profiles.{chosen.name}.endpoint"
            raise ConfigError(str(self.path), key=key, found="nothing", allowed=Kind.URL.value)
        return chosen

    def _chosen(self, name: str, endpoint: str, *, is_named: bool) -> Profile:
        if name in self.profiles:
            return self.profiles[name]
        if name:
            allowed = ", ".join(map(repr, self.profiles)) or "none is configured"
            raise self._no_such(name, allowed + did_you_mean(name, self.profiles), is_named=is_named)
        if len(self.profiles) == 1:
            return next(iter(self.profiles.values()))
        if endpoint and not self.profiles:
            return Profile("command line")
        if not self.profiles:
            raise NoProfileError(str(self.path), key="profiles", found="none")
        known = ", ".join(map(repr, self.profiles))
        raise ManyProfilesError(
            str(self.path),
            key="default_profile",
            found="nothing",
            allowed=f"one of {known}, or --profile NAME",
        )

    def _no_such(self, name: str, allowed: str, *, is_named: bool) -> ConfigError:
        """The complaint that no profile has this name, with the place that asks for it."""
        origin = "" if is_named else self.origins.get("default_profile", "")
        if not origin:
            if not self.exists:
                return ConfigError("--profile", found=repr(name), allowed=allowed)
            return ConfigError(str(self.path), key="profiles", found=repr(name), allowed=allowed)
        place = origin.removeprefix(f"{self.path}:")
        if place == origin:
            return ConfigError(origin, found=repr(name), allowed=allowed)
        line, column = map(int, place.split(":"))
        key = "default_profile"
        return ConfigError(
            str(self.path), line=line, column=column, key=key, found=repr(name), allowed=allowed
        )
