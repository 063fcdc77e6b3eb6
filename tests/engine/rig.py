"""The engine on a service that a test scripts: virtual time, real client, real journal, no network."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import httpx

from sms_tui.api.client import open_client
from sms_tui.api.network.http import HttpWire
from sms_tui.api.settings import ConnectionSettings, TokenCredentials
from sms_tui.domain.operations import Operation
from sms_tui.domain.plan import Plan
from sms_tui.domain.secret import Secret
from sms_tui.engine import Engine
from sms_tui.engine.clock import Clock, Uptime
from sms_tui.engine.journal.journal import Identity, Journal
from sms_tui.engine.mode import EngineSettings, Mode
from sms_tui.engine.record import Batch
from sms_tui.engine.sending.policy import Policy

ENDPOINT = "http://127.0.0.1:9"
START = 1_700_000_000.0


async def turns(most: int) -> None:
    """Let everything that is ready run, for so many turns of the loop at most."""
    loop = asyncio.get_running_loop()
    for _ in range(most):
        await asyncio.sleep(0)
        if not loop._ready:  # type: ignore[attr-defined]
            return


class VirtualClock:
    """Time that stands still until somebody advances it; who sleeps wakes in the order of time."""

    def __init__(self) -> None:
        self._elapsed = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()
        self.suspended = 0.0
        """Seconds that the machine slept"""
        self.set_by = 0.0
        """Seconds by which somebody set the wall clock"""
        self.boot = "boot"

    def now(self) -> float:
        """Epoch seconds."""
        return START + self._elapsed + self.suspended + self.set_by

    def uptime(self) -> Uptime:
        """Time since the machine was started."""
        return Uptime(self.boot, self._elapsed + self.suspended)

    def monotonic(self) -> float:
        """Seconds since the beginning."""
        return self._elapsed

    async def sleep(self, seconds: float) -> None:
        """Wait until time was advanced by `seconds`."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = (self._elapsed + max(seconds, 0.0), next(self._numbers), future)
        self._sleepers.append(entry)
        try:
            await future
        finally:
            if entry in self._sleepers:
                self._sleepers.remove(entry)

    async def advance(self, seconds: float) -> None:
        """Let time pass, waking each sleeper at its moment and letting everything run in between."""
        await self.settle()
        end = self._elapsed + seconds
        while due := [entry for entry in self._sleepers if entry[0] <= end and not entry[2].done()]:
            moment, _, future = min(due, key=lambda entry: entry[:2])
            self._elapsed = max(self._elapsed, moment)
            future.set_result(None)
            await self.settle()
        self._elapsed = end
        await self.settle()

    async def settle(self, rounds: int = 60) -> None:
        """Let everything that is ready run."""
        await turns(rounds)

    def as_clock(self) -> Clock:
        """The engine's view of it."""
        return Clock(now=self.now, monotonic=self.monotonic, sleep=self.sleep)


Reply = Callable[[httpx.Request], httpx.Response]


