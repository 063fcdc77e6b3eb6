"""Whatever operators do and whenever: the task stays on the graph of its states, and bytes only grow."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_tui.simulator.migration.placing import SITUATIONS
from sms_tui.simulator.migration.rules import MATRIX
from sms_tui.simulator.migration.speed_limits import parse_time, show_time
from sms_tui.simulator.world.scenarios import SCENARIOS
from tests.simulator.worlds import ALLOWED, pass_time, world

_ASKED = sorted(set(MATRIX) - {"delete", "speed_limit"})
_STEPS = st.lists(st.tuples(st.sampled_from(_ASKED), st.integers(0, 4000)), max_size=25)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["calm", "nasty", "windows-agent-restart", "auto-launch"]),
    st.sampled_from(SITUATIONS),
    st.integers(0, 2),
    _STEPS,
)
def test_states_stay_on_the_graph(
    name: str, situation: str, index: int, steps: list[tuple[str, int]]
) -> None:
    service = world(name)
    machine = service.force_state(service.machine(index).server.task_id, situation)
    service.chronicle.clear()
    last = (0, 0.0)
    for operation, seconds in steps:
        if machine.gone:
            break
        service.operate(machine, operation, {"bucket": "logs"})
        pass_time(service, seconds)
        copy = machine.replication.transfer
        moved = copy.moved_at(service.now) if copy else 0.0
        assert copy is None or machine.replication.round != last[0] or moved >= last[1]
        last = (machine.replication.round, moved)
    for entry in service.chronicle:
        if entry.before != entry.after:
            assert entry.after in ALLOWED.get(entry.before, {"SYNC_F_ROLLBACK_SUCCESS"}), entry


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(sorted(SCENARIOS)), st.lists(st.integers(1, 5000), min_size=1, max_size=12))
def test_how_often_one_looks_changes_nothing(name: str, pauses: list[int]) -> None:
    patient, nosy = world(name), world(name)
    pass_time(patient, sum(pauses))
    for pause in pauses:
        pass_time(nosy, pause)
    assert sorted(patient.chronicle) == sorted(nosy.chronicle)


@settings(deadline=None)
@given(st.integers(0, 1439))
def test_times_of_day_read_as_they_are_written(minute: int) -> None:
    assert parse_time(show_time(minute)) == minute


@settings(deadline=None)
@given(st.text(max_size=6))
def test_other_times_are_no_times(text: str) -> None:
    try:
        minute = parse_time(text)
    except ValueError:
        return
    assert 0 <= minute < 1440
    with pytest.raises(ValueError):
        parse_time(text + "0")
