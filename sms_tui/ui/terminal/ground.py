"""Asks the terminal once for its background colour, and understands the answer; nobody waits for it."""

import re

from textual.message import Message

QUESTION = "\x1b]11;?\x1b\\"
ANSWER_BEGINS = "\x1b]11;"
_COLOUR = re.compile(r"rgba?:([0-9a-f]{1,4})/([0-9a-f]{1,4})/([0-9a-f]{1,4})", re.IGNORECASE)
_WEIGHTS = (0.299, 0.587, 0.114)
"""How bright red, green and blue seem"""
_MIDDLE = 0.5


class GroundTold(Message):
    """The terminal said what colour it draws on."""

    def __init__(self, *, is_light: bool) -> None:
        super().__init__()
        self.is_light = is_light


def is_light(colour: str) -> bool | None:
    """Whether a colour as terminals write it is nearer to white than to black; None where it is none."""
    if (found := _COLOUR.match(colour)) is None:
        return None
    parts = (int(part, 16) / (16 ** len(part) - 1) for part in found.groups())
    brightness: float = sum(weight * part for weight, part in zip(_WEIGHTS, parts, strict=True))
    return brightness > _MIDDLE
