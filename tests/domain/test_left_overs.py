"""What is billed until somebody deletes it: named where the service tells of it, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_tui.domain.filters import parse_filter
from sms_tui.domain.left_overs import LeftOver, left_overs
from sms_tui.domain.situation import RESUMABLE, Situation
from sms_tui.domain.task import Clone, SubTask, TaskState
from sms_tui.domain.views import BUILT_IN_VIEWS, view_order
from tests.domain.samples import CLONED, NOW, error, make_row, make_task

SNAPSHOTS, DISK, CLONE = LeftOver
DONE, FAILED, PAUSED = TaskState.MIGRATE_SUCCESS, TaskState.MIGRATE_FAIL, TaskState.ABORT


@pytest.mark.parametrize(
    ("state", "source", "changes", "left"),
    [
        (DONE, None, {}, (SNAPSHOTS,)),
        (TaskState.SYNC_SUCCESS, "clearfailed", {}, (SNAPSHOTS,)),
        (DONE, "clearing", {}, ()),
        (DONE, "cleared", {}, ()),
        (DONE, "cleared", {"clone": CLONED}, (CLONE,)),
        (DONE, "cleared", {"error": error("SMS.1106")}, (DISK,)),
        (TaskState.SYNC_F_ROLLBACK_SUCCESS, None, {}, (SNAPSHOTS,)),
        (PAUSED, None, {}, (DISK,)),
        (FAILED, None, {"stage": SubTask("MIGRATE_LINUX_FILE", 40.0)}, (DISK,)),
        (FAILED, None, {"stage": SubTask("ATTACH_AGENT_IMAGE", 90.0)}, (DISK,)),
        (FAILED, None, {"stage": SubTask("SSL_CONFIG", 90.0)}, ()),
        (FAILED, None, {"stage": SubTask("CREATE_CLOUD_SERVER", 0.0)}, ()),
        (TaskState.SYNC_FAIL, None, {"clone": CLONED}, (DISK, CLONE)),
        (TaskState.SYNCING, None, {}, ()),
        (TaskState.SYNCING, None, {"clone": CLONED}, (CLONE,)),
        (TaskState.SYNCING, "cloning", {"clone": CLONED}, ()),
        (TaskState.SYNCING, None, {"clone": Clone(state="ERROR")}, ()),
        (TaskState.RUNNING, None, {"error": error("SMS.1106")}, ()),
        (TaskState.READY, None, {}, ()),
        (TaskState.UNKNOWN, None, {}, ()),
    ],
)
def test_what_a_task_leaves_on_the_service(
    state: TaskState, source: str | None, changes: dict[str, object], left: tuple[LeftOver, ...]
) -> None:
    assert left_overs(make_task(state, source, **changes)) == left


@given(
    st.sampled_from(TaskState),
    st.sampled_from(["", "waiting", "replicate", "syncing", "cutovering", "cloning", "clearing", "cleared"]),
    st.sampled_from(["", "SSL_CONFIG", "FORMAT_DISK_WINDOWS", "SYNC_LINUX_FILE", "BREW_COFFEE"]),
    st.sampled_from([None, CLONED, Clone(state="CREATING")]),
)
def test_what_moves_is_no_left_over(state: TaskState, source: str, step: str, clone: Clone | None) -> None:
    task = make_task(state, source, stage=SubTask(step, 50.0) if step else None, clone=clone)
    left = left_overs(task)
    assert not (task.is_active and {SNAPSHOTS, DISK} & {*left})
    assert SNAPSHOTS not in left or task.situation in {Situation.FINISHED, Situation.ROLLED_BACK}
    assert DISK not in left or task.situation in RESUMABLE
    assert CLONE not in left or clone is CLONED
    assert len({*left}) == len(left)


def test_the_view_shows_them_with_the_oldest_first() -> None:
    rows = [
        make_row(DONE, id="new", changed_at=NOW),
        make_row(PAUSED, id="old", changed_at=NOW - 99),
        make_row(DONE, "cleared", id="cleared"),
        make_row(TaskState.RUNNING, id="moves"),
    ]
    view = next(view for view in BUILT_IN_VIEWS.values() if view.name == "left-overs")
    shown = [row for row in rows if view.shows(row)]
    assert view_order(shown, parse_filter("", lambda: NOW), view.sort) == ["old", "new"]


@pytest.mark.parametrize(
    ("text", "found"),
    [("billed:snapshots", ["done"]), ("billed:disk", ["paused"]), ("!billed=", ["done", "paused"])],
)
def test_they_can_be_filtered(text: str, found: list[str]) -> None:
    rows = [make_row(DONE, id="done"), make_row(PAUSED, id="paused"), make_row(TaskState.RUNNING, id="runs")]
    wanted = parse_filter(text, lambda: NOW)
    assert [row.task.id for row in rows if wanted.matches(row)] == found


def test_a_word_does_not_find_them() -> None:
    """What costs money is judged here; a bare word looks for what was sent, and for names."""
    assert not parse_filter("snapshots", lambda: NOW).matches(make_row(DONE))
