"""Remembers each page of the list as it was last read, so that only its differences have to be looked at.

Most tasks of a page are the same objects as before, since unchanged items are not read again.
"""

from collections.abc import Sequence
from itertools import compress
from operator import is_not

from msgspec import Struct

from sms_tui.domain.task import Task
from sms_tui.engine.store.roster import Reading, Sighting

MOST_AT_ONCE = 50
"""Tasks that are merged in one go, well under 4 ms: keys must not wait for a page of 200"""


class Opened(Struct, frozen=True):
    """A page that was opened, and which of its tasks have to be looked at: none, some or all."""

    tasks: Sequence[Task]
    sighting: Sighting
    """Of the whole page"""
    alike: int
    """How many tasks are as they were"""


class _Page(Struct):
    """What a page showed last; one list, refilled: the garbage collector would go through a new one."""

    tasks: list[Task]
    sighting: Sighting


class Pages:
    """Remembers the pages of one list by their place in it."""

    def __init__(self) -> None:
        self._pages: dict[int, _Page] = {}

    def opened(self, index: int, tasks: Sequence[Task], reading: Reading) -> Opened:
        """Compare a page with what stood in its place: the tasks that differ have to be looked at.

        Where many differ, or some moved, it is all of them.
        """
        page = self._pages.get(index)
        if page is None:
            page = self._pages[index] = _Page([], Sighting(reading))
        changed = _differences(tasks, page.tasks, page.sighting)
        if changed is None:
            page.sighting, changed = Sighting(reading, left=len(tasks)), tasks
        else:
            page.sighting.reading, page.sighting.left = reading, len(changed)
            page.sighting.strays = {task.id for task in changed}
        # Where nothing changed the list stays: to refill it would fetch each task from memory.
        if changed or len(tasks) != len(page.tasks):
            page.tasks[:] = tasks
        return Opened(changed, page.sighting, len(tasks) - len(changed))

    def end(self, reading: Reading) -> None:
        """Forget the pages that a whole list no longer has."""
        self._pages = {
            index: page
            for index, page in self._pages.items()
            if page.sighting.reading.number == reading.number
        }


def _differences(tasks: Sequence[Task], before: Sequence[Task], sighting: Sighting) -> Sequence[Task] | None:
    """Tasks that are other objects, or that the last sighting does not hold for; None if they are many."""
    if sighting.left or len(tasks) != len(before):
        return None
    # By identity alone: to look into a task, it would have to come from far in memory.
    is_other = list(map(is_not, tasks, before))
    if strays := sighting.strays:
        is_other = [other or task.id in strays for task, other in zip(tasks, is_other, strict=True)]
    changed = list(compress(tasks, is_other))
    if len(changed) > MOST_AT_ONCE:
        return None
    moved = (new.id != old.id for new, old in zip(changed, compress(before, is_other), strict=True))
    return None if any(moved) else changed
