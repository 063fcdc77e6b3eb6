"""The order of rows: whatever they came in, each kind of value sorts as what it is."""

import random
from collections.abc import Iterable
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_tui.domain import filters
from sms_tui.domain.filters import EMPTY_FILTER
from sms_tui.domain.natural_order import natural_key
from sms_tui.domain.rows import COLUMNS, Row
from sms_tui.domain.sorting import Sort, parse_sort
from sms_tui.domain.task import SubTask, TaskState
from sms_tui.domain.views import view_order
from tests.domain.samples import NOW, make_row

parse_filter = partial(filters.parse_filter, clock=lambda: NOW)
MAYBE = st.none() | st.floats(allow_nan=True, allow_infinity=True)
NAMES = st.sampled_from(["", "web-1", "web-10", "Web-2", "db", "é", "wave2-x", "w7-y", "a\nb", "\0"])


@st.composite
def fleets(draw: st.DrawFn) -> list[Row]:
    """Rows with ids of their own, in which much is equal and much is missing."""
    return [
        make_row(
            draw(st.sampled_from(list(TaskState))),
            id=f"{number:03d}",
            name=draw(NAMES),
            speed=draw(MAYBE),
            stage=draw(st.none() | st.builds(SubTask, st.sampled_from(["MIGRATE_LINUX_FILE", "X"]), MAYBE)),
            total=draw(st.none() | st.integers(0, 3)),
            region=draw(st.sampled_from(["", "eu", "EU", "ap"])),
            estimate_ms=draw(st.none() | st.integers(0, 10**13)),
            connected=draw(st.sampled_from([True, False, None])),
            changed_at=draw(st.sampled_from([NOW, NOW - 1, NOW - 9])),
        )
        for number in range(draw(st.integers(0, 12)))
    ]


SORTS = st.builds(Sort, st.sampled_from(list(COLUMNS)), st.booleans())
FILTERS = st.sampled_from(["", "web", "!web", "speed>0", "region=", "state:sync", "/e|b/ !db", "wave<9"])


@settings(max_examples=90, deadline=None)
@given(fleets(), FILTERS, SORTS, st.randoms(use_true_random=False))
def test_the_order_is_one_of_the_matching_ids_whatever_the_rows_came_in(
    rows: list[Row], text: str, sort: Sort, chance: random.Random
) -> None:
    wanted = parse_filter(text)
    order = view_order(rows, wanted, sort)
    assert sorted(order) == sorted(row.task.id for row in rows if wanted.matches(row))
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert view_order(iter(shuffled), wanted, sort) == order


@settings(max_examples=90, deadline=None)
@given(fleets(), SORTS)
def test_values_rise_or_fall_ties_go_by_name_and_what_is_missing_comes_last(
    rows: list[Row], sort: Sort
) -> None:
    column = COLUMNS[sort.column]
    by_id = {row.task.id: row for row in rows}
    ordered = [by_id[task_id] for task_id in view_order(rows, EMPTY_FILTER, sort)]
    keys = [_key(column.value(row)) for row in ordered]
    present = [key for key in keys if key is not None]
    assert keys[len(present) :] == [None] * (len(keys) - len(present))
    falling = sort.descending != column.newest_first
    assert present == sorted(present, reverse=falling)
    for (key, row), (next_key, next_row) in zip(
        zip(keys, ordered, strict=True), list(zip(keys, ordered, strict=True))[1:], strict=False
    ):
        assert key != next_key or _tie(row) < _tie(next_row)


def _key(value: Any) -> Any:
    if value is None or value == "" or value != value:
        return None
    return natural_key(value) if isinstance(value, str) else value


def _tie(row: Row) -> tuple[bool, str, str]:
    return not row.task.name, natural_key(row.task.name), row.task.id


def order(rows: Iterable[Row], sort: str) -> str:
    """The names of the rows in order."""
    parsed = parse_sort(sort)
    assert parsed is not None
    names = {row.task.id: row.task.name for row in rows}
    return " ".join(names[task_id] for task_id in view_order(rows, EMPTY_FILTER, parsed))


def test_each_kind_of_value_sorts_as_what_it_is() -> None:
    rows = [
        make_row(id="1", name="w10-b", speed=9.0, changed_at=NOW - 100, created_ms=5),
        make_row(id="2", name="w9-C", speed=10.0, changed_at=NOW - 5, created_ms=40),
        make_row(id="3", name="a", speed=None, changed_at=NOW - 50, created_ms=None),
    ]
    assert order(rows, "name") == "a w9-C w10-b"
    assert order(rows, "name-") == "w10-b w9-C a"
    assert order(rows, "wave") == "w9-C w10-b a"
    assert order(rows, "speed") == "w10-b w9-C a"
    assert order(rows, "speed-") == "w9-C w10-b a"
    assert order(rows, "age") == "w9-C a w10-b"
    assert order(rows, "age-") == "w10-b a w9-C"
    assert order(rows, "changed+") == "w9-C a w10-b"
    assert order(rows, "created") == "w10-b w9-C a"


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("descending", [False, True])
def test_a_sort_prints_itself(name: str, descending: bool) -> None:
    sort = Sort(name, descending)
    assert sort.text == name + ("-" if descending else "")
    assert parse_sort(sort.text) == sort
    assert parse_sort(f" {sort.text.upper()} ") == sort


@pytest.mark.parametrize("text", ["", "-", "nothing", "name--", "name -", "name,state", "-name"])
def test_what_is_no_sort_is_not_taken_for_one(text: str) -> None:
    assert parse_sort(text) is None
