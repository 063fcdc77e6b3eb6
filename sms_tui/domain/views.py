"""Named ways to look at the tasks, those that are built in, and which rows a filter leaves, in order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sms_tui.domain.filters import Filter
from sms_tui.domain.left_overs import left_overs
from sms_tui.domain.next_step import next_step
from sms_tui.domain.rows import Row
from sms_tui.domain.situation import Situation
from sms_tui.domain.sorting import BY_NAME, Sort, Test, arranged, at_once
from sms_tui.domain.task import FINISHED


def view_order(rows: Iterable[Row], wanted: Filter, sort: Sort) -> list[str]:
    """The ids of the rows that are shown, in order; the same for any order of `rows`."""
    return [row.task.id for row in at_once(arranged(list(rows), wanted.tests, sort))]


def is_problem(row: Row) -> bool:
    """Whether somebody has to look at the row's task."""
    return row.task.is_problem or bool(row.pending.in_doubt)


@dataclass(frozen=True, slots=True)
class View:
    """A named way to look at the tasks; what is typed as a filter comes on top."""

    name: str
    shows: Test = field(default=lambda _row: True, compare=False)
    sort: Sort = BY_NAME
    columns: tuple[str, ...] = ()
    """The columns that belong to it; empty for those in use"""
    ages: bool = False
    """Whether what it shows changes merely because time passes"""
    is_lost: bool = False
    """Whether nobody knows any more what it showed; then it shows nothing"""


def is_running(row: Row) -> bool:
    """Whether something moves that comes to an end by itself."""
    return row.task.is_active and row.task.situation is not Situation.CONTINUOUS


ALL = "0"
BUILT_IN_VIEWS: Mapping[str, View] = MappingProxyType(
    {
        ALL: View("all"),
        "1": View("waiting for me", lambda row: next_step(row.task).waiting_for_operator, Sort("state")),
        "2": View("running", is_running),
        "3": View("failed", lambda row: row.task.is_failed, Sort("age")),
        "4": View("finished", lambda row: row.task.state in FINISHED),
        "5": View("unknown outcome", lambda row: bool(row.pending.in_doubt), Sort("age")),
        "9": View(
            "left-overs",
            lambda row: bool(left_overs(row.task)),
            Sort("age", descending=True),
            ("name", "state", "billed", "age", "error", "size"),
        ),
    }
)
