"""The last line: the keys that work where the cursor is."""

from collections.abc import Iterable, Sequence

from msgspec import Struct
from rich.cells import cell_len
from textual.content import Content

from sms_tui.ui.bars.line import BarLine

_HINT_GAP = 2
_SURE = 3
"""Hints at the end that are shown before all others"""


class Hint(Struct, frozen=True):
    """One thing that can be done."""

    key: str
    word: str
    action: str = ""
    """What a click does; nothing if empty"""


class Footer(BarLine):
    """The keys that work where the cursor is."""

    DEFAULT_CSS = """
    Footer { background: $panel; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._hints: tuple[Hint, ...] = ()
        self._refusal = ""

    def show(self, hints: Iterable[Hint], refusal: str = "") -> None:
        """Draw as many hints as fit, and on the right why operations are refused."""
        wanted = tuple(hints), refusal
        if wanted != (self._hints, self._refusal):
            self._hints, self._refusal = wanted
            self._draw()

    def on_resize(self) -> None:
        """Choose again how many fit."""
        self._draw()

    def _draw(self) -> None:
        pieces: list[tuple[str, str]] = []
        refused = cell_len(self._refusal)
        room = self.room - (refused + _HINT_GAP if refused else 0)
        fitting = _fitting(self._hints, room)
        room -= max(sum(map(_cells, fitting)) - _HINT_GAP, 0)
        self.act_on((f"{hint.key} {hint.word}{' ' * _HINT_GAP}", hint.action) for hint in fitting)
        for hint in fitting:
            gap = " " * _HINT_GAP if pieces else ""
            pieces += [(f"{gap}{hint.key}", "bold $accent"), (f" {hint.word}", "$text-muted")]
        if refused:
            pieces += [(" " * (max(room, 0) + _HINT_GAP), ""), (self._refusal, "bold $warning")]
        self.update(Content.assemble(*pieces), layout=False)


def _fitting(hints: Sequence[Hint], room: int) -> Sequence[Hint]:
    """Those for which there is room; the last ones first, since they lead on to help and all commands."""
    room += _HINT_GAP
    chosen: set[Hint] = set()
    for hint in (*hints[-_SURE:], *hints[:-_SURE]):
        if (cells := _cells(hint)) <= room:
            chosen.add(hint)
            room -= cells
    return [hint for hint in hints if hint in chosen]


def _cells(hint: Hint) -> int:
    return cell_len(hint.key) + 1 + cell_len(hint.word) + _HINT_GAP
