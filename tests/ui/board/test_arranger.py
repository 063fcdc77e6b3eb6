"""Orders of long lists: worked out in steps, shown when they are whole, right whatever moves meanwhile."""

import asyncio
from collections.abc import Callable, Coroutine

import pytest
from msgspec.structs import replace

from sms_tui.domain.sorting import STEP, Sort
from sms_tui.domain.task import Task, TaskState
from sms_tui.domain.views import BUILT_IN_VIEWS, view_order
from sms_tui.engine.event_log import EventLog
from sms_tui.engine.store.store import Store
from sms_tui.engine.yield_point import YieldPoint
from sms_tui.ui.board.arranger import Arranger
from sms_tui.ui.board.board import Board
from sms_tui.ui.board.shown import Shown

COUNT = 20_000


def task(number: int, **changes: object) -> Task:
    speed = float(number * 7919 % COUNT)
    plain = Task(f"id-{number}", f"web-{number:05}", TaskState.RUNNING, "RUNNING", speed=speed)
    return replace(plain, **changes)  # type: ignore[arg-type]


class Bench:
    """A long list on a board, and what was put in view so far."""

    def __init__(self) -> None:
        self.store = Store(EventLog(lambda: 0.0), lambda: 0.0)
        self.read(*map(task, range(COUNT)))
        self.board = Board(Shown(self.store), BUILT_IN_VIEWS, lambda: 0.0)
        self.shown: list[list[str]] = []
        self.work: list[Coroutine[None, None, None]] = []
        self.arranger = Arranger(self.board, self.show, self.work.append, YieldPoint())

    def show(self) -> None:
        self.shown.append(self.board.order)

    def read(self, *tasks: Task) -> None:
        self.store.intake.page(tasks, self.store.begin())

    def begin(self) -> None:
        """Put everything in view, and leave no news."""
        self.arranger.wish()
        self.finish(1)
        self.store.drain()

    def type(self, text: str) -> None:
        """Wish for another filter."""
        self.board.type_filter(text)
        self.arranger.wish()

    def tick(self, *tasks: Task) -> bool:
        """Tell the board of tasks that changed; whether that moves rows, as far as it knows already."""
        self.read(*tasks)
        return self.board.note(self.store.drain())

    def step(self) -> None:
        """Let the work go on until it yields."""
        self.work[-1].send(None)

    def finish(self, shown: int) -> None:
        """Let the work go on until so many orders were shown, then leave it."""
        while len(self.shown) < shown:
            self.step()
        self.work[-1].close()

    def right(self) -> list[str]:
        return view_order(self.store.rows(), self.board.filter, self.board.sort)


def test_a_long_list_is_shown_once_it_is_whole() -> None:
    bench = Bench()
    assert not bench.arranger.is_under_way
    bench.arranger.wish()
    bench.step()
    assert bench.shown == []
    assert bench.arranger.is_under_way
    bench.finish(1)
    assert bench.shown == [bench.right()]
    assert not bench.arranger.is_under_way


def test_another_wish_takes_the_place_of_the_one_under_way() -> None:
    bench = Bench()
    bench.arranger.wish()
    bench.step()
    bench.board.sort = Sort("speed", descending=True)
    bench.arranger.wish()
    bench.finish(1)
    assert bench.shown == [bench.right()]
    assert len(bench.work) == 1


def test_rows_that_move_while_their_order_is_worked_out_are_noted() -> None:
    bench = Bench()
    bench.board.sort = Sort("speed")
    bench.arranger.wish()
    bench.step()
    bench.store.drain()
    assert not bench.tick(task(5, speed=0.5))
    bench.finish(1)
    assert bench.board.is_outdated
    bench.arranger.wish()
    bench.finish(2)
    assert bench.shown[1] == bench.right()
    assert not bench.board.is_outdated


def test_what_came_during_an_order_that_was_given_up_is_not_lost() -> None:
    bench = Bench()
    bench.begin()
    bench.type("web")
    bench.step()
    assert not bench.tick(task(7, region="zebra"))
    bench.type("zebra")
    bench.finish(2)
    assert bench.shown[-1] == ["id-7"]


def test_many_rows_that_moved_meanwhile_are_looked_at_in_steps_while_more_move() -> None:
    bench = Bench()
    bench.begin()
    bench.type("web")
    bench.step()
    bench.tick(*(task(number, region="ap") for number in range(COUNT)))
    steps = 0
    while bench.arranger.is_under_way:
        bench.step()
        steps += 1
        if steps == COUNT // STEP:
            bench.tick(task(0, region="zebra"), task(COUNT - 1, region="zebra"))
    assert steps > 1.5 * COUNT / STEP
    bench.type("zebra")
    bench.finish(3)
    assert bench.shown[-1] == ["id-0", f"id-{COUNT - 1}"]


def test_a_look_at_what_moved_that_is_given_up_half_way_narrows_nothing() -> None:
    bench = Bench()
    for shown, text in enumerate(("eu", "e"), start=1):
        bench.type(text)
        bench.finish(shown)
    bench.store.drain()
    bench.type("web-1")
    bench.tick(*(task(number, region="eu") for number in range(COUNT)))
    while bench.arranger.is_under_way and bench.board.order == bench.shown[-1]:
        bench.step()
        if bench.board._shown_by is None:
            break
    bench.type("eu")
    bench.finish(3)
    assert bench.shown[-1] == bench.right()
    assert len(bench.shown[-1]) == COUNT


def test_typing_narrows_and_what_begins_to_match_comes_in() -> None:
    bench = Bench()
    for shown, text in enumerate(("web-000", "web-0000", "web-00", ""), start=1):
        bench.type(text)
        bench.finish(shown)
        assert bench.shown[-1] == bench.right(), text
    bench.type("zebra")
    bench.finish(5)
    bench.store.drain()
    assert bench.tick(task(7, region="zebra"))
    bench.arranger.news()
    bench.finish(6)
    assert bench.shown[-1] == ["id-7"]


def test_a_number_that_decides_nothing_moves_nothing() -> None:
    bench = Bench()
    bench.begin()
    assert not bench.tick(task(5, speed=0.5))


def test_what_waits_for_an_order_is_done_after_it() -> None:
    bench = Bench()
    said: list[int] = []
    bench.arranger.wish()
    bench.arranger.afterwards(lambda: said.append(len(bench.shown)))
    assert said == []
    bench.finish(1)
    assert said == [1]
    bench.arranger.afterwards(lambda: said.append(2))
    assert said == [1, 2]


@pytest.mark.anyio
async def test_a_wish_ends_the_rest_between_two_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sms_tui.ui.board.arranger._REST", 3600)
    bench = Bench()
    bench.begin()
    bench.type("web")
    work = asyncio.ensure_future(bench.work[-1])
    await asyncio.sleep(0)
    # Before the order is whole, so that it is outdated at once and the work rests.
    bench.tick(task(5, name="other"))
    await _turns(lambda: len(bench.shown) == 2)
    assert bench.board.is_outdated
    await _turns(lambda: False, 10)
    bench.type("web-0000")
    await _turns(lambda: len(bench.shown) == 3)
    work.cancel()
    assert bench.shown[2:] == [[f"id-{number}" for number in range(10) if number != 5]]


async def _turns(is_enough: Callable[[], bool], most: int = 10_000) -> None:
    """Let the loop turn until it is enough."""
    for _ in range(most):
        if is_enough():
            return
        await asyncio.sleep(0)
