"""How a batch is worked off: the order, the canary, what holds the rest back, and what is said of it."""

from pathlib import Path

import httpx
import pytest

from sms_tui.domain.operations import (
    CLEAR,
    CLONE_TEST,
    DELETE,
    NETWORK_CHECK,
    OPERATIONS,
    RESTART,
    START,
    STOP,
    TEST,
    Operation,
)
from sms_tui.domain.outcome import Outcome
from sms_tui.engine.mode import Mode
from sms_tui.engine.sending.policy import AT_ONCE, CAREFUL, Order, Policy, canary_states
from sms_tui.engine.sending.task_gates import TaskGates
from tests.engine.rig import ENDPOINT, Rig, Service, fault, running, submit

pytestmark = pytest.mark.anyio
CANARY = Policy(Order.CANARY)


def log(rig: Rig) -> str:
    return "\n".join(event.text for event in rig.engine.log.since(0))


def sent_to(service: Service) -> list[str]:
    return [request.url.path.split("/")[3] for request in service.writes]


def unreachable(_request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused")


def some(service: Service, state: str, count: int = 4) -> list[str]:
    return [service.add(f"t{number}", state) for number in range(count)]


async def test_a_canary_that_waits_says_for_what(tmp_path: Path) -> None:
    service = Service()
    ids = some(service, "RUNNING")
    async with running(tmp_path, service) as rig:
        batch = submit(rig, STOP, *ids, policy=Policy(Order.CANARY, canary_state="paused"))
        await rig.clock.advance(5)
        assert batch.waits_for == (
            "canary name-t0: waits until it is paused; it is full replication, Pause (stop) accepted"
        )
        assert batch.waits_for in log(rig)
        service.add("t0", "ABORTING")
        await rig.clock.advance(20)
        assert "it is changing state, Pause (stop) confirmed" in batch.waits_for
        service.add("t0", "ABORT")
        await rig.clock.advance(20)
        assert batch.waits_for == ""
        assert "canary: it is paused: the rest follows" in log(rig)
        assert len(service.writes) == 4


@pytest.mark.parametrize(("slept", "writes"), [(50.0, 4), (8 * 3600.0, 1)])
async def test_what_waits_is_not_sent_after_a_long_standstill(
    tmp_path: Path, slept: float, writes: int
) -> None:
    service = Service()
    ids = some(service, "RUNNING")
    async with running(tmp_path, service) as rig:
        batch = submit(rig, STOP, *ids, policy=Policy(Order.CANARY, canary_state="paused"))
        await rig.clock.advance(7)
        service.add("t0", "ABORT")
        rig.clock.suspended += slept
        await rig.clock.advance(60)
        assert len(service.writes) == writes
        assert ("the program stood still for 8 h" in log(rig)) is (writes == 1)
        assert batch.is_done


@pytest.mark.parametrize("after", [5.0, 6.5])
async def test_what_waits_is_not_sent_after_a_long_standstill_whoever_wakes_first(
    tmp_path: Path, after: float
) -> None:
    service = Service()
    ids = some(service, "RUNNING")
    async with running(tmp_path, service) as rig:
        batch = submit(rig, STOP, *ids, policy=Policy(Order.CANARY, canary_state="paused"))
        await rig.clock.advance(after)
        service.add("t0", "ABORT")
        await rig.engine.read_task("t0")
        rig.clock.suspended += 8 * 3600.0
        await rig.clock.advance(10)
        assert sent_to(service) == ["t0"]
        assert "the program stood still for 8 h" in str(batch.records[-1].trouble)


async def test_a_canary_that_fails_holds_the_rest_back_and_says_why(tmp_path: Path) -> None:
    service = Service()
    ids = some(service, "RUNNING")
    async with running(tmp_path, service) as rig:
        batch = submit(rig, STOP, *ids, policy=Policy(Order.CANARY, canary_state="paused"))
        await rig.clock.advance(5)
        service.add("t0", "MIGRATE_FAIL")
        await rig.clock.advance(20)
        assert len(service.writes) == 1
        reasons = {record.trouble.sentence for record in batch.records[1:] if record.trouble}
        (reason,) = reasons
        assert "the canary name-t0 is migration failed" in reason


async def test_a_canary_that_has_ended_elsewhere_holds_the_rest_back(tmp_path: Path) -> None:
    service = Service()
    ids = some(service, "SYNCING", 2)
    async with running(tmp_path, service) as rig:
        batch = submit(rig, TEST, *ids, policy=Policy(Order.CANARY, canary_state="MIGRATE_SUCCESS"))
        await rig.clock.advance(3)
        service.add("t0", "SYNC_SUCCESS")
        await rig.clock.advance(30)
        assert batch.is_done
        assert "held back, because the canary name-t0 is finished" in str(batch.records[1].trouble)


@pytest.mark.parametrize("reply", [200, 502])
@pytest.mark.parametrize(
    ("operation", "state", "after"),
    [
        (CLONE_TEST, "SYNCING", {"clone_server": {"vm_id": "vm", "clone_state": "ERROR"}}),
        (CLEAR, "MIGRATE_SUCCESS", {"source_server": {"id": "s", "name": "h", "state": "clearfailed"}}),
    ],
)
async def test_a_canary_whose_operation_failed_after_it_was_accepted_lets_nobody_follow(
    tmp_path: Path, operation: Operation, state: str, after: dict[str, object], reply: int
) -> None:
    service = Service(on_write=lambda request: fault(reply) if reply != 200 else httpx.Response(200, json={}))
    ids = some(service, state)

    def fail(_request: httpx.Request) -> None:
        service.add("t0", state, **after)

    service.before_write = fail
    async with running(tmp_path, service) as rig:
        batch = submit(rig, operation, *ids, policy=CANARY)
        await rig.clock.advance(60)
        assert len(service.writes) == 1
        assert [record.outcome for record in batch.records] == [Outcome.ACCEPTED, *[Outcome.NOT_SENT] * 3]
        assert batch.records[0].is_settled
        assert batch.records[0].evidence.startswith("accepted, and failed since: ")
        (told,) = [event for event in rig.engine.log.since(0) if "failed since" in event.text]
        assert told.severity == "error"
        ends = [kind for kind in rig.journal_kinds() if kind in {"confirmed", "resolved"}]
        assert ends == ["resolved"]
        assert "t0" not in rig.engine.dispatcher.failed_plan(batch).ids


async def test_a_clone_that_failed_is_no_arrival_in_the_state_that_follows_every_clone(
    tmp_path: Path,
) -> None:
    service = Service()
    ids = some(service, "SYNCING")
    async with running(tmp_path, service) as rig:
        state = "continuous synchronization"
        batch = submit(rig, CLONE_TEST, *ids, policy=Policy(Order.CANARY, canary_state=state))
        await rig.clock.settle()
        source = {"id": "s", "name": "h"}
        service.add("t0", "SYNCING", source_server={**source, "state": "cloning"})
        await rig.clock.advance(20)
        assert batch.records[0].outcome is Outcome.CONFIRMED
        failed = {"vm_id": "vm", "clone_state": "ERROR"}
        service.add("t0", "SYNCING", source_server={**source, "state": "syncing"}, clone_server=failed)
        await rig.clock.advance(20)
        assert len(service.writes) == 1
        assert "held back, because the canary name-t0 is" in str(batch.records[1].trouble)


async def test_a_canary_that_ran_and_failed_before_anybody_looked_lets_nobody_follow(tmp_path: Path) -> None:
    service = Service()
    ids = some(service, "READY")
    service.before_write = lambda _request: [service.add("t0", "MIGRATE_FAIL")].clear()
    async with running(tmp_path, service) as rig:
        submit(rig, START, *ids, policy=CANARY)
        await rig.clock.advance(60)
        assert len(service.writes) == 1


async def test_the_state_that_a_canary_was_found_in_is_no_arrival_and_no_failure(tmp_path: Path) -> None:
    service = Service()
    ids = some(service, "MIGRATE_FAIL")
    async with running(tmp_path, service) as rig:
        batch = submit(rig, START, *ids, policy=Policy(Order.CANARY, canary_state="migration failed"))
        await rig.clock.advance(30)
        assert not batch.is_stopped
        assert len(service.writes) == 1
        service.add("t0", "RUNNING")
        await rig.clock.advance(20)
        service.add("t0", "MIGRATE_FAIL")
        await rig.clock.advance(20)
        assert len(service.writes) == 4


@pytest.mark.parametrize(
    ("operation", "found", "moved"),
    [(RESTART, "SYNC_SUCCESS", "SYNCING"), (DELETE, "ABORT", "DELETING")],
)
async def test_a_canary_that_somebody_else_took_shows_nothing_and_the_next_one_goes_ahead(
    tmp_path: Path, operation: Operation, found: str, moved: str
) -> None:
    service = Service()
    ids = some(service, found)
    async with running(tmp_path, service) as rig:
        service.add("t0", moved)
        policy = Policy(Order.CANARY, leave_out=True)
        batch = submit(rig, operation, *ids, policy=policy)
        await rig.clock.advance(30)
        assert sent_to(service) == ["t1"]
        assert batch.waits_for.startswith("canary name-t1: waits until it is seen to work")
        service.add("t1", moved)
        await rig.clock.advance(30)
        assert sorted(sent_to(service)) == ["t1", "t2", "t3"]


async def test_a_canary_that_is_gone_leaves_its_place_to_the_next_one(tmp_path: Path) -> None:
    service = Service()
    ids = some(service, "RUNNING")
    async with running(tmp_path, service) as rig:
        del service.tasks["t0"]
        service.add("t1", "MIGRATE_SUCCESS")
        batch = submit(rig, STOP, *ids, policy=CANARY)
        await rig.clock.advance(5)
        assert sent_to(service) == ["t2"]
        assert [record.outcome for record in batch.records[:2]] == [Outcome.NOT_SENT] * 2
        assert log(rig).count("canary: left out, the next one goes ahead") == 2
        service.add("t2", "ABORT")
        await rig.clock.advance(20)
        assert sent_to(service) == ["t2", "t3"]


async def test_who_is_alone_is_no_canary(tmp_path: Path) -> None:
    service = Service()
    ids = some(service, "RUNNING", 3)
    async with running(tmp_path, service) as rig:
        for name in ids[:2]:
            service.add(name, "MIGRATE_SUCCESS")
        batch = submit(rig, STOP, *ids, policy=CANARY)
        await rig.clock.advance(5)
        assert sent_to(service) == ["t2"]
        assert batch.waits_for == ""


async def test_a_canary_that_may_not_be_left_out_holds_all_back(tmp_path: Path) -> None:
    service = Service()
    ids = some(service, "RUNNING")
    async with running(tmp_path, service) as rig:
        service.add("t0", "MIGRATE_SUCCESS")
        batch = submit(rig, STOP, *ids, policy=Policy(Order.CANARY, halt_on_refusal=True))
        await rig.clock.advance(30)
        assert service.writes == []
        assert "the next one goes ahead" not in log(rig)
        assert {record.outcome for record in batch.records} == {Outcome.NOT_SENT}


@pytest.mark.parametrize("obstacle", ["another program", "no read", "no connection"])
async def test_a_canary_that_something_kept_back_lets_nobody_follow(tmp_path: Path, obstacle: str) -> None:
    service = Service()
    ids = some(service, "RUNNING")
    async with running(tmp_path / "journal", service) as rig:
        other = TaskGates(tmp_path / "gates", ENDPOINT)
        if obstacle == "another program":
            assert other.enter("t0", passes_doubt=False) is None
        elif obstacle == "no read":
            service.on_show = lambda request: (
                fault(400, "SMS.1") if request.url.path.endswith("t0") else service.shown(request)
            )
        else:
            service.on_write = unreachable
        batch = submit(rig, STOP, *ids, policy=CANARY)
        await rig.clock.advance(60)
        assert len(service.writes) == (obstacle == "no connection")
        assert {record.outcome for record in batch.records} == {Outcome.NOT_SENT}
        assert "held back, because the canary name-t0 is " in str(batch.records[1].trouble)
        other.close()


async def test_halting_is_not_avoided_by_leaving_out_what_changed(tmp_path: Path) -> None:
    service = Service(on_write=unreachable)
    ids = some(service, "SYNCING")
    async with running(tmp_path, service) as rig:
        policy = Policy(Order.ONE_BY_ONE, halt_on_refusal=True, leave_out=True)
        batch = submit(rig, TEST, *ids, policy=policy)
        await rig.clock.advance(30)
        assert len(service.writes) == 1
        assert "held back, because name-t0 was not sent" in str(batch.records[1].trouble)


@pytest.mark.parametrize("after", [4, 5, 8, 16, 33])
async def test_a_canary_that_was_to_be_deleted_has_arrived_when_it_is_gone(
    tmp_path: Path, after: float
) -> None:
    """Whether a list or a read of its own shows it first."""
    service = Service()
    ids = some(service, "READY", 2)
    async with running(tmp_path, service) as rig:
        submit(rig, DELETE, *ids, policy=CANARY)
        await rig.clock.advance(after)
        assert len(service.writes) == 1
        del service.tasks["t0"]
        await rig.clock.advance(90)
        assert len(service.writes) == 2


async def test_a_canary_that_was_rejected_ends_the_batch_although_nothing_could_be_seen(
    tmp_path: Path,
) -> None:
    service = Service(on_write=lambda request: fault(400, "SMS.1038"))
    ids = some(service, "ABORT", 2)
    async with running(tmp_path, service) as rig:
        batch = submit(rig, NETWORK_CHECK, *ids, policy=CANARY)
        await rig.clock.advance(5)
        assert batch.is_done


async def test_a_canary_of_which_nothing_can_be_seen_has_arrived_when_accepted(tmp_path: Path) -> None:
    service = Service()
    ids = some(service, "ABORT", 3)
    async with running(tmp_path, service) as rig:
        submit(rig, NETWORK_CHECK, *ids, policy=CANARY)
        await rig.clock.advance(5)
        assert len(service.writes) == 3


@pytest.mark.parametrize("state", ["", "paused"])
async def test_a_canary_of_which_no_effect_was_seen_in_time_lets_nobody_follow(
    tmp_path: Path, state: str
) -> None:
    service = Service()
    ids = some(service, "RUNNING")
    async with running(tmp_path, service) as rig:
        batch = submit(rig, STOP, *ids, policy=Policy(Order.CANARY, canary_state=state))
        await rig.clock.advance(590)
        assert batch.waits_for != ""
        await rig.clock.advance(40)
        assert batch.is_done
        assert len(service.writes) == 1
        assert batch.records[0].evidence == "still RUNNING after 600 s; no effect seen"
        assert "held back, because the canary name-t0 is full replication" in str(batch.records[1].trouble)


async def test_a_canary_whose_outcome_is_unknown_waits(tmp_path: Path) -> None:
    service = Service(on_write=lambda request: fault(502))
    ids = some(service, "RUNNING", 2)
    async with running(tmp_path, service) as rig:
        batch = submit(rig, STOP, *ids, policy=CANARY)
        await rig.clock.advance(700)
        assert "Pause (stop) unknown" in batch.waits_for
        assert len(service.writes) == 1


async def test_halting_takes_back_at_once_what_waits(tmp_path: Path) -> None:
    service = Service()
    ids = some(service, "RUNNING", 40)
    async with running(tmp_path, service) as rig:
        batch = submit(rig, STOP, *ids, policy=CANARY)
        await rig.clock.advance(3)
        assert rig.engine.dispatcher.halt(batch) == 39
        assert len(batch.records_with(Outcome.NOT_SENT)) == 39
        assert batch.is_done
        await rig.clock.advance(60)
        assert len(service.writes) == 1
        told = [line for line in log(rig).splitlines() if "stopped by the operator" in line]
        assert len(told) == 40, "one line for each, and one for the canary"


async def test_what_is_being_read_when_the_operator_halts_is_not_sent(tmp_path: Path) -> None:
    service = Service()
    ids = some(service, "RUNNING", 3)
    async with running(tmp_path, service) as rig:
        batch = submit(rig, STOP, *ids, policy=AT_ONCE)
        await rig.clock.settle(2)
        rig.engine.dispatcher.halt(batch)
        await rig.clock.settle(200)
        assert service.writes == []
        assert len(batch.records_with(Outcome.NOT_SENT)) == 3


async def test_what_is_held_back_after_a_refusal_names_it(tmp_path: Path) -> None:
    service = Service(on_write=lambda request: fault(400, "SMS.1038"))
    ids = some(service, "RUNNING", 5)
    async with running(tmp_path, service) as rig:
        batch = submit(rig, STOP, *ids, policy=CAREFUL)
        await rig.clock.settle(200)
        reasons = {record.trouble.sentence for record in batch.records[1:] if record.trouble}
        assert reasons == {"held back, because name-t0 was rejected"}


@pytest.mark.parametrize(("operation", "state"), [(STOP, "RUNNING"), (TEST, "SYNCING")])
async def test_what_was_told_to_go_on_goes_on_after_a_refusal(
    tmp_path: Path, operation: Operation, state: str
) -> None:
    service = Service(on_write=lambda request: fault(400, "SMS.1038"))
    ids = some(service, state)
    async with running(tmp_path, service) as rig:
        submit(rig, operation, *ids, policy=Policy(Order.ONE_BY_ONE))
        await rig.clock.settle(200)
        assert sent_to(service) == ids


@pytest.mark.parametrize(("operation", "state"), [(STOP, "RUNNING"), (TEST, "SYNCING")])
async def test_a_dry_run_of_a_batch_shows_every_request(
    tmp_path: Path, operation: Operation, state: str
) -> None:
    service = Service()
    ids = some(service, state)
    async with running(tmp_path, service, mode=Mode(dry_run=True)) as rig:
        batch = submit(rig, operation, *ids, policy=CANARY)
        await rig.clock.settle(200)
        said = [record.trouble.sentence for record in batch.records if record.trouble]
        assert len([text for text in said if "would send POST" in text and "; it is " in text]) == 4
        assert service.writes == []


def test_the_first_choice_for_a_canary_is_the_operation_s_own_goal() -> None:
    assert {canary_states(operation)[0] for operation in OPERATIONS.values()} == {""}
    assert "paused" in canary_states(STOP)


@pytest.mark.parametrize(
    ("policy", "sentence"),
    [
        (AT_ONCE, "all at once, 4 under way; go on after a refusal; halt at a change"),
        (CAREFUL, "one at a time; halt at the first not accepted; halt at a change"),
        (
            CANARY,
            "canary first, the rest once it is seen to work; go on after a refusal; halt at a change",
        ),
    ],
)
def test_a_policy_is_one_line(policy: Policy, sentence: str) -> None:
    assert policy.sentence(4, irreversible=True).startswith(sentence)
    assert "changed" not in policy.sentence(4, irreversible=False)
