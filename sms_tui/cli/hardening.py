"""Makes streams, core dumps and the size of the terminal safe before anything else happens."""

import codecs
import os
import resource
from collections.abc import MutableMapping
from contextlib import suppress
from typing import TextIO

_ALIKE = {ord(sign): ascii_sign for sign, ascii_sign in zip("–…→", "-~>", strict=True)}
"""The signs of our own lines, each with an ASCII one that is as wide"""

_M_ARENA_MAX = -8
"""As in <malloc.h>"""


def forbid_core_dumps() -> None:
    """A core would hold every secret."""
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def allow_many_files() -> None:
    """As many open files as the system lets us have: each operation whose outcome is unknown keeps one."""
    with suppress(OSError, ValueError):
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def share_memory() -> None:
    """Have all threads take memory from one place, where addresses are limited, as by `ulimit -v`.

    The C library would set 64 MB aside for each thread, and an interpreter that gets none may spin for ever.
    """
    # Not every system has the limit, and not every C library has, or needs, the setting.
    with suppress(ImportError, OSError, AttributeError):
        if resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY:
            return
        import ctypes

        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def forget_size(environ: MutableMapping[str, str], out: TextIO) -> None:
    """Let the terminal tell its size: a shell that exports it tells the one at its start for ever."""
    # What is no terminal knows none, and a serial line may know nothing but zero.
    with suppress(OSError, ValueError):
        if all(os.get_terminal_size(out.fileno())):
            environ.pop("COLUMNS", None)
            environ.pop("LINES", None)


def forgive_encodings(*streams: TextIO) -> None:
    """Have a character that a stream cannot show written as its code, rather than end the program.

    Our own signs become others that look alike, so that columns stay in line.
    """
    codecs.register_error("sms-tui", _written_otherwise)
    for stream in streams:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="sms-tui")


def _written_otherwise(problem: UnicodeError) -> tuple[str | bytes, int]:
    if isinstance(problem, UnicodeEncodeError) and (sign := _ALIKE.get(ord(problem.object[problem.start]))):
        return sign, problem.start + 1
    return codecs.backslashreplace_errors(problem)
