"""Sorts rows by a column, in steps short enough that keys can be answered in between."""

import re
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from itertools import compress
from operator import attrgetter, eq
from typing import Any, TypeVar

from msgspec import Struct

from sms_tui.domain.natural_order import natural_key
from sms_tui.domain.rows import ALIASES, COLUMNS, Column, Kind, Row, Search

T = TypeVar("T")
Test = Callable[[Row], bool]
Steps = Generator[None, None, T]
"""Work that can be interrupted at each `next`, and returns its result at the end"""
STEP = 512
"""Rows looked at in one step: half a millisecond, and up to 6 ms when they are searched for the first time"""
_RUN = 8192
"""Rows sorted in one step"""


class Sort(Struct, frozen=True):
    """An order: by one column, ties by name and id, rows without a value last in either direction."""

    column: str = "name"
    descending: bool = False

    @property
    def text(self) -> str:
        """The order as typed, such as `speed-`."""
        return f"{self.column}{'-' if self.descending else ''}"


def parse_sort(text: str) -> Sort | None:
    """Read `column` or `column-`; None if there is no such column."""
    match = re.fullmatch(r"\s*(\w+)([-+]?)\s*", text)
    name = match[1].casefold() if match else ""
    name = ALIASES.get(name, name)
    return Sort(name, match[2] == "-") if match and name in COLUMNS else None


_NAME = attrgetter("task.name")
_BY_ID = attrgetter("task.id")
_BY_ORDER = attrgetter("_order")
BY_NAME = Sort("name")


def at_once(steps: Steps[T]) -> T:
    """The result of `steps`, worked off in one go."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result


def arranged(rows: Sequence[Row], tests: Iterable[Test], sort: Sort) -> Steps[list[Row]]:
    """Those of `rows` that pass all tests, in order; the same for any order of `rows`."""
    shown = yield from passed(rows, tests)
    yield from _by_name(shown)
    if sort == BY_NAME:
        return shown
    return (yield from _sorted_by(COLUMNS[sort.column], shown, descending=sort.descending))


def _by_name(rows: list[Row]) -> Steps[None]:
    """Sort in place by name; those of one name, which are few or none, by id."""
    for part in _parts(rows, STEP):
        for row in part:
            row._order or row.order  # noqa: B018, SLF001 - found by attribute from here on
        yield
    yield from _sort(rows, _BY_ORDER)
    if (yield from _has_equals(rows)):
        yield from _sort(rows, _BY_ID)
        yield from _sort(rows, _BY_ORDER)


def _has_equals(rows: Sequence[Row]) -> Steps[bool]:
    """Whether neighbours have the same name."""
    last = ""
    for part in _parts(rows, STEP):
        names = [last, *map(_BY_ORDER, part)]
        if any(map(eq, names, names[1:])):
            return True
        last = names[-1]
        yield
    return False


def passed(rows: Sequence[Row], tests: Iterable[Test]) -> Steps[list[Row]]:
    """Those of `rows` that pass all tests, in the order they have."""
    shown: list[Row] = []
    for part in _parts(rows, STEP):
        for test in tests:
            part = list(compress(part, _answers(test, part)))
        shown += part
        yield
    return shown


def passing(ids: Sequence[str], rows: Sequence[Row], tests: Sequence[Test]) -> Steps[list[str]]:
    """Those of `ids` whose row, at the same place in `rows`, passes all tests, in the order they have."""
    *others, last = tests
    shown: list[str] = []
    for part, asked in zip(_parts(ids, STEP), _parts(rows, STEP), strict=True):
        for test in others:
            answers = _answers(test, asked)
            part, asked = list(compress(part, answers)), list(compress(asked, answers))
        shown += compress(part, _answers(last, asked))
        yield
    return shown


def _answers(test: Test, rows: Sequence[Row]) -> list[bool]:
    return test.each(rows) if isinstance(test, Search) else list(map(test, rows))


def by_id(rows: Sequence[Row]) -> Steps[dict[str, Row]]:
    """`rows` by the id of their task, in the order they have."""
    found: dict[str, Row] = {}
    for part in _parts(rows, STEP):
        found.update({row.task.id: row for row in part})
        yield
    return found


def place_by(sort: Sort) -> Callable[[Row], object]:
    """What decides where a task stands: as long as it stays the same the rows need not be sorted again."""
    if sort.column == BY_NAME.column:
        return _NAME
    read = COLUMNS[sort.column].value

    def place(row: Row) -> object:
        value = read(row)
        return None if is_missing(value) else value, row.task.name

    return place


def _sorted_by(column: Column, rows: list[Row], *, descending: bool) -> Steps[list[Row]]:
    """`rows` sorted once more, so that those with equal values keep the order they have."""
    keys: list[Any] = []
    present: list[int] = []
    missing: list[int] = []
    for part in _parts(rows, STEP):
        values: Iterable[Any] = map(column.value, part)
        keys += map(natural_key, values) if column.kind is Kind.TEXT else values
        for place in range(len(keys) - len(part), len(keys)):
            (missing if is_missing(keys[place]) else present).append(place)
        yield
    yield from _sort(present, keys.__getitem__, descending=descending != column.newest_first)
    ordered: list[Row] = []
    for places in _parts(present + missing, STEP):
        ordered += [rows[place] for place in places]
        yield
    return ordered


def is_missing(key: object) -> bool:
    """Whether there is nothing to sort by or compare; a number that is none equals not even itself."""
    return key is None or key == "" or key != key


def _sort(items: list[T], key: Callable[[T], Any], *, descending: bool = False) -> Steps[None]:
    """Sort in place: short runs first, then longer ones, which only merges what is in order already."""
    size = _RUN
    while True:
        for start in range(0, len(items), size):
            items[start : start + size] = sorted(items[start : start + size], key=key, reverse=descending)
            yield
        if size >= len(items):
            return
        size *= 2


def _parts(rows: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))
