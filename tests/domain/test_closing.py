"""What is still to do before a wave is done: nothing is left out, and nothing is there without a reason."""

from hypothesis import given
from hypothesis import strategies as st

from sms_tui.domain.closing import still_open
from sms_tui.domain.rows import NOTHING_PENDING, Row
from sms_tui.domain.situation import Situation
from sms_tui.domain.task import TaskState
from tests.domain.samples import CLONED, PAUSING, in_doubt, make_row

ROWS = st.builds(
    lambda state, source, clone, pending: make_row(state, source, clone=clone, pending=pending),
    st.sampled_from(TaskState),
    st.sampled_from([None, "cutovering", "cleared", "clearing"]),
    st.sampled_from([None, CLONED]),
    st.sampled_from([NOTHING_PENDING, PAUSING, in_doubt("pausing")]),
)


def is_done(row: Row) -> bool:
    """Cleared, settled, and nothing is left that was made on the way."""
    return row.task.situation is Situation.CLEARED and not row.pending.words and row.task.clone is None


@given(st.lists(ROWS, max_size=8))
def test_what_is_not_cleared_and_settled_is_told_of(rows: list[Row]) -> None:
    about = {id(row) for kind in still_open(rows) for row in kind.rows}
    assert about == {id(row) for row in rows if not is_done(row)}


def test_the_most_pressing_comes_first() -> None:
    rows = [
        make_row(TaskState.MIGRATE_SUCCESS),
        make_row(TaskState.SYNCING, clone=CLONED),
        make_row(TaskState.MIGRATE_FAIL),
        make_row(
            TaskState.MIGRATE_SUCCESS,
            "cleared",
            pending=in_doubt("deleting snapshots"),
        ),
        make_row(TaskState.UNKNOWN),
        make_row(TaskState.MIGRATE_SUCCESS, "cleared", pending=PAUSING),
        make_row(TaskState.MIGRATE_SUCCESS, "cutovering"),
    ]
    assert [kind.words for kind in still_open(rows)] == [
        "1 with an unknown outcome",
        "1 with an operation under way",
        "1 failed",
        "1 in an unknown state",
        "2 not finished",
        "1 keeps snapshots: billed, and the way back until they are deleted",
        "1 keeps a temporary disk: billed",
        "1 has a clone: billed",
    ]
    assert still_open([]) == []
