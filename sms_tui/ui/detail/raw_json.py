"""A task's document as text that can be shown: indented, cleaned, and without what lets somebody in."""

import json
from collections.abc import Mapping

from sms_tui.domain.masking import masked
from sms_tui.domain.text import DETAIL_LIMIT, clean
from sms_tui.ui.language import tr

_MOST_LINES = 4000


def raw_lines(document: Mapping[str, object]) -> list[str]:
    """The document line by line; ends with a count when it is longer than anybody reads."""
    text = json.dumps(masked(document), indent=2, ensure_ascii=False, default=str)
    lines = text.split("\n")
    shown = [clean(line, DETAIL_LIMIT) for line in lines[:_MOST_LINES]]
    if len(lines) > _MOST_LINES:
        shown.append(tr("… ({count} more lines)", count=len(lines) - _MOST_LINES))
    return shown
