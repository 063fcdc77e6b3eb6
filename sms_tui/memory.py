"""Keeps the remembered choices on disk while the program runs, together with other running programs."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import fields
from pathlib import Path
from threading import Lock
from time import sleep
from typing import Any

from sms_tui.state import MOST_HISTORY, State, load, save

_TRIES = 20
"""How often the lock is tried"""
_BETWEEN_TRIES = 0.05
"""Seconds"""


class Memory:
    """A state and its file: what was changed here is put into what stands there by now, key by key."""

    def __init__(self, path: Path) -> None:
        self.state = load(path)
        self._path = path
        self._written = self._tried = deepcopy(self.state)
        self._one_at_a_time = Lock()

    def news(self) -> State | None:
        """A copy of the state to be written, if it is not what was handed out last."""
        if self.state == self._tried:
            return None
        self._tried = deepcopy(self.state)
        return self._tried

    def write(self, news: State) -> str:
        """Write what `news` has changed, from any thread; why that was not possible, or nothing."""
        with self._one_at_a_time, _alone(self._path.parent):
            problem = save(self._path, _merged(news, self._written, load(self._path)))
            if not problem:
                self._written = news
        return problem

    def end(self) -> str:
        """Write what is not written yet, as `write` does."""
        return self.write(deepcopy(self.state)) if self.state != self._written else ""


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other programs from writing meanwhile; where that cannot be had it goes without."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        yield
        return
    try:
        _lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    for _ in range(_TRIES):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            # Another program writes. Waiting without end could hang the end of this one.
            sleep(_BETWEEN_TRIES)
        except OSError:
            return
        else:
            return


def _merged(ours: State, before: State, theirs: State) -> State:
    """`theirs` with what `ours` has changed since `before`."""
    merged = State()
    for name in (each.name for each in fields(State)):
        mine, old, other = (getattr(state, name) for state in (ours, before, theirs))
        value = other
        if mine != old:
            value = _table(mine, old, other) if isinstance(mine, dict) else mine
        if name == "filter_history":
            value = [*mine, *(text for text in other if text not in mine)][:MOST_HISTORY]
        setattr(merged, name, value)
    return merged


def _table(mine: Mapping[str, Any], old: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    changed = {key: value for key, value in mine.items() if old.get(key) != value}
    gone = old.keys() - mine.keys()
    return {key: value for key, value in {**other, **changed}.items() if key not in gone}
