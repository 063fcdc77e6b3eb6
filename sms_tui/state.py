"""What the program remembers from one run to the next; conveniences only, so that it runs as well without."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from sms_tui.private_files import replace_private

_MOST_BYTES = 256 * 1024
MOST_HISTORY = 50


@dataclass(frozen=True, slots=True)
class KeptView:
    """A view that was saved while looking at it: what it narrows, and how it shows that."""

    base: str = ""
    """Name of the view it was made on; empty for all tasks"""
    filter: str = ""
    sort: str = ""
    columns: tuple[str, ...] = ()
    problems_only: bool = False


@dataclass(slots=True)
class State:
    """Choices that a user made in passing; what is configured wins over them."""

    last_profile: str = ""
    theme: str = ""
    time: str = ""
    """`utc` or `local`"""
    view: str = ""
    sort: str = ""
    filter: str = ""
    problems_only: bool = False
    columns: list[str] = field(default_factory=list)
    columns_are_of_view: bool = True
    """Whether a view that has columns of its own shows these"""
    widths: dict[str, int] = field(default_factory=dict)
    """Cells that a column was given by hand"""
    views: dict[str, KeptView] = field(default_factory=dict)
    """By name"""
    filter_history: list[str] = field(default_factory=list)
    """The latest first"""
    log_bucket: str = ""
    change_windows: dict[str, int] = field(default_factory=dict)
    """End of the change window of a profile, in epoch seconds"""


def load(path: Path) -> State:
    """Read what was remembered; whatever cannot be read or understood is as if it had never been."""
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES).decode("utf-8")
        import tomllib

        return _state(tomllib.loads(text))
    except (OSError, ValueError, RecursionError):
        return State()


def save(path: Path, state: State) -> str:
    """Remember `state` in place of what was there; why that was not possible, or nothing."""
    import tomli_w

    try:
        content = tomli_w.dumps(asdict(state)).encode()
        if len(content) > _MOST_BYTES:
            return f"{path} cannot be written (more than {_MOST_BYTES // 1024} KiB, which would not be read)"
        replace_private(path, content)
    except OSError as problem:
        return f"{path} cannot be written ({(problem.strerror or str(problem)).lower()})"
    except ValueError:
        # Half a surrogate pair is no UTF-8.
        return f"{path} cannot be written (a text in it is no valid Unicode)"
    return ""


def _texts(value: list[Any]) -> list[str]:
    return [item for item in value if isinstance(item, str)]


def _table(name: str, value: dict[str, Any]) -> dict[str, Any]:
    if name in {"widths", "change_windows"}:
        return {key: number for key, number in value.items() if type(number) is int and number > 0}
    return {key: _view(table) for key, table in value.items() if isinstance(table, dict)}


def _view(table: Mapping[str, Any]) -> KeptView:
    texts = {name: table[name] for name in ("base", "filter", "sort") if isinstance(table.get(name), str)}
    columns = table.get("columns")
    names = tuple(_texts(columns)) if isinstance(columns, list) else ()
    return KeptView(**texts, columns=names, problems_only=table.get("problems_only") is True)


_READ: Mapping[type, Callable[[str, Any], object]] = {
    str: lambda _, value: value,
    bool: lambda _, value: value,
    list: lambda _, value: _texts(value),
    dict: _table,
}


def _state(document: Mapping[str, object]) -> State:
    state = State()
    for each in fields(State):
        value = document.get(each.name)
        if type(value) is type(getattr(state, each.name)):
            setattr(state, each.name, _READ[type(value)](each.name, value))
    return state
