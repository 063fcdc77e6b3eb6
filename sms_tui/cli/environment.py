"""Reads environment, terminal and streams once at the start; everything else gets them as arguments."""

import getpass
import os
import socket
import sys
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path

from sms_tui.cli.starting_line import StartingLine
from sms_tui.config.paths import state_folder
from sms_tui.credentials import SECRET_VARIABLES, Commands, CredentialsError, without_secrets
from sms_tui.domain.secret import Redactor, Secret


@dataclass(frozen=True, slots=True)
class Environment:
    """Everything that the program needs to know of where it runs."""

    environ: Mapping[str, str] = field(repr=False)
    """The environment at the start, secrets included"""
    redactor: Redactor
    """Knows every secret that was seen so far"""
    state_folder: Path
    can_ask: bool
    """Whether a person sits at a terminal"""
    operator: str
    host: str
    starting_line: StartingLine = field(default_factory=StartingLine)
    """What stands on the terminal while the program is being loaded"""
    commands: Commands = field(default_factory=Commands)
    """Credential commands under way"""

    @property
    def journal_folder(self) -> Path:
        """Where journals are."""
        return self.state_folder / "journal"

    @property
    def prompt(self) -> Callable[[str], str] | None:
        """Asks for a secret without showing it, where there is somebody to ask."""
        return self._ask if self.can_ask else None

    def _ask(self, text: str) -> str:
        self.starting_line.clear()
        try:
            return getpass.getpass(text)
        except EOFError:
            # The prompt line is not terminated yet.
            sys.stderr.write("\n")
            raise
        except UnicodeDecodeError:
            # The exception's own text would contain what was typed.
            raise CredentialsError("What was typed is no text in the encoding of this locale.") from None


def take_environment(environ: MutableMapping[str, str], starting_line: StartingLine) -> Environment:
    """Read the surroundings, and remove the secrets from `environ`, so that no child inherits them."""
    kept = dict(environ)
    redactor = Redactor()
    for name in SECRET_VARIABLES.values():
        redactor.add(Secret(environ.pop(name, "")))
    return Environment(
        environ=kept,
        redactor=redactor,
        state_folder=state_folder(kept),
        can_ask=is_terminal(sys.stdin) and is_terminal(sys.stderr),
        operator=_operator(kept),
        host=socket.gethostname(),
        starting_line=starting_line,
    )


def simulated_environment(here: Environment, folder: Path) -> Environment:
    """An environment without the user's settings, in which everything written goes into `folder`."""
    neutral = {name: value for name, value in without_secrets(here.environ).items() if name in _OF_THE_DEMO}
    return Environment(
        neutral, here.redactor, folder, here.can_ask, here.operator, here.host, here.starting_line
    )


_OF_THE_DEMO = frozenset(
    {"TERM", "COLORTERM", "COLORFGBG", "NO_COLOR", "TMUX", "STY", "LANG", "LC_ALL", "LC_CTYPE", "LC_MESSAGES"}
    | {"SMS_TUI_STOCK_PAINTING", "HOME", "XDG_CONFIG_HOME"}
)
"""The terminal, and where themes of one's own are"""


def is_terminal(stream: object) -> bool:
    """Whether somebody sits at `stream`; None, as a closed one is, is no place to sit at."""
    return bool(getattr(stream, "isatty", lambda: False)())


def _operator(environ: Mapping[str, str]) -> str:
    """The name of the login, which an unknown user id does not have."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return environ.get("USER") or f"uid {os.getuid()}"
