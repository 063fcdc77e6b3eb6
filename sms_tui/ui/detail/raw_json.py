"""A task's document as text to show: indented, cleaned, and without secrets."""

import json
import re
from collections.abc import Iterator, Mapping

from rich.cells import cell_len, chop_cells

from sms_tui.domain.masking import masked
from sms_tui.domain.text import DETAIL_LIMIT, clean
from sms_tui.ui.widgets.hanging_indent import HANG, Line
from sms_tui.ui.wording.language import tr

_MOST_LINES = 4000
_STEP = 4
_JOINTS = " -/,"
_MEMBER = r'( *(?:"(?:[^"\\]|\\.)*": )?)(.*)'
"""What a value stands behind, and the value"""


def raw_lines(document: Mapping[str, object]) -> list[str]:
    """The document line by line; ends with a count when it is longer than anybody reads."""
    text = json.dumps(masked(document), indent=2, ensure_ascii=False, default=str)
    lines = text.split("\n")
    shown = [clean(line, DETAIL_LIMIT) for line in lines[:_MOST_LINES]]
    if len(lines) > _MOST_LINES:
        shown.append(tr("… ({count} more lines)", count=len(lines) - _MOST_LINES))
    return shown


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
    return list(_cut(text, room)) or [""]


def _cut(text: str, room: int) -> Iterator[str]:
    while text:
        part = chop_cells(text[: room + 1], room)[0]
        joint = max(map(part.rfind, _JOINTS)) + 1
        if len(part) < len(text) and joint > room // 2:
            part = part[:joint]
        yield part
        text = text[len(part) :]
