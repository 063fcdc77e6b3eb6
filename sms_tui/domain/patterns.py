"""Regular expressions typed by operators; those that could search for ever are recognised and refused."""

import re

from msgspec import Struct

_FEW = 9
"""Most repeats of a bounded one, such as `{1,9}`, that still comes to an end in time"""
_TOKEN = re.compile(
    r"""(?P<open>\((?:\?(?:[a-zA-Z-]*:|[=!>]|<[=!]|P<\w+>|P=\w+|\(\w+\)|\#[^)]*|[a-zA-Z-]+))?)
       |(?P<close>\))
       |(?P<either>\|)
       |(?P<often>[*+?]|\{(?P<least>\d*)(?P<range>,?)(?P<most>\d*)\})(?P<how>[+?]?)
       |\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.""",
    re.VERBOSE | re.DOTALL,
)


class _Group(Struct):
    """A group whose end was not read yet, or the whole pattern."""

    is_atomic: bool = False
    """Whether what it matched is never tried in another way"""
    varies: bool = False
    """Whether there is more than one way to read what is in it"""


def can_take_for_ever(pattern: str) -> bool:
    """Whether something that varies is repeated, as in `(a+)+`: each letter doubles the ways to read it.

    Errs on the side of yes.
    """
    groups = [_Group()]
    varies = False
    """Whether what was read last varies"""
    for token in _TOKEN.finditer(pattern):
        group = groups[-1]
        if token["open"]:
            groups.append(_Group(is_atomic=token["open"] == "(?>"))
        elif token["close"] and len(groups) > 1:
            groups.pop()
            varies = group.varies and not group.is_atomic
            groups[-1].varies |= varies
        elif token["often"] and token["how"] != "+":
            if varies and _most(token) > _FEW:
                return True
            varies = False
            group.varies |= not _is_fixed(token)
        else:
            varies = False
            group.varies |= bool(token["either"])
    return False


def _most(token: re.Match[str]) -> float:
    """How often a repeat may be read."""
    if token["often"] in {"*", "+"}:
        return float("inf")
    if token["often"] == "?":
        return 1
    return float(token["most"] or ("inf" if token["range"] else token["least"] or 1))


def _is_fixed(token: re.Match[str]) -> bool:
    return token["often"].startswith("{") and token["least"] != "" and not token["range"]
