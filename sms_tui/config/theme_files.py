"""Which theme files there are, and the names that they go by; what is in them is the interface's business."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from sms_tui.config.errors import ConfigError
from sms_tui.config.paths import config_folder
from sms_tui.domain.nearest import did_you_mean


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


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.toml")) if folder.is_dir() else []


def _own_names(environ: Mapping[str, str]) -> Iterator[str]:
    import tomllib

    for path in own(own_folder(environ)):
        try:
            name = tomllib.loads(path.read_text(encoding="utf-8")).get("name")
        except (OSError, ValueError):
            name = None
        yield name if isinstance(name, str) else path.stem
