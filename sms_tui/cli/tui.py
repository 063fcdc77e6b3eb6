"""Starts the interface: on a configured profile, on the demo, or on the first-run screen."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sms_tui.api.errors import ApiError
from sms_tui.cli.arguments import Overrides, parse
from sms_tui.cli.early_start import EarlyStart, start_early
from sms_tui.cli.engine import open_engine
from sms_tui.cli.environment import Environment, simulated_environment
from sms_tui.cli.invocation import Invocation
from sms_tui.cli.options import options_for
from sms_tui.cli.resolved_profile import ResolvedProfile, ResolvedProfiles
from sms_tui.cli.terminal import has_terminal, require_terminal
from sms_tui.config import ConfigError, NoProfileError, Profile, Settings, load
from sms_tui.credentials import CredentialsError
from sms_tui.headless.output import Output
from sms_tui.memory import Memory
from sms_tui.state import State
from sms_tui.ui.options import Options
from sms_tui.ui.session import OpenSession, Session, SessionError
from sms_tui.ui.start import build_app

if TYPE_CHECKING:
    from sms_tui.cli.demo_page import DemoPage

_PATIENCE = 0.05
"""Seconds that the first screen waits for the first page"""
_PATIENCE_OF_NEXT = 0.5
"""Seconds that it waits after a change of profile, while another screen says which one is opened"""


def run_profile(begun: EarlyStart, invocation: Invocation, settings: Settings) -> int:
    """Run on a profile whose credentials are found."""
    resolved, memory = begun.resolved, begun.memory
    overrides, here = invocation.overrides, invocation.here
    options = options_for(overrides, here, resolved.profile.name, settings.language, tuple(settings.profiles))
    code = _run(_opener(settings, resolved, overrides, here), settings, memory, options, invocation)
    if problem := memory.end():
        print(f"sms-tui: choices are not remembered: {problem}", file=sys.stderr)  # noqa: T201
    return code


def run_demo(page: "DemoPage", invocation: Invocation) -> int:
    """Run on the simulated service; nothing of it is kept. Raises `ConfigError`."""
    from sms_tui.cli.demo import open_demo
    from sms_tui.cli.demo_page import DEMO

    with page.service.line, _demo_folder() as folder:
        page.await_ready()
        overrides, neutral = invocation.overrides, simulated_environment(invocation.here, Path(folder))

        @asynccontextmanager
        async def opened(_name: str) -> AsyncIterator[Session]:
            shown = page.hold()
            async with open_demo(page, overrides, neutral) as engine:
                yield Session(DEMO, engine, ("-p", DEMO.name), shown, _PATIENCE)

        options = options_for(overrides, neutral, DEMO.name)
        return _run(opened, Settings(), None, options, invocation)


def _demo_folder() -> "TemporaryDirectory[str]":
    try:
        return TemporaryDirectory(prefix="sms-tui-demo-")
    except OSError as problem:
        allowed = "a folder that it can write to; TMPDIR names one"
        raise ConfigError("the demo", found=problem.strerror or str(problem), allowed=allowed) from None


def run_without_profile(invocation: Invocation, settings: Settings) -> int:
    """Without a profile: offer the demo where somebody can answer; raises `NoProfileError` elsewhere."""
    if not has_terminal():
        raise NoProfileError("configuration")
    invocation.here.starting_line.clear()
    from sms_tui.ui.screens.first_run import Choice, run_first_run

    options = options_for(invocation.overrides, invocation.here, "", settings.language)
    match run_first_run(settings, options, invocation.crashes.report):
        case Choice.DEMO:
            from sms_tui.cli.demo_page import DemoPage
            from sms_tui.cli.demo_service import DemoService

            page = DemoPage(DemoService(parse(["demo"]).options))
            page.start()
            return run_demo(page, invocation)
        case Choice.CONFIGURE:
            return _configure_first(invocation)
        case code:
            return code


def run_profile_of_choice(invocation: Invocation, settings: Settings) -> int:
    """Ask which profile to open, and go on with it; raises `ConfigError` and `CredentialsError`."""
    overrides, here = invocation.overrides, invocation.here
    require_terminal(here)
    here.starting_line.clear()
    from sms_tui.ui.screens.first_profile import run_first_profile

    options = options_for(overrides, here, "", settings.language)
    chosen = run_first_profile(settings, overrides.endpoint, options, invocation.crashes.report)
    if isinstance(chosen, int):
        return chosen
    return run_profile(start_early(replace(overrides, profile=chosen), here, settings), invocation, settings)


def _configure_first(invocation: Invocation) -> int:
    """Ask for a first configuration, then go on with it; raises `ConfigError`."""
    overrides, here = invocation.overrides, invocation.here
    from sms_tui.cli.configuring import first_config

    if code := first_config(overrides, here, Output(sys.stdout, sys.stderr)):
        return code
    settings = load(overrides.config, here.environ)
    return run_profile(start_early(overrides, here, settings), invocation, settings)


def _run(
    open_named: OpenSession,
    settings: Settings,
    memory: Memory | None,
    options: Options,
    invocation: Invocation,
) -> int:
    state, report_crash = memory.state if memory else State(), invocation.crashes.report
    app = build_app(open_named, settings, state, options, report_crash, memory)
    # Nothing that is loaded by now will become garbage, so the collector can ignore it.
    gc.freeze()
    app.take_terminal = invocation.here.starting_line.give_terminal
    app.run(mouse=app.options.mouse)
    with suppress(OSError):
        for line in app.last_words:
            print(line, file=sys.stderr)  # noqa: T201
    return app.return_code or 0


def _opener(
    settings: Settings, first: ResolvedProfile, overrides: Overrides, here: Environment
) -> OpenSession:
    """Opens profiles by name, the first with the credentials that are found already."""

    profiles = ResolvedProfiles(first, settings, overrides, here)

    @asynccontextmanager
    async def opened(name: str) -> AsyncIterator[Session]:
        async with AsyncExitStack() as stack:
            try:
                if (chosen := profiles.at_hand(name)) is None:
                    chosen = await _found(profiles, name, here)
                shown = chosen.early.hold() if chosen.early else lambda: None
                engine = await stack.enter_async_context(open_engine(chosen, overrides, here))
            except (ConfigError, CredentialsError, ApiError) as problem:
                raise SessionError(str(problem)) from None
            reached_by = _reached_by(chosen.profile, settings, overrides)
            patience = _PATIENCE if chosen.early else _PATIENCE_OF_NEXT
            yield Session(chosen.profile, engine, reached_by, shown, patience, chosen.may_renew)

    return opened


async def _found(profiles: ResolvedProfiles, name: str, here: Environment) -> ResolvedProfile:
    """A profile with its credentials, whose command may take long and must not outlive the program."""
    try:
        return await asyncio.to_thread(profiles.find, name)
    except asyncio.CancelledError:
        here.commands.end()
        raise


def _reached_by(profile: Profile, settings: Settings, overrides: Overrides) -> tuple[str, ...]:
    """The options with which another command speaks to the same service."""
    file = ("--config", str(overrides.config.absolute())) if overrides.config else ()
    named = ("-p", profile.name) if profile.name in settings.profiles else ()
    is_given = not named or profile.origins.get("endpoint") == "--endpoint"
    return (*file, *named, *(("--endpoint", profile.endpoint) if is_given else ()))
