"""What a launch costs in time: never less for a longer round, and never a figure where nothing was seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_tui.domain.next_step import next_step
from sms_tui.domain.operations import OPERATIONS
from sms_tui.domain.outage import about, cost_of_launch, is_diverging, launch_by, outage
from sms_tui.domain.plan import make_plan
from sms_tui.domain.rules import DIVERGING, warnings
from sms_tui.domain.task import Round, Task, TaskState
from tests.domain.samples import make_task

SYNCING = TaskState.SYNCING
GB = 1_000_000_000
MINUTES = st.lists(st.integers(1, 600), max_size=4)


def syncing(*minutes: float, **changes: object) -> Task:
    """A task of which rounds of so many minutes were seen."""
    begins = range(0, len(minutes) * 10**9, 10**9)
    rounds = tuple(
        Round(begin, begin + round(each * 60_000)) for begin, each in zip(begins, minutes, strict=True)
    )
    return make_task(SYNCING, past_rounds=rounds, **changes)


def test_the_last_round_stands_for_the_final_sync() -> None:
    found = outage(syncing(3, 20, total=100 * GB))
    assert (found.least, found.most, found.check) == (1200 + 150, 1200 + 660, pytest.approx(780))
    assert found.is_sync_known
    told = cost_of_launch([syncing(3, 20, total=100 * GB)])
    assert told.startswith("Outage of 23 m to 31 m by the last sync round and usual times")
    assert "(+13 m with a consistency check)" in told
    assert "17 m" in cost_of_launch([syncing(20, total=100 * GB, os_type="WINDOWS")])


def test_what_nobody_told_is_not_guessed() -> None:
    found = outage(syncing())
    assert (found.is_sync_known, found.check) == (False, None)
    told = cost_of_launch([syncing()])
    assert told.startswith("Outage of 3 m to 11 m (usual) and a final sync of unknown length;")
    assert "consistency" not in told


def test_of_several_the_longest_is_told() -> None:
    short, long, unseen = syncing(2), syncing(90, name="db"), syncing()
    told = cost_of_launch([short, long, unseen])
    assert told.startswith("The longest, db: outage of 1 h 33 m to 1 h 41 m")
    assert told.endswith("Of one no sync round was seen yet.")
    assert cost_of_launch([long, unseen, unseen]).endswith("Of 2 no sync round was seen yet.")
    assert "no sync round" not in cost_of_launch([short, long])
    assert "no sync round" not in cost_of_launch([unseen, unseen])


@given(st.lists(MINUTES, min_size=1, max_size=4), st.integers(0, 10**13))
def test_the_latest_moment_leaves_time_for_each(rounds: list[list[int]], total: int) -> None:
    tasks = [syncing(*minutes, total=total) for minutes in rounds]
    alone, checked = launch_by(tasks, 1e9)
    assert checked <= alone < 1e9
    for task in tasks:
        found = outage(task)
        assert alone + found.most <= 1e9 + 1e-3
        assert checked + found.most + (found.check or 0) <= 1e9 + 1e-3


@given(MINUTES, st.integers(1, 600), st.integers(1, 600), st.none() | st.integers(0, 10**14))
def test_a_longer_last_round_is_never_a_shorter_outage(
    before: list[int], one: int, other: int, total: int | None
) -> None:
    less, more = sorted((one, other))
    short, long = (
        outage(syncing(*before[:3], less, total=total)),
        outage(syncing(*before[:3], more, total=total)),
    )
    assert short.least <= long.least
    assert short.most <= long.most
    assert 0 < short.least < short.most
    assert short.check == long.check


@pytest.mark.parametrize(
    ("minutes", "grows"),
    [
        ((), False),
        ((60,), False),
        ((30, 60), False),
        ((10, 13, 16), True),
        ((10, 12, 14), False),
        ((10, 30, 20), False),
        ((90, 10, 13, 16), True),
        ((1, 2, 4), False),
        ((2, 3, 5), True),
        ((10, 10, 30), False),
    ],
)
def test_rounds_that_grow_are_told(minutes: tuple[float, ...], grows: bool) -> None:
    task = syncing(*minutes)
    assert is_diverging(task) is grows
    assert (DIVERGING in warnings(OPERATIONS["test"], task)) is grows
    assert next_step(task).text.startswith("sync rounds grow") is grows
    assert next_step(task).waiting_for_operator


@given(MINUTES)
def test_rounds_that_do_not_grow_to_the_end_are_no_trouble(minutes: list[int]) -> None:
    if is_diverging(syncing(*minutes)):
        *_, first, second, third = minutes
        assert first < second < third >= max(5, 1.5 * first)
    assert not is_diverging(syncing(*sorted(minutes, reverse=True)))


@pytest.mark.parametrize("operation", ["test", "cutover"])
def test_the_plan_of_a_launch_tells_it(operation: str) -> None:
    plan = make_plan(OPERATIONS[operation], [(syncing(20), 0.0)])
    assert "Outage of 23 m to 31 m" in plan.consequences.cost
    nothing = make_plan(OPERATIONS[operation], [(make_task(TaskState.READY), 0.0)])
    assert nothing.consequences.cost == OPERATIONS[operation].cost


@pytest.mark.parametrize(("seconds", "text"), [(1, "1 m"), (61, "2 m"), (3540, "59 m"), (3541, "1 h 00 m")])
def test_what_is_not_known_to_the_second_is_told_in_minutes(seconds: float, text: str) -> None:
    assert about(seconds) == text
