"""The filter language on one screen, for somebody who is typing a filter."""

from collections.abc import Iterable

from rich.cells import set_cell_size

from sms_tui.domain.rows import ALIASES, COLUMNS
from sms_tui.ui.widgets.hanging_indent import hung
from sms_tui.ui.wording.language import tr

_LEFT = 20
"""Cells"""
_LABEL = 10
"""Cells"""
_WIDTH = 76
_FORMS = (
    ("web prod", "both words, each anywhere in the row"),
    ("5f", "an id by its beginning, or by any four letters of it"),
    ("state:sync", "the column holds this text"),
    ("os=linux", "the column is exactly this; os= alone finds rows without it"),
    ("progress>50", "more than; also < for less"),
    ("speed<20mbit/s", "with a unit; eta>2h, size>1tb"),
    ("age<5m", "changed less than five minutes ago"),
    ("changed>2026-11-23", "later than a day or a time, as created and started"),
    ("!windows", "without; ! turns any of these round"),
    ("/^web-0[1-3]/", "a regular expression"),
    ('name:"db 1"', "quotes keep a space"),
)


def filter_help(room: int) -> str:
    """The forms with an example each, then the columns, in lines of at most `room` cells where they hang."""
    lines = [tr("A space means: and. Capitals do not matter. What is typed acts at once."), ""]
    for form, words in _FORMS:
        lines += _hung(f"{form:<{_LEFT}}{tr(words)}", room, _LEFT)
    lines.append("")
    for label, names in ((tr("Columns:"), COLUMNS), (tr("Also:"), ALIASES)):
        lines += _hung(f"{set_cell_size(label, _LABEL)}{' '.join(names)}", min(room, _WIDTH), _LABEL)
    lines += ["", tr("Lines pasted together: rows with one of them as the whole name, address or id.")]
    lines += [tr("Arrow up and down bring back filters typed before. Enter keeps, esc takes back.")]
    return "\n".join(lines)


def _hung(line: str, room: int, indent: int) -> Iterable[str]:
    return ("".join(text for text, _ in row) for row in hung(((line, ""),), room, indent))
