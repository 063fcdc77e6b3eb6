"""A service that asks for a pause refuses one operation of a batch, not all that come after it."""

from pathlib import Path

import httpx
import pytest

from sms_tui.api.calls.requests import PreparedRequest
from sms_tui.domain.operations import STOP
from sms_tui.domain.outcome import Answer, Outcome, TroubleKind
from sms_tui.engine.record import Batch
from sms_tui.engine.sending.policy import Order, Policy
from tests.engine.rig import Rig, Service, VirtualClock, fault, running, submit
from tests.engine.scripted import Scripted, held, staged, task, trouble

pytestmark = pytest.mark.anyio

AT_ONCE = 4
"""How many operations may be on their way when one of them is refused"""
IDS = [f"t{number:02d}" for number in range(12)]


class Throttled(Service):
    """Refuses one write and says for how long it wants no other."""

    def __init__(self, clock: VirtualClock, at: int, **headers: str) -> None:
        super().__init__()
        self.clock = clock
        self.sent: list[tuple[float, str]] = []
        self.at, self.headers = at, headers
        self.on_write = self._answer
        for task_id in IDS:
            self.add(task_id, "RUNNING")

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.sent.append((self.clock.monotonic(), _task(request)))
        if len(self.sent) == self.at:
            return fault(429, "APIGW.0308", **self.headers)
        return httpx.Response(200, json={})


def outcomes(batch: Batch) -> list[Outcome]:
    return [record.outcome for record in batch.records]


@pytest.mark.parametrize("order", [Order.ONE_BY_ONE, Order.AT_ONCE])
async def test_what_was_not_sent_yet_goes_out_after_the_pause_and_a_fresh_look(
    tmp_path: Path, order: Order
) -> None:
    clock = VirtualClock()
    service = Throttled(clock, 3, **{"Retry-After": "7"})
    async with running(tmp_path, service, clock=clock) as rig:
        batch = submit(rig, STOP, *IDS, policy=Policy(order))
        await clock.settle()
        begun, refused = service.sent[2]
        assert outcomes(batch).count(Outcome.QUEUED) >= len(IDS) - 3 - (AT_ONCE - 1)
        assert sum("waits, since the service asks for a pause of 7 s" in line for line in rig.log()) == 1
        service.add(IDS[-1], "MIGRATE_FAIL")
        service.requests.clear()
        await clock.advance(6.9)
        assert [moment for moment, _ in service.sent if moment > begun] == []
        await _pass(rig, 20)
        assert service.writes
        for write in service.writes:
            read = next(each for each in service.requests if each.url.path.endswith(f"/{_task(write)}"))
            assert service.requests.index(read) < service.requests.index(write), "read again before it"
    by_id = {record.task_id: record.outcome for record in batch.records}
    assert by_id.pop(refused) is Outcome.REJECTED
    assert by_id.pop(IDS[-1]) is Outcome.NOT_SENT, "it cannot be paused any more"
    assert list(by_id.values()).count(Outcome.ACCEPTED) >= len(by_id) - (AT_ONCE - 1)
    tasks = [task_id for _, task_id in service.sent]
    assert len(tasks) == len(set(tasks)), "nothing is sent twice"


def _task(request: httpx.Request) -> str:
    return request.url.path.split("/")[-2]


async def test_without_a_time_named_the_pause_is_a_second(tmp_path: Path) -> None:
    clock = VirtualClock()
    service = Throttled(clock, 1)
    async with running(tmp_path, service, clock=clock) as rig:
        batch = submit(rig, STOP, *IDS[:3], policy=Policy(Order.ONE_BY_ONE))
        await clock.settle()
        assert len(service.sent) == 1
        await clock.advance(1)
        assert len(service.sent) == 2
        await _pass(rig, 2)
        assert len(service.sent) == 3
        assert outcomes(batch) == [Outcome.REJECTED, Outcome.ACCEPTED, Outcome.ACCEPTED]


async def test_a_service_that_takes_one_a_second_gets_one_a_second(tmp_path: Path) -> None:
    clock = VirtualClock()
    service = Throttled(clock, 0)

    def one_a_second(request: httpx.Request) -> httpx.Response:
        at, seen = clock.monotonic(), [moment for moment, _ in service.sent]
        service.sent.append((at, _task(request)))
        return fault(429, "APIGW.0308") if seen and at - seen[-1] < 1 else httpx.Response(200, json={})

    service.on_write = one_a_second
    async with running(tmp_path, service, clock=clock) as rig:
        batch = submit(rig, STOP, *IDS, policy=Policy(Order.AT_ONCE))
        await _pass(rig, 2 * len(IDS))
        assert outcomes(batch).count(Outcome.REJECTED) <= AT_ONCE - 1
        assert outcomes(batch)[AT_ONCE:] == [Outcome.ACCEPTED] * (len(IDS) - AT_ONCE)


async def test_a_batch_that_is_stopped_in_a_pause_sends_nothing_more(tmp_path: Path) -> None:
    clock = VirtualClock()
    service = Throttled(clock, 1, **{"Retry-After": "60"})
    async with running(tmp_path, service, clock=clock) as rig:
        batch = submit(rig, STOP, *IDS[:4], policy=Policy(Order.ONE_BY_ONE))
        await clock.settle()
        assert rig.engine.dispatcher.halt(batch) == 3
        await _pass(rig, 70)
        assert len(service.sent) == 1
        assert outcomes(batch)[1:] == [Outcome.NOT_SENT] * 3


async def test_what_is_being_read_when_the_pause_begins_waits_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Scripted()
    service.add(task("a"), task("b"))
    send = service.send

    async def throttled(prepared: PreparedRequest) -> Answer:
        answer = await send(prepared)
        asked = trouble(TroubleKind.THROTTLED, retry_after=7.0)
        return Answer(Outcome.REJECTED, asked, 429) if prepared.task_id == "a" else answer

    monkeypatch.setattr(service, "send", throttled)
    async with staged(tmp_path, service) as stage:
        gate = held(service, "task b")
        batch = submit(stage, STOP, "a", "b")
        await stage.clock.settle()
        gate.set()
        await stage.clock.advance(6)
        assert outcomes(batch) == [Outcome.REJECTED, Outcome.QUEUED]
        await stage.clock.advance(6)
        assert [request.task_id for request in service.ledger] == ["a", "b"]


async def _pass(rig: Rig, seconds: int) -> None:
    for _ in range(seconds):
        await rig.clock.advance(1)