@dataclass
class Service:
    """A service made of a dict of tasks; every request is kept."""

    tasks: dict[str, dict[str, object]] = field(default_factory=dict)
    requests: list[httpx.Request] = field(default_factory=list)
    on_list: Reply | None = None
    on_show: Reply | None = None
    on_write: Reply | None = None
    before_write: Callable[[httpx.Request], None] = lambda request: None

    def add(self, task_id: str, state: str = "RUNNING", **more: object) -> str:
        """Add a task, or change one."""
        source = {"id": f"source-{task_id}", "name": f"host-{task_id}", "ip": "192.0.2.1", "state": ""}
        known = self.tasks.get(task_id, {"id": task_id, "name": f"name-{task_id}", "source_server": source})
        self.tasks[task_id] = {**known, "state": state, **more}
        return task_id

    @property
    def writes(self) -> list[httpx.Request]:
        """Every request that is not a read."""
        return [request for request in self.requests if request.method != "GET"]

    @property
    def sweeps(self) -> int:
        """How many times the first page of the list was asked for."""
        return sum(
            request.url.path == "/v3/tasks" and request.url.params.get("offset") == "0"
            for request in self.requests
        )

    async def handle(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        self.requests.append(request)
        if request.method != "GET":
            self.before_write(request)
            return self.on_write(request) if self.on_write else httpx.Response(200, json={})
        if request.url.path == "/v3/tasks":
            return self.on_list(request) if self.on_list else self.listed(request)
        if request.url.path == "/v3/sources":
            return httpx.Response(200, json={"count": 0, "source_servers": []})
        return self.on_show(request) if self.on_show else self.shown(request)

    def listed(self, request: httpx.Request) -> httpx.Response:
        """A page of the list."""
        offset, limit = (int(request.url.params[name]) for name in ("offset", "limit"))
        rows = list(self.tasks.values())
        return httpx.Response(200, json={"count": len(rows), "tasks": rows[offset : offset + limit]})

    def shown(self, request: httpx.Request) -> httpx.Response:
        """One task."""
        task = self.tasks.get(request.url.path.rsplit("/", 1)[-1])
        if task is None:
            return httpx.Response(404, json={"error_code": "SMS.7703", "error_msg": "no such task"})
        return httpx.Response(200, json={**task, "connected": True})


def fault(status: int, code: str = "", **headers: str) -> httpx.Response:
    """An error as the service words it."""
    return httpx.Response(status, json={"error_code": code, "error_msg": "no"}, headers=headers)


@dataclass
class Rig:
    """A running engine with everything around it."""

    engine: Engine
    service: Service
    clock: VirtualClock
    folder: Path

    def journal_kinds(self) -> list[str]:
        """The kinds of all records on disk, in order."""
        lines = [
            line for path in sorted(self.folder.glob("*.jsonl")) for line in path.read_text().splitlines()
        ]
        return [json.loads(line)["kind"] for line in lines]

    def log(self) -> list[str]:
        """The lines of the log."""
        return [f"{event.task_name}: {event.text}" for event in self.engine.log.since(0)]


@asynccontextmanager
async def running(
    folder: Path,
    service: Service,
    *,
    mode: Mode | None = None,
    settings: EngineSettings | None = None,
    run: bool = True,
    clock: VirtualClock | None = None,
) -> AsyncIterator[Rig]:
    """An engine that polls `service` on virtual time and keeps its journal in `folder`."""
    clock = clock or VirtualClock()
    connection = ConnectionSettings(
        endpoint=ENDPOINT, iam_endpoint=ENDPOINT, credentials=TokenCredentials(Secret("a-token"))
    )
    identity = Identity("operator", "host", "test", ENDPOINT, "project", "0")
    journal = Journal(folder, identity, clock.now, uptime=clock.uptime)
    journal.open()
    async with open_client(
        connection,
        now=clock.now,
        monotonic=clock.monotonic,
        sleep=clock.sleep,
        random=lambda: 0.5,
        environ={},
        wire=HttpWire(httpx.MockTransport(service.handle)),
    ) as client:
        engine = Engine(
            client,
            mode=mode or Mode(),
            settings=settings or EngineSettings(),
            journal=journal,
            clock=clock.as_clock(),
            chance=lambda: 0.5,
        )
        work = asyncio.create_task(engine.run()) if run else None
        await clock.settle()
        try:
            yield Rig(engine, service, clock, folder)
        finally:
            if work is not None:
                work.cancel()
                await asyncio.wait([work])
                if not work.cancelled() and (error := work.exception()):
                    raise error
            engine.close()


class HasEngine(Protocol):
    """Whatever a test has its engine in."""

    @property
    def engine(self) -> Engine: ...


def submit(
    there: HasEngine, operation: Operation, *ids: str, policy: Policy | None = None, **parameters: str
) -> Batch:
    """The batch of `operation` on the tasks with these ids, confirmed with the right word."""
    return confirm(there, there.engine.dispatcher.plan(operation, ids, parameters), policy)


def confirm(there: HasEngine, plan: Plan, policy: Policy | None = None) -> Batch:
    """The batch of a plan, confirmed with the right word."""
    batch = there.engine.dispatcher.submit(plan, plan.word, policy)
    assert isinstance(batch, Batch), batch
    return batch
