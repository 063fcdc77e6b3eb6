"""A store by itself, and lists that it reads."""

from collections.abc import Callable, Sequence
from itertools import count

from sms_tui.domain.task import Task
from sms_tui.engine.event_log import EventLog
from sms_tui.engine.store.roster import Reading
from sms_tui.engine.store.store import Store

NOW = 1_700_000_000.0


def make_store(now: Callable[[], float] = lambda: NOW) -> tuple[Store, EventLog]:
    log = EventLog(now)
    return Store(log, now), log


def later() -> Callable[[], float]:
    """A clock that is ten seconds later with each look, so that no list lags behind a read of one task."""
    moments = count(NOW, 10)
    return lambda: next(moments)


def sweep(store: Store, tasks: Sequence[Task], *, is_whole: bool = True) -> Reading:
    reading = store.begin()
    store.intake.page(tasks, reading)
    end(store, reading, is_whole=is_whole)
    return reading


def end(store: Store, reading: Reading, *, is_whole: bool) -> None:
    """The list of `reading` lacks those that neither it nor anything newer has shown."""
    numbers = {task_id: store.reading(task_id).number for task_id in store.tasks}  # type: ignore[union-attr]
    lacking = sorted(task_id for task_id, number in numbers.items() if number < reading.number)
    assert store.intake.end(reading, is_whole=is_whole) == lacking
