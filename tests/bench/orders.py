"""How long the loop stands still for an order of 50,000 rows: sorting, filtering, typing; CPU of a thread."""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from statistics import median

from msgspec.structs import replace

from sms_tui.api.answers.codec import TaskReader, split
from sms_tui.domain.rows import COLUMNS
from sms_tui.domain.views import BUILT_IN_VIEWS
from sms_tui.engine.event_log import EventLog
from sms_tui.engine.store.store import Store
from sms_tui.simulator.calls.task_list import Rows
from sms_tui.simulator.world.clock import VirtualClock
from sms_tui.simulator.world.scenarios import SCENARIOS
from sms_tui.simulator.world.world import Service
from sms_tui.ui.board.board import Board
from sms_tui.ui.board.shown import Shown
from tests.bench.measure import Figure

COUNT = 50_000


def orders(rounds: int) -> Iterator[Figure]:
    """The longest step and, for typing, all of them."""
    store = _store()
    rows = store.rows()
    board = Board(Shown(store), BUILT_IN_VIEWS, lambda: 0.0)
    _steps(board)
    gc.freeze()
    for column in ("name", "speed", "progress", "state", "next"):
        longest = []
        for _ in range(rounds):
            board.sort_by("age")
            _steps(board)
            board.sort_by(column)
            longest.append(max(_steps(board)))
        values = [str(COLUMNS[column].value(row)) for row in rows]
        floor = median(_milliseconds(partial(sorted, values)) for _ in range(rounds))
        said = f"longest step, sort by {column}, 50,000 rows"
        yield Figure(said, median(longest), "ms", 10.0, floor, "sorted(texts)", is_of_floor=False)
    board.type_filter("w")
    first, floor = max(_steps(board)), _milliseconds(lambda: [row.words for row in rows])
    said = "longest step, first search ever, 50,000 rows"
    yield Figure(said, first, "ms", 10.0, floor, "texts looked up", is_of_floor=False)
    texts = [f"{row.words}{row.common}{row.codes}" for row in rows]
    for text in ("w", "we", "web", "web-1", "d", "db", "db-2", ""):
        longest, total, plain = [], [], []
        for _ in range(rounds):
            board.type_filter(text[:-1])
            _steps(board)
            board.type_filter(text)
            steps = _steps(board)
            longest.append(max(steps))
            total.append(sum(steps))
            plain.append(_milliseconds(partial(_found, text, texts)))
        for said, taken, goal in (("all steps, 50,000 rows", total, 15.0), ("longest step", longest, 10.0)):
            whole = f"typed {text!r}, {said}"
            yield Figure(whole, median(taken), "ms", goal, median(plain), "plain search", is_of_floor=False)


def _found(word: str, texts: Sequence[str]) -> list[bool]:
    return [word in text for text in texts]


def _milliseconds(act: Callable[[], object]) -> float:
    """CPU of this thread."""
    began = time.thread_time()
    act()
    return (time.thread_time() - began) * 1000


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
