"""A plan is let go by its own word and by nothing else."""

from collections.abc import Mapping

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sms_tui.domain.operations import OPERATIONS, STOP, Tier
from sms_tui.domain.plan import LeftOut, Plan, is_task_id, make_plan, parameter_problem, typed_name
from sms_tui.domain.task import Task, TaskState
from tests.domain.samples import NOW, make_task
from tests.hostile import CORPUS

READ_AT = NOW - 3


def plan(operation: str, *tasks: Task, **others: object) -> Plan:
    """A plan for tasks that were read just now."""
    return make_plan(OPERATIONS[operation], [(task, READ_AT) for task in tasks], **others)  # type: ignore[arg-type]


def tasks(count: int, state: TaskState) -> list[Task]:
    """So many tasks in one state, with ids and names of their own."""
    return [make_task(state, id=f"task-{number:06d}", name=f"web-{number:02d}") for number in range(count)]


READY, RUNNING, SYNCING = TaskState.READY, TaskState.RUNNING, TaskState.SYNCING
ABORT, DONE = TaskState.ABORT, TaskState.MIGRATE_SUCCESS
WORDS = [
    ("collect_log", RUNNING, 1, "y", False),
    ("collect_log", RUNNING, 12, "y", False),
    ("speed_limit", RUNNING, 12, "y", False),
    ("start", ABORT, 1, "y", False),
    ("start", ABORT, 12, "y", False),
    ("stop", RUNNING, 1, "y", False),
    ("stop", RUNNING, 2, "2", True),
    ("clone_test", SYNCING, 1, "y", False),
    ("clone_test", SYNCING, 12, "12", True),
    ("network_check", ABORT, 3, "3", True),
    ("migration_test", READY, 1, "y", False),
    ("start", READY, 1, "1", True),
    ("start", READY, 12, "12", True),
    ("sync_failed_rollback", TaskState.SYNC_FAIL, 1, "1", True),
    ("sync_failed_rollback", TaskState.SYNC_FAIL, 4, "4", True),
    ("test", SYNCING, 1, "web-00", True),
    ("test", SYNCING, 12, "test 12", True),
    ("cutover", SYNCING, 12, "cutover 12", True),
    ("restart", DONE, 1, "web-00", True),
    ("restart", DONE, 2, "restart 2", True),
    ("clear", DONE, 2, "clear 2", True),
    ("delete", DONE, 1, "web-00", True),
    ("delete", DONE, 2, "delete 2", True),
]


@pytest.mark.parametrize(("operation", "state", "count", "word", "typed"), WORDS)
def test_what_has_to_be_typed(operation: str, state: TaskState, count: int, word: str, typed: bool) -> None:
    made = plan(operation, *tasks(count, state))
    assert made.word == word
    assert made.is_typed is typed
    assert made.accepts(word)
    assert len(made.ids) == count


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(WORDS),
    st.one_of(st.text(max_size=12), st.sampled_from([word for *_, word, _ in WORDS]), st.integers().map(str)),
)
@example(WORDS[5], "Y")
@example(WORDS[5], "yes")
@example(WORDS[5], "")
@example(WORDS[11], "01")
@example(WORDS[11], "１")
@example(WORDS[15], "WEB-00")
@example(WORDS[15], "web-0")
@example(WORDS[15], "web-00.")
@example(WORDS[16], "test  12")
@example(WORDS[16], "TEST 12")
@example(WORDS[16], "test 012")
def test_nothing_but_the_word_is_accepted(case: tuple[str, TaskState, int, str, bool], typed: str) -> None:
    operation, state, count, word, _ = case
    assert plan(operation, *tasks(count, state)).accepts(typed) is (typed.strip() == word)


