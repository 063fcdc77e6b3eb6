"""Whether there is a terminal to draw the interface on; asked before any of the interface is loaded."""

import sys

from sms_tui.cli.environment import Environment, is_terminal
from sms_tui.cli.starting_line import UNDRAWABLE
from sms_tui.config import ConfigError


def has_terminal() -> bool:
    """Whether keys and the screen are at the same place."""
    return is_terminal(sys.stdin) and is_terminal(sys.stdout)


def require_terminal(here: Environment) -> None:
    """Raises `ConfigError` where no interface can be drawn."""
    if not has_terminal():
        found = "no terminal"
    elif here.environ.get("TERM", "") in UNDRAWABLE:
        found = f"a terminal that cannot be drawn on (TERM={here.environ.get('TERM', '')!r})"
    else:
        return
    allowed = "a terminal, or a command such as 'sms-tui tasks'; 'sms-tui --help' lists them"
    raise ConfigError("the interface", found=found, allowed=allowed)
