"""Which widget shows where: every cell of what changed exactly once, and that of the one in front."""

from collections import Counter
from typing import cast

from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Region
from textual.widget import Widget

from sms_tui.ui.terminal.compositor import _front, _joined

SIZE = 12
spots = st.integers(0, SIZE - 1)
regions = st.builds(Region, spots, spots, st.integers(1, SIZE), st.integers(1, SIZE))


def cells(region: Region) -> set[tuple[int, int]]:
    return {(x, y) for y in region.line_range for x in region.column_range}


@given(regions, st.lists(regions, max_size=6))
def test_each_cell_shows_the_widget_in_front(region: Region, stacked: list[Region]) -> None:
    visible = [(cast(Widget, number), part, part) for number, part in enumerate(stacked)]
    shown = [(cell, widget) for widget, _, part in _front(region, visible) for cell in cells(part)]
    expected = {
        cell: next(number for number, part in enumerate(stacked) if cell in cells(part))
        for cell in cells(region)
        if any(cell in cells(part) for part in stacked)
    }
    assert dict(shown) == expected
    assert len(shown) == len(expected)


@given(st.lists(regions, max_size=8))
def test_joined_regions_are_the_same_cells(dirty: list[Region]) -> None:
    joined = _joined(dirty)
    assert {cell for region in joined for cell in cells(region)} == {
        cell for region in dirty for cell in cells(region)
    }
    assert len(joined) <= len(dirty)


@given(st.sets(st.integers(0, 40), min_size=1))
def test_lines_below_each_other_are_one_region(lines: set[int]) -> None:
    joined = _joined(Region(3, y, 7, 1) for y in lines)
    runs = sum(y + 1 not in lines for y in lines)
    assert len(joined) == runs
    assert Counter(y for region in joined for y in region.line_range) == Counter(lines)
