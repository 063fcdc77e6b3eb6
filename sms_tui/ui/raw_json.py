"""A task's document as text that can be shown: indented, cleaned, and without what lets somebody in."""

import json
import re
from collections.abc import Mapping

from sms_tui.domain.text import DETAIL_LIMIT, clean

MASK = "***"
_DEEPEST = 32
_MOST_LINES = 4000
_SENSITIVE_KEY = re.compile(
    r"passw|passcode|secret|token|credential|private_?key|access_?key|share_url|signature|authorization"
    r"|(?:^|_)(?:ak|sk)$",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"((?:signature|security-token|accesskeyid|credential|token|secret|password)=)[^&\s\"']+", re.IGNORECASE
)


def raw_lines(document: Mapping[str, object]) -> list[str]:
    """The document line by line; ends with a count when it is longer than anybody reads."""
    text = json.dumps(masked(document), indent=2, ensure_ascii=False, default=str)
    lines = text.split("\n")
    shown = [clean(line, DETAIL_LIMIT) for line in lines[:_MOST_LINES]]
    if len(lines) > _MOST_LINES:
        shown.append(f"… ({len(lines) - _MOST_LINES} more lines)")
    return shown


def masked(value: object, depth: int = 0) -> object:
    """A copy of a JSON value in which passwords, tokens and signed addresses cannot be read."""
    if depth > _DEEPEST:
        return "…"
    if isinstance(value, Mapping):
        return {str(key): _masked_item(str(key), item, depth) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [masked(item, depth + 1) for item in value]
    if isinstance(value, str):
        return _SIGNED.sub(rf"\1{MASK}", value)
    return value


def _masked_item(key: str, item: object, depth: int) -> object:
    if _SENSITIVE_KEY.search(key) and item not in (None, "", [], {}) and not isinstance(item, bool):
        return MASK
    return masked(item, depth + 1)
