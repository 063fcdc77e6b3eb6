"""Builds the options of the interface from command line, configuration and terminal."""

import sys
from collections.abc import Sequence
from pathlib import Path

from sms_tui.cli.arguments import Overrides
from sms_tui.cli.environment import Environment
from sms_tui.cli.language import language_of
from sms_tui.config.theme_files import own_folder
from sms_tui.ui.options import Options
from sms_tui.ui.terminal.kind import kind_of


def options_for(
    overrides: Overrides,
    here: Environment,
    profile: str,
    configured: str = "auto",
    profiles: Sequence[str] = (),
) -> Options:
    """For the profile of that name out of `profiles`; `configured` is the configuration's language."""
    encoding = sys.stdout.encoding or "ascii"
    kind = kind_of(here.environ, encoding)
    ascii_only = overrides.ascii or kind.ascii_only
    return Options(
        profile=profile,
        profiles=profiles,
        theme=overrides.theme,
        language="en" if ascii_only else language_of(configured, here.environ, encoding),
        ascii_only=ascii_only,
        no_color=overrides.no_color or kind.no_color,
        is_light=kind.is_light,
        asks_ground=kind.tells_ground and not overrides.no_color,
        hud=overrides.debug_hud,
        multiplexer=kind.multiplexer,
        mouse=not kind.keeps_escape,
        user_themes=own_folder(here.environ),
        export_folder=_export_folder(),
        collects=True,
        slow_link=overrides.slow_link,
        stock_painting=bool(here.environ.get("SMS_TUI_STOCK_PAINTING")),
    )


def _export_folder() -> Path:
    """Where the shell is; who removed that folder is told so when something is to be saved there."""
    try:
        return Path.cwd()
    except OSError:
        return Path()
