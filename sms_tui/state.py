"""What the program remembers from one run to the next: conveniences only, so that it runs as well without."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

import tomli_w

from sms_tui.config.files import replace_private

_MOST_BYTES = 256 * 1024


@dataclass(slots=True)
class State:
    """Choices that a user made in passing; what is configured wins over them."""

    last_profile: str = ""
    theme: str = ""
    view: str = ""
    sort: str = ""
    columns: list[str] = field(default_factory=list)
    filter_history: list[str] = field(default_factory=list)
    """The latest first"""
    log_bucket: str = ""


def load(path: Path) -> State:
    """Read what was remembered; whatever cannot be read or understood is as if it had never been."""
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES).decode("utf-8")
        return _state(tomllib.loads(text))
    except (OSError, ValueError, RecursionError):
        return State()


def save(path: Path, state: State) -> str:
    """Remember `state` in place of what was there; why that was not possible, or nothing."""
    try:
        replace_private(path, tomli_w.dumps(asdict(state)).encode())
    except OSError as problem:
        return f"{path} cannot be written ({(problem.strerror or str(problem)).lower()})"
    return ""


def _state(document: Mapping[str, object]) -> State:
    state = State()
    for each in fields(State):
        value = document.get(each.name)
        if isinstance(value, str) and each.type is str:
            setattr(state, each.name, value)
        elif isinstance(value, list) and each.type is not str:
            setattr(state, each.name, [item for item in value if isinstance(item, str)])
    return state
