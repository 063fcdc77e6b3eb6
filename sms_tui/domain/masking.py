"""Removes from the service's documents whatever gives access: passwords, tokens, keys, signed URLs.

Every document that leaves the program (screen, file, clipboard, standard output) passes through `masked`, and
what it says of an error through `masked_text`, in the domain where that is read: no list pays for it.
"""

import re
from collections.abc import Mapping

from sms_tui.domain.secret import MASK

_DEEPEST = 32
_SENSITIVE_KEY = re.compile(
    r"passw|passcode|passphrase|(?:admin|user|root|^|_)_?pass$|pwd|secret|token|credential|private_?key|access_?key|share_url|signature|authorization"
    r"|(?:^|_)(?:ak|sk)$",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"((?:signature|security-token|accesskeyid|credential|token|secret|password)=)[^&\s\"']+", re.IGNORECASE
)
_PAIR = re.compile(r'"([^"\\]{1,60})"(\s{0,8}:\s{0,8})"((?:\\.?|[^"\\])+)', re.DOTALL)
"""A key and its text in JSON that stands inside a text, whose end may be cut off"""
_USERINFO_IN_TEXT = re.compile(r"(://)[^\s/\"']*@")
_USERINFO = re.compile(r"(://).*@|(:)\S*@", re.DOTALL)
"""Up to the last `@`: those before it, and any `/`, belong to a password that nobody encoded"""


def without_userinfo(url: str) -> str:
    """`url` without the name and password before its host, even if it is no valid URL."""
    return _USERINFO.sub(rf"\1\2{MASK}@", url)


def masked(value: object, depth: int = 0) -> object:
    """A copy of a JSON value in which passwords, tokens and signed addresses cannot be read."""
    if depth > _DEEPEST:
        return "…"
    if isinstance(value, Mapping):
        return {str(key): _masked_item(str(key), item, depth) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [masked(item, depth + 1) for item in value]
    if isinstance(value, str):
        return masked_text(value)
    return value


def masked_text(text: str) -> str:
    """`text` without the passwords, tokens and signatures that stand in it under their names."""
    text = _USERINFO_IN_TEXT.sub(rf"\1{MASK}@", _SIGNED.sub(rf"\1{MASK}", text))
    return _PAIR.sub(_masked_pair, text)


def _masked_pair(pair: re.Match[str]) -> str:
    return f'"{pair[1]}"{pair[2]}"{MASK}' if _SENSITIVE_KEY.search(pair[1]) else pair[0]


def _masked_item(key: str, item: object, depth: int) -> object:
    if _SENSITIVE_KEY.search(key) and item not in (None, "", [], {}) and not isinstance(item, bool):
        return MASK
    return masked(item, depth + 1)
