"""The real app on a service of this process that costs nothing: `python -m tests.bench.rig --tasks 50000`.

What is measured then is the program, not a simulator. Each second a share `churn` of the tasks moves on.
"""

import argparse
import asyncio
import gc
import tempfile
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path

from msgspec.structs import replace

from sms_tui.api.answers.task_page import TaskPage
from sms_tui.config import Profile, Settings
from sms_tui.domain.task import Server, SubTask, Task, TaskState
from sms_tui.engine import Engine
from sms_tui.engine.journal.journal import Identity, Journal
from sms_tui.engine.mode import EngineSettings, Mode
from sms_tui.state import State
from sms_tui.ui.options import Options
from sms_tui.ui.session import Session
from sms_tui.ui.start import build_app
from tests.engine.scripted import Scripted

_STATES = ("RUNNING", "RUNNING", "SYNCING", "READY", "MIGRATE_SUCCESS", "ABORT", "MIGRATE_FAIL")
_SLICE = 50
_PAGE = 200


def a_task(number: int, done: int) -> Task:
    """One of many, `done` percent of it."""
    state = _STATES[number % len(_STATES)]
    name = f"server-{number:05d}"
    stage = SubTask("MIGRATE_LINUX_FILE", float(done % 100))
    return Task(
        f"{number:08x}-0000-4000-8000-000000000000",
        name,
        TaskState.parse(state),
        state,
        kind="MIGRATE_FILE",
        os_type="LINUX",
        source=Server(id=f"s{number}", name=name, ip=f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"),
        target=Server(id=f"t{number}", name=f"{name}-new"),
        stage=stage,
        syncing=True,
        connected=True,
        speed=float(done * 7 % 900),
        started_ms=int(time.time() * 1000) - 7_200_000,
        total=100_000_000_000,
        replicated=done * 1_000_000_000,
    )


@dataclass
class Moving(Scripted):
    """A list in which a share of the tasks moves on each second."""

    _rows: list[Task] = field(default_factory=list)
    """The tasks as a list, so that a page of them costs next to nothing"""

    async def pages(self, *, state: str | None = None) -> AsyncGenerator[TaskPage, None]:
        """The list as it is now."""
        # A list of all made anew would be looked through for garbage, at the cost of the program measured.
        if len(self._rows) != len(self.tasks):
            self._rows = list(self.tasks.values())
        total, index = len(self.tasks), 0
        while rows := tuple(self._rows[index * _PAGE : (index + 1) * _PAGE]):
            last = (index + 1) * _PAGE >= total
            yield TaskPage(rows, (), total, index, None, last)
            index += 1

    async def move_on(self, churn: float, *, unseen: bool = False) -> None:
        """Let tasks make progress until cancelled; with `unseen` those of the second half only."""
        self._rows = list(self.tasks.values())
        round_of_all = cycle(range(len(self._rows) // 2 if unseen else 0, len(self._rows)))
        done = 1
        while churn:
            began = time.monotonic()
            left = int(len(self.tasks) * churn)
            while left > 0:
                for place in islice(round_of_all, min(_SLICE, left)):
                    stage = SubTask("MIGRATE_LINUX_FILE", float(done % 100))
                    task = replace(self._rows[place], stage=stage, speed=float(done * 7 % 900))
                    self._rows[place] = self.tasks[task.id] = task
                left -= _SLICE
                await asyncio.sleep(0)
            done += 1
            await asyncio.sleep(max(1.0 - (time.monotonic() - began), 0))


def main() -> None:
    """Run the app."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=50_000)
    parser.add_argument("--churn", type=float, default=0.05)
    parser.add_argument("--unseen", action="store_true", help="nothing moves that is in view at the start")
    parser.add_argument("--interval", type=float, default=1.0)
    parser.add_argument("--slow-link", action="store_true")
    parser.add_argument("--stock", action="store_true")
    parser.add_argument("--no-hud", action="store_true", help="without the numbers that change each round")
    parser.add_argument("--header-age", choices=("seconds", "time"), default="seconds")
    options = parser.parse_args()
    service = Moving()
    service.add(*(a_task(number, number % 100) for number in range(options.tasks)))
    with tempfile.TemporaryDirectory() as folder:

        @asynccontextmanager
        async def opened(_name: str) -> AsyncIterator[Session]:
            journal = Journal(Path(folder), Identity("bench", "host", "bench", "", "", ""), time.time)
            journal.open()
            settings = EngineSettings(interval=options.interval, idle_interval=options.interval)
            engine = Engine(service, mode=Mode(), settings=settings, journal=journal)
            moving = asyncio.create_task(service.move_on(options.churn, unseen=options.unseen))
            yield Session(Profile("bench"), engine)
            moving.cancel()
            engine.close()

        wanted = Options(
            profile="bench",
            hud=not options.no_hud,
            collects=True,
            slow_link=options.slow_link,
            stock_painting=options.stock,
        )
        app = build_app(opened, Settings(header_age=options.header_age), State(), wanted, str)
        gc.collect()
        gc.freeze()
        gc.disable()
        app.run()


if __name__ == "__main__":
    main()
