"""Turns tables of the file into settings; every value is checked, every complaint names its place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sms_tui.config.errors import ConfigError
from sms_tui.config.positions import Entry, KeyPath
from sms_tui.config.schema import Kind, Setting, settings_of
from sms_tui.domain.endpoint import url_problem
from sms_tui.domain.masking import without_userinfo
from sms_tui.domain.nearest import did_you_mean
from sms_tui.domain.secret import Secret

_LONGEST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read: what complaints have to name."""

    file: str
    places: Mapping[KeyPath, Entry]
    is_private: bool
    """Whether nobody but the user can read it"""
    warnings: list[str] = field(default_factory=list)
    mistakes: list[ConfigError] = field(default_factory=list)
    broken: dict[str, ConfigError] = field(default_factory=dict)
    """The first mistake in each profile that has one"""

    def wrong(self, path: KeyPath, found: str, allowed: str) -> None:
        """Note that the value at `path` cannot be used."""
        entry = self._entry(path)
        line, column = (entry.value.line, entry.value.column) if entry else (0, 0)
        key = ".".join(path)
        mistake = ConfigError(self.file, line=line, column=column, key=key, found=found, allowed=allowed)
        self.mistakes.append(mistake)
        if path[0] == "profiles" and len(path) > 1:
            self.broken.setdefault(path[1], mistake)

    def unknown(self, path: KeyPath, known: Iterable[str]) -> None:
        """Warn of a key that means nothing."""
        hint = did_you_mean(path[-1], known)
        self.warnings.append(f"{self.place(path)}: {'.'.join(path)}: unknown key, ignored{hint}")

    def place(self, path: KeyPath) -> str:
        """File, line and column of the key at `path`."""
        entry = self._entry(path)
        return f"{self.file}:{entry.key.line}:{entry.key.column}" if entry else self.file

    def _entry(self, path: KeyPath) -> Entry | None:
        """Of the key at `path`; of a table that has no heading of its own, the first one inside."""
        inside = (entry for found, entry in self.places.items() if found[: len(path)] == path)
        return self.places.get(path) or next(inside, None)

    def table(self, path: KeyPath, value: object) -> Mapping[str, Any]:
        """`value`, which has to be a table; an empty one in place of anything else."""
        if isinstance(value, dict):
            return value
        self.wrong(path, shown(value), f"a table, [{'.'.join(path)}]")
        return {}


def read_table(
    source: Source, path: KeyPath, table: Mapping[str, object], owner: type, others: Iterable[str] = ()
) -> dict[str, Any]:
    """The values of `table` for the fields of the dataclass `owner`; `others` are keys read elsewhere.

    A wrong value is noted in `source` and left out.
    """
    known = {each.name: each for each in settings_of(owner)}
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key in known:
            if _check(source, (*path, key), known[key], value):
                values[key] = converted(known[key], value)
        elif key not in others:
            source.unknown((*path, key), [*known, *others])
    return values


def _check(source: Source, path: KeyPath, expected: Setting, value: object) -> bool:
    """Whether `value` can be used; what is wrong with it is noted in `source`."""
    if expected.kind is Kind.SECRET and not source.is_private:
        found = "a secret in a file that others can read"
        source.wrong(path, found, "only in a file of yours with mode 0600")
        return False
    if not fits(expected, value):
        found = _kind_of(value) if expected.may_hold_secret else shown(value)
        source.wrong(path, found, allowed_for(expected, value))
        return False
    return True


def fits(expected: Setting, value: object) -> bool:
    """Whether `value`, as read from the file, is one that `expected` allows."""
    match expected.kind:
        case Kind.FLAG:
            return isinstance(value, bool)
        case Kind.NUMBER:
            return _is_number(value, int | float) and _is_within(expected, value)
        case Kind.WHOLE:
            return _is_number(value, int) and _is_within(expected, value)
        case Kind.CHOICE:
            return isinstance(value, str) and value in expected.choices
        case Kind.WORDS:
            return isinstance(value, list) and bool(value) and all(isinstance(word, str) for word in value)
        case Kind.URL:
            return isinstance(value, str) and not url_problem(value)
        case Kind.TEXT | Kind.SECRET:
            return isinstance(value, str)


def _kind_of(value: object) -> str:
    """What stands for a value that may hold a secret."""
    kinds = {str: "a text", list: "a list", dict: "a table", bool: "true or false", int: "a number"}
    return kinds.get(type(value), "something else")


def allowed_for(expected: Setting, value: object) -> str:
    """What would be allowed in place of `value`, and for a URL why it is not."""
    if expected.kind is Kind.URL and isinstance(value, str):
        return f"{expected.allowed}; this one {url_problem(value)}"
    return expected.allowed


def _is_number(value: object, kind: Any) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)


def _is_within(expected: Setting, value: Any) -> bool:
    """Written so that a value that is not a number (nan) is outside."""
    low = float("-inf") if expected.least is None else expected.least
    high = float("inf") if expected.most is None else expected.most
    return bool(low <= value <= high)


def converted(expected: Setting, value: Any) -> object:
    """`value` as the settings hold it."""
    match expected.kind:
        case Kind.SECRET:
            return Secret(value)
        case Kind.WORDS:
            return tuple(value)
        case Kind.NUMBER:
            return float(value)
        case Kind.URL:
            return value.rstrip("/")
        case _:
            return value


def shown(value: object) -> str:
    """`value` as it is named in a complaint, cut where it is long."""
    text = {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)
    # Before the cut, which may take away the sign that shows where a password ends.
    text = without_userinfo(text)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
