"""Garbage is looked for when it suits the screen, and found all the same."""

import gc
import weakref
from collections.abc import Callable, Iterator

import pytest
from msgspec.structs import replace

from sms_tui.engine.event_log import EventLog
from sms_tui.engine.store.store import Store
from sms_tui.ui.garbage_collection import GarbageCollection


class Knot:
    """Garbage that only a look at cycles can find."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def later() -> Iterator[list[Callable[[], None]]]:
    """What is to be done later; afterwards the collector is as it was."""
    asked: list[Callable[[], None]] = []
    was_enabled, thresholds = gc.isenabled(), gc.get_threshold()
    gc.disable()
    yield asked
    gc.unfreeze()
    gc.set_threshold(*thresholds)
    if was_enabled:
        gc.enable()


def store() -> Store:
    return Store(EventLog(lambda: 0.0), lambda: 0.0)


def test_nothing_is_looked_for_until_the_first_list_is_whole(later: list[Callable[[], None]]) -> None:
    garbage_collection, tasks = GarbageCollection(lambda _, act: later.append(act)), store()
    garbage_collection.seen(tasks)
    assert not gc.isenabled()
    tasks.set_sync(replace(tasks.sync, rounds=1))
    garbage_collection.seen(tasks)
    assert gc.isenabled()


def test_a_list_that_never_comes_does_not_put_it_off_for_ever(later: list[Callable[[], None]]) -> None:
    GarbageCollection(lambda _, act: later.append(act))
    later[0]()
    assert gc.isenabled()


def test_every_few_news_what_they_left_behind_is_found(later: list[Callable[[], None]]) -> None:
    garbage_collection, tasks = GarbageCollection(lambda _, act: later.append(act)), store()
    garbage_collection.loaded()
    gc.disable()  # So that nobody else finds it.
    knot = Knot()
    seen = weakref.ref(knot)
    garbage_collection.seen(tasks)  # Held still, it is taken for something that stays.
    del knot
    for _ in range(4):
        garbage_collection.seen(tasks)
    assert seen() is None


def test_a_key_that_waits_for_its_frame_puts_a_look_off(
    later: list[Callable[[], None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, awaited = list[int](), [True]
    garbage_collection, tasks = (
        GarbageCollection(lambda _, act: later.append(act), lambda: awaited[0]),
        store(),
    )
    garbage_collection.loaded()
    later.clear()
    monkeypatch.setattr(gc, "collect", looks.append)
    garbage_collection.seen(tasks)
    garbage_collection.seen(tasks)
    assert (looks, len(later)) == ([], 1)
    awaited[0] = False
    later[0]()
    assert len(looks) == 1
    garbage_collection.seen(tasks)
    assert len(looks) == 2
