"""Suggests the name that somebody who mistyped one may have meant."""

from collections.abc import Iterable

from sms_tui.domain.sentence import sentence


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The one of `known` that is most like `word`, as the end of a complaint; empty where none is like it."""
    # Only now: most start without a mistake.
    from difflib import get_close_matches

    near = get_close_matches(word, list(known), 1)
    return sentence("; did you mean '{near}'?", near=near[0]) if near else ""
