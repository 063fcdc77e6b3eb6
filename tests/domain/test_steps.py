"""Steps in words, and how far a task is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sms_tui.domain.steps import doing, eta_seconds, is_normal, progress_of, step_name
from sms_tui.domain.task import Server, SubTask, Task, TaskState
from tests.domain.samples import make_task

IN_ORDER = [
    ("CREATE_CLOUD_SERVER", "create server"),
    ("SSL_CONFIG", "set up keys"),
    ("ATTACH_AGENT_IMAGE", "attach disk"),
    ("FORMAT_DISK_LINUX_FILE", "format disks"),
    ("FORMAT_DISK_WINDOWS", "format disks"),
    ("MIGRATE_LINUX_FILE", "copy"),
    ("MIGRATE_LINUX_BLOCK", "copy"),
    ("MIGRATE_WINDOWS_BLOCK", "copy"),
    ("SYNC_WINDOWS_BLOCK", "sync"),
    ("CLONE_VM", "clone"),
    ("CHECK_CONSISTENCY", "check consistency"),
    ("CONFIGURE_LINUX", "configure system"),
    ("CONFIGURE_WINDOWS", "configure system"),
    ("DETTACH_AGENT_IMAGE", "detach disk"),
    ("DETACH_AGENT_IMAGE", "detach disk"),
]


@pytest.mark.parametrize(("name", "words"), [*IN_ORDER, ("NETWORK_CHECK", "measure network")])
def test_known_steps_have_words(name: str, words: str) -> None:
    assert step_name(name) == words
    assert doing(SubTask(name))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("BREW_COFFEE", "brew coffee"),
        ("", ""),
        ("MIGRATE", "migrate"),
        ("A\x1b[m", "a␛[m"),
        ("xSSL_CONFIG", "xssl config"),
    ],
)
def test_unknown_steps_are_shown_as_they_are(name: str, words: str) -> None:
    assert step_name(name) == words
    assert doing(SubTask(name)) == ""


@pytest.mark.parametrize(("unread", "left"), [(0.0, 90.0), (30.0, 60.0), (90.0, 0.0), (91.0, None)])
def test_what_is_left_goes_by_while_nothing_is_read(unread: float, left: float | None) -> None:
    task = Task("1", "web", TaskState.RUNNING, "RUNNING", remain_seconds=90)
    assert eta_seconds(task, 1000.0, unread) == left


@pytest.mark.parametrize(
    ("now", "unread", "left"),
    [
        (1000, 0, 90),
        (1080, 30, 10),
        (1090, 0, 0),
        (1150, 0, 0),
        (1151, 0, -51),
        (1091, 30, None),
    ],
)
def test_a_moment_comes_nearer_and_gives_way_to_what_the_list_expects(
    now: float, unread: float, left: float | None
) -> None:
    task = Task("1", "web", TaskState.RUNNING, "RUNNING", due=1090.0, estimate_ms=1_100_000)
    assert eta_seconds(task, now, unread) == left


def test_nobody_knows_what_is_left_without_an_agent_or_while_cloning() -> None:
    task = Task("1", "web", TaskState.SYNCING, "SYNCING", remain_seconds=7, estimate_ms=1_100_000)
    assert eta_seconds(task, 1000.0) == 7
    assert eta_seconds(replace(task, connected=False), 1000.0) is None
    assert eta_seconds(replace(task, source=Server(state="cloning")), 1000.0) is None


@pytest.mark.parametrize("told", [{"remain_seconds": 0}, {"due": 1000.0}, {"estimate_ms": 900_000}])
def test_a_continuous_synchronization_is_not_about_to_end(told: dict[str, int]) -> None:
    task = Task("1", "web", TaskState.SYNCING, "SYNCING", **told)
    assert eta_seconds(task, 1000.0) is None
    # Nor does anybody count how long a rollback or the deletion of snapshots takes.
    assert eta_seconds(replace(task, state=TaskState.SYNC_F_ROLLBACKING), 1000.0) is None
    clearing = replace(task, state=TaskState.MIGRATE_SUCCESS, source=Server(state="clearing"))
    assert eta_seconds(clearing, 1000.0) is None
    launching = replace(task, source=Server(state="cutovering"))
    assert eta_seconds(launching, 1000.0) is not None
    assert eta_seconds(replace(task, state=TaskState.RUNNING), 1000.0) is not None


def test_the_synchronization_of_a_launch_is_the_final_one() -> None:
    assert step_name("SYNC_LINUX_FILE", is_launching=True) == "final sync"
    assert step_name("CONFIGURE_LINUX", is_launching=True) == "configure system"
    assert doing(None) == ""


@pytest.mark.parametrize(
    ("name", "progress", "normal"),
    [
        ("SYNC_LINUX_FILE", 0, True),
        ("SYNC_LINUX_FILE", 6.9, True),
        ("SYNC_LINUX_FILE", 7, False),
        ("SYNC_LINUX_FILE", None, False),
        ("MIGRATE_LINUX_FILE", 0, False),
        ("MIGRATE_LINUX_FILE", 6, False),
        ("MIGRATE_LINUX_FILE", 100, False),
        ("MIGRATE_LINUX_FILE", 100.1, True),
    ],
)
def test_what_is_normal(name: str, progress: float | None, normal: bool) -> None:
    assert is_normal(SubTask(name, progress)) is normal


@pytest.mark.parametrize(
    ("state", "name", "progress", "whole"),
    [
        (TaskState.READY, "MIGRATE_LINUX_FILE", 50.0, 0),
        (TaskState.RUNNING, "CREATE_CLOUD_SERVER", 0.0, 0),
        (TaskState.RUNNING, "FORMAT_DISK_LINUX_FILE", 100.0, 20),
        (TaskState.RUNNING, "MIGRATE_LINUX_FILE", 0.0, 20),
        (TaskState.RUNNING, "MIGRATE_LINUX_FILE", 50.0, 50),
        (TaskState.RUNNING, "MIGRATE_LINUX_FILE", 100.0, 80),
        (TaskState.RUNNING, "MIGRATE_LINUX_FILE", 130.0, 80),
        (TaskState.RUNNING, "MIGRATE_LINUX_FILE", -5.0, 20),
        (TaskState.RUNNING, "MIGRATE_LINUX_FILE", None, None),
        (TaskState.RUNNING, "MIGRATE_LINUX_FILE", float("nan"), None),
        (TaskState.RUNNING, "NETWORK_CHECK", 50.0, None),
        (TaskState.RUNNING, "BREW_COFFEE", 50.0, None),
        (TaskState.SYNCING, "SYNC_LINUX_FILE", 6.0, 80),
        (TaskState.SYNCING, "DETTACH_AGENT_IMAGE", 100.0, 99),
        (TaskState.MIGRATE_FAIL, "MIGRATE_LINUX_FILE", 50.0, 50),
        (TaskState.MIGRATE_SUCCESS, "MIGRATE_LINUX_FILE", 50.0, 100),
        (TaskState.SYNC_SUCCESS, "BREW_COFFEE", None, 100),
    ],
)
def test_the_progress_of_a_task_is_that_of_the_step_in_the_whole(
    state: TaskState, name: str, progress: float | None, whole: float | None
) -> None:
    assert progress_of(make_task(state, stage=SubTask(name, progress))) == whole


def test_without_a_step_there_is_no_progress() -> None:
    assert progress_of(make_task(stage=None)) is None


def test_the_whole_never_goes_back_while_steps_follow_each_other() -> None:
    names = [name for name, words in IN_ORDER if words not in {"sync", "clone"}]
    course = [
        progress_of(make_task(stage=SubTask(name, float(percent))))
        for name in dict(zip((step_name(name) for name in names), names, strict=True)).values()
        for percent in range(0, 101, 5)
    ]
    assert None not in course
    assert course == sorted(course, key=lambda done: done or 0)


@given(
    st.sampled_from(list(TaskState)),
    st.sampled_from([*dict(IN_ORDER), "NETWORK_CHECK", "?"]),
    st.none() | st.floats(),
)
def test_the_whole_is_a_percentage_or_unknown(state: TaskState, name: str, progress: float | None) -> None:
    whole = progress_of(make_task(state, stage=SubTask(name, progress)))
    assert whole is None or 0 <= whole <= 100
