"""The dispatcher: one word, at most one request, always an outcome, and guards that no dialog can bypass."""

import json
from pathlib import Path

import httpx
import pytest

from sms_tui.domain.operations import (
    CLEAR,
    COLLECT_LOG,
    DELETE,
    OPERATIONS,
    RESTART,
    START,
    STOP,
    TEST,
    Operation,
)
from sms_tui.domain.outcome import Outcome
from sms_tui.engine.mode import Mode
from sms_tui.engine.record import Batch
from sms_tui.engine.sending.policy import CAREFUL, Order, Policy
from tests.engine.rig import ENDPOINT, Rig, Service, confirm, fault, running, submit

pytestmark = pytest.mark.anyio


def refused(rig: Rig, operation: Operation, *ids: str, typed: str | None = None, **parameters: str) -> str:
    plan = rig.engine.dispatcher.plan(operation, ids, parameters)
    answer = rig.engine.dispatcher.submit(plan, plan.word if typed is None else typed)
    assert isinstance(answer, str)
    return answer


async def test_sends_the_exact_request_and_confirms_it_by_reading(tmp_path: Path) -> None:
    service = Service()
    service.add("a", "RUNNING")
    async with running(tmp_path, service) as rig:
        batch = submit(rig, STOP, "a")
        await rig.clock.settle()
        (write,) = service.writes
        assert (write.method, str(write.url), json.loads(write.content)) == (
            "POST",
            f"{ENDPOINT}/v3/tasks/a/action",
            {"operation": "stop"},
        )
        assert batch.records[0].outcome is Outcome.ACCEPTED
        assert rig.engine.store.row("a").pending.words == "pausing…"  # type: ignore[union-attr]
        service.add("a", "ABORTING")
        await rig.clock.advance(2)
        assert batch.records[0].outcome is Outcome.CONFIRMED
        assert rig.engine.store.row("a").pending.words == ""  # type: ignore[union-attr]
        assert rig.journal_kinds() == ["queued", "sent", "accepted", "confirmed"]


async def test_the_journal_has_the_intent_before_the_first_byte(tmp_path: Path) -> None:
    service = Service()
    service.add("a", "RUNNING")
    seen: list[list[str]] = []
    async with running(tmp_path, service) as rig:
        service.before_write = lambda request: seen.append(rig.journal_kinds())
        submit(rig, STOP, "a")
        await rig.clock.settle()
    assert seen == [["queued", "sent"]]


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (lambda request: httpx.Response(200), Outcome.ACCEPTED),
        (lambda request: fault(400, "SMS.1038"), Outcome.REJECTED),
        (lambda request: fault(429, "APIGW.0308"), Outcome.REJECTED),
        (lambda request: fault(401, "APIGW.0301"), Outcome.REJECTED),
        (lambda request: fault(500, "APIGW.0601"), Outcome.UNKNOWN),
        (lambda request: httpx.Response(200, html="<html>log in</html>"), Outcome.UNKNOWN),
    ],
)
async def test_each_answer_has_its_outcome_and_nothing_is_sent_again(
    tmp_path: Path, reply: object, outcome: Outcome
) -> None:
    service = Service(on_write=reply)  # type: ignore[arg-type]
    service.add("a", "RUNNING")
    async with running(tmp_path, service) as rig:
        batch = submit(rig, STOP, "a")
        await rig.clock.settle()
        assert batch.records[0].outcome is outcome
        await rig.clock.advance(700)
        assert len(service.writes) == 1


async def test_an_unknown_outcome_is_settled_by_reading(tmp_path: Path) -> None:
    service = Service()
    service.add("a", "RUNNING")

    def applied_and_lost(request: httpx.Request) -> httpx.Response:
        service.add("a", "ABORTING")
        raise httpx.ReadError("gone")

    service.on_write = applied_and_lost
    async with running(tmp_path, service) as rig:
        batch = submit(rig, STOP, "a")
        await rig.clock.settle()
        await rig.clock.advance(2)
        assert batch.records[0].outcome is Outcome.CONFIRMED
        assert rig.journal_kinds() == ["queued", "sent", "unknown", "confirmed"]
        assert len(service.writes) == 1


