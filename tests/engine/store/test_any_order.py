"""Whatever comes in whatever order: the news are the store, and the newest answer counts."""

from collections import Counter
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from sms_tui.domain.situation import Situation
from sms_tui.domain.task import SourceFacts, TaskDetail
from sms_tui.engine.store.store import Store
from tests.engine.scripted import task
from tests.engine.stores import NOW, end, later, make_store, sweep

IDS = st.sampled_from("abcdef")
STATES = st.sampled_from(["READY", "RUNNING", "SYNCING", "MIGRATE_FAIL", "ABORTING", "SOMETHING_NEW"])
MOVING = {Situation.LAUNCHING, Situation.CLONING, Situation.TRANSITION}
LISTS = st.dictionaries(IDS, STATES, max_size=6)
STEPS = st.one_of(
    st.tuples(st.just("sweep"), LISTS),
    st.tuples(st.just("half"), LISTS),
    st.tuples(st.just("detail"), st.tuples(IDS, STATES)),
    st.tuples(st.just("late"), st.tuples(LISTS, LISTS, IDS, st.permutations("abcde"))),
    st.tuples(st.just("gone"), IDS),
    st.tuples(st.just("watch"), IDS),
    st.tuples(st.just("facts"), st.tuples(IDS, st.booleans())),
    st.tuples(st.just("drain"), st.none() | st.integers(1, 3)),
)


def do(store: Store, what: str, value: object) -> None:
    match what, value:
        case "sweep", dict():
            sweep(store, [task(one, state) for one, state in value.items()])
        case "half", dict():
            store.intake.page([task(one, state) for one, state in value.items()], store.begin())
        case "late", (first, second, task_id, order):
            overlapping(store, first, second, task_id, order)
        case "detail", (task_id, state):
            store.intake.detail(TaskDetail(task(task_id, state), {}, NOW), store.begin())
        case "gone", str():
            store.intake.remove(value, "is gone", store.begin())
        case "watch", str():
            store.watch([value], on=value not in store.watched)
        case "facts", (task_id, connected):
            store.intake.facts([SourceFacts(f"source-{task_id}", connected=connected)], store.begin())


def overlapping(
    store: Store, first: dict[str, str], second: dict[str, str], task_id: str, order: Sequence[str]
) -> None:
    """Two lists, a read and a removal at the same time, their answers in any order."""
    older, newer = store.begin(), store.begin()
    answers = {
        "a": lambda: store.intake.page([task(one, state) for one, state in first.items()], older),
        "b": lambda: store.intake.page([task(one, state) for one, state in second.items()], newer),
        "c": lambda: store.intake.detail(TaskDetail(task(task_id), {}, NOW), newer),
        "d": lambda: store.intake.remove(task_id, "is gone", newer),
        "e": lambda: store.intake.page([task(one, state) for one, state in second.items()], older),
    }
    for name in order:
        answers[name]()
    end(store, older, is_whole=False)
    end(store, newer, is_whole=True)


@settings(max_examples=250, deadline=None)
@given(st.lists(STEPS, max_size=30))
def test_news_applied_to_a_copy_give_the_store(steps: list[tuple[str, object]]) -> None:
    store, _ = make_store(later())
    copy: dict[str, object] = {}

    def catch_up(most: int | None = None) -> None:
        change = store.drain(most)
        assert most is None or len(change.updated) <= most
        updated = change.updated.keys()
        assert not change.added & updated
        assert not change.removed & (change.added | updated)
        assert not change.added & copy.keys()
        assert (change.removed | updated) <= copy.keys()
        for task_id in change.removed:
            del copy[task_id]
        for task_id, row in change.updated.items():
            assert store.row(task_id) is row
        for task_id in change.added | updated:
            copy[task_id] = store.row(task_id)

    for what, value in steps:
        do(store, what, value)
        if what == "drain":
            catch_up(value)  # type: ignore[arg-type]
    catch_up()
    assert copy == {row.task.id: row for row in store.rows()}
    assert dict(store.tasks.items()) == {row.task.id: row.task for row in store.rows()}
    assert store.active == sum(one.is_active for one in store.tasks.values())
    assert store.moving == {one.id for one in store.tasks.values() if one.situation in MOVING}
    assert +Counter(store.situations) == Counter(one.situation for one in store.tasks.values())


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), STATES), min_size=1, max_size=10), st.randoms())
def test_answers_in_any_order_leave_the_newest(answers: list[tuple[int, str]], chance: object) -> None:
    store, _ = make_store()
    readings = [store.begin() for _ in range(10)]
    newest = dict(answers)
    shuffled = list(newest.items())
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    for number, state in shuffled:
        store.intake.detail(TaskDetail(task("a", state), {}, NOW), readings[number])
    assert store.tasks["a"].state_text == newest[max(newest)]
