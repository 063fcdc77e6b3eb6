"""The signs that stand beside words: one set for terminals with Unicode, one for those without.

A sign never carries a meaning alone: what it says is also said by a word or by its place.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct

from sms_tui.domain.task import TaskState
from sms_tui.domain.text import in_ascii


class Glyphs(Struct, frozen=True):
    """One set of signs, each one cell wide except where a text is meant."""

    states: Mapping[TaskState, str]
    cursor: str
    hollow: str
    """The cursor while it stands on nothing"""
    mark: str
    watch: str
    ascending: str
    descending: str
    full: str
    """One whole cell of a bar"""
    half: str
    """The cell in which a bar ends half way"""
    empty: str
    spark: Sequence[str]
    """Heights of a cell of a chart, the lowest first"""
    passed: str
    not_passed: str
    cannot_know: str
    ellipsis: str
    missing: str
    separator: str
    is_ascii: bool = False

    def bar(self, percent: float, width: int) -> str:
        """Draw `percent` (0 to 100) in `width` cells; only 100 fills it and only 0 leaves it empty."""
        steps = round(percent * width * 2 / 100)
        if 0 < percent < 100:
            steps = min(max(steps, 1), 2 * width - 1)
        steps = min(max(steps, 0), 2 * width)
        whole, half = divmod(steps, 2)
        return self.full * whole + self.half * half + self.empty * (width - whole - half)

    def words(self, text: str) -> str:
        """Our own words as this set can show them."""
        return in_ascii(text) if self.is_ascii else text


_STATES = {
    # In Unicode, and in ASCII.
    TaskState.READY: ("○", "o"),
    TaskState.RUNNING: ("▸", ">"),
    TaskState.SYNCING: ("↻", "@"),
    TaskState.MIGRATE_SUCCESS: ("✓", "+"),
    TaskState.SYNC_SUCCESS: ("✓", "+"),
    TaskState.MIGRATE_FAIL: ("✗", "X"),
    TaskState.SYNC_FAIL: ("✗", "X"),
    TaskState.ABORTING: ("◌", "~"),
    TaskState.ABORT: ("‖", "="),
    TaskState.SKIPPING: ("◌", "~"),
    TaskState.DELETING: ("◌", "~"),
    TaskState.RESETING: ("◌", "~"),
    TaskState.SYNC_F_ROLLBACKING: ("◌", "~"),
    TaskState.SYNC_F_ROLLBACK_SUCCESS: ("↶", "<"),
    TaskState.UNKNOWN: ("?", "?"),
}

UNICODE = Glyphs(
    states=MappingProxyType({state: sign for state, (sign, _) in _STATES.items()}),
    cursor="▌",
    hollow="▯",
    mark="●",
    watch="◉",
    ascending="▲",
    descending="▼",
    full="━",
    half="╾",
    empty="─",
    spark="▁▂▃▄▅▆▇█",
    passed="◆",
    not_passed="◇",
    cannot_know="·",
    ellipsis="…",
    missing="–",
    separator="·",
)
ASCII = Glyphs(
    states=MappingProxyType({state: sign for state, (_, sign) in _STATES.items()}),
    cursor=">",
    hollow=":",
    mark="*",
    watch="w",
    ascending="^",
    descending="v",
    full="#",
    half="=",
    empty="-",
    spark="_.-=+*#@",
    passed="#",
    not_passed="-",
    cannot_know=".",
    ellipsis="~",
    missing="-",
    separator="-",
    is_ascii=True,
)


def glyph_set(*, ascii_only: bool) -> Glyphs:
    """The set to draw with."""
    return ASCII if ascii_only else UNICODE
