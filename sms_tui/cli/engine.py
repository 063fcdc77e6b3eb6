"""Opens a profile: builds a client, a journal and an engine for it, and takes them down again."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress

from sms_tui import __version__
from sms_tui.api.client import open_client
from sms_tui.cli import system_log
from sms_tui.cli.arguments import Overrides
from sms_tui.cli.environment import Environment
from sms_tui.cli.resolved_profile import ResolvedProfile
from sms_tui.cli.signals import run_until_ended
from sms_tui.config import Profile
from sms_tui.engine import Engine
from sms_tui.engine.clock import uptime
from sms_tui.engine.journal.journal import Identity, Journal
from sms_tui.engine.mode import EngineSettings, Mode
from sms_tui.private_files import PRIVATE_FOLDER, make_private_folder


@asynccontextmanager
async def open_engine(
    resolved: ResolvedProfile, overrides: Overrides, here: Environment
) -> AsyncIterator[Engine]:
    """An engine that is ready to run; raises `ApiError` for settings that no connection can be made of."""
    profile = resolved.profile
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(
            open_client(
                resolved.connection, environ=here.environ, redactor=here.redactor, early=resolved.early
            )
        )
        journal = open_journal(profile, client.endpoint, here, stack)
        mode = Mode(overrides.read_only or profile.read_only, overrides.dry_run)
        settings = EngineSettings(interval=resolved.interval, settle_window=profile.settle_window)
        yield stack.enter_context(closing(Engine(client, mode=mode, settings=settings, journal=journal)))


def run_with_engine(
    resolved: ResolvedProfile,
    overrides: Overrides,
    here: Environment,
    work: Callable[[Engine], Awaitable[int]],
) -> int:
    """Open a profile, do `work` with its engine, and take everything down whatever ends it; the exit code."""

    async def opened() -> int:
        async with open_engine(resolved, overrides, here) as engine:
            return await work(engine)

    return run_until_ended(opened())


def open_journal(
    profile: Profile,
    endpoint: str,
    here: Environment,
    stack: AsyncExitStack,
    note: Callable[[str], None] = system_log.note,
) -> Journal:
    """This program's own journal; if it cannot be written, the engine reports that and goes on."""
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
        # Others who may write there could move the journal away.
        here.state_folder.chmod(PRIVATE_FOLDER)
    journal = Journal(here.journal_folder, identity, time.time, note, uptime)
    journal.open()
    stack.callback(journal.close)
    return journal
