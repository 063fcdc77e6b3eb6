"""Finds theme files and their names; reading and judging them is left to the interface."""

import os
import stat
from collections.abc import Iterator, Mapping
from errno import EFBIG, EINVAL
from pathlib import Path
from typing import Any

from sms_tui.config.errors import ConfigError
from sms_tui.config.paths import config_folder
from sms_tui.config.toml import parse_toml
from sms_tui.domain.nearest import did_you_mean

_MOST_BYTES = 1024 * 1024
"""What a file that somebody wrote by hand has at most"""


def shipped() -> list[Path]:
    """The theme files that come with the program."""
    house = Path(__file__).parent.parent
    packaged = house / "themes"
    return _files(packaged if packaged.is_dir() else house.parent / "themes")


def own(user_folder: Path | None) -> list[Path]:
    """The operator's theme files."""
    return _files(user_folder) if user_folder else []


def own_folder(environ: Mapping[str, str]) -> Path:
    """Where the operator's theme files belong."""
    return config_folder(environ) / "themes"


def is_theme(name: str, environ: Mapping[str, str]) -> bool:
    """Whether there is a theme of that name, be it one with mistakes, of which the interface tells."""
    # Only now the operator's, which have to be read for it.
    return any(path.stem == name for path in shipped()) or name in _own_names(environ)


def allowed_themes(name: str, environ: Mapping[str, str]) -> str:
    """The themes that there are instead of `name`, in words."""
    names = list(dict.fromkeys([*(path.stem for path in shipped()), *_own_names(environ)]))
    hint = did_you_mean(name, names)
    return f"one of {', '.join(map(repr, names))}, or one of your own in {own_folder(environ)}{hint}"


def require_theme(name: str, environ: Mapping[str, str]) -> None:
    """Raise `ConfigError` unless there is a theme of the `name` that the command line gives."""
    if not is_theme(name, environ):
        raise ConfigError("--theme", found=repr(name), allowed=allowed_themes(name, environ))


def document_of(path: Path) -> dict[str, Any]:
    """What a theme file says; raises `OSError`, and `ValueError` for what is no TOML."""
    return parse_toml(_bounded(path).decode("utf-8"))


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.toml"), key=lambda path: path.stem) if folder.is_dir() else []


def _own_names(environ: Mapping[str, str]) -> Iterator[str]:
    for path in own(own_folder(environ)):
        try:
            name = document_of(path).get("name")
        except (OSError, ValueError):
            name = None
        yield name if isinstance(name, str) else path.stem


def _bounded(path: Path) -> bytes:
    """The content of a file; raises `OSError`, for what is no file, or has no end, too."""
    # A pipe would keep its reader waiting for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(EINVAL, "it is no regular file")
    with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor, not a path
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise OSError(EFBIG, "it has more than 1 MiB")
    return content
