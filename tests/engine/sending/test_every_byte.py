"""A real connection that fails at any byte: one word, at most one request, and no false claim about it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from sms_tui.api.client import open_client
from sms_tui.api.settings import ConnectionSettings, TokenCredentials
from sms_tui.domain.operations import OPERATIONS, Operation
from sms_tui.domain.outcome import Outcome, TroubleKind
from sms_tui.domain.secret import Secret
from sms_tui.engine import Engine
from sms_tui.engine.clock import Clock
from sms_tui.engine.journal import reader as journal_reader
from sms_tui.engine.journal.journal import Identity, Journal
from sms_tui.engine.mode import EngineSettings, Mode
from sms_tui.engine.record import Batch, OperationRecord
from sms_tui.engine.sending.policy import Policy
from tests.chaos import Deed, Fault, Proxy, Side, is_write, path_of, proxied
from tests.conftest import Tried
from tests.patience import loop_time
from tests.pty.ledger import FOUNDING, Answer, Ledger, Seen, serving

pytestmark = pytest.mark.anyio
PARTS = tuple(tenth / 10 for tenth in range(1, 10))
REQUEST_POINTS = (0, 1, *PARTS, -1)
ANSWER_POINTS = (1, 0.25, 0.5, 0.75, -1, 1.0)
WHOLE = 1.0
DEEDS = (Deed.CUT, Deed.RESET, Deed.STALL)
REFUSAL = (400, {}, b'{"error_code": "SMS.1038", "error_msg": "The task cannot be paused"}')
PARAMETERS = {"collect_log": {"bucket": "logs"}}
PATIENCE = 30.0
_INTENTS = ("queued", "sent")


@dataclass(frozen=True)
class Case:
    """One exchange: how the way fails, and what the service makes of what arrives."""

    fault: Fault
    says_yes: bool

    @property
    def is_whole(self) -> bool:
        """Whether the fault lets every byte of its side through."""
        return self.fault.place(1000) == 1000

    @property
    def arrives(self) -> bool:
        """Whether the service gets the request whole."""
        return self.fault.arrives or self.fault.side is Side.ANSWER or self.is_whole

    @property
    def is_answered(self) -> bool:
        """Whether the client gets every byte of the answer."""
        return self.fault.side is Side.ANSWER and (self.is_whole or self.fault.deed is Deed.DRIP)

    def allows(self, said: Outcome, record: OperationRecord, arrived: int) -> bool:
        """Whether the client may have said this before it read the task."""
        if said is Outcome.UNKNOWN:
            # A reset may take bytes along that had arrived, and a busy machine may let the time run out.
            return not self.is_answered or self.fault.deed is Deed.RESET or is_late(record)
        if said is Outcome.NOT_SENT:
            return is_late(record) and not arrived
        return self.is_answered and said is (Outcome.ACCEPTED if self.says_yes else Outcome.REJECTED)


def cases() -> Iterator[Case]:
    """Every deed at every point, arrived or not, applied or refused."""
    for deed in DEEDS:
        for at in REQUEST_POINTS:
            yield Case(Fault(deed, Side.REQUEST, at), says_yes=True)
            yield Case(Fault(deed, Side.REQUEST, at, arrives=True), says_yes=True)
        for at, says_yes in product((WHOLE,), (True, False)):
            yield Case(Fault(deed, Side.REQUEST, at), says_yes)
        for at, says_yes in product(ANSWER_POINTS, (True, False)):
            yield Case(Fault(deed, Side.ANSWER, at), says_yes)
    for says_yes in (True, False):
        yield Case(Fault(Deed.DRIP, Side.ANSWER, 0.9), says_yes)


@asynccontextmanager
async def on_the_wire(folder: Path, url: str) -> AsyncIterator[Engine]:
    """An engine on a real connection, on the time of the loop, with little patience."""
    connection = ConnectionSettings(
        endpoint=url,
        iam_endpoint=url,
        credentials=TokenCredentials(Secret("a-token")),
        write_timeout=1.5,
    )
    journal = Journal(folder / "journal", Identity("op", "host", "test", url, "", "0"), lambda: 1000.0)
    journal.open()
    pace, clock = EngineSettings(interval=0.5, in_flight=32), Clock(now=loop_time, monotonic=loop_time)
    async with open_client(connection, now=loop_time, monotonic=loop_time, environ={}) as client:
        engine = Engine(client, mode=Mode(), settings=pace, journal=journal, clock=clock)
        work = asyncio.create_task(engine.run())
        await until(engine, lambda: bool(engine.store.sync.rounds))
        try:
            yield engine
        finally:
            work.cancel()
            await asyncio.wait([work])
            engine.close()


async def until(engine: Engine, so: Any) -> None:
    """Wait until it is so, asking at each change of the store."""
    changed = asyncio.Event()
    engine.store.listen(changed.set)
    async with asyncio.timeout(PATIENCE):
        while not so():
            await changed.wait()
            changed.clear()


@pytest.mark.parametrize(("turn", "name"), enumerate(FOUNDING))
async def test_a_connection_that_fails_at_any_byte(
    tmp_path: Path, turn: int, name: str, tried: Tried
) -> None:
    """Every third case for each operation in turn: every case for two operations or three."""
    operation: Operation = OPERATIONS[name]
    state, effect = FOUNDING[name]
    wanted = {f"{number:04}": case for number, case in enumerate(cases()) if number % 3 == turn % 3}
    ledger = Ledger()
    for task_id in wanted:
        ledger.add(task_id, state)

    def answer(seen: Seen) -> Answer:
        task_id = seen.path.split("/")[3]
        if not wanted[task_id].says_yes:
            return REFUSAL
        ledger.tasks[task_id] |= effect
        return 200, {}, b'{"result": "accepted"}'

    def choose(head: bytes) -> Fault | None:
        return wanted[path_of(head).split("/")[3]].fault if is_write(head) else None

    ledger.on_write = answer
    with serving(ledger), proxied(Proxy(ledger.url, choose)) as proxy:
        async with on_the_wire(tmp_path, proxy.url) as engine:
            plan = engine.dispatcher.plan(operation, wanted, PARAMETERS.get(name, {}))
            assert len(plan.targets) == len(wanted)
            batch = engine.dispatcher.submit(plan, plan.word, Policy(leave_out=True))
            assert isinstance(batch, Batch), batch
            records = {record.task_id: record for record in batch.records}

            def applied() -> set[str]:
                arrived = (seen.path.split("/")[3] for seen in ledger.writes)
                return {task_id for task_id in arrived if wanted[task_id].says_yes}

            await until(engine, lambda: batch.is_done and all(is_seen(records[one]) for one in applied()))
            confirmed = {task_id for task_id, record in records.items() if is_seen(record)}
    arrived = Counter(seen.path.split("/")[3] for seen in ledger.writes)
    said = first_words(tmp_path / "journal")
    assert confirmed == applied()
    assert all(arrived[task_id] <= case.arrives for task_id, case in wanted.items())
    missing = [one for one, case in wanted.items() if case.arrives and not arrived[one]]
    assert all(is_late(records[one]) for one in missing), missing
    false = [case for one, case in wanted.items() if not case.allows(said[one], records[one], arrived[one])]
    assert false == []
    assert len(proxy.struck) > len(wanted) * 0.8, "the machine is too busy to try anything"
    assert journal_reader.verify(tmp_path / "journal") == []
    tried(1, len(wanted))


def is_late(record: OperationRecord) -> bool:
    """Whether time ran out on a busy machine before the fault could happen."""
    return record.trouble is not None and record.trouble.kind is TroubleKind.TIMED_OUT


def is_seen(record: OperationRecord) -> bool:
    """Whether a read showed the effect."""
    return record.outcome is Outcome.CONFIRMED


def first_words(folder: Path) -> dict[str, Outcome]:
    """For each task what was written down of the answer before the task was read again."""
    found = journal_reader.operations(journal_reader.merged(folder))
    told = {str(op.records[0]["task"]): [str(record["kind"]) for record in op.records] for op in found}
    return {
        task: next(Outcome(kind) for kind in kinds if kind not in _INTENTS) for task, kinds in told.items()
    }


async def test_a_connection_that_is_never_made_sends_nothing_and_says_so(
    tmp_path: Path, tried: Tried
) -> None:
    ledger = Ledger()
    for name, (state, _) in FOUNDING.items():
        ledger.add(name, state)
    with serving(ledger), proxied(Proxy(ledger.url)) as proxy:
        async with on_the_wire(tmp_path, proxy.url) as engine:
            # Reads go on over the connections they have; a write makes its own, to which nobody listens now.
            proxy.stop_listening()
            batches = []
            for name in FOUNDING:
                plan = engine.dispatcher.plan(OPERATIONS[name], [name], PARAMETERS.get(name, {}))
                batches.append(engine.dispatcher.submit(plan, plan.word))
            assert all(isinstance(batch, Batch) for batch in batches), batches
            await until(engine, lambda: all(batch.is_done for batch in batches))
    assert ledger.writes == []
    assert set(first_words(tmp_path / "journal").values()) == {Outcome.NOT_SENT}
    tried(1, len(FOUNDING))
