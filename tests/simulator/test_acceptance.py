"""What the simulator promises as a whole: it repeats, it is exact, it keeps to the rules, it is cheap."""

import re
from collections import defaultdict
from pathlib import Path

import httpx
import pytest

from sms_tui import simulator
from sms_tui.domain.advice import codes
from sms_tui.simulator.migration.agenda import Agenda
from sms_tui.simulator.migration.failure_causes import CAUSES, FEASIBILITY
from sms_tui.simulator.migration.machine import Machine
from sms_tui.simulator.migration.placing import SITUATIONS
from sms_tui.simulator.world.chronicle import Chronicle
from sms_tui.simulator.world.clock import VirtualClock
from sms_tui.simulator.world.scenario import Role
from sms_tui.simulator.world.scenarios import SCENARIOS
from tests.simulator.service import Service
from tests.simulator.worlds import ALLOWED, changed, client_of, operate, pass_time, scenario, world

_HOUR = 3600
_WORK = ("start", "stop", "test", "clone_test", "restart", "collect_log", "clear", "sync_failed_rollback")


async def _story(service: Service, requests: int) -> list[tuple[int, str]]:
    """Look, operate and wait by a fixed plan; gives status and text of every answer."""
    answers = []
    async with client_of(service) as client:
        for number in range(requests):
            service.clock.advance(7 + number % 13)
            if number % 3 == 0:
                answer = await client.get("/v3/tasks", params={"limit": 50})
            elif number % 3 == 1:
                answer = await client.get("/v3/sources", params={"limit": 50})
            else:
                machine = service.machine(number % service.size)
                body = {"operation": _WORK[number // 3 % len(_WORK)], "param": {"bucket": "logs"}}
                answer = await client.post(f"/v3/tasks/{machine.server.task_id}/action", json=body)
            answers.append((answer.status_code, answer.text))
    return answers


@pytest.mark.anyio
async def test_1_the_same_seed_tells_the_same_story() -> None:
    first, second, other = world("war-room"), world("war-room"), world("war-room", seed=8)
    answers = await _story(first, 500)
    assert answers == await _story(second, 500)
    assert first.chronicle == second.chronicle
    assert len(first.chronicle) > 100
    assert answers != await _story(other, 500)


def _run_for(speed: float, seconds: float, step: float) -> Chronicle:
    real = [0.0]
    service = Service(SCENARIOS["hundred"], 7, VirtualClock(speed, monotonic=lambda: real[0]))
    while real[0] * speed < seconds:
        real[0] = min(real[0] + step, seconds / speed)
        service.advance_all()
    return service.chronicle


def test_2_the_pace_of_the_clock_changes_nothing() -> None:
    slow, fast = _run_for(1.0, 8 * _HOUR, step=61.0), _run_for(600.0, 8 * _HOUR, step=5.0)
    assert len(slow) > 40
    assert sorted(slow) == sorted(fast)


def test_3_bytes_grow_and_states_follow_the_graph() -> None:
    service = world("nasty")
    last: dict[int, tuple[int, float]] = defaultdict(lambda: (0, 0.0))
    for minute in range(8 * 60):
        pass_time(service, 60)
        if minute % 40 == 0:
            _press_on(service)
        for machine in service.machines(range(service.size), service.now):
            copy = machine.replication.transfer
            moved = copy.moved_at(service.now) if copy else 0.0
            before = last[machine.server.index]
            assert copy is None or before[0] != machine.replication.round or moved >= before[1]
            last[machine.server.index] = (machine.replication.round, moved)
    assert len(service.chronicle) > 300
    for entry in service.chronicle:
        assert entry.before == entry.after or entry.after in ALLOWED[entry.before], entry


def _press_on(service: Service) -> None:
    for machine in service.machines(range(service.size), service.now):
        for operation in ("start", "test", "restart"):
            if service.operate(machine, operation, {}) is None:
                break


def test_3_every_task_ends_or_waits_for_a_person() -> None:
    service = world("war-room")
    pass_time(service, 72 * _HOUR)
    resting = {"READY", "ABORT", "MIGRATE_FAIL", "SYNC_FAIL", "MIGRATE_SUCCESS", "SYNC_SUCCESS"}
    for machine in service.machines(range(service.size), service.now):
        in_sync = (machine.state, machine.source_state) == ("SYNCING", "syncing")
        assert in_sync or machine.state in resting, machine.server.task_name


@pytest.mark.parametrize("system", ["linux-file", "linux-block", "windows"])
def test_4_the_speed_shown_adds_up_to_the_bytes_moved(system: str) -> None:
    rivals = tuple(Role("rival", "RUNNING", 90 + turn, gigabytes=40) for turn in range(3))
    service = world(scenario(Role("web", "RUNNING", 20, system, gigabytes=600), *rivals))
    machine = service.machine(0)
    copy = machine.replication.transfer
    assert copy is not None
    begin, shown = copy.moved_at(service.now), 0.0
    for _ in range(720):
        pass_time(service, 5)
        shown += copy.mbit_at(service.now) * 125_000 * 5
    assert machine.replication.transfer is copy
    assert shown == pytest.approx(copy.moved_at(service.now) - begin, rel=0.03)
    if system != "linux-file":
        assert machine.server.ratio > 1


@pytest.mark.parametrize("seed", range(6))
def test_5_the_small_server_takes_16_minutes(seed: int) -> None:
    took = _whole_migration("golden-16-minutes", seed)
    assert 14 * 60 <= took <= 18 * 60


@pytest.mark.parametrize("seed", range(6))
def test_5_a_hundred_gigabytes_take_as_long_as_the_formula_says(seed: int) -> None:
    took = _whole_migration("golden-100-gigabytes", seed)
    assert took == pytest.approx(3.17 * _HOUR, rel=0.05)


def _whole_migration(name: str, seed: int) -> float:
    service = world(name, seed)
    assert service.operate(service.machine(0), "start", {}) is None
    pass_time(service, 12 * _HOUR)
    states = {entry.after: entry.ms for entry in service.chronicle if entry.after != entry.before}
    return (states["MIGRATE_SUCCESS"] - states["RUNNING"]) / 1000


@pytest.mark.parametrize("code", CAUSES)
def test_6_every_task_failure_can_be_met(code: str) -> None:
    cause = CAUSES[code]
    late = cause.steps[0] in {"scan", "configure", "detach"}
    role = Role("web", "SYNCING" if late else "READY", code=code, fails_in=cause.steps[0], gigabytes=5)
    service = world(scenario(role))
    machine = service.machine(0)
    assert (
        service.operate(machine, "test" if cause.steps[0] in {"configure", "detach"} else "start", {}) is None
        or late
    )
    pass_time(service, 6 * _HOUR)
    assert machine.error_code == code
    assert machine.state in {"MIGRATE_FAIL", "SYNC_FAIL"}
    assert cause.words


@pytest.mark.anyio
async def test_6_every_feasibility_code_shows_in_the_checks() -> None:
    async with client_of(world("infeasible")) as client:
        sources = (await client.get("/v3/sources", params={"state": "unavailable"})).json()["source_servers"]
    assert {check["error_code"] for source in sources for check in source["checks"]} == set(FEASIBILITY)


@pytest.mark.anyio
async def test_6_every_error_of_a_call_can_be_met() -> None:
    codes = set()
    for name, operation in (("left-overs", "start"), ("read-only", "start"), ("war-room", "stop")):
        service = world(name)
        async with client_of(service) as client:
            for index in range(service.size):
                answer = await operate(client, service.machine(index).server.task_id, operation)
                codes.add(answer.json().get("error_code"))
            running = service.force_state(service.machine(0).server.task_id, "RUNNING")
            codes.add((await client.delete(f"/v3/tasks/{running.server.task_id}")).json().get("error_code"))
            codes.add((await client.get("/v3/tasks/unheard-of")).json().get("error_code"))
    assert codes >= {"SMS.7605", "SMS.9004", "SMS.6603", "SMS.7719", "SMS.7703", "SMS.1038", "SMS.1039"}


def test_6_every_code_that_is_answered_has_a_catalogue_entry() -> None:
    written = "".join(path.read_text() for path in Path(simulator.__file__).parent.rglob("*.py"))
    answered = set(re.findall(r"(?:SMS|APIGW|IAM)\.\d{4}", written))
    assert len(answered) > 40
    assert answered <= set(codes())


def test_7_an_effect_comes_late_but_within_a_minute() -> None:
    waits = []
    for seed in range(1000):
        service = world(scenario(Role("web", "READY")), seed)
        machine = service.machine(0)
        assert service.operate(machine, "start", {}) is None
        assert machine.state == "READY"
        pass_time(service, 60)
        assert machine.state == "RUNNING"
        waits.append(machine.changed_ms + machine.server.list_lag_ms - service.clock.start_ms)
    assert max(waits) <= 60_000
    assert any(wait > 26_000 for wait in waits)


@pytest.mark.anyio
async def test_7_the_list_may_lag_behind_the_task_itself() -> None:
    service = world(scenario(*(Role("web", "SYNCING") for _ in range(40))))
    lagged = 0
    async with client_of(service) as client:
        for index in range(service.size):
            await operate(client, service.machine(index).server.task_id, "stop")
        for _ in range(30):
            service.clock.advance(1)
            listed = (await client.get("/v3/tasks", params={"limit": 200})).json()["tasks"]
            shown = [await _state(client, task["id"]) for task in listed]
            lagged += sum(task["state"] != state for task, state in zip(listed, shown, strict=True))
    assert lagged > 20


async def _state(client: httpx.AsyncClient, task_id: str) -> str:
    state: str = (await client.get(f"/v3/tasks/{task_id}")).json()["state"]
    return state


@pytest.fixture
def moments(monkeypatch: pytest.MonkeyPatch) -> list[Agenda]:
    """An entry for each moment that is worked off: the measure of the work done."""
    worked_off: list[Agenda] = []
    fire = Agenda.fire

    def noted(agenda: Agenda) -> None:
        worked_off.append(agenda)
        fire(agenda)

    monkeypatch.setattr(Agenda, "fire", noted)
    return worked_off


def test_8_a_day_of_a_hundred_servers_is_little_work(moments: list[Agenda]) -> None:
    service = world("hundred")
    pass_time(service, 24 * _HOUR)
    print(f"{len(moments)} moments for 100 servers and one day")
    assert len(moments) < 100 * 24 * 60


def test_8_only_the_sites_on_a_page_are_brought_up_to_date(moments: list[Agenda]) -> None:
    service = world("war-room", tasks=50_000)
    service.machines(range(200), service.now)
    service.clock.advance(_HOUR)
    service.machines(range(8), service.now)
    looked_at = len(moments)
    service.machines(range(200), service.now)
    assert 0 < looked_at < len(moments) / 10


def test_every_situation_can_be_forced() -> None:
    for situation in SITUATIONS:
        service = world(changed("calm", failures=0))
        machine: Machine = service.force_state("w1-app-03", situation)
        if situation.isupper():
            assert machine.state == situation
        pass_time(service, _HOUR)
        assert machine.state in {*ALLOWED, "DELETING"}
