"""Names of tasks below each other, in a column in which no two of them read alike."""

from collections.abc import Iterable

from rich.cells import cell_len
from textual.content import Content

from sms_tui.domain.plan import LONGEST_TYPED_NAME
from sms_tui.domain.text import clean

_NARROWEST = 12
_BEGINNING = 8
"""Characters of an id by which commands find a task, too"""


def name_width(names: Iterable[str]) -> int:
    """Cells for the names of tasks below each other: of two that are cut nobody knows which is which."""
    longest = max((cell_len(clean(name)) for name in names), default=0)
    return min(max(longest, _NARROWEST), LONGEST_TYPED_NAME)


def in_column(name: str, task_id: str, width: int) -> Content:
    """`name` in `width` cells; behind one that has to be cut stands where the task's id begins."""
    name = clean(name)
    beginning = clean(task_id[:_BEGINNING]) if cell_len(name) > width else ""
    if not beginning:
        return Content(name).truncate(width, ellipsis=True, pad=True)
    cut = Content(name).truncate(max(width - cell_len(beginning) - 1, 0), ellipsis=True, pad=True)
    return (cut + f" {beginning}").truncate(width, pad=True)
