"""Times of sub-tasks and tasks: nothing ends before it begins, and nothing lies ahead of the clock."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_tui.simulator.documents import servers, tasks
from sms_tui.simulator.migration.placing import SITUATIONS
from sms_tui.simulator.migration.rules import MATRIX
from sms_tui.simulator.world.scenarios import SCENARIOS
from tests.simulator.service import Service
from tests.simulator.worlds import pass_time, world

_ASKED = sorted(set(MATRIX) - {"delete", "speed_limit"})
_STEPS = st.lists(st.tuples(st.sampled_from([*_ASKED, "lose", "find"]), st.integers(0, 4000)), max_size=20)


def _faults(service: Service, indexes: Iterable[int]) -> list[str]:
    return [fault for index in indexes for fault in _faults_of(service, index)]


def _faults_of(service: Service, index: int) -> list[str]:
    machine, now = service.machine(index), service.now
    if machine.gone:
        return []
    shown: dict[str, Any] = tasks.show(machine, now)
    listed: dict[str, Any] = tasks.list_item(machine, now)
    source: dict[str, Any] = servers.source_item(machine, now)
    where = f"{machine.server.task_name} {shown['state']} {machine.source_state}"
    found = [*_of_task(shown, now), *_of_steps(shown, now), *_of_source(source, now)]
    times = [
        [(step["start_date"], step["end_date"]) for step in task["sub_tasks"]] for task in (shown, listed)
    ]
    found += ["list and show differ"] if times[0] != times[1] else []
    return [f"{where}: {fault}" for fault in found]


def _of_task(task: dict[str, Any], now: int) -> Iterable[str]:
    begun, ended = task["start_date"], task["finish_date"]
    if task["create_date"] > (begun or now):
        yield "begun before it was created"
    if begun is not None and begun > now:
        yield "begins ahead of now"
    if ended is not None and not (begun is not None and begun <= ended <= now):
        yield "ends before it begins, or ahead of now"
    if task["total_time"] > (ended or now) - (begun or now):
        yield "has worked for longer than since it began"
    if (ended is not None) != (task["state"] in {"MIGRATE_SUCCESS", "SYNC_SUCCESS"}):
        yield f"ended at {ended} in state {task['state']}"
    if (estimate := task["estimate_complete_time"]) is not None and estimate < now:
        yield "expected to be complete in the past"
    if (left := task["remain_seconds"]) is not None and left < 0:
        yield "less than nothing remains"


def _of_steps(task: dict[str, Any], now: int) -> Iterable[str]:
    for step in task["sub_tasks"]:
        name, begun, ended, done = (step[key] for key in ("name", "start_date", "end_date", "progress"))
        if begun is None and (ended is not None or done):
            yield f"{name} has ended or got on, and never begun"
        if begun is not None and begun > now:
            yield f"{name} begins ahead of now"
        if begun is not None and begun < (task["start_date"] or now + 1):
            yield f"{name} begins before its task"
        if ended is not None and not (begun or 0) <= ended <= (task["finish_date"] or now):
            yield f"{name} ends before it begins, after its task or ahead of now"
        if ended is not None and done != 100:
            yield f"{name} has ended at {done} %"
    if sum(step["start_date"] is not None and step["end_date"] is None for step in task["sub_tasks"]) > 1:
        yield "two sub-tasks are under way at once"


def _of_source(source: dict[str, Any], now: int) -> Iterable[str]:
    for name in ("stage_action_time", "state_action_time", "last_visit_time"):
        if not source["add_date"] <= source[name] <= now:
            yield f"{name} is before its source was added, or ahead of now"


@pytest.mark.parametrize("name", SCENARIOS)
@settings(max_examples=4, deadline=None)
@given(st.integers(0, 1000), st.lists(st.integers(1, 4000), max_size=10))
def test_times_are_in_order_in_every_scenario(name: str, seed: int, pauses: list[int]) -> None:
    service = world(name, seed=seed)
    indexes = range(min(service.size, 24))
    assert _faults(service, indexes) == []
    for pause in pauses:
        pass_time(service, pause)
        assert _faults(service, indexes) == []


@pytest.mark.parametrize("situation", SITUATIONS)
@settings(max_examples=8, deadline=None)
@given(
    st.integers(0, 1000),
    st.sampled_from(["calm", "nasty", "windows-agent-restart", "auto-launch"]),
    st.integers(0, 2),
    st.floats(0, 100),
    _STEPS,
)
def test_times_are_in_order_in_every_state_whatever_is_asked(
    situation: str, seed: int, name: str, index: int, percent: float, steps: list[tuple[str, int]]
) -> None:
    service = world(name, seed=seed)
    task_id = service.machine(index).server.task_id
    machine = service.force_state(task_id, situation, percent=percent)
    assert _faults(service, [index]) == []
    for operation, seconds in steps:
        if machine.gone:
            return
        if operation == "lose":
            service.disconnect(task_id)
        elif operation == "find":
            service.reconnect(task_id)
        else:
            service.operate(machine, operation, {"bucket": "logs"})
        assert _faults(service, [index]) == []
        pass_time(service, seconds)
        assert _faults(service, [index]) == []


def test_a_copy_of_the_past_took_its_time() -> None:
    service = world("war-room")
    for index in range(24):
        task: dict[str, Any] = tasks.show(service.machine(index), service.now)
        ended = {step["name"]: step["end_date"] for step in task["sub_tasks"]}
        for step in task["sub_tasks"]:
            if step["name"].startswith("MIGRATE_") and ended[step["name"]]:
                before = max(when for name, when in ended.items() if name.startswith("FORMAT_"))
                assert step["start_date"] == before, task["name"]
