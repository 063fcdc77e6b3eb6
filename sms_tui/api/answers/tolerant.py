"""Reads an item that does not fit its shape field by field and keeps whatever makes sense."""

import math
from collections.abc import Mapping
from functools import cache
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin

import msgspec

from sms_tui.api.answers.replies import parse_json
from sms_tui.api.answers.shapes import Shape

S = TypeVar("S", bound=Shape)


def read(raw: bytes, shape: type[S]) -> S | None:
    """Read a JSON object as `shape` without the fields that make no sense; None if it is no object."""
    try:
        document = parse_json(raw)
    except ValueError:
        return None
    return from_document(document, shape)


def from_document(document: object, shape: type[S]) -> S | None:
    """Like `read`, for JSON that was parsed already."""
    if not isinstance(document, Mapping):
        return None
    found = {name: _value(document[name], wanted) for name, wanted in _fields(shape) if name in document}
    return shape(**found)


@cache
def _fields(shape: type[Shape]) -> tuple[tuple[str, Any], ...]:
    """Names and types, which are slow to work out of the annotations."""
    return tuple((field.encode_name, field.type) for field in msgspec.structs.fields(shape))


def _value(value: object, wanted: Any) -> object:
    """Make `value` what the field wants, None where that is impossible."""
    plain = next(part for part in get_args(wanted) if part is not NoneType)
    if isinstance(plain, type) and issubclass(plain, Shape):
        return from_document(value, plain)
    if get_origin(plain) is tuple:
        return _several(value, get_args(plain)[0])
    if plain is str:
        return _text(value)
    return _number(value, plain)


def _several(value: object, shape: type[Shape]) -> tuple[Shape, ...] | None:
    if not isinstance(value, list):
        return None
    return tuple(item for item in (from_document(each, shape) for each in value) if item is not None)


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _number(value: object, wanted: Any) -> object:
    """A number or truth value; texts and whole floats that say one count as one."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    try:
        return msgspec.convert(value, wanted, strict=False)
    except (msgspec.ValidationError, ValueError, OverflowError):
        # A text with half a character is a `UnicodeEncodeError`, which is a `ValueError`.
        return None
