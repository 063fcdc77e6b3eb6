"""A day on virtual time: `python -m tests.bench.soak` polls a service with weather and prints what grew.

The whole engine with its real client runs on a service in memory that changes, loses tasks, fails, throttles,
hangs and goes away; operations are sent meanwhile. Everything that lasts is counted after a warm-up of a
tenth and again at the end.
"""

import argparse
import asyncio
import gc
import json
import os
import random
import sys
import tempfile
import time
import tracemalloc
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from sms_tui.domain.operations import OPERATIONS, START, STOP, Operation
from sms_tui.engine.mode import EngineSettings
from sms_tui.engine.record import Batch
from tests.engine.rig import Rig, Service, VirtualClock, fault, running

PAGE = 200
STATES = ("READY", "RUNNING", "RUNNING", "SYNCING", "SYNCING", "ABORT", "MIGRATE_FAIL", "MIGRATE_SUCCESS")
OUTAGE_EVERY, OUTAGE_LASTS = 7200.0, 420.0
TRIED: tuple[tuple[Operation, dict[str, str]], ...] = (
    (STOP, {}),
    (START, {}),
    (OPERATIONS["collect_log"], {"bucket": "logs"}),
    (OPERATIONS["clone_test"], {}),
)


class Swift(VirtualClock):
    """Time that passes as soon as nothing is ready to run."""

    async def settle(self, rounds: int = 0) -> None:
        """Let everything that is ready run, however many turns that takes."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(0)
        while loop._ready:  # type: ignore[attr-defined]  # noqa: ASYNC110 - nothing says when a loop is at rest
            await asyncio.sleep(0)


@dataclass
class Weather(Service):
    """A service whose tasks move, come and go, and whose answers suffer."""

    chance: random.Random = field(default_factory=lambda: random.Random(1))
    clock: VirtualClock = field(default_factory=Swift)
    born: int = 0
    counted: Counter[str] = field(default_factory=Counter)
    pages: dict[int, bytes] = field(default_factory=dict)

    def bear(self) -> str:
        """One task more."""
        self.born += 1
        self.pages.clear()
        return self.add(f"task-{self.born:08}", self.chance.choice(STATES), migrate_speed=80.0)

    def move(self, share: float) -> None:
        """Some tasks change, one comes and one goes now and then."""
        ids = list(self.tasks)
        for task_id in self.chance.sample(ids, max(1, round(len(ids) * share))):
            speed = round(self.chance.uniform(1, 200), 1)
            self.add(task_id, self.chance.choice(STATES), migrate_speed=speed, remain_seconds=int(speed) * 60)
        if self.chance.random() < 0.05:
            del self.tasks[self.chance.choice(ids)]
            self.bear()
        self.pages.clear()

    async def handle(self, request: httpx.Request) -> httpx.Response:
        """Answer one request, or fail it in one of many ways."""
        trouble = await self._trouble(request)
        self.counted[request.method] += 1
        self.requests.clear()
        if trouble is not None:
            return trouble
        if request.url.path == "/v3/tasks":
            return httpx.Response(200, content=self._page(int(request.url.params["offset"])))
        return await super().handle(request)

    async def _trouble(self, request: httpx.Request) -> httpx.Response | None:
        dice = self.chance.random()
        if self.clock.monotonic() % OUTAGE_EVERY > OUTAGE_EVERY - OUTAGE_LASTS:
            self.counted["in an outage"] += 1
            raise httpx.ConnectError("refused", request=request)
        for name, share in FAULTS.items():
            dice -= share
            if dice < 0:
                self.counted[name] += 1
                return await self._suffer(name, request)
        return None

    async def _suffer(self, name: str, request: httpx.Request) -> httpx.Response | None:
        match name:
            case "slow":
                await self.clock.sleep(self.chance.uniform(1, 15))
                return None
            case "reset":
                raise httpx.ReadError("reset", request=request)
            case "portal":
                return httpx.Response(200, html="<html>Sign in to the hotel</html>")
            case "cut off":
                return httpx.Response(200, content=b'{"count": 7, "tasks": [{"id": "x"')
            case "throttled":
                return fault(429, "APIGW.0308", **{"Retry-After": "7"})
            case _:
                return fault(self.chance.choice([500, 502, 503]), "SMS.0001")

    def _page(self, offset: int) -> bytes:
        if offset not in self.pages:
            rows = list(self.tasks.values())
            document = {"count": len(rows), "tasks": rows[offset : offset + PAGE]}
            self.pages[offset] = json.dumps(document).encode()
        return self.pages[offset]


FAULTS = {
    "slow": 0.004,
    "reset": 0.004,
    "portal": 0.002,
    "cut off": 0.002,
    "throttled": 0.004,
    "failed": 0.008,
}
"""The share of requests that each fault befalls"""


@dataclass(frozen=True)
class Count:
    """What lasts, at one moment."""

    traced: int
    resident: int
    tasks: int
    descriptors: int
    gate_files: int
    """Each is a descriptor too: tasks whose outcome is still unknown"""
    lines: int

    @classmethod
    def of(cls, rig: Rig) -> "Count":
        """Count now."""
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        gates = rig.folder.parent / "gates"
        return cls(
            traced=tracemalloc.get_traced_memory()[0],
            resident=pages * os.sysconf("SC_PAGE_SIZE"),
            tasks=len(asyncio.all_tasks()),
            descriptors=len(list(Path("/proc/self/fd").iterdir())),
            gate_files=len(list(gates.iterdir())) if gates.exists() else 0,
            lines=len(rig.engine.log.since(0)),
        )


@dataclass(frozen=True)
class Soaked:
    """What a soak came to."""

    polls: int
    operations: int
    counted: Counter[str]
    warm: Count
    end: Count

    @property
    def growth(self) -> int:
        """Bytes that are held at the end and were not after the warm-up, as Python counts them if it does."""
        if self.warm.traced:
            return self.end.traced - self.warm.traced
        return self.end.resident - self.warm.resident


async def soak(folder: Path, *, hours: float, tasks: int, interval: float, seed: int) -> Soaked:
    """Run the engine for so many virtual hours."""
    service = Weather(chance=random.Random(seed))
    for _ in range(tasks):
        service.bear()
    clock = service.clock
    settings = EngineSettings(interval=interval, idle_interval=interval)
    async with running(folder / "journal", service, settings=settings, clock=clock) as rig:
        rig.engine.store.listen(rig.engine.store.drain)
        steps = round(hours * 3600 / interval)
        sent = 0
        warm = Count.of(rig)
        for step in range(steps):
            service.move(0.05)
            await clock.advance(interval)
            if step % 40 == 0:
                sent += _operate(rig, service.chance)
            if step % 7 == 0:
                rig.engine.focus(service.chance.choice(list(service.tasks)))
            if step == steps // 10:
                warm = Count.of(rig)
        return Soaked(rig.engine.store.sync.rounds, sent, service.counted, warm, Count.of(rig))


def _operate(rig: Rig, chance: random.Random) -> int:
    """Confirm an operation on a few tasks; how many were taken."""
    operation, parameters = chance.choice(TRIED)
    known = list(rig.engine.store.tasks)
    if not known:
        return 0
    plan = rig.engine.dispatcher.plan(operation, chance.sample(known, min(3, len(known))), parameters)
    batch = rig.engine.dispatcher.submit(plan, plan.word)
    return len(batch.records) if isinstance(batch, Batch) else 0


def main() -> int:
    """Print what grew; 1 if it was more than the bound."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.soak", description=__doc__)
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--tasks", type=int, default=1000)
    parser.add_argument("--interval", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bound", type=float, default=10.0, help="MB that may be held more (default 10)")
    parser.add_argument("--top", type=int, default=0, help="trace, and show so many places that hold most")
    options = parser.parse_args()
    if options.top:
        tracemalloc.start()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        work = soak(
            Path(folder),
            hours=options.hours,
            tasks=options.tasks,
            interval=options.interval,
            seed=options.seed,
        )
        done = asyncio.run(work)
    took = time.monotonic() - began
    print(f"{options.hours:g} h, {options.tasks} tasks, seed {options.seed}; {took:.0f} s of real time")
    print(f"{done.polls} whole lists, {done.operations} operations; {dict(done.counted)}")
    for name in Count.__dataclass_fields__:
        print(f"{name:<12} {getattr(done.warm, name):>12} -> {getattr(done.end, name):>12}")
    print(f"growth {done.growth / 1e6:.2f} MB")
    for place in () if not options.top else tracemalloc.take_snapshot().statistics("lineno")[: options.top]:
        print(place)
    return int(done.growth > options.bound * 1e6)


if __name__ == "__main__":
    sys.exit(main())
