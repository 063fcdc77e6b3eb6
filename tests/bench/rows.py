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
    Row("first-row", 2, "first task row, HTTPS with 80 ms, of the minimal Textual app", "start:first_row"),
    Row("first-row-demo", 2, "first task row of the demo, of the minimal app", "start:first_row_demo"),
    Row("full-load", 3, "10,000 tasks loaded over HTTP with 30 ms", "start:full_load"),
    Row("paint", 3, "50,000 rows in a table that was empty, model to paint", "polling:paint"),
    Row("orders", 6, "orders of 50,000 rows: longest step, and typing as a whole", "orders:orders"),
    Row("memory", 11, "RSS with 10,000 tasks over HTTP, of the minimal Textual app", "refresh:memory"),
    Row("refresh", 12, "10,000 tasks over HTTP, of raw sockets and of the SDK", "refresh:refresh"),
    Row("headless", 12, "tasks -o json as a whole, of raw sockets and msgspec", "refresh:headless"),
    Row("questions", 1, "--version and --help, of an interpreter that prints", "start:questions"),
    Row("keys", 4, "keys at 50,000 rows, still and ticking, of a minimal Textual app", "terminal:keys"),
    Row("keys-http", 5, "keys at 10,000 tasks polled over HTTP each 1 s and 5 s", "polling:keys"),
    Row("keys-demo", 4, "keys in the demo of 50,000 tasks", "polling:demo_keys"),
    Row(
        "gc",
        14,
        "longest pause for garbage and longest block, 10,000 over HTTP, 100,000 ticking",
        "polling:pauses",
    ),
    Row("marked", 6, "one key where 10,000 rows of 50,000 are marked, longest block", "marked_rows:marked"),
    Row("ticks", 7, "a tick of 5 % and of all of 50,000 rows, model to frame", "polling:ticks"),
    Row("first-start", 15, "first start after an install, of the second", "start:first_start"),
    Row(
        "bytes",
        8,
        "bytes of ticks, of the least for the same change; of a scroll by one row",
        "terminal:bytes_sent",
    ),
    Row("slow-link", 9, "keys over 16 KB/s while 10,000 tasks tick", "terminal:slow_link"),
    Row("idle", 10, "CPU, wake-ups and bytes while nothing changes", "terminal:idle"),
    Row("quit", 13, "from the key that quits until the process is gone", "terminal:leaving"),
)
