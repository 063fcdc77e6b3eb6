"""Percent-encodes texts for a URL exactly as the service does when it checks a signature."""

from collections.abc import Iterable
from urllib.parse import quote


def quoted(text: str) -> str:
    """Percent-encode all but letters, digits and `-._~`, as UTF-8."""
    return quote(text, safe="")


def query_text(pairs: Iterable[tuple[str, str]]) -> str:
    """The query as it is both signed and sent: sorted by plain key and value, then encoded."""
    return "&".join(f"{quoted(key)}={quoted(value)}" for key, value in sorted(pairs))
