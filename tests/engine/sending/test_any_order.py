"""Any order of events: polls, operations, faults, changes of state, restarts - one word, at most one request.

The service's ledger is the oracle: the engine's own word for what it did counts for nothing here.
"""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from sms_tui.domain.operations import COLLECT_LOG, DELETE, OPERATIONS, START, STOP, TEST, Operation
from sms_tui.domain.outcome import Outcome, TroubleKind
from sms_tui.engine.journal import reader as journal_reader
from sms_tui.engine.record import Batch, OperationRecord
from sms_tui.engine.sending.policy import CAREFUL, Order, Policy
from tests.conftest import Tried
from tests.engine.rig import VirtualClock
from tests.engine.scripted import WHO, Reply, Scripted, Stage, start, task, trouble, unresolved

IDS = ("aaaaaaaa", "bbbbbbbb", "cccccccc", "dddddddd")
STATES = ("READY", "RUNNING", "SYNCING", "ABORT", "MIGRATE_FAIL", "MIGRATE_SUCCESS", "SOMETHING_NEW")
TRIED = (START, STOP, COLLECT_LOG, TEST, DELETE, OPERATIONS["restart"])
POLICIES = (None, CAREFUL, Policy(Order.ONE_BY_ONE), Policy(Order.CANARY), Policy(leave_out=True))
PARAMETERS = {COLLECT_LOG: {"bucket": "logs"}}
REACHED_THE_SERVICE = {Outcome.ACCEPTED, Outcome.REJECTED, Outcome.UNKNOWN, Outcome.CONFIRMED}
counted: Counter[str] = Counter()


