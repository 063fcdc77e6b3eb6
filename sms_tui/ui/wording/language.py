"""The language of the interface: English texts in, the operator's language out.

A language is a TOML file beside this one that maps each English text or template to its translation. A
missing or broken entry is shown in English; nothing here ever fails.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pkgutil import get_data

from sms_tui.domain.sentence import Sentence, sentence

ENGLISH = "en"
LANGUAGES = (ENGLISH, "zh")
_catalogue: Mapping[str, str] = {}


def choose(language: str) -> None:
    """Speak one of `LANGUAGES` from now on."""
    global _catalogue
    _catalogue = {} if language not in LANGUAGES[1:] else catalogue(language)


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """The translations of a language by their English texts."""
    try:
        data = get_data(__package__ or "", f"languages/{language}.toml") or b""
        return {
            english: said for english, said in tomllib.loads(data.decode()).items() if isinstance(said, str)
        }
    except (OSError, ValueError):
        return {}


def tr(text: str, /, **fields: object) -> str:
    """`text` in the language chosen; with `fields` it is a template. Foreign text must not come here."""
    if fields:
        text = sentence(text, **fields)
    if not _catalogue:
        return text
    if isinstance(text, Sentence):
        return _said(text)
    return _catalogue.get(text, text)


def _said(text: Sentence) -> str:
    if not text.fields:
        return _catalogue.get(text.template, text)
    template = _catalogue.get(text.template, text.template)
    spoken = {name: _said(part) if isinstance(part, Sentence) else part for name, part in text.fields.items()}
    try:
        return template.format(**spoken)
    except (LookupError, ValueError, AttributeError):
        return text
