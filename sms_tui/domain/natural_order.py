"""Sorts texts as people do: numbers in them by their value, so that `web-9` comes before `web-10`."""

import re

_UNEQUAL = re.compile(r"0+(?=[0-9])|[1-9][0-9]+")
"""Zeros before a number, and numbers of more than one digit; all others sort rightly as they are"""
_BEFORE_LONGER = ord("9") - 1
_LAST_SIGN = 0x10FFFF


def natural_key(text: str) -> str:
    """`text` in small letters, in a form whose plain order is the natural one; often the same object.

    Before a longer number stands a sign that sorts after all digits, and later the longer it is.
    """
    folded = text.casefold()
    key = _UNEQUAL.sub(_sign, folded)
    return text if key == text else key


def _sign(number: re.Match[str]) -> str:
    digits = number[0]
    return "" if digits[0] == "0" else chr(min(_BEFORE_LONGER + len(digits), _LAST_SIGN)) + digits
