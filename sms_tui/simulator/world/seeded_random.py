"""Repeatable randomness: one generator per task, derived from the seed and the task's own name.

A keyed hash of a counter replaces `random.Random`, whose state of 2.5 KB would take more memory than a task
when there are fifty thousand of them.
"""

from collections.abc import Sequence
from hashlib import blake2b
from struct import Struct
from typing import TypeVar

T = TypeVar("T")
_EIGHT = Struct(">8Q")
_SPAN = float(1 << 53)


class SeededRandom:
    """A stream of numbers that depends on `seed` and `name` alone."""

    __slots__ = ("_hashes", "_key", "_rolled")

    def __init__(self, seed: int, name: str) -> None:
        self._key = f"{seed}/{name}".encode()
        self._hashes = 0
        self._rolled: list[int] = []

    def fraction(self) -> float:
        """The next number from 0 up to but not including 1."""
        if not self._rolled:
            self._hashes += 1
            digest = blake2b(self._key, salt=self._hashes.to_bytes(16, "big")).digest()
            self._rolled.extend(_EIGHT.unpack(digest))
        return (self._rolled.pop() >> 11) / _SPAN

    def between(self, low: float, high: float) -> float:
        """A number from `low` to `high`."""
        return low + (high - low) * self.fraction()

    def happens(self, probability: float) -> bool:
        """True in `probability` of the rolls; no roll is spent on the impossible."""
        return probability > 0 and self.fraction() < probability

    def pick(self, choices: Sequence[T]) -> T:
        """One of `choices`."""
        return choices[int(self.fraction() * len(choices))]


def identifier(seed: int, name: str) -> str:
    """A lower-case UUID that belongs to `name`."""
    text = token(seed, name, 16)
    return f"{text[:8]}-{text[8:12]}-5{text[13:16]}-a{text[17:20]}-{text[20:]}"


def token(seed: int, name: str, size: int) -> str:
    """Hexadecimal text made of `size` bytes that belongs to `name`."""
    return blake2b(f"{seed}:{name}".encode(), digest_size=size).hexdigest()
