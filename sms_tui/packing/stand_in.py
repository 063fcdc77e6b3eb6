"""Replaces the compiled `msgspec` in the single file, which has to run on any machine.

It offers what this program uses of the library. Its decoder only parts lists into items, which the tolerant
reader then reads: slower, but with the standard library alone.
"""

import dataclasses
import json as _json
import marshal
import types
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from inspect import get_annotations
from types import NoneType, SimpleNamespace
from typing import Annotated, Any, Union, dataclass_transform, get_args, get_origin, get_type_hints


class MsgspecError(Exception):
    """What all its errors are."""


class DecodeError(MsgspecError):
    """Not JSON."""


class ValidationError(DecodeError):
    """JSON of another shape."""


field = dataclasses.field


class Raw(bytes):
    """Bytes of a document that are not read yet."""


@dataclass(frozen=True, slots=True)
class Meta:
    """Bounds of a number."""

    ge: float = float("-inf")
    le: float = float("inf")


@dataclass_transform()
class Struct:
    """A class whose annotations are its fields."""

    def __init_subclass__(
        cls, *, frozen: bool = False, eq: bool = True, kw_only: bool = False, **_options: bool
    ) -> None:
        for name in get_annotations(cls):
            if isinstance(default := cls.__dict__.get(name), list | dict | set):
                # An empty one: as in the library each object has its own.
                setattr(cls, name, field(default_factory=type(default)))
        dataclass(cls, frozen=frozen, eq=eq, kw_only=kw_only)


@cache
def _fields(shape: Any) -> tuple[SimpleNamespace, ...]:
    hints = get_type_hints(shape, include_extras=True)
    return tuple(SimpleNamespace(encode_name=each.name, type=hints[each.name]) for each in fields(shape))


def _as_dict(struct: Any) -> dict[str, object]:
    return {each.name: getattr(struct, each.name) for each in fields(struct)}


def convert(value: object, wanted: Any, *, strict: bool = True) -> Any:
    """`value` as `wanted`, texts counting as what they say unless `strict`; raises `ValidationError`."""
    bounds = None
    if get_origin(wanted) is Annotated:
        wanted, bounds = get_args(wanted)
    if isinstance(value, str) and not strict:
        value = _said(value, wanted)
    made = _as_kind(value, wanted, strict=strict)
    if bounds is not None and not bounds.ge <= made <= bounds.le:
        raise ValidationError("out of bounds")
    return made


def _as_kind(value: object, wanted: Any, *, strict: bool) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if get_origin(wanted) in (Union, types.UnionType):
        return None if value is None else convert(value, _plain(wanted), strict=strict)
    if isinstance(wanted, type) and issubclass(wanted, Struct):
        return _as_struct(value, wanted)
    if wanted is Raw and isinstance(value, Raw):
        return value
    if get_origin(wanted) is list and isinstance(value, list):
        return [convert(each, get_args(wanted)[0], strict=strict) for each in value]
    if wanted is float and is_number:
        return float(value)  # type: ignore[arg-type]
    if wanted is int and is_number and value % 1 == 0:  # type: ignore[operator]
        return int(value)  # type: ignore[call-overload]
    if wanted is bool and not strict and type(value) is int and value in (0, 1):
        return bool(value)
    if wanted in (str, bool) and isinstance(value, wanted):
        return value
    raise ValidationError(f"{wanted} was wanted")


def _plain(union: Any) -> Any:
    return next(part for part in get_args(union) if part is not NoneType)


def _as_struct(value: object, wanted: Any) -> Any:
    if not isinstance(value, Mapping):
        raise ValidationError("an object was wanted")
    known = {each.encode_name: each.type for each in _fields(wanted)}
    try:
        return wanted(**{name: convert(value[name], known[name]) for name in known if name in value})
    except TypeError as missing:
        raise ValidationError(str(missing)) from None


def _said(text: str, wanted: Any) -> object:
    if wanted is bool:
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
    if wanted not in (int, float) or not text or text[0] not in "-0123456789" or text[-1].isspace():
        return text
    try:
        return _json.loads(text)
    except ValueError:
        return text


class _Decoder:
    """Parts lists into their items, and leaves every other shape to the tolerant reader."""

    def __init__(self, shape: Any) -> None:
        self._lists = [each.encode_name for each in _fields(shape) if list[Raw] in get_args(each.type)]
        self._shape = shape

    def __class_getitem__(cls, _shape: object) -> type["_Decoder"]:
        return cls

    def decode(self, body: bytes) -> Any:
        if not self._lists:
            raise DecodeError("left to the tolerant reader")
        document = _decode(body)
        for name in self._lists if isinstance(document, dict) else ():
            if isinstance(document.get(name), list):
                document[name] = [Raw(_written(item)) for item in document[name]]
        return _as_struct(document, self._shape)


def _written(item: object) -> bytes:
    try:
        return _json.dumps(item).encode()
    except RecursionError:
        raise DecodeError("nested too deeply") from None


class _Encoder:
    def encode(self, value: object) -> bytes:
        return _encode(value)


def _encode(value: object) -> bytes:
    return _json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plainer).encode()


def _plainer(value: object) -> object:
    if isinstance(value, tuple | frozenset | set):
        return list(value)
    raise TypeError(f"{type(value)} cannot be written")


def _decode(body: bytes, *, type: Any = None) -> Any:  # noqa: A002 - its name there
    try:
        document = _json.loads(body)
    except (ValueError, RecursionError):
        raise DecodeError("not JSON") from None
    return document if type is None else convert(document, type)


def _packed(frame: Any) -> bytes:
    """A frame for another process of this very program: in the interpreter's own form, which both have."""
    shape: Any = type(frame)
    return marshal.dumps([getattr(frame, each.encode_name) for each in _fields(shape)])


def _unpacked(data: bytes, *, type: Any) -> Any:  # noqa: A002 - its name there
    return type(*marshal.loads(data))  # noqa: S302 - from ourselves, over a pair of sockets


def _module(name: str, **content: object) -> types.ModuleType:
    made = types.ModuleType(f"{__name__}.{name}")
    made.__dict__.update(content)
    return made


json = _module("json", Decoder=_Decoder, Encoder=_Encoder, encode=_encode, decode=_decode)
structs = _module(
    "structs",
    fields=_fields,
    replace=dataclasses.replace,
    asdict=_as_dict,
    force_setattr=object.__setattr__,
)
msgpack = _module("msgpack", encode=_packed, decode=_unpacked)


def register(modules: dict[str, Any]) -> None:
    """Let `import msgspec.json` find its parts in `modules`."""
    modules.update({f"{__name__}.json": json, f"{__name__}.structs": structs})


if __name__ == "msgspec":
    import sys

    register(sys.modules)