@given(st.text(max_size=8))
@example("")
@example("0")
@example("y")
@example("test 0")
def test_a_plan_without_targets_accepts_nothing(typed: str) -> None:
    for operation in OPERATIONS:
        assert not plan(operation).accepts(typed)
        assert not plan(operation, make_task(TaskState.DELETING)).accepts(typed)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("web-07", "web-07"),
        ("x" * 40, "x" * 40),
        ("x" * 41, "00abcd"),
        ("wéb-07", "00abcd"),
        ("日本", "00abcd"),
        ("web\t07", "00abcd"),
        ("web 07", "web 07"),
        (" web-07", "00abcd"),
        ("web-07 ", "00abcd"),
        ("", "00abcd"),
        (" ", "00abcd"),
        ("\x1b[2J", "00abcd"),
    ],
)
def test_a_name_that_cannot_be_typed_gives_way_to_the_end_of_the_id(name: str, typed: str) -> None:
    task = make_task(SYNCING, name=name)
    assert typed_name(task) == typed
    made = plan("test", task)
    assert made.word == typed
    assert made.accepts(typed)
    assert made.is_typed


@pytest.mark.parametrize("name", CORPUS, ids=range(len(CORPUS)))
def test_no_hostile_name_has_to_be_typed(name: str) -> None:
    word = plan("delete", make_task(DONE, name=name)).word
    assert word.isascii()
    assert word.isprintable()
    assert 0 < len(word) <= 40


def test_a_task_called_y_is_still_typed() -> None:
    made = plan("delete", make_task(DONE, name="y"))
    assert made.word == "y"
    assert made.is_typed


def test_one_task_that_would_begin_raises_the_whole_plan() -> None:
    ready, paused = make_task(READY, id="a"), make_task(ABORT, id="b")
    mixed = plan("start", paused, ready)
    assert (mixed.tier, mixed.word, mixed.label) == (Tier.DESTRUCTIVE, "2", "Start full replication")
    resumed = plan("start", paused)
    assert (resumed.tier, resumed.word, resumed.label) == (Tier.REPEATABLE, "y", "Resume")
    assert not mixed.resumes
    assert resumed.resumes
    assert str(mixed.consequences.what).endswith(
        "1 of the 2 is paused or failed: it goes on where it stopped and is not formatted."
    )
    beginning = plan("start", ready)
    assert "goes on where it stopped" not in beginning.consequences.what


def test_what_is_not_possible_goes_by_the_name_that_it_would_have() -> None:
    busy = Plan(OPERATIONS["start"], (), (LeftOut(make_task(ABORT), "Pause is under way."),))
    assert busy.label == "Resume"
    assert Plan(OPERATIONS["start"], ()).label == "Start full replication"


def test_a_resume_leaves_tasks_out_under_its_own_name() -> None:
    mixed = plan("start", make_task(ABORT), make_task(SYNCING))
    assert mixed.label == "Resume"
    assert mixed.left_out[0].reason == (
        "Resume is not possible while continuous synchronization. "
        "Possible when: migration failed, paused, synchronization failed."
    )
    begun = plan("start", make_task(READY), make_task(ABORT), make_task(SYNCING))
    assert begun.left_out[0].reason.startswith("Start full replication is not possible while")


def test_tasks_are_sorted_into_targets_and_left_out_in_order() -> None:
    chosen = [make_task(state, id=state.value, name=state.value) for state in (ABORT, RUNNING, DONE, READY)]
    made = plan("start", *chosen, hidden=["READY"])
    assert made.ids == ("ABORT", "READY")
    assert [left.task.id for left in made.left_out] == ["RUNNING", "MIGRATE_SUCCESS"]
    assert all("not possible while" in left.reason for left in made.left_out)
    assert [target.read_at for target in made.targets] == [READ_AT, READ_AT]
    assert made.hidden == {"READY"}


def test_targets_carry_their_warnings() -> None:
    made = plan("stop", make_task(RUNNING, "cutovering"), make_task(RUNNING))
    assert [bool(target.warnings) for target in made.targets] == [True, False]


