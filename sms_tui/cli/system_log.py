"""Copies the journal's latest checksums to the system log, out of the user's reach, and reads them back."""

import socket
import subprocess
import syslog
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sms_tui.engine.journal.journal import NOTE

if TYPE_CHECKING:
    from sms_tui.headless.journal import SystemLog

_NAME = "sms-tui"
_PRIORITY = syslog.LOG_AUTHPRIV | syslog.LOG_NOTICE
_PLACES = ("/dev/log", "/var/run/syslog")
"""Where Linux listens, and macOS"""
_FILES = tuple(
    Path("/var/log", name + age)
    for age in (".1", "")
    for name in ("auth.log", "secure", "syslog", "messages")
)
_JOURNALD = ("journalctl", "--quiet", "--no-pager", "--output=cat", f"--identifier={_NAME}")
_PATIENCE = 20.0
"""Seconds that a large log may take"""


def note(line: str, places: Iterable[str] = _PLACES) -> None:
    """Repeat the head of a journal where the user cannot edit it, if there is such a place.

    The system's own call waits for a log that does not read, for ever; the next head says as much.
    """
    text = f"<{_PRIORITY}>{time.strftime('%b %e %T')} {_NAME}: {line}".encode()
    for place in places:
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
            log.setblocking(False)
            log.connect(place)
            log.send(text)
            return


def read_back(files: Iterable[Path] = _FILES, journald: Sequence[str] = _JOURNALD) -> "SystemLog":
    """What was noted, out of every system log here that can be read."""
    from sms_tui.headless.journal import SystemLog

    places: list[str] = []
    lines: list[str] = []
    for path in files:
        with suppress(OSError):
            lines += _heads_of(path)
            places.append(str(path))
    told = _asked(journald)
    if told:
        lines += told
        places.append(journald[0])
    return SystemLog(places, lines)


def _heads_of(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", errors="replace") as file:
        yield from (line for line in file if NOTE in line)


def _asked(command: Sequence[str]) -> list[str]:
    """What a program prints; empty if it is missing, fails or takes too long."""
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command line
            command, capture_output=True, stdin=subprocess.DEVNULL, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    lines = done.stdout.decode(errors="replace").splitlines()
    return [line for line in lines if NOTE in line] if done.returncode == 0 else []
