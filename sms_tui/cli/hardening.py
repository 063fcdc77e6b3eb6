"""Streams and core dumps made safe before anything else happens."""

import resource
from contextlib import suppress
from typing import TextIO


def forbid_core_dumps() -> None:
    """A core would hold every secret."""
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def forgive_encodings(*streams: TextIO) -> None:
    """Have a character that a stream cannot show written as its code, rather than end the program."""
    for stream in streams:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
