"""Runs each command; a command's own imports happen inside its function."""

import gc
import os
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from sms_tui.api.errors import ApiError
from sms_tui.cli.arguments import Overrides
from sms_tui.cli.invocation import Invocation
from sms_tui.config import ConfigError, ManyProfilesError, NoProfileError
from sms_tui.config.theme_files import require_theme
from sms_tui.credentials import CredentialsError
from sms_tui.exit_codes import ExitCode, of_trouble

if TYPE_CHECKING:
    from sms_tui.cli.resolved_profile import ResolvedProfile
    from sms_tui.engine import Engine

_SLOW_LINK = {"TEXTUAL_FPS": "10", "TEXTUAL_ANIMATIONS": "none"}
SHORTEST_EXAMPLE = """\
No profile is configured. The shortest way to work:

  export SMS_TUI_ENDPOINT=https://sms.REGION.myhuaweicloud.com
  export SMS_TUI_TOKEN=...            # or HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK
  sms-tui

'sms-tui config init' writes a configuration file, 'sms-tui demo' needs nothing at all."""


def run(invocation: Invocation) -> int:
    """Do what was asked, and turn every expected failure into a sentence and its code."""
    say = invocation.output.say
    try:
        if path := invocation.overrides.debug_log:
            from sms_tui.cli.debug_log import log_to

            log_to(path, invocation.here.redactor)
        if theme := invocation.overrides.theme:
            require_theme(theme, invocation.here.environ)
        code = int(_COMMANDS[invocation.request.command](invocation))
        return ExitCode.FAILED if invocation.output.has_failed and not code else code
    except NoProfileError:
        say(SHORTEST_EXAMPLE)
        return ExitCode.USAGE
    except ConfigError as problem:
        say(f"sms-tui: {problem}")
        return ExitCode.USAGE
    except CredentialsError as problem:
        say(f"sms-tui: {problem}")
        return ExitCode.DENIED
    except ApiError as error:
        say(f"sms-tui: {error.trouble.sentence}")
        return of_trouble(error.trouble)


def _prepare_terminal(overrides: Overrides) -> None:
    """The terminal toolkit reads these when it is imported."""
    if overrides.no_color:
        os.environ["NO_COLOR"] = "1"
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    if overrides.slow_link:
        os.environ.update(_SLOW_LINK)


def _interface(invocation: Invocation) -> int:
    _prepare_terminal(invocation.overrides)
    from sms_tui.cli.early_start import start_early

    settings = invocation.settings()
    try:
        begun = start_early(invocation.overrides, invocation.here, settings)
    except NoProfileError:
        from sms_tui.cli.tui import run_without_profile

        return run_without_profile(invocation, settings)
    except ManyProfilesError:
        from sms_tui.cli.terminal import has_terminal

        if not has_terminal():
            raise
        from sms_tui.cli.tui import run_profile_of_choice

        return run_profile_of_choice(invocation, settings)
    from sms_tui.cli.first_rows import scene_of, show_first_rows

    if begun.resolved.early is not None:
        scene = scene_of(begun, invocation.overrides, invocation.here, settings)
        show_first_rows(
            begun.resolved.early, begun.resolved.connection.speed_unit, scene, invocation.here.starting_line
        )
    invocation.here.starting_line.end_at_interrupt()
    from sms_tui.cli.tui import run_profile

    invocation.here.starting_line.raise_at_interrupt()
    return run_profile(begun, invocation, settings)


def _demo(invocation: Invocation) -> int:
    from sms_tui.cli.demo_service import DemoService
    from sms_tui.cli.terminal import require_terminal

    try:
        require_terminal(invocation.here)
    except ConfigError:
        from sms_tui.cli.scenarios import scenario_of

        # A wrong scenario is complained about before the terminal.
        scenario_of(invocation.options.scenario)
        raise
    service = invocation.service or DemoService(invocation.options)
    _prepare_terminal(invocation.overrides)
    from sms_tui.cli.demo_page import DemoPage

    page = DemoPage(service)
    page.start()
    from sms_tui.cli.first_rows import demo_scene, show_first_rows

    show_first_rows(
        page, "Mbit/s", demo_scene(invocation.overrides, invocation.here), invocation.here.starting_line
    )
    invocation.here.starting_line.end_at_interrupt()
    from sms_tui.cli.tui import run_demo

    invocation.here.starting_line.raise_at_interrupt()
    return run_demo(page, invocation)


