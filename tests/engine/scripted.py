"""A service in memory that does what a test says: for orders of events that no network makes on demand."""

import asyncio
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from msgspec.structs import replace

from sms_tui.api.answers.task_page import TaskPage
from sms_tui.api.calls.requests import PreparedRequest
from sms_tui.api.errors import error_of
from sms_tui.domain.operations import DELETE, Operation
from sms_tui.domain.outcome import Answer, Outcome, Trouble, TroubleKind
from sms_tui.domain.speed_limit import SpeedRule
from sms_tui.domain.task import Server, SourceFacts, Task, TaskDetail, TaskState
from sms_tui.engine import Engine
from sms_tui.engine.journal.journal import Identity, Journal
from sms_tui.engine.journal.open_ends import OpenEnds
from sms_tui.engine.journal.reader import JournalledOperation
from sms_tui.engine.mode import EngineSettings, Mode
from tests.engine.rig import ENDPOINT, VirtualClock

WHO = Identity("operator", "host", "test", ENDPOINT, "project", "0")
REACHED = {"stop": "ABORTING", "start": "RUNNING", "restart": "SYNCING", "sync_failed_rollback": "RESETING"}


def task(task_id: str, state: str = "RUNNING", **more: object) -> Task:
    """A task as the list tells it."""
    plain = Task(
        task_id,
        f"name-{task_id}",
        TaskState.parse(state),
        state,
        source=Server(id=f"source-{task_id}", name=f"host-{task_id}"),
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def trouble(kind: TroubleKind = TroubleKind.SERVER, **more: object) -> Trouble:
    """An expected failure."""
    return Trouble(kind, "The service failed, as the test wants it.", **more)  # type: ignore[arg-type]


class Reply(Enum):
    """What happens to a write."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    APPLIED_AND_LOST = "applied and lost"
    LOST = "lost"
    UNREACHABLE = "unreachable"
    HANGS = "hangs"


@dataclass
class Scripted:
    """The service; `ledger` holds every write that reached it, in order."""

    tasks: dict[str, Task] = field(default_factory=dict)
    facts: list[SourceFacts] = field(default_factory=list)
    ledger: list[PreparedRequest] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    reply: Reply = Reply.ACCEPTED
    list_trouble: Trouble | None = None
    read_trouble: Trouble | None = None
    broken: tuple[str, ...] = ()
    page_size: int = 200
    takes_effect: bool = True
    """Whether a task's state follows a write"""
    before: Callable[[str], Awaitable[None]] | None = None
    """Awaited before each answer, with the name of the call"""
    endpoint: str = ENDPOINT
    given_up: int = 0
    """Writes that hung, and whose caller let go of them"""
    sweeping: int = 0
    most_sweeping: int = 0
    clock_offset_seconds: float | None = None
    is_local: bool = False

    def add(self, *tasks: Task) -> None:
        """Let the service have these tasks."""
        self.tasks.update({one.id: one for one in tasks})

    def move(self, task_id: str, state: str) -> None:
        """Let a task change its state."""
        self.add(replace(self.tasks[task_id], state=TaskState.parse(state), state_text=state))

    async def _call(self, name: str) -> None:
        self.calls.append(name)
        if self.before is not None:
            await self.before(name)

    async def pages(self) -> AsyncGenerator[TaskPage, None]:
        """The list, of which each page is as the service is when it is asked for."""
        self.sweeping += 1
        self.most_sweeping = max(self.most_sweeping, self.sweeping)
        try:
            index = 0
            while True:
                await self._call(f"page {index}")
                if self.list_trouble is not None:
                    raise error_of(self.list_trouble)
                everything = list(self.tasks.values())
                rows = tuple(everything[index * self.page_size : (index + 1) * self.page_size])
                last = (index + 1) * self.page_size >= len(everything)
                yield TaskPage(rows, self.broken if last else (), len(everything), index, None, last)
                index += 1
                if last:
                    return
        finally:
            self.sweeping -= 1

    async def sources(self) -> AsyncGenerator[tuple[SourceFacts, ...], None]:
        """The facts, in one page."""
        await self._call("sources")
        if self.read_trouble is not None:
            raise error_of(self.read_trouble)
        yield tuple(self.facts)

    async def task(self, task_id: str) -> TaskDetail:
        """One task as it was when the question arrived."""
        known = self.tasks.get(task_id)
        await self._call(f"task {task_id}")
        if self.read_trouble is not None:
            raise error_of(self.read_trouble)
        if known is None:
            raise error_of(trouble(TroubleKind.NOT_FOUND, code="SMS.7703", status=404))
        return TaskDetail(known, {"id": task_id}, 0.0)

    async def speed_limit(self, task_id: str) -> tuple[SpeedRule, ...]:
        """No rules."""
        await self._call(f"rules {task_id}")
        return ()

    def prepare(self, operation: Operation, task_id: str, parameters: Mapping[str, str]) -> PreparedRequest:
        """A request that says enough to be recognised."""
        assert isinstance(parameters, Mapping)
        url = f"{ENDPOINT}/v3/tasks/{task_id}/action"
        return PreparedRequest("POST", url, operation.name.encode(), operation, task_id)

    async def send(self, prepared: PreparedRequest) -> Answer:
        """Take a write, or lose it on the way."""
        reply = self.reply
        if reply is Reply.UNREACHABLE:
            await self._call("connect")
            return Answer(Outcome.NOT_SENT, trouble(TroubleKind.UNREACHABLE))
        self.ledger.append(prepared)
        await self._call("send")
        if reply in {Reply.ACCEPTED, Reply.APPLIED_AND_LOST}:
            self._apply(prepared)
        if reply is Reply.HANGS:
            try:
                await asyncio.get_running_loop().create_future()
            finally:
                self.given_up += 1
        return _ANSWERS[reply]

    def _apply(self, prepared: PreparedRequest) -> None:
        if not self.takes_effect:
            return
        if prepared.operation is DELETE:
            self.tasks.pop(prepared.task_id, None)
        elif prepared.task_id in self.tasks and prepared.operation.name in REACHED:
            self.move(prepared.task_id, REACHED[prepared.operation.name])

    def token_expires_at(self) -> float | None:
        """Never."""
        return None

    def is_on_this_machine(self) -> bool:
        """As the test wants it."""
        return self.is_local

    def clock_offset(self) -> float | None:
        """As the test wants it; by itself it tells no time."""
        return self.clock_offset_seconds

    def round_trip(self) -> float | None:
        """Not measured."""
        return None


_LOST = Answer(Outcome.UNKNOWN, trouble(TroubleKind.TIMED_OUT, may_have_executed=True))
_ANSWERS = {
    Reply.ACCEPTED: Answer(Outcome.ACCEPTED, status=200, request_id="r1"),
    Reply.REJECTED: Answer(Outcome.REJECTED, trouble(TroubleKind.REFUSED, code="SMS.1038"), 400),
    Reply.APPLIED_AND_LOST: _LOST,
    Reply.LOST: _LOST,
}


@dataclass
class Stage:
    """A running engine on a scripted service."""

    engine: Engine
    service: Scripted
    clock: VirtualClock
    journal: Journal
    work: "asyncio.Task[None]"

    def log(self) -> list[str]:
        """The texts of the log."""
        return [event.text for event in self.engine.log.since(0)]

    def kill(self) -> None:
        """What the system does to a program that is killed: nothing is written, every descriptor closes."""
        gates, journal = self.engine._task_gates, self.journal
        for descriptor in gates._locks.values():
            os.close(descriptor)
        gates._locks.clear()
        if journal._descriptor >= 0:
            os.close(journal._descriptor)
        journal._descriptor = -1
        # What its tasks still do while they are taken down is none of the killed program's.
        self.work.add_done_callback(lambda _: gates.close())
        self.work.cancel()

    async def stop(self) -> None:
        """End the engine as leaving the program does."""
        self.work.cancel()
        await self.clock.advance(12)
        await asyncio.wait([self.work])
        self.engine.close()
        if not self.work.cancelled() and (error := self.work.exception()):
            raise error


async def start(
    folder: Path,
    service: Scripted,
    clock: VirtualClock | None = None,
    *,
    mode: Mode | None = None,
    settings: EngineSettings | None = None,
    journal: Journal | None = None,
    is_in_a_hurry: bool = False,
) -> Stage:
    """Start an engine; whoever calls this stops it. Long work waits as long as somebody `is_in_a_hurry`."""
    clock = clock or VirtualClock()
    journal = journal or Journal(folder, WHO, clock.now, uptime=clock.uptime)
    journal.open()
    engine = Engine(
        service,
        mode=mode or Mode(),
        settings=settings or EngineSettings(),
        journal=journal,
        clock=clock.as_clock(),
        chance=lambda: 0.5,
    )
    engine.yield_point.give_way(lambda: is_in_a_hurry)
    stage = Stage(engine, service, clock, journal, asyncio.create_task(engine.run()))
    await clock.settle()
    return stage


def unresolved(folder: Path, profile: str, endpoint: str) -> list[JournalledOperation]:
    """Operations of programs that are gone whose outcome nobody wrote down, for this profile and endpoint."""
    return [each for each in OpenEnds(folder).in_doubt()[0] if each.place == (profile, endpoint)]


@asynccontextmanager
async def staged(folder: Path, service: Scripted, **more: object) -> AsyncGenerator[Stage, None]:
    """An engine that runs for the length of a block."""
    stage = await start(folder, service, **more)  # type: ignore[arg-type]
    try:
        yield stage
    finally:
        await stage.stop()


def held(service: Scripted, name: str, *, once: bool = False) -> asyncio.Event:
    """Hold back every call of that name, or the first one alone, until the event is set."""
    gate, held_back = asyncio.Event(), list[str]()

    async def wait(called: str) -> None:
        if called == name and not (once and held_back):
            held_back.append(called)
            await gate.wait()

    service.before = wait
    return gate
