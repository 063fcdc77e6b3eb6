"""Reads TOML that may have been made to do harm: all that can be wrong with it is a `ValueError`."""

from collections.abc import Iterable
from typing import Any

_DEEPEST = 20
"""Tables in tables; nothing of ours has more than three"""


def parse_toml(text: str) -> dict[str, Any]:
    """What `text` says; raises `ValueError`, and of that `TOMLDecodeError` for what is no TOML."""
    # Imported here: somebody with everything in the environment has no file.
    import tomllib

    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except ValueError:
        # The interpreter's own limit for whole numbers; the reader does not say where it was met.
        raise ValueError("a number of too many digits") from None
    except RecursionError:
        raise ValueError("values nested too deeply") from None
    if _is_deep(document):
        raise ValueError("values nested too deeply")
    return document


def _is_deep(document: dict[str, Any]) -> bool:
    """A dotted name makes any number of tables, which whoever goes through them could not survive."""
    level: list[object] = [document]
    for _ in range(_DEEPEST):
        level = [inner for each in level for inner in _inside(each)]
    return bool(level)


def _inside(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
