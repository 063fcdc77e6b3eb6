"""From words to ids: exactly one task, or the candidates."""

import pytest

from sms_tui.domain.task import Task, TaskState
from sms_tui.headless.resolving import ResolveError, resolve


def made(task_id: str, name: str) -> Task:
    return Task(task_id, name, TaskState.SYNCING, "SYNCING")


TASKS = {
    task.id: task
    for task in (
        made("0f3c81d2-1111", "web-01"),
        made("0f3c81d2-2222", "web-02"),
        made("77777777-3333", "twin"),
        made("88888888-4444", "twin"),
        made("99999999-5555", "0f3c81d2-1111-copy"),
        made("aaaaaaaa-6666", "77777777"),
    )
}


@pytest.mark.parametrize(
    ("word", "task_id"),
    [
        ("0f3c81d2-1111", "0f3c81d2-1111"),
        ("web-02", "0f3c81d2-2222"),
        ("88888888", "88888888-4444"),
        ("0f3c81d2-2", "0f3c81d2-2222"),
        ("0f3c81d2-1111-copy", "99999999-5555"),
    ],
)
def test_a_word_names_the_one_task_it_fits(word: str, task_id: str) -> None:
    assert resolve([word], TASKS) == [task_id]


def test_each_task_once_in_the_order_given() -> None:
    assert resolve(["web-02", "web-01", "0f3c81d2-2222"], TASKS) == ["0f3c81d2-2222", "0f3c81d2-1111"]


@pytest.mark.parametrize(
    ("word", "candidates"),
    [
        ("twin", ["77777777-3333", "88888888-4444"]),
        ("0f3c81d2", ["0f3c81d2-1111", "0f3c81d2-2222"]),
        ("77777777", ["77777777-3333", "aaaaaaaa-6666"]),
    ],
)
def test_several_are_all_named(word: str, candidates: list[str]) -> None:
    with pytest.raises(ResolveError) as caught:
        resolve([word], TASKS)
    assert [task_id for task_id in TASKS if task_id in str(caught.value)] == candidates


@pytest.mark.parametrize("word", ["WEB-01", "web-1", "web", "0f3c81d", "", "web-01 "])
def test_what_is_nearly_a_task_is_none(word: str) -> None:
    with pytest.raises(ResolveError, match="no task"):
        resolve([word], TASKS)


def test_a_candidate_is_one_line_whatever_its_name() -> None:
    evil = {one: Task(one, "x\nsms-tui: all is well", TaskState.UNKNOWN, "A\nB") for one in "ab"}
    with pytest.raises(ResolveError) as caught:
        resolve(["x\nsms-tui: all is well"], evil)
    assert [line[:3] for line in str(caught.value).splitlines()[-2:]] == ["  a", "  b"]
    assert str(caught.value).count("A⏎B") == 2


def test_near_names_are_offered() -> None:
    with pytest.raises(ResolveError, match="web-01"):
        resolve(["wbe-01"], TASKS)


def test_an_id_in_capitals_is_near_its_task() -> None:
    known = {"abcdef01-77": made("abcdef01-77", "db-01")}
    with pytest.raises(ResolveError, match="Near:\n  abcdef01-77  db-01"):
        resolve(["ABCDEF01"], known)


def test_an_empty_word_is_near_nothing() -> None:
    """As an unset variable of a script gives it."""
    with pytest.raises(ResolveError) as caught:
        resolve([""], TASKS)
    assert str(caught.value) == "there is no task ''. 'sms-tui tasks' lists them."
