"""A held screen: all that it shows of tasks stays what it was, and its age goes on counting."""

from pathlib import Path

import pytest

from sms_tui.domain.task import TaskDetail
from sms_tui.engine.event_log import EventLog
from sms_tui.engine.store.store import Store
from sms_tui.ui.board.shown import Shown
from tests.domain.samples import make_task
from tests.story import Operator, story

pytestmark = pytest.mark.anyio

WIDE = (160, 40)
MOVING = "w1-app-03"


def table(op: Operator) -> str:
    """The table without its ETA and NEXT, which count on as time goes by."""
    return "\n".join(line[:66] for line in op.shown().splitlines()[2:9])


def detail(op: Operator) -> str:
    """The detail pane."""
    return "\n".join(line[104:] for line in op.shown().splitlines()[2:32])


def header(op: Operator) -> str:
    """The first line."""
    return op.shown().splitlines()[0]


async def test_a_held_screen_shows_one_picture_and_how_old_it_is(tmp_path: Path) -> None:
    async with story(tmp_path, size=WIDE) as op:
        await op.select(MOVING)
        await op.advance(1)
        before = table(op)
        await op.press("p")
        assert "SCREEN PAUSED" in header(op)
        await op.advance(180)
        assert "STALE 3 m" in header(op)
        assert table(op) == before
        # What is typed draws rows anew.
        await op.press("slash")
        await op.type("w1")
        await op.press("enter")
        assert table(op) == before
        await op.press("p")
        await op.advance(1)
        assert table(op) != before
        assert "updated" in header(op)
        assert "SCREEN PAUSED" not in header(op)


async def test_a_held_detail_is_that_of_the_row_beside_it(tmp_path: Path) -> None:
    async with story(tmp_path, size=WIDE) as op:
        await op.select(MOVING)
        await op.press("right_square_bracket", "right_square_bracket", "right_square_bracket")
        await op.advance(30)
        await op.press("p")
        before = detail(op)
        assert "[Speed]" in before
        await op.advance(60)
        await op.press("j", "k")
        await op.advance(1)
        assert detail(op) == before
        await op.press("p")
        await op.advance(1)
        assert detail(op) != before


async def test_operations_go_on_while_the_screen_is_held(tmp_path: Path) -> None:
    async with story(tmp_path, size=WIDE) as op:
        await op.select(MOVING)
        await op.advance(1)
        await op.press("p")
        before = table(op)
        await op.press("a", "p")
        op.question("Pause (stop)", MOVING)
        await op.confirm("y")
        await op.advance(60)
        assert table(op) == before
        assert "1 running" in header(op)
        await op.press("slash")
        await op.type("running")
        await op.press("enter")
        assert MOVING in table(op)
        # The palette judges by the task as it is: what is paused already is not paused again.
        await op.press("a")
        assert "Resume (start)" in op.shown()
        await op.press("escape", "p")
        await op.advance(1)
        assert MOVING not in table(op)
        assert "running" not in header(op)


async def test_watching_turns_while_the_screen_is_held(tmp_path: Path) -> None:
    async with story(tmp_path, size=WIDE) as op:
        task_id = await op.select(MOVING)
        await op.press("p", "w")
        assert op.engine.store.watched == {task_id}
        await op.press("w")
        assert op.engine.store.watched == frozenset()


async def test_a_held_screen_says_that_the_service_no_longer_answers(tmp_path: Path) -> None:
    async with story(tmp_path, size=WIDE) as op:
        await op.press("p")
        op.line.is_down = True
        await op.advance(120)
        assert "OFFLINE since" in header(op)


def test_a_task_that_went_stays_in_a_held_picture() -> None:
    store = Store(EventLog(lambda: 0.0), lambda: 0.0)
    task = make_task()
    store.intake.page([task], store.begin())
    shown = Shown(store)
    shown.hold()
    store.intake.remove(task.id, "gone", store.begin())
    assert (shown.total, len(shown.rows()), sum(shown.situations.values())) == (1, 1, 1)
    assert shown.row(task.id) is not None
    shown.release()
    assert (shown.total, shown.rows(), shown.row(task.id)) == (0, [], None)


def test_what_is_read_of_a_task_alone_waits_for_the_end_of_the_hold() -> None:
    store = Store(EventLog(lambda: 0.0), lambda: 0.0)
    task = make_task()
    store.intake.page([task], store.begin())
    shown = Shown(store)
    shown.hold()
    store.intake.detail(TaskDetail(task, {}, 0.0), store.begin())
    assert shown.detail(task.id) is None
    shown.release()
    assert shown.detail(task.id) is not None