def _simulate(invocation: Invocation) -> int:
    from sms_tui.cli.simulate import simulate

    gc.enable()
    return simulate(invocation.options, invocation.output)


def _tasks(invocation: Invocation) -> int:
    from sms_tui.headless.tasks import list_tasks

    options, output = invocation.options, invocation.output
    return _with_engine(invocation, _resolved(invocation), lambda engine: list_tasks(engine, options, output))


def _show(invocation: Invocation) -> int:
    from sms_tui.headless.show import show_task

    options, output = invocation.options, invocation.output
    return _with_engine(invocation, _resolved(invocation), lambda engine: show_task(engine, options, output))


def _run_operation(invocation: Invocation) -> int:
    from sms_tui.headless.question import ask_terminal
    from sms_tui.headless.running import Run

    ask = ask_terminal if invocation.here.can_ask else None
    options, output = invocation.options, invocation.output
    resolved = _resolved(invocation)
    return _with_engine(
        invocation, resolved, lambda engine: Run(engine, resolved.profile, options, output, ask).execute()
    )


def _watch(invocation: Invocation) -> int:
    from sms_tui.headless.watching import watch

    options, output = invocation.options, invocation.output
    return _with_engine(invocation, _resolved(invocation), lambda engine: watch(engine, options, output))


def _journal(invocation: Invocation) -> int:
    from sms_tui.cli.settling import settle, settle_first
    from sms_tui.cli.system_log import read_back
    from sms_tui.headless.journal import journal

    action, options = invocation.request.action, invocation.options
    if action == "settle":
        return settle(invocation)
    if action in {None, "list", "show"} and (code := settle_first(invocation)):
        return code
    return journal(action, options, invocation.here.journal_folder, invocation.output, read_back)


def _explain(invocation: Invocation) -> int:
    from sms_tui.headless.explaining import explain_code

    return explain_code(invocation.options, invocation.output)


def _config(invocation: Invocation) -> int:
    from sms_tui.cli.configuring import config

    return config(invocation.request, invocation.here, invocation.output)


def _doctor(invocation: Invocation) -> int:
    from sms_tui.cli.doctor import examine

    return examine(
        invocation.overrides, invocation.here, invocation.output, as_json=invocation.options.output == "json"
    )


def _schema(invocation: Invocation) -> int:
    from sms_tui.headless.schemas import print_schema

    return print_schema(invocation.options.name, invocation.output)


def _completion(invocation: Invocation) -> int:
    from sms_tui.cli.completing import complete

    options = invocation.options
    return complete(options.shell, options.words, invocation.here, invocation.output)


def _themes(invocation: Invocation) -> int:
    from sms_tui.cli.themes import themes

    return themes(invocation.request.action, invocation.options, invocation.here, invocation.output)


def _resolved(invocation: Invocation) -> "ResolvedProfile":
    """The chosen profile with its credentials."""
    from sms_tui.cli.resolved_profile import resolve_profile

    overrides, here = invocation.overrides, invocation.here
    return resolve_profile(invocation.settings(), overrides.profile, overrides, here, here.prompt)


def _with_engine(
    invocation: Invocation, resolved: "ResolvedProfile", work: Callable[["Engine"], Awaitable[int]]
) -> int:
    """Do `work` on a profile, with garbage collected from now on: all that is loaded by then stays."""
    from sms_tui.cli.engine import run_with_engine

    gc.freeze()
    gc.enable()
    return run_with_engine(resolved, invocation.overrides, invocation.here, work)


_COMMANDS: Mapping[str, Callable[[Invocation], int]] = {
    "": _interface,
    "demo": _demo,
    "simulate": _simulate,
    "tasks": _tasks,
    "show": _show,
    "run": _run_operation,
    "watch": _watch,
    "journal": _journal,
    "explain": _explain,
    "config": _config,
    "doctor": _doctor,
    "themes": _themes,
    "completion": _completion,
    "schema": _schema,
}