async def test_what_reading_cannot_settle_stays_unknown_and_says_so(tmp_path: Path) -> None:
    def lost(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("nothing")

    service = Service(on_write=lost)
    service.add("a", "RUNNING")
    async with running(tmp_path, service) as rig:
        batch = submit(rig, STOP, "a")
        await rig.clock.advance(700)
        assert batch.records[0].outcome is Outcome.UNKNOWN
        assert rig.engine.store.row("a").pending.words == "unknown: pause"  # type: ignore[union-attr]
        assert any("probably not applied" in line for line in rig.log())
        assert "unknown" in refused(rig, COLLECT_LOG, "a", bucket="logs")
        service.on_write = None
        submit(rig, STOP, "a")
        await rig.clock.settle()
        assert len(service.writes) == 2


async def test_a_connection_that_was_never_made_is_not_sent_and_offered_again(tmp_path: Path) -> None:
    def refuses(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    service = Service(on_write=refuses)
    service.add("a", "RUNNING")
    async with running(tmp_path, service) as rig:
        batch = submit(rig, STOP, "a")
        await rig.clock.settle()
        assert batch.records[0].outcome is Outcome.NOT_SENT
        assert rig.engine.dispatcher.failed_plan(batch).ids == ("a",)


async def test_a_task_that_moved_on_is_left_out_and_the_rest_goes_on(tmp_path: Path) -> None:
    service = Service()
    for name in "abc":
        service.add(name, "RUNNING")
    async with running(tmp_path, service) as rig:
        plan = rig.engine.dispatcher.plan(STOP, "abc")
        service.add("b", "MIGRATE_SUCCESS")
        batch = confirm(rig, plan)
        await rig.clock.settle()
        outcomes = {record.task_id: record.outcome for record in batch.records}
        assert outcomes == {"a": Outcome.ACCEPTED, "b": Outcome.NOT_SENT, "c": Outcome.ACCEPTED}
        assert {write.url.path.split("/")[3] for write in service.writes} == {"a", "c"}


async def test_an_irreversible_batch_goes_as_confirmed_or_not_at_all(tmp_path: Path) -> None:
    service = Service()
    for name in "abc":
        service.add(name, "SYNCING")
    async with running(tmp_path, service) as rig:
        plan = rig.engine.dispatcher.plan(TEST, "abc")
        service.add("b", "SYNC_FAIL")
        batch = confirm(rig, plan)
        await rig.clock.settle(200)
        assert service.writes == []
        assert {record.outcome for record in batch.records} == {Outcome.NOT_SENT}


async def test_an_irreversible_batch_can_be_told_to_leave_one_out(tmp_path: Path) -> None:
    service = Service()
    for name in "abc":
        service.add(name, "SYNCING")
    async with running(tmp_path, service) as rig:
        plan = rig.engine.dispatcher.plan(TEST, "abc")
        service.add("b", "SYNC_FAIL")
        policy = Policy(Order.ONE_BY_ONE, halt_on_refusal=True, leave_out=True)
        confirm(rig, plan, policy)
        await rig.clock.settle(200)
        assert [write.url.path.split("/")[3] for write in service.writes] == ["a", "c"]


async def test_who_is_alone_is_no_batch_that_was_held_back(tmp_path: Path) -> None:
    service = Service()
    service.add("a", "SYNCING")
    async with running(tmp_path, service) as rig:
        plan = rig.engine.dispatcher.plan(TEST, "a")
        service.add("a", "SYNC_FAIL")
        confirm(rig, plan)
        await rig.clock.settle()
        assert service.writes == []
        assert "not possible while synchronization failed" in rig.log()[-1]
        assert "batch" not in rig.log()[-1]


async def test_starting_a_paused_task_that_turned_ready_needs_another_word(tmp_path: Path) -> None:
    service = Service()
    service.add("a", "ABORT")
    async with running(tmp_path, service) as rig:
        plan = rig.engine.dispatcher.plan(START, "a")
        assert (plan.label, plan.word) == ("Resume", "y")
        service.add("a", "READY")
        batch = confirm(rig, plan)
        await rig.clock.settle()
        assert service.writes == []
        assert "another confirmation" in batch.records[0].trouble.sentence  # type: ignore[union-attr]


@pytest.mark.parametrize("typed", ["", "y", "Y", "1", "name-", "name-a ", "NAME-A", "test", "test 1"])
async def test_only_the_exact_word_lets_an_irreversible_operation_go(tmp_path: Path, typed: str) -> None:
    service = Service()
    service.add("a", "SYNCING")
    async with running(tmp_path, service) as rig:
        plan = rig.engine.dispatcher.plan(TEST, "a")
        answer = rig.engine.dispatcher.submit(plan, typed)
        assert isinstance(answer, Batch) == (typed.strip() == "name-a")


STATES = {"delete": "READY", "clear": "MIGRATE_SUCCESS", "restart": "MIGRATE_SUCCESS", "start": "READY"}
STATES |= {"sync_failed_rollback": "SYNC_FAIL", "network_check": "ABORT", "migration_test": "READY"}
STATES |= {"test": "SYNCING", "cutover": "SYNCING", "clone_test": "SYNCING"}
CHECK = {"sub_tasks": [{"name": "CHECK_CONSISTENCY", "progress": 50, "start_date": 1, "end_date": None}]}
PARAMETERS = {"collect_log": {"bucket": "logs"}, "speed_limit": {"rules": "08:00-20:00=100"}}


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=str)
@pytest.mark.parametrize("mode", ["read-only", "stale", "offline", "journal", "dry run", "free"])
async def test_every_operation_in_every_mode(tmp_path: Path, operation: Operation, mode: str) -> None:
    service = Service()
    service.add("a", STATES.get(operation.name, "RUNNING"), **(CHECK if operation.name == "skip" else {}))
    flags = Mode(read_only=mode == "read-only", dry_run=mode == "dry run")
    async with running(tmp_path, service, mode=flags) as rig:
        plan = rig.engine.dispatcher.plan(operation, ["a"], PARAMETERS.get(operation.name, {}))
        assert plan.targets, plan.left_out
        if mode in {"stale", "offline"}:
            service.on_list = lambda request: fault(404, "APIGW.0101")
            while rig.engine.store.sync.failures < (1 if mode == "stale" else 3):
                await rig.clock.advance(1)
        if mode == "journal":
            rig.engine.journal.problem = "the disk is full"
        answer = rig.engine.dispatcher.submit(plan, plan.word)
        await rig.clock.settle()
        repeatable = operation in {COLLECT_LOG, OPERATIONS["speed_limit"]}
        sends = mode == "free" or (mode in {"stale", "offline"} and repeatable)
        assert len(service.writes) == (1 if sends else 0)
        assert isinstance(answer, str) == (not sends and mode != "dry run")


async def test_nothing_is_sent_when_the_journal_cannot_be_written(tmp_path: Path) -> None:
    service = Service()
    service.add("a", "RUNNING")
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    async with running(blocked / "journal", service) as rig:
        assert rig.engine.blocked()
        assert "journal" in refused(rig, STOP, "a")
        assert set(rig.engine.store.tasks) == {"a"}
    assert service.writes == []


async def test_two_words_for_one_task_do_not_overlap(tmp_path: Path) -> None:
    service = Service()
    service.add("a", "RUNNING")
    async with running(tmp_path, service) as rig:
        submit(rig, STOP, "a")
        assert "under way" in refused(rig, STOP, "a")
        await rig.clock.settle()
        assert "waits to be confirmed" in refused(rig, STOP, "a")
        assert len(service.writes) == 1


async def test_a_stopped_batch_leaves_the_rest_unsent(tmp_path: Path) -> None:
    service = Service()
    ids = [service.add(f"t{number}", "RUNNING") for number in range(40)]
    async with running(tmp_path, service) as rig:
        batch = submit(rig, STOP, *ids, policy=Policy(Order.ONE_BY_ONE))
        service.before_write = lambda request: batch.stop() if len(service.writes) == 3 else None
        await rig.clock.settle(400)
        assert len(service.writes) == 3
        assert [record.outcome for record in batch.records].count(Outcome.NOT_SENT) == 37


async def test_halts_on_the_first_refusal_if_told_so(tmp_path: Path) -> None:
    service = Service(on_write=lambda request: fault(400, "SMS.1038"))
    ids = [service.add(f"t{number}", "RUNNING") for number in range(5)]
    async with running(tmp_path, service) as rig:
        submit(rig, STOP, *ids, policy=CAREFUL)
        await rig.clock.settle(200)
        assert len(service.writes) == 1


async def test_a_canary_goes_first_and_the_rest_when_it_arrived(tmp_path: Path) -> None:
    service = Service()
    ids = [service.add(f"t{number}", "RUNNING") for number in range(4)]
    async with running(tmp_path, service) as rig:
        submit(rig, STOP, *ids, policy=Policy(Order.CANARY, canary_state="ABORT"))
        await rig.clock.advance(30)
        assert len(service.writes) == 1
        service.add("t0", "ABORT")
        await rig.clock.advance(20)
        assert len(service.writes) == 4


async def test_a_deleted_task_leaves_the_list(tmp_path: Path) -> None:
    service = Service(on_write=lambda request: service.tasks.pop("a") and httpx.Response(200, json={}))
    service.add("a", "READY")
    service.add("b", "READY")
    async with running(tmp_path, service) as rig:
        batch = submit(rig, DELETE, "a")
        await rig.clock.advance(5)
        assert set(rig.engine.store.tasks) == {"b"}
        assert batch.records[0].outcome is Outcome.CONFIRMED


async def test_leaving_lets_the_answer_come_and_writes_it_down(tmp_path: Path) -> None:
    service = Service()
    service.add("a", "RUNNING")
    async with running(tmp_path, service) as rig:
        batch = submit(rig, STOP, "a")
    assert batch.records[0].outcome in {Outcome.ACCEPTED, Outcome.NOT_SENT}
    assert rig.journal_kinds()[-1] in {"accepted", "not-sent"}


async def test_restart_and_clear_are_confirmed_by_name(tmp_path: Path) -> None:
    service = Service()
    service.add("a", "MIGRATE_SUCCESS")
    async with running(tmp_path, service) as rig:
        for operation in (RESTART, CLEAR):
            assert "not the text" in refused(rig, operation, "a", typed="1")
