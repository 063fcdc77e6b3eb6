"""Tasks put together of several answers: thousands may come in a second; the quick way is the plain one."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from sms_tui.domain.rows import Row
from sms_tui.domain.task import NO_SERVER, Clone, Round, Server, SubTask, Task, TaskState
from sms_tui.engine.store.history import SpeedHistory, SpeedsOf
from sms_tui.engine.store.merging import joined, looks_different, stands_alike
from sms_tui.engine.store.roster import Entry, Reading, Sighting
from sms_tui.engine.store.transitions import transitions
from tests.domain.samples import make_task

TEXTS = st.sampled_from(["", "a", "b"])
NUMBERS = st.sampled_from([None, 0, 1, 2])
TRUTHS = st.sampled_from([None, True, False])
STATES = st.sampled_from(["", "RUNNING", "running", "SYNCING", "ABORTING", "SYNC_FAIL", "SYNC_SUCCESS", "X"])
SOURCE_STATES = st.sampled_from(["", "cutovering", "clearing", "cleared"])
SERVERS = st.just(NO_SERVER) | st.builds(Server, TEXTS, TEXTS, TEXTS, TEXTS, SOURCE_STATES, TEXTS)
CLONES = st.none() | st.builds(Clone, TEXTS, TEXTS, TEXTS, TEXTS)
STEPS = st.none() | st.builds(SubTask, TEXTS, NUMBERS, speed=NUMBERS)
ERRORS = st.sampled_from(["", '{"error_code":"SMS.3805"}', '{"error_code":"SMS.0501"}', "{"])
SPEEDS = st.sampled_from([None, 1.0, 2.0, 3.0])


@st.composite
def tasks(draw: Any) -> Task:
    """A task out of few values, so that two of them are often alike in something."""
    state_text = draw(STATES)
    return Task(
        "id",
        "name",
        TaskState.parse(state_text),
        state_text,
        source=draw(SERVERS),
        target=draw(SERVERS),
        clone=draw(CLONES),
        stage=draw(STEPS),
        subtasks=draw(st.sampled_from([(), (SubTask("a"),)])),
        error=draw(ERRORS),
        **{name: draw(TEXTS) for name in ("log_status", "region", "project")},
        **{name: draw(TRUTHS) for name in ("syncing", "connected", "start_target")},
        **{name: draw(NUMBERS) for name in ("started_ms", "finished_ms", "remain_seconds", "due")},
        **{name: draw(NUMBERS) for name in ("replicated", "total")},
    )


def plainly_joined(new: Task, known: Task) -> Task:
    """What `joined` is meant to be, field by field."""
    kept = {
        **_told(new, known, "syncing", "connected", "started_ms", "replicated", "total"),
        **_told(new, known, "log_status", "region", "project"),
        "source": _filled(new.source, known.source, "name", "ip", "os_version", "state", "cycle"),
        "target": _filled(new.target, known.target, "name", "ip", "os_version", "state", "cycle"),
        "subtasks": (),
    }
    if new.state is known.state:
        kept |= _told(new, known, "finished_ms")
        if new.is_active:
            kept |= {"due": known.due if new.due is None or _close(new.due, known.due) else new.due}
    if new.clone and known.clone and new.clone.vm_id == known.clone.vm_id:
        kept["clone"] = _filled(new.clone, known.clone, "state", "sent_error")
    if new.stage and known.stage and new.stage.name == known.stage.name:
        kept["stage"] = _filled(new.stage, known.stage, "speed")
    return replace(new, **kept)


def _close(one: float, other: float | None) -> bool:
    return other is not None and abs(one - other) <= 2


def _filled(new: Any, known: Any, *names: str) -> object:
    return replace(new, **_told(new, known, *names))


def _told(new: object, known: object, *names: str) -> dict[str, object]:
    values = {name: getattr(new, name) for name in names}
    return {name: getattr(known, name) if value in (None, "") else value for name, value in values.items()}


def look(task: Task) -> tuple[object, ...]:
    """What an operator sees of a task without reading numbers that move by themselves."""
    return (
        task.state_text,
        task.source.state,
        task.stage and (task.stage.name, task.stage.progress),
        task.error,
        task.connected,
        task.log_status,
        task.clone.state if task.clone else "no clone",
        task.replicated,
    )


@settings(max_examples=300)
@given(tasks(), tasks())
def test_what_an_answer_leaves_out_is_kept(new: Task, known: Task) -> None:
    assert joined(new, known) == plainly_joined(new, known)
    assert joined(new, None) == replace(new, subtasks=())


@given(tasks())
def test_an_answer_that_lacks_nothing_is_taken_as_it_is(new: Task) -> None:
    whole = replace(new, subtasks=())
    assert joined(whole, replace(whole)) is whole


@settings(max_examples=300)
@given(tasks(), tasks())
def test_something_happened_where_what_was_known_is_different_now(old: Task, new: Task) -> None:
    pairs = zip(look(old), look(new), strict=True)
    happened = any(before != after and before not in (None, "") for before, after in pairs)
    assert looks_different(old, new) is happened


@settings(max_examples=300)
@given(tasks(), tasks())
def test_of_tasks_that_stand_alike_there_is_nothing_to_tell(old: Task, other: Task) -> None:
    near = replace(
        other,
        state=old.state,
        state_text=old.state_text,
        error=old.error,
        connected=old.connected,
        source=replace(other.source, id=old.source.id, state=old.source.state),
    )
    assert stands_alike(old, near)
    for new in (near, other):
        if stands_alike(old, new):
            assert list(transitions(old, new)) == []
            assert (old.situation, old.is_active, old.state) == (new.situation, new.is_active, new.state)
            assert old.source.id == new.source.id


def test_the_log_says_what_a_finished_task_goes_through() -> None:
    finished = make_task(TaskState.MIGRATE_SUCCESS)
    clearing = make_task(TaskState.MIGRATE_SUCCESS, "clearing")
    assert [text for text, _ in transitions(finished, clearing)] == ["finished -> changing state (clearing)"]


SYNC_STEPS = st.tuples(st.integers(0, 9), st.none() | st.integers(0, 9), st.sampled_from(["", "cutovering"]))


@given(st.lists(SYNC_STEPS, max_size=12))
def test_rounds_are_those_that_were_shown_at_their_end(shown: list[tuple[int, int | None, str]]) -> None:
    """Each once, in their order, the last four of them; what a launch synchronizes is no round."""
    known, expected = None, list[Round]()
    for started, ended, source in shown:
        step = SubTask("SYNC_LINUX_FILE", 50.0, started, ended)
        state = TaskState.SYNCING
        known = joined(Task("id", "n", state, "SYNCING", source=Server(state=source), stage=step), known)
        # Whose state an answer leaves out, is where it was.
        is_launch = known.source.state == "cutovering"
        if ended is not None and ended > started and not is_launch:
            if not expected or started > expected[-1].started_ms:
                expected.append(Round(started, ended))
            elif started == expected[-1].started_ms:
                expected[-1] = Round(started, ended)
        assert list(known.rounds) == expected[-4:]
    paused = joined(Task("id", "n", TaskState.ABORT, "ABORT"), known)
    assert paused.rounds == (), "after a pause the next round is long for another reason"


def test_only_a_synchronization_has_rounds() -> None:
    for name in ("CONFIGURE_LINUX_FILE", "CHECK_CONSISTENCY", "MIGRATE_LINUX_FILE"):
        task = Task("id", "n", TaskState.SYNCING, "SYNCING", stage=SubTask(name, 100.0, 1, 2))
        assert joined(task, None).rounds == ()
    done = Task(
        "id", "n", TaskState.SYNC_SUCCESS, "SYNC_SUCCESS", stage=SubTask("SYNC_LINUX_FILE", 100.0, 1, 2)
    )
    assert joined(done, None).rounds == ()


@given(st.lists(st.tuples(SPEEDS, st.booleans(), st.booleans(), st.booleans()), max_size=40))
def test_a_curve_has_one_speed_for_each_refresh(rounds: list[tuple[float | None, bool, bool, bool]]) -> None:
    most, plain = 10, list[float | None]()
    history = SpeedHistory(most)
    listed = Task("id", "name", TaskState.READY, "READY")
    entry = Entry(Row(listed, 0.0), Sighting(Reading(1, 0.0)))
    held: list[tuple[SpeedsOf, list[float]]] = []
    for speed, is_active, is_said_again, is_whole in rounds:
        told = replace(listed, state=TaskState.RUNNING if is_active else TaskState.ABORT, speed=speed)
        if is_said_again or told != listed:
            history.note(entry, told)
            listed = told
        if not is_active:
            plain = []
            assert history.of(entry) == []
        if is_whole:
            plain = [*plain, speed][-most:] if is_active else []
            history.end_round()
            assert history.of(entry) == [one for one in plain if one is not None]
        held.append((history.kept({"id": entry}), list(history.of(entry))))
    for speeds, seen in held:
        assert speeds("id") == seen
