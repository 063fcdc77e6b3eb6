"""The program as a shell starts it, and a simulated service to ask."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = (sys.executable, "-m", "sms_tui")


@dataclass(frozen=True)
class Service:
    """A simulated service in a process of its own."""

    process: "subprocess.Popen[str]"
    about: Mapping[str, str]

    def environ(self, home: Path, **more: str) -> dict[str, str]:
        """An environment in which it is the profile."""
        return {
            **plain(home),
            "SMS_TUI_ENDPOINT": self.about["url"],
            "SMS_TUI_TOKEN": self.about["token"],
            **more,
        }


def plain(home: Path) -> dict[str, str]:
    """An environment with no profile."""
    return {"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8"}


@contextmanager
def started(
    argv: Iterable[str], environ: Mapping[str, str], **more: Any
) -> "Iterator[subprocess.Popen[str]]":
    """A process that no failing test leaves behind, or waits for."""
    with subprocess.Popen(argv, env=environ, text=True, stderr=subprocess.PIPE, **more) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def simulated(home: Path, *argv: str) -> Iterator[Service]:
    """A service with these options, ended at the end."""
    argv = (*PROGRAM, "simulate", *argv)
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=plain(home)) as process:
        assert process.stdout is not None
        yield Service(process, json.loads(process.stdout.readline()))
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 143
        assert process.stdout.read() == ""


def ran(environ: Mapping[str, str], *argv: str) -> "subprocess.CompletedProcess[str]":
    """The program without a terminal."""
    return subprocess.run(
        [*PROGRAM, *argv], env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
    )
