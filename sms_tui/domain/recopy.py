"""How many hours it costs if a copy, finished or under way, has to be made again."""

from collections.abc import Iterable, Sequence

from sms_tui.domain.quantities import duration, size, speed
from sms_tui.domain.sentence import Sentence, sentence
from sms_tui.domain.task import Task

_WORTH_SAYING = 3600.0
_BITS = 8e-6
"""Megabits of a byte"""


def cost_of_recopy(tasks: Sequence[Task]) -> Sentence | None:
    """How long the longest full copy among `tasks` takes at its present speed; None if under an hour."""
    known = _known(tasks)
    seconds, task = max(known, key=lambda each: each[0], default=(0.0, None))
    if task is None or seconds < _WORTH_SAYING:
        return None
    fields = {"time": duration(seconds), "size": size(task.total or 0), "speed": speed(task.speed or 0)}
    if len(tasks) == 1:
        return sentence("Copied again as a whole, it takes about {time}: {size} at {speed}.", **fields)
    return sentence(
        "Copied again as a whole, the longest of them takes about {time}: {name}, {size} at {speed}.",
        name=task.name,
        **fields,
    )


def _known(tasks: Iterable[Task]) -> list[tuple[float, Task]]:
    return [(task.total * _BITS / task.speed, task) for task in tasks if task.total and task.speed]
