"""How long a launch takes a server out of service, by the sync rounds seen and by usual times for the rest.

The service gives no such figure, and none of how far a synchronization is behind.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct

from sms_tui.domain.quantities import age, duration
from sms_tui.domain.sentence import Sentence, counted, joined, sentence
from sms_tui.domain.task import Task

_USUAL = (150.0, 660.0)
"""Seconds of configuring (1 to 5 minutes), detaching (1 to 3) and the first boot (half a minute to 3)"""
_CHECK, _CHECK_ON_WINDOWS = 780 / 100e9, 1020 / 100e9
"""Seconds a byte that the vendor measured for a consistency check"""
_ENOUGH_ROUNDS = 3
_GROWN = 1.5
"""How many times as long as the first of them the last one has to be: all rounds vary a little"""
_WORTH_SAYING = 300.0
"""Seconds of a round; a shorter one is no trouble, however much it has grown"""
_HOUR = 3600
_KNOWN = (
    "Outage of {least} to {most} by the last sync round and usual times{check}; "
    "verifying, switching not counted."
)
_UNKNOWN = (
    "Outage of {least} to {most} (usual) and a final sync of unknown length{check}; "
    "verifying, switching not counted."
)


class Outage(Struct, frozen=True):
    """Seconds from a launch to a target that runs; what people do before and after is not in it."""

    least: float
    most: float
    check: float | None
    """What a consistency check adds, if one is made; None where the size is not told"""
    is_sync_known: bool
    """Whether a round was seen, which stands for the final sync; else that comes on top"""


def outage(task: Task) -> Outage:
    """The outage that a launch of `task` would bring."""
    sync = task.rounds[-1].seconds if task.rounds else 0.0
    least, most = _USUAL
    per_byte = _CHECK_ON_WINDOWS if task.is_windows else _CHECK
    check = task.total * per_byte if task.total else None
    return Outage(sync + least, sync + most, check, bool(task.rounds))


def is_diverging(task: Task) -> bool:
    """Whether the last rounds took longer each time: then the source outruns the link."""
    if len(task.past_rounds) < _ENOUGH_ROUNDS - 1:
        return False
    seconds = [each.seconds for each in task.rounds[-_ENOUGH_ROUNDS:]]
    if len(seconds) < _ENOUGH_ROUNDS or seconds[-1] < max(_WORTH_SAYING, _GROWN * seconds[0]):
        return False
    return all(before < after for before, after in pairwise(seconds))


def cost_of_launch(tasks: Sequence[Task]) -> Sentence:
    """What a launch of `tasks` costs; of several, the longest outage among them."""
    longest = max(tasks, key=_worst)
    told = _told(outage(longest))
    if len(tasks) == 1:
        return told
    told = sentence("The longest, {name}: {outage}", name=longest.name, outage=told.in_midst())
    unseen = sum(not task.rounds for task in tasks)
    if not unseen or not longest.rounds:
        return told
    more = counted(unseen, "Of one no sync round was seen yet.", "Of {count} no sync round was seen yet.")
    return joined(" ", (told, more))


def launch_by(tasks: Sequence[Task], end: float) -> tuple[float, float]:
    """The latest moments to launch `tasks` for targets that run at `end`: without a check, and with one.

    In epoch seconds, like `end`. A final sync of which nothing is known is in neither.
    """
    return end - max(outage(task).most for task in tasks), end - max(_worst(task) for task in tasks)


def _worst(task: Task) -> float:
    found = outage(task)
    return found.most + (found.check or 0.0)


def _told(found: Outage) -> Sentence:
    template = _KNOWN if found.is_sync_known else _UNKNOWN
    check = sentence(" (+{time} with a consistency check)", time=about(found.check)) if found.check else ""
    return sentence(template, least=about(found.least), most=about(found.most), check=check)


def about(seconds: float) -> Sentence:
    """A span that nobody knows to the second, in full minutes."""
    minutes = math.ceil(seconds / 60) * 60
    return age(minutes) if minutes < _HOUR else duration(minutes)