@pytest.mark.parametrize(
    ("operation", "parameters", "problem"),
    [
        ("collect_log", {}, "needs the parameter bucket"),
        ("collect_log", {"bucket": ""}, "not a bucket name"),
        ("collect_log", {"bucket": "ab"}, "not a bucket name"),
        ("collect_log", {"bucket": "abc"}, None),
        ("collect_log", {"bucket": "a" * 63}, None),
        ("collect_log", {"bucket": "a" * 64}, "not a bucket name"),
        ("collect_log", {"bucket": "Logs"}, "not a bucket name"),
        ("collect_log", {"bucket": "my_logs"}, "not a bucket name"),
        ("collect_log", {"bucket": "-logs"}, "not a bucket name"),
        ("collect_log", {"bucket": "logs."}, "not a bucket name"),
        ("collect_log", {"bucket": "my.logs-1"}, None),
        ("collect_log", {"bucket": "logs\n"}, "not a bucket name"),
        ("speed_limit", {}, "needs the parameter rules"),
        ("speed_limit", {"rules": ""}, None),
        ("speed_limit", {"rules": "08:00-20:00=100"}, None),
        ("speed_limit", {"rules": "always"}, "not a rule"),
        ("start", {}, None),
        ("start", {"switch_hce": "true"}, None),
        ("start", {"switch_hce": "yes"}, "one of true, false"),
        ("start", {"switch_hce": ""}, None),
        ("clone_test", {"template_id": "t-1"}, None),
    ],
)
def test_parameters_that_are_wrong_or_missing_are_said(
    operation: str, parameters: Mapping[str, str], problem: str | None
) -> None:
    found = parameter_problem(OPERATIONS[operation], parameters)
    if problem is None:
        assert found is None
    else:
        assert found is not None
        assert problem in found


@pytest.mark.parametrize(
    "task_id", ["0aa93c0e-0f1e-4b3d-9c5f-000000000000", "x", "a" * 255, "ü", "a.b", "..."]
)
def test_ids_that_can_be_sent(task_id: str) -> None:
    assert is_task_id(task_id)


@pytest.mark.parametrize(
    "task_id",
    ["", "a" * 256, ".", "..", "a/b", "a\\b", "a?b", "a#b", "%2e", "a\nb", "a\0", "\ud800", "\u202e"],
)
def test_ids_that_could_change_a_path_are_refused(task_id: str) -> None:
    assert not is_task_id(task_id)


def test_a_task_that_no_request_can_name_is_left_out() -> None:
    odd = make_task(TaskState.RUNNING, id="../servers/1")
    made = plan("stop", odd, make_task(TaskState.RUNNING, id="t1"))
    assert made.ids == ("t1",)
    assert made.left_out == (LeftOut(odd, "'../servers/1' cannot be the id of a task"),)


def big(gigabytes: int | None, mbit: float | None, name: str = "big") -> Task:
    total = None if gigabytes is None else gigabytes * 10**9
    return make_task(TaskState.RUNNING, name=name, total=total, speed=mbit)


@pytest.mark.parametrize(
    ("task", "said"),
    [
        (big(900, 200.0), "about 10 h 00 m: 900 GB at 200 Mbit/s."),
        (big(4, 200.0), ""),
        (big(None, 200.0), ""),
        (big(900, None), ""),
        (big(900, 0.0), ""),
    ],
)
def test_the_cost_of_copying_again_is_told_in_hours(task: Task, said: str) -> None:
    cost = make_plan(STOP, [(task, 0.0)]).consequences.cost
    assert ("Copied again" in cost) is bool(said)
    assert cost.endswith(said or STOP.cost)


def test_of_several_the_longest_copy_is_told() -> None:
    plain = big(900, 200.0), big(900, 100.0, "slow"), big(900, 100.0, "as slow"), big(9, 100.0)
    tasks = [(task, 0.0) for task in plain]
    assert "takes about 20 h 00 m: slow, 900 GB" in make_plan(STOP, tasks).consequences.cost
    assert "Copied again" not in make_plan(OPERATIONS["collect_log"], tasks).consequences.cost
