"""What stands between some tasks and the end of their wave, as far as this program can see."""

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from sms_tui.domain.left_overs import LeftOver, left_overs
from sms_tui.domain.rows import Row
from sms_tui.domain.sentence import Sentence, counted, sentence
from sms_tui.domain.situation import Situation
from sms_tui.domain.task import TaskState

_AT_THE_END = frozenset({Situation.FINISHED, Situation.CLEARED})
NOT_SEEN = (
    sentence("each target boots, answers, and runs the business"),
    sentence("names and load balancers lead to the targets"),
    sentence("sources are kept until nobody needs a way back"),
    sentence("agents are uninstalled, rules for the migration closed"),
    sentence("no disk whose name begins with SMS is left in EVS"),
)
"""What belongs to the end of a wave and only people can say"""


class StillOpen(Struct, frozen=True):
    """One kind of thing that is still to do, and the tasks that it is about."""

    words: Sentence
    rows: tuple[Row, ...]


def still_open(rows: Iterable[Row]) -> Sequence[StillOpen]:
    """Everything that is still to do for `rows`, the most pressing first; nothing for a wave that is done."""
    known = tuple(rows)
    return [
        StillOpen(counted(len(about), one, several), about)
        for applies, one, several in _KINDS
        if (about := tuple(filter(applies, known)))
    ]


def _is_unfinished(row: Row) -> bool:
    """Still clearing is unfinished, too: that can fail."""
    task = row.task
    is_at_rest = task.situation in _AT_THE_END and not task.is_active
    return not (is_at_rest or task.is_failed or task.state is TaskState.UNKNOWN)


def _keeps(thing: LeftOver) -> Callable[[Row], bool]:
    return lambda row: thing in left_overs(row.task)


_KINDS: Sequence[tuple[Callable[[Row], bool], str, str]] = (
    (
        lambda row: bool(row.pending.in_doubt),
        "{count} with an unknown outcome",
        "{count} with an unknown outcome",
    ),
    (
        lambda row: bool(row.pending.words) and not row.pending.in_doubt,
        "{count} with an operation under way",
        "{count} with operations under way",
    ),
    (lambda row: row.task.is_failed, "{count} failed", "{count} failed"),
    (
        lambda row: row.task.state is TaskState.UNKNOWN,
        "{count} in an unknown state",
        "{count} in unknown states",
    ),
    (_is_unfinished, "{count} not finished", "{count} not finished"),
    (
        _keeps(LeftOver.SNAPSHOTS),
        "{count} keeps snapshots: billed, and the way back until they are deleted",
        "{count} keep snapshots: billed, and the way back until they are deleted",
    ),
    (
        _keeps(LeftOver.DISK),
        "{count} keeps a temporary disk: billed",
        "{count} keep temporary disks: billed",
    ),
    (_keeps(LeftOver.CLONE), "{count} has a clone: billed", "{count} have clones: billed"),
)
"""To which tasks a kind applies, and how it is said of one and of several"""
