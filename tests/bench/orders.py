"""How long the loop stands still for an order of 50,000 rows: sorting, filtering, typing; CPU of a thread."""

import gc
import time
from collections.abc import Iterator
from statistics import median

from msgspec.structs import replace

from sms_tui.api.codec import TaskReader, split
from sms_tui.domain.query import BUILT_IN_VIEWS
from sms_tui.engine.event_log import EventLog
from sms_tui.engine.store import Store
from sms_tui.simulator.clock import VirtualClock
from sms_tui.simulator.rows import Rows
from sms_tui.simulator.scenarios import SCENARIOS
from sms_tui.simulator.world import Service
from sms_tui.ui.board import Board
from tests.bench.measure import Figure

COUNT = 50_000


def orders(rounds: int) -> Iterator[Figure]:
    """The longest step and, for typing, all of them."""
    board = Board(_store(), BUILT_IN_VIEWS)
    _steps(board)
    gc.freeze()
    for column in ("name", "speed", "progress", "state", "next"):
        longest = []
        for _ in range(rounds):
            board.sort_by("age")
            _steps(board)
            board.sort_by(column, descending=False)
            longest.append(max(_steps(board)))
        yield Figure(f"longest step, sort by {column}, 50,000 rows", median(longest), "ms", 10.0)
    board.type_filter("w")
    yield Figure("longest step, first search ever, 50,000 rows", max(_steps(board)), "ms", 10.0)
    for text in ("w", "we", "web", "web-1", "d", "db", "db-2", ""):
        longest, total = [], []
        for _ in range(rounds):
            board.type_filter(text[:-1])
            _steps(board)
            board.type_filter(text)
            steps = _steps(board)
            longest.append(max(steps))
            total.append(sum(steps))
        yield Figure(f"typed {text!r}, all steps, 50,000 rows", median(total), "ms", 15.0)
        yield Figure(f"typed {text!r}, longest step", median(longest), "ms", 10.0)


def _steps(board: Board) -> list[float]:
    """Milliseconds of each step."""
    taken = []
    steps = board.arranging()
    while True:
        began = time.thread_time()
        try:
            next(steps)
        except StopIteration:
            return [*taken, (time.thread_time() - began) * 1000]
        taken.append((time.thread_time() - began) * 1000)


def _store() -> Store:
    store = Store(EventLog(time.time), time.time)
    rows = Rows(Service(SCENARIOS["war-room"], 1, VirtualClock(0), tasks=COUNT // 10))
    reader = TaskReader("Mbit/s")
    for offset in range(0, COUNT // 10, 200):
        tasks, _ = reader.read_page(split(rows.page({}, offset, 200), "tasks")[0])
        for copy in range(10):
            copies = [replace(task, id=f"{copy}{task.id[1:]}", name=f"{task.name}-{copy}") for task in tasks]
            store.intake.page(copies, store.begin())
    store.drain()
    return store
