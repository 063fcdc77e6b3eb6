"""Regular expressions typed by operators; those that could search for ever are recognised and refused."""

import re

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


def can_take_for_ever(pattern: str) -> bool:
    """Whether something that varies is repeated, as in `(a+)+`: each letter doubles the ways to read it.

    Errs on the side of yes.
    """
    groups: list[tuple[bool, bool]] = [(False, False)]
    """The open ones: whether what is inside varies, and whether it is read in one way alone"""
    varies = False
    """Whether what was read last varies"""
    for token in _TOKEN.finditer(pattern):
        inside, is_atomic = groups[-1]
        if token["open"]:
            groups.append((False, token["open"] == "(?>"))
        elif token["close"] and len(groups) > 1:
            groups.pop()
            varies = inside and not is_atomic
            groups[-1] = (groups[-1][0] or varies, groups[-1][1])
        elif token["often"] and token["how"] != "+":
            if varies and _most(token) > _FEW:
                return True
            varies = False
            groups[-1] = (inside or not _is_fixed(token), is_atomic)
        else:
            varies = False
            groups[-1] = (inside or bool(token["either"]), is_atomic)
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
