"""A plan under an open question: what breaks it, what is only news, and what goes along."""

import pytest
from msgspec.structs import replace

from sms_tui.domain.operations import COLLECT_LOG, START, STOP, TEST, Operation
from sms_tui.domain.plan import LeftOut, Plan, make_plan
from sms_tui.domain.plan_changes import brought_up_to_date, changes
from sms_tui.domain.task import Task, TaskState
from tests.domain.samples import make_task

RUNNING, SYNCING = make_task(TaskState.RUNNING), make_task(TaskState.SYNCING)
STRANGE = make_task(TaskState.UNKNOWN, state_text="FROBBING")


def plan(operation: Operation, *tasks: Task) -> Plan:
    return make_plan(operation, [(task, 1.0) for task in tasks])


@pytest.mark.parametrize(
    ("operation", "before", "after", "why"),
    [
        (
            STOP,
            RUNNING,
            make_task(TaskState.MIGRATE_SUCCESS),
            "web-07: Pause is not possible while finished.",
        ),
        (STOP, RUNNING, None, "web-07: the task no longer exists"),
        (START, make_task(TaskState.ABORT), make_task(TaskState.READY), "needs another word: ready."),
        (TEST, SYNCING, replace(SYNCING, name="db-01"), "web-07 is called db-01 now"),
    ],
)
def test_what_would_be_another_answer_breaks_it(
    operation: Operation, before: Task, after: Task | None, why: str
) -> None:
    (said,) = changes(plan(operation, before), plan(operation, *filter(None, [after]))).against
    assert why in said


@pytest.mark.parametrize(
    ("before", "after", "news"),
    [
        (RUNNING, RUNNING, []),
        (RUNNING, replace(RUNNING, speed=5.0), []),
        (RUNNING, SYNCING, ["web-07: full replication -> continuous synchronization"]),
        (STRANGE, replace(STRANGE, state_text="FRAGGING"), ["web-07: FROBBING -> FRAGGING"]),
        (RUNNING, replace(RUNNING, connected=False), ["web-07: its agent is disconnected now"]),
        (replace(RUNNING, connected=False), RUNNING, ["web-07: its agent is connected now"]),
        (replace(RUNNING, connected=None), RUNNING, []),
        (
            replace(RUNNING, connected=None),
            replace(RUNNING, connected=False),
            ["web-07: its agent is disconnected now"],
        ),
    ],
)
def test_what_leaves_the_answer_as_it_was_is_news(before: Task, after: Task, news: list[str]) -> None:
    found = changes(plan(STOP, before), plan(STOP, after))
    assert (list(found.against), list(found.news)) == ([], news)


def test_the_states_go_along_and_what_was_chosen_stays() -> None:
    left = LeftOut(make_task(TaskState.READY, id="b"), "not possible")
    shown = replace(
        plan(COLLECT_LOG, RUNNING), left_out=(left,), parameters={"bucket": "logs"}, hidden=frozenset({"a"})
    )
    now = brought_up_to_date(shown, plan(COLLECT_LOG, SYNCING))
    assert now == replace(shown, targets=plan(COLLECT_LOG, SYNCING).targets)
