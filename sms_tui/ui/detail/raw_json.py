"""A task's document as text to show: indented, cleaned, and without secrets."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from rich.cells import cell_len, chop_cells

from sms_tui.domain.masking import masked
from sms_tui.domain.text import DETAIL_LIMIT, clean
from sms_tui.ui.widgets.hanging_indent import HANG, Line
from sms_tui.ui.wording.language import tr

_MOST_LINES = 2000
_MOST_LETTERS = 64 * 1024
"""Drawing as much takes a tenth of a second, in which keys wait"""
_DEEPEST = 40
"""Below that nothing is shown in any case"""
T = TypeVar("T")
_STEP = 4
_JOINTS = " -/,"
_MEMBER = r'( *(?:"(?:[^"\\]|\\.)*": )?)(.*)'
"""What a value stands behind, and the value"""


def raw_lines(document: Mapping[str, object]) -> list[str]:
    """The document line by line, without what is more than anybody reads; then the last line says so."""
    room = _Room()
    text = json.dumps(masked(room.part_of(document)), indent=2, ensure_ascii=False, default=str)
    shown = [clean(line, DETAIL_LIMIT) for line in text.split("\n")]
    if room.is_cut:
        shown.append(tr("… the document goes on: sms-tui show -o json prints all of it"))
    return shown


class _Room:
    """How much of a document is still to be shown; what is left out is not even looked at."""

    def __init__(self) -> None:
        self._lines = _MOST_LINES
        self._letters = _MOST_LETTERS
        self.is_cut = False

    def part_of(self, value: object, depth: int = 0) -> object:
        """As much of `value` as there is room for."""
        if isinstance(value, str):
            return self._beginning(value)
        if depth > _DEEPEST:
            return None
        if isinstance(value, Mapping):
            items = self._taken(value.items())
            return {self._beginning(str(key)): self.part_of(item, depth + 1) for key, item in items}
        if isinstance(value, list | tuple):
            return [self.part_of(item, depth + 1) for item in self._taken(value)]
        return value

    def _taken(self, items: Iterable[T]) -> Iterator[T]:
        for item in items:
            if self._lines <= 0 or self._letters <= 0:
                self.is_cut = True
                return
            self._lines -= 1
            yield item

    def _beginning(self, text: str) -> str:
        """Of a long text twice what a line shows: a secret at the end of that is masked as a whole."""
        self._letters -= min(len(text), DETAIL_LIMIT)
        return text[: 2 * DETAIL_LIMIT]


def hung_json(line: str, width: int) -> list[Line]:
    """A line of a document in lines of at most `width` cells; what goes on stays clear of the names.

    Nothing is lost where it is broken, so that what is selected can be put together again.
    """
    found = re.match(_MEMBER, line)
    name, value = found.groups() if found else ("", line)
    if cell_len(line) <= width:
        return [((name, "muted"), (value, ""))]
    beside, margin = cell_len(name), len(name) - len(name.lstrip())
    if beside <= width // 2:
        first, *others = _parts(value, width - beside)
        return [((name, "muted"), (first, "")), *_going_on(others, beside, "")]
    indent = min(margin + _STEP, width // 2)
    values = _going_on(_parts(value, width - indent), indent, "")
    if beside <= width:
        return [((name, "muted"),), *values]
    # So deep in the document that its own indentation may leave no room.
    margin = min(margin, width // 2)
    first, *others = chop_cells(name.lstrip(), width - margin) or [""]
    return [((" " * margin + first, "muted"),), *_going_on(others, margin, "muted"), *values]


def _going_on(parts: list[str], indent: int, style: str) -> list[Line]:
    return [((" " * indent, HANG), (part, style)) for part in parts]


def _parts(text: str, room: int) -> list[str]:
    """All of `text` in pieces of at most `room` cells, broken at joints that leave none half empty."""
    parts: list[str] = []
    while text:
        part = chop_cells(text[: room + 1], room)[0]
        joint = max(map(part.rfind, _JOINTS)) + 1
        if len(part) < len(text) and joint > room // 2:
            part = part[:joint]
        parts.append(part)
        text = text[len(part) :]
    return parts or [""]