class Operators(RuleBasedStateMachine):
    """Operators, a service with its own mind, a network, and a program that may end at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = VirtualClock()
        self.service = Scripted(page_size=2)
        self.records: list[OperationRecord] = []
        self.stage: Stage
        counted["histories"] += 1

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run `work` on the loop of this history."""
        counted["steps"] += 1
        return self.runner.run(work)

    async def _start(self) -> Stage:
        return await start(Path(self.folder.name) / "journal", self.service, self.clock)

    @initialize()
    def begin(self) -> None:
        """A service with tasks, and a program that reads them."""
        self.service.add(*(task(task_id, "RUNNING") for task_id in IDS))
        self.stage = self.do(self._start())

    @rule(seconds=st.sampled_from([0.0, 0.3, 1.0, 5.0, 20.0, 700.0]))
    def pass_time(self, seconds: float) -> None:
        """Let time pass."""
        self.do(self.clock.advance(seconds))

    @rule(
        operation=st.sampled_from(TRIED),
        ids=st.lists(st.sampled_from(IDS), min_size=1, max_size=4, unique=True),
        policy=st.sampled_from(POLICIES),
        lets_it_begin=st.booleans(),
    )
    def operate(
        self, operation: Operation, ids: list[str], policy: Policy | None, lets_it_begin: bool
    ) -> None:
        """Confirm an operation, and perhaps do the next thing before it begins."""

        dispatcher = self.stage.engine.dispatcher
        plans = [dispatcher.plan(one, ids, PARAMETERS.get(one, {})) for one in (operation, *TRIED)]
        plan = next((plan for plan in plans if plan.targets), plans[0])

        async def submit() -> Batch | str:
            answer = dispatcher.submit(plan, plan.word, policy)
            await self.clock.settle(lets_it_begin * 60)
            return answer

        answer = self.do(submit())
        if isinstance(answer, Batch):
            self.records += answer.records
            counted["operations"] += len(answer.records)

    @rule(task_ids=st.lists(st.sampled_from(IDS), min_size=1), reply=st.sampled_from(Reply))
    def operate_in_good_times(self, task_ids: list[str], reply: Reply) -> None:
        """Confirm something that is possible, on a picture that is fresh."""
        self.service.list_trouble = self.service.read_trouble = self.service.before = None
        self.service.reply = reply
        self.stage.engine.refresh()
        self.do(self.clock.advance(1.0))
        self.operate(START, list(dict.fromkeys(task_ids)), None, True)

    @rule(task_id=st.sampled_from(IDS), state=st.sampled_from(STATES))
    def change_state(self, task_id: str, state: str) -> None:
        """A task moves by itself, or comes back."""
        self.service.add(task(task_id, state))

    @rule(task_id=st.sampled_from(IDS))
    def lose_task(self, task_id: str) -> None:
        """Somebody else deletes a task."""
        self.service.tasks.pop(task_id, None)

    @rule(reply=st.sampled_from(Reply), takes_effect=st.booleans())
    def change_writes(self, reply: Reply, takes_effect: bool) -> None:
        """The way of writes gets better or worse."""
        self.service.reply, self.service.takes_effect = reply, takes_effect

    @rule(fails=st.booleans(), kind=st.sampled_from([TroubleKind.UNREACHABLE, TroubleKind.THROTTLED]))
    def change_lists(self, fails: bool, kind: TroubleKind) -> None:
        """The list fails, or works."""
        self.service.list_trouble = trouble(kind, retry_after=20.0) if fails else None

    @rule(fails=st.booleans())
    def change_reads(self, fails: bool) -> None:
        """Reads of single tasks fail, or work."""
        self.service.read_trouble = trouble() if fails else None

    @rule(seconds=st.sampled_from([0.0, 2.0, 30.0]))
    def slow_down(self, seconds: float) -> None:
        """Every answer takes so long."""

        async def wait(_name: str) -> None:
            await self.clock.sleep(seconds)

        self.service.before = wait if seconds else None

    @rule(task_id=st.sampled_from([None, *IDS]))
    def look_at(self, task_id: str | None) -> None:
        """Move the cursor, and ask for news."""
        self.stage.engine.focus(task_id)
        self.stage.engine.refresh()

    @rule()
    def stop_batches(self) -> None:
        """The operator stops what is under way."""
        for batch in self.stage.engine.dispatcher.batches:
            batch.stop()

    @rule(task_id=st.sampled_from(IDS))
    def resolve(self, task_id: str) -> None:
        """The operator settles an unknown outcome by his own word."""
        self.stage.engine.dispatcher.resolve(task_id)

    @rule(ends=st.sampled_from([False, False, True]))
    def start_again(self, ends: bool) -> None:
        """The program ends, and begins anew on the same journal."""
        if not ends:
            return
        self.do(self.stage.stop())
        self.stage = self.do(self._start())
        counted["restarts"] += 1

    @invariant()
    def one_word_means_at_most_one_request(self) -> None:
        """Requests in the ledger are exactly those that records tell of."""
        if not hasattr(self, "stage"):
            return
        told = Counter(
            (record.task_id, record.operation.name)
            for record in self.records
            if record.outcome in REACHED_THE_SERVICE or record.outcome is Outcome.SENT
        )
        found = Counter((request.task_id, request.operation.name) for request in self.service.ledger)
        assert found <= told, (found, told)
        never = [record for record in self.records if record.outcome in {Outcome.QUEUED, Outcome.NOT_SENT}]
        assert sum(found.values()) <= len(self.records) - len(never)

    @invariant()
    def refreshes_never_overlap(self) -> None:
        """One sweep at a time."""
        assert self.service.most_sweeping <= 1

    @invariant()
    def the_engine_lives(self) -> None:
        """Nothing that happens outside ends it."""
        if hasattr(self, "stage"):
            assert not self.stage.work.done()

    @invariant()
    def the_journal_can_be_believed(self) -> None:
        """Chains are whole at every moment."""
        folder = Path(self.folder.name) / "journal"
        assert journal_reader.verify(folder) == []

    def teardown(self) -> None:
        """End the program; then the journal alone must tell what the ledger tells."""
        if hasattr(self, "stage"):
            self.do(self.stage.stop())
            self._compare_journal()
            counted["requests"] += len(self.service.ledger)
        self.runner.close()
        self.folder.cleanup()

    def _compare_journal(self) -> None:
        folder = Path(self.folder.name) / "journal"
        operations = journal_reader.operations(journal_reader.merged(folder))
        sent = [op for op in operations if any(record["kind"] == "sent" for record in op.records)]
        kinds = {op.op_id: [str(record["kind"]) for record in op.records] for op in sent}
        never_left = [op for op in sent if "not-sent" in kinds[op.op_id]]
        assert len(self.service.ledger) == len(sent) - len(never_left), kinds
        assert all(found.count("sent") == 1 for found in kinds.values())
        in_doubt = {op.op_id for op in unresolved(folder, WHO.profile, WHO.endpoint)}
        assert in_doubt == {op.op_id for op in operations if op.is_open}
        for record in self.records:
            assert not record.is_under_way


HISTORIES = settings(
    max_examples=70,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def test_each_word_is_one_request_at_most_whatever_happens(tried: Tried) -> None:
    run_state_machine_as_test(Operators, settings=HISTORIES)
    print(dict(counted))
    assert counted["requests"]
    for promise in (1, 2, 3):
        tried(promise, counted["steps"])
