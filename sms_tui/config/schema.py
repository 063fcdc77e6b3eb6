"""Describes a setting: its type, what it allows, and the words for both.

The settings classes are built from these descriptions; validation, `config schema`, the file that `config
init` writes and the reference in the documentation all read this one table.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, get_args

T = TypeVar("T")
_SETTING = "setting"


class Kind(StrEnum):
    """What a value looks like in the file; the value is how it is named to people."""

    TEXT = "a text in quotes"
    SECRET = "a text in quotes, in a file that only you can read"  # noqa: S105
    URL = "an https:// URL, or http:// to a loopback address"
    FLAG = "true or false"
    NUMBER = "a number"
    WHOLE = "a whole number"
    CHOICE = "one of"
    WORDS = "a list of texts"


def is_command(name: str) -> bool:
    """Whether the setting is a program with its arguments, any of which may be a secret."""
    return name.endswith("_command")


@dataclass(frozen=True, slots=True)
class Setting:
    """One key of the file."""

    name: str
    kind: Kind
    default: object
    help: str
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    variable: str = ""
    """The environment variable that wins over the file"""
    is_credential: bool = False
    """Whether the search for credentials reads it, and nothing else"""
    example: tuple[str, ...] = ()
    """Of a list"""

    @property
    def may_hold_secret(self) -> bool:
        """Whether a value that cannot be used is repeated nowhere."""
        return self.kind is Kind.SECRET or is_command(self.name)

    @property
    def allowed(self) -> str:
        """What the value may be, in words."""
        if self.kind is Kind.CHOICE:
            return f"one of {', '.join(repr(choice) for choice in self.choices)}"
        if self.example:
            # Imported here: every start reads the settings, but few ask what is allowed.
            import json

            return f"{self.kind.value}, such as {json.dumps(self.example)}"
        if self.least is None or self.most is None:
            return self.kind.value
        return f"{self.kind.value} from {self.least:.15g} to {self.most:.15g}"


def setting(
    default: T,
    kind: Kind,
    words: str,
    *,
    least: float | None = None,
    most: float | None = None,
    variable: str = "",
    is_credential: bool = False,
    example: tuple[str, ...] = (),
) -> T:
    """A dataclass field that carries its `Setting`; the choices are those of its `Literal` type."""
    made = Setting("", kind, default, words, (), least, most, variable, is_credential, example)
    return field(default=default, metadata={_SETTING: made})


@cache
def settings_of(owner: type[Any]) -> Sequence[Setting]:
    """The settings that the fields of the dataclass `owner` declare, in order.

    Kept, since each profile asks twice.
    """
    return tuple(_settings(owner))


def _settings(owner: type[Any]) -> Iterator[Setting]:
    for each in fields(owner):
        if isinstance(made := each.metadata.get(_SETTING), Setting):
            # An empty one stands for a setting that was left out.
            choices = filter(None, get_args(each.type)) if made.kind is Kind.CHOICE else ()
            yield replace(made, name=each.name, choices=tuple(choices))
