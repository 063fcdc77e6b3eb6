"""Explains error codes from a catalogue in the package, since a jump host has no browser."""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pkgutil import get_data
from types import MappingProxyType

from msgspec import Struct

from sms_tui.domain.masking import masked_text
from sms_tui.domain.sentence import Sentence, joined, sentence

_MOST_READ = 4096
"""Characters of `error_json` that are looked at; the service cuts it at 255"""
_DEEPEST = 8
"""Lists in lists that are still put in words; no service means more, and Python would not go on for ever"""
_CODE = re.compile(r"\b(?:SMS|APIGW|APIG|IAM)\.\d{4}(?!\d)")
_NAMED_CODE = re.compile(r'"error_code"\s*:\s*"([\w.-]{1,40})"')
_PLAUSIBLE = re.compile(r"[\w.-]{1,40}")
_RESUMING = MappingProxyType(
    {
        "y": sentence("Resume helps after the fix."),
        "a": sentence("The agent may go on by itself; else Resume helps after the fix."),
        "n": sentence("Resume does not help: a new task or registration is needed."),
    }
)


class Advice(Struct, frozen=True):
    """One row of the catalogue."""

    code: str
    meaning: str
    first: str
    """What to do first, short enough for a row: the action up to its first semicolon"""
    rest: str
    who: str
    """S source, N network, T target, A account, V vendor, joined by `/`; `-` for nobody in particular"""
    resume: str
    """y: resume after the fix; a: the same, but where it is set up to the agent tries again by itself;
    n: a new task is needed; -: there is no task yet, or nothing to resume"""

    @property
    def action(self) -> Sentence:
        """All that is to be done."""
        return joined("; ", (self.first, self.rest))

    @property
    def resuming(self) -> str:
        """Whether resuming helps; empty where there is nothing to resume."""
        return _RESUMING.get(self.resume, "")


@lru_cache(maxsize=1)
def _catalogue() -> Mapping[str, Advice]:
    # Only now, since most tasks have no error; `importlib.resources` would load what archives need, too.
    data = get_data("sms_tui.domain", "errors.tsv") or b""
    rows = map(_advice, data.decode().splitlines()[1:])
    return MappingProxyType({row.code: row for row in rows})


def _advice(line: str) -> Advice:
    code, meaning, action, who, resume = line.split("\t")
    first, _, rest = action.partition("; ")
    return Advice(code, sentence(meaning), sentence(first), sentence(rest), who, resume)


def explain(code: str) -> Advice | None:
    """What the catalogue says of `code`, if it knows it."""
    return _catalogue().get(code.strip().upper())


def codes() -> list[str]:
    """Every code of the catalogue."""
    return list(_catalogue())


def search(words: str) -> list[Advice]:
    """The rows in which all of `words` begin a word, whatever the case; none for no words."""
    wanted = words.casefold().split()
    return [advice for advice in _catalogue().values() if wanted and _holds(advice, wanted)]


def _holds(advice: Advice, wanted: list[str]) -> bool:
    text = f"{advice.code} {advice.meaning} {advice.action}".casefold()
    return all(re.search(rf"(?<!\w){re.escape(word)}", text) for word in wanted)


def error_code(error: str) -> str:
    """The code in an `error_json`, even where the text is cut off; empty if there is none."""
    return _code(error[:_MOST_READ]) if error else ""


@lru_cache(maxsize=1024)
def _code(error: str) -> str:
    document = _parsed(error)
    code = document.get("error_code") if isinstance(document, dict) else None
    if isinstance(code, str) and _PLAUSIBLE.fullmatch(code):
        return code
    if named := _NAMED_CODE.search(error):
        return named[1]
    found = _CODE.search(error)
    return found[0] if found else ""


def error_text(error: str) -> str:
    """An `error_json` in words, its code first; the text as it was sent where it cannot be read.

    Without what gives access: a service may repeat there what it could not sign in with.
    """
    return masked_text(_said(error))


def _said(error: str) -> str:
    document = _parsed(error[:_MOST_READ])
    if not isinstance(document, dict):
        return error
    parts = (document.get("error_msg"), document.get("error_param"))
    words = [text for part in parts if (text := _words(part))]
    return " ".join((error_code(error), *words)).strip() or error


def _words(part: object, depth: int = 0) -> str:
    if isinstance(part, str):
        return part
    if depth > _DEEPEST:
        return "…"
    if isinstance(part, list):
        return ", ".join(_words(item, depth + 1) for item in part)
    return "" if part is None else _dumped(part)


def _dumped(part: object) -> str:
    try:
        return json.dumps(part, ensure_ascii=False)
    except RecursionError:
        return "…"


def _parsed(error: str) -> object:
    try:
        return json.loads(error)
    except (ValueError, RecursionError):
        return None
