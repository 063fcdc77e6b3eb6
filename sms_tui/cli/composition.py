"""The composition root: a profile becomes a client, a journal and an engine, and is taken down again."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass

from sms_tui import __version__
from sms_tui.api.client import open_client
from sms_tui.api.early import EarlyPage
from sms_tui.api.settings import (
    ConnectionSettings,
    Credentials,
    KeyCredentials,
    PasswordCredentials,
    TokenCredentials,
)
from sms_tui.cli import system_log
from sms_tui.cli.arguments import Overrides
from sms_tui.cli.surroundings import Surroundings
from sms_tui.config import ConfigError, Profile, Settings
from sms_tui.config.files import make_private_folder
from sms_tui.credentials import Found, Prompt, find
from sms_tui.engine import Engine
from sms_tui.engine.journal import Identity, Journal
from sms_tui.engine.mode import EngineSettings, Mode


@dataclass(frozen=True, slots=True)
class Ticket:
    """A profile with all that is needed to open it: nothing has been sent yet."""

    profile: Profile
    found: Found
    connection: ConnectionSettings
    interval: float
    early: EarlyPage | None = None
    """The first page, asked for already"""


@dataclass(frozen=True, slots=True)
class Opened:
    """A profile in use."""

    profile: Profile
    engine: Engine


def ticket_for(
    settings: Settings,
    name: str | None,
    overrides: Overrides,
    here: Surroundings,
    prompt: Prompt | None = None,
) -> Ticket:
    """Choose the profile and find its credentials, which may run a program or ask the user.

    Not for an event loop. Raises `ConfigError` and `CredentialsError`.
    """
    profile = settings.profile(name, overrides.endpoint)
    if profile.credential_command:
        here.clear_line()
    found = find(profile, here.environ, prompt)
    for secret in found.parts.values():
        here.redactor.add(secret)
    connection = connection_settings(profile, found, overrides)
    return Ticket(profile, found, connection, overrides.interval or settings.interval)


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
        return TokenCredentials(parts["token"])
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


@asynccontextmanager
async def open_session(ticket: Ticket, overrides: Overrides, here: Surroundings) -> AsyncIterator[Opened]:
    """An engine that is ready to run; raises `ApiError` for settings that no connection can be made of."""
    profile = ticket.profile
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(
            open_client(ticket.connection, environ=here.environ, early=ticket.early)
        )
        journal = open_journal(profile, client.endpoint, here, stack)
        mode = Mode(overrides.read_only or profile.read_only, overrides.dry_run)
        settings = EngineSettings(interval=ticket.interval, settle_window=profile.settle_window)
        yield Opened(profile, Engine(client, mode=mode, settings=settings, journal=journal))


def open_journal(
    profile: Profile,
    endpoint: str,
    here: Surroundings,
    stack: AsyncExitStack,
    note: Callable[[str], None] = system_log.note,
) -> Journal:
    """This program's own journal; one that cannot be written is for the engine to tell, no reason to end."""
    identity = Identity(
        operator=here.operator,
        host=here.host,
        profile=profile.name,
        endpoint=endpoint,
        project=profile.scope_project or profile.scope_project_id or profile.project_id,
        version=__version__,
    )
    with suppress(OSError):
        make_private_folder(here.state_folder)
    journal = Journal(here.journal_folder, identity, time.time, note)
    journal.open()
    stack.callback(journal.close)
    return journal
