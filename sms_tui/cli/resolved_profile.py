"""From a profile's name to the profile with credentials and everything needed to open it."""

from dataclasses import dataclass, replace

from sms_tui.api.early.first_answers import FirstAnswers
from sms_tui.api.settings import (
    ConnectionSettings,
    Credentials,
    KeyCredentials,
    PasswordCredentials,
    TokenCredentials,
)
from sms_tui.cli.arguments import Overrides
from sms_tui.cli.environment import Environment
from sms_tui.config import ConfigError, Profile, Settings
from sms_tui.credentials import COMMAND, KEYRING, PROMPT, Found, Prompt, find


@dataclass(frozen=True, slots=True)
class ResolvedProfile:
    """A profile with all that is needed to open it: nothing has been sent yet."""

    profile: Profile
    found: Found
    connection: ConnectionSettings
    interval: float
    early: FirstAnswers | None = None
    """The first page, already requested"""

    @property
    def may_renew(self) -> bool:
        """Whether it may get other credentials when it is opened again."""
        return self.found.kind != "token" or self.found.origin in {COMMAND, KEYRING}


def resolve_profile(
    settings: Settings,
    name: str | None,
    overrides: Overrides,
    here: Environment,
    prompt: Prompt | None = None,
) -> ResolvedProfile:
    """Choose the profile and find its credentials, which may run a program or ask the user.

    Not for an event loop. Raises `ConfigError` and `CredentialsError`.
    """
    profile = settings.profile(name, overrides.endpoint)
    if profile.credential_command:
        here.starting_line.clear()
    found = find(profile, here.environ, prompt, here.commands)
    for secret in found.parts.values():
        here.redactor.add(secret)
    connection = connection_settings(profile, found, overrides)
    return ResolvedProfile(profile, found, connection, overrides.interval or settings.interval)


class ResolvedProfiles:
    """Profiles by name: the first one is resolved already, others are resolved without asking anybody.

    To open a profile again is to find its credentials again: its command may have a new token to print.
    """

    def __init__(
        self, first: ResolvedProfile, settings: Settings, overrides: Overrides, here: Environment
    ) -> None:
        self._first = first
        self._settings = settings
        self._overrides = overrides
        self._here = here
        self._is_used = False

    def at_hand(self, name: str) -> ResolvedProfile | None:
        """The profile that is already resolved, if it is the one named."""
        is_first = name == self._first.profile.name
        if not is_first or (self._is_used and self._first.found.origin != PROMPT):
            return None
        self._is_used = True
        return self._first

    def find(self, name: str) -> ResolvedProfile:
        """Resolve another profile; may block and raise like `resolve_profile`."""
        is_first = name == self._first.profile.name
        overrides = self._overrides if is_first else replace(self._overrides, endpoint="")
        return resolve_profile(self._settings, name, overrides, self._here)


def connection_settings(profile: Profile, found: Found, overrides: Overrides) -> ConnectionSettings:
    """What the client has to know of `profile`; raises `ConfigError`."""
    return ConnectionSettings(
        endpoint=profile.endpoint,
        iam_endpoint=_sign_in_endpoint(profile, found),
        credentials=_credentials(profile, found),
        ca_bundle=profile.ca_bundle or None,
        proxy=profile.proxy or None,
        no_proxy=profile.no_proxy,
        read_timeout=profile.read_timeout,
        write_timeout=profile.write_timeout,
        requests_per_second=profile.requests_per_second,
        param_key=profile.param_key,
        log_api=profile.log_api,
        log_expire=profile.log_expire,
        speed_unit=profile.speed_unit,
        compressed=overrides.slow_link,
    )


def _sign_in_endpoint(profile: Profile, found: Found) -> str:
    url = profile.sign_in_endpoint
    if not url and found.kind == "password":
        key = f"profiles.{profile.name}.iam_endpoint"
        raise ConfigError("configuration", key=key, found="nothing", allowed="the URL to sign in at")
    return url


def _credentials(profile: Profile, found: Found) -> Credentials:
    parts = found.parts
    if found.kind == "token":
        return TokenCredentials(parts["token"], is_printed=found.origin == COMMAND)
    if found.kind == "password":
        return PasswordCredentials(
            profile.user,
            parts["password"],
            profile.domain,
            scope_project=profile.scope_project,
            scope_project_id=profile.scope_project_id,
            scope_domain=profile.scope_domain,
        )
    return KeyCredentials(
        parts["ak"].reveal(),
        parts["sk"],
        parts.get("security_token"),
        project_id=profile.project_id,
        domain_id=profile.domain_id,
    )
