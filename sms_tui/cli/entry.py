"""From the command line to an exit code: every expected failure becomes a sentence and its code here."""

import io
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr

from sms_tui.cli.arguments import Request, parse

INTERNAL_ERROR = 70
INTERRUPTED = 130


def main(argv: Sequence[str], clear_line: Callable[[], None] = lambda: None) -> int:
    """Do what `argv` asks for; raises `SystemExit` for wrong usage, and after help or version.

    `clear_line` takes away what was written on the terminal already.
    """
    _mend_streams()
    try:
        return _run(_parsed(argv, clear_line), clear_line)
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        clear_line()
        _flush_quietly()


def _parsed(argv: Sequence[str], clear_line: Callable[[], None]) -> Request:
    complaint = io.StringIO()
    try:
        with redirect_stderr(complaint):
            return parse(argv)
    except SystemExit:
        clear_line()
        sys.stderr.write(complaint.getvalue())
        raise


def _run(request: Request, clear_line: Callable[[], None]) -> int:
    # Only now: help and version wait for nothing.
    from sms_tui.cli.crash import CrashReporter
    from sms_tui.cli.hardening import forbid_core_dumps, forgive_encodings
    from sms_tui.cli.surroundings import take_surroundings

    forbid_core_dumps()
    forgive_encodings(sys.stdout, sys.stderr)
    here = take_surroundings(os.environ, clear_line)
    crashes = CrashReporter(here.state_folder / "crashes", here.redactor)
    crashes.install()
    try:
        from sms_tui.cli.commands import Call, run
        from sms_tui.headless.output import Output

        return run(Call(request, here, crashes, Output(sys.stdout, sys.stderr, clear_line)))
    except Exception as error:  # noqa: BLE001 - the last resort: a private report, never a traceback
        clear_line()
        print(crashes.report(error), file=sys.stderr)  # noqa: T201
        return INTERNAL_ERROR


def _mend_streams() -> None:
    """A stream that was closed before we began is None: write to nowhere instead."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115


def _flush_quietly() -> None:
    """What argparse prints is still in a buffer when its reader is gone."""
    try:
        sys.stdout.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
