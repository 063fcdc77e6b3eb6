"""Chooses the interface language: the configured one, or that of the locale."""

from collections.abc import Mapping

_SAMPLE = "中文"


def language_of(configured: str, environ: Mapping[str, str], encoding: str) -> str:
    """`configured` (`auto`, `en` or `zh`) made definite; English where `encoding` has no Chinese."""
    language = _of_locale(environ) if configured == "auto" else configured
    return language if language == "en" or _has_chinese(encoding) else "en"


def _of_locale(environ: Mapping[str, str]) -> str:
    """The first of the variables that is set decides, as it does for every program."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((value for name in names if (value := environ.get(name))), "")
    return "zh" if locale.lower().startswith("zh") else "en"


def _has_chinese(encoding: str) -> bool:
    try:
        _SAMPLE.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
