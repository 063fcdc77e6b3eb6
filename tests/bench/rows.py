"""The rows of the bench: each a goal, and the function that measures it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module

from tests.bench.measure import Figure


@dataclass(frozen=True, slots=True)
class Row:
    """One goal."""

    name: str
    number: int
    words: str
    """What is measured, against which floor"""
    place: str
    """`module:function` in this folder; the function takes a number of rounds"""

    def run(self, rounds: int) -> Iterable[Figure]:
        """Measure; each figure as soon as it is known."""
        module, function = self.place.split(":")
        measure: Callable[[int], Iterable[Figure]] = getattr(import_module(f"tests.bench.{module}"), function)
        return measure(rounds)


ROWS = (
    Row("first-text", 1, "first text on the terminal, of the minimal Textual app", "start:first_text"),
    Row(
        "first-row-demo", 2, "first task row of the demo, of the minimal Textual app", "start:first_row_demo"
    ),
)
