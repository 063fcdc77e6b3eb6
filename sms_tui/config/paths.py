"""Where the program keeps its files, following the XDG base directory rules."""

from collections.abc import Mapping
from pathlib import Path

_OURS = "sms-tui"


def config_file(environ: Mapping[str, str], given: Path | None = None) -> Path:
    """The configuration file: `given` on the command line, else `SMS_TUI_CONFIG`, else the usual place."""
    if given is not None:
        return given
    if named := environ.get("SMS_TUI_CONFIG"):
        return Path(named)
    return config_folder(environ) / "config.toml"


def config_folder(environ: Mapping[str, str]) -> Path:
    """The folder of what the user writes: configuration, and themes of their own."""
    return _base(environ, "XDG_CONFIG_HOME", ".config") / _OURS


def state_folder(environ: Mapping[str, str]) -> Path:
    """The folder of what the program writes: state, journal, logs, crash reports."""
    return _base(environ, "XDG_STATE_HOME", ".local/state") / _OURS


def home(environ: Mapping[str, str]) -> Path:
    """The user's home folder; the root for a user whom nobody knows, as in a container."""
    if named := environ.get("HOME"):
        return Path(named)
    try:
        return Path.home()
    except RuntimeError:
        return Path("/")


def _base(environ: Mapping[str, str], variable: str, otherwise: str) -> Path:
    """A relative path in the variable does not count: the specification says to ignore it."""
    named = Path(environ.get(variable, ""))
    return named if named.is_absolute() else home(environ) / otherwise
