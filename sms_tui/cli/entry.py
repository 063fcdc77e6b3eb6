"""From the command line to an exit code; every expected failure becomes a sentence and its code."""

import io
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from typing import TYPE_CHECKING

from sms_tui.cli.arguments import Request, parse
from sms_tui.cli.starting_line import StartingLine
from sms_tui.exit_codes import ExitCode, of_signal

if TYPE_CHECKING:
    from sms_tui.cli.demo_service import DemoService


def main(argv: Sequence[str], starting_line: StartingLine | None = None) -> int:
    """Do what `argv` asks for; raises `SystemExit` for wrong usage, and after help or version.

    `starting_line` is what was written on the terminal already.
    """
    starting_line = starting_line or StartingLine()
    _mend_streams()
    try:
        return _run(_parsed(argv, starting_line.clear), starting_line)
    except KeyboardInterrupt:
        return of_signal(signal.SIGINT)
    finally:
        starting_line.clear()
        _flush_quietly()


def _parsed(argv: Sequence[str], clear_line: Callable[[], None]) -> Request:
    complaint, told = io.StringIO(), io.StringIO()
    try:
        with redirect_stderr(complaint), redirect_stdout(told):
            return parse(argv)
    except SystemExit:
        clear_line()
        with suppress(OSError):
            sys.stderr.write(complaint.getvalue())
        _tell(told.getvalue())
        raise


def _run(request: Request, starting_line: StartingLine) -> int:
    # Imported here, so that help and version do not wait for it.
    from sms_tui.cli import hardening

    hardening.forbid_core_dumps()
    hardening.allow_many_files()
    hardening.share_memory()
    hardening.forget_size(os.environ, sys.stdout)
    service = _service_begun(request, starting_line)
    from sms_tui.cli.crash import CrashReporter
    from sms_tui.cli.environment import take_environment

    hardening.forgive_encodings(sys.stdout, sys.stderr)
    here = take_environment(os.environ, starting_line)
    crashes = CrashReporter(here.state_folder / "crashes", here.redactor)
    crashes.install()
    try:
        from sms_tui.cli.commands import run
        from sms_tui.cli.invocation import Invocation
        from sms_tui.headless.output import Output

        ascii_only = request.overrides.ascii or _is_poor_terminal(here.environ)
        output = Output(sys.stdout, sys.stderr, starting_line.clear, ascii_only=ascii_only)
        starting_line.raise_at_interrupt()
        return run(Invocation(request, here, crashes, output, service))
    except Exception as error:  # noqa: BLE001 - the last resort: a private report, never a traceback
        if isinstance(error.__cause__, KeyboardInterrupt):
            # In the midst of a class that was being made an interrupt becomes another error.
            raise KeyboardInterrupt from None
        starting_line.clear()
        with suppress(OSError):
            print(crashes.report(error), file=sys.stderr)  # noqa: T201
        return ExitCode.INTERNAL_ERROR


def _is_poor_terminal(environ: Mapping[str, str]) -> bool:
    """Whether there is a terminal, and one that cannot draw our signs; a file gets them all the same."""
    from sms_tui.ui.terminal.kind import kind_of

    return sys.stdout.isatty() and kind_of(environ, sys.stdout.encoding).ascii_only


def _service_begun(request: Request, starting_line: StartingLine) -> "DemoService | None":
    """The demo's service takes longest to get ready, so it begins before everything else."""
    if request.command != "demo" or not starting_line.is_shown:
        return None
    from sms_tui.cli.demo_service import DemoService

    return DemoService(request.options)


def _mend_streams() -> None:
    """Replace streams that were closed before we began, and therefore None, by `/dev/null`."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115


def _tell(text: str) -> None:
    """Write help or the version, where argparse itself would say nothing if it cannot be written."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        return
    except OSError as problem:
        with suppress(OSError):
            sys.stderr.write(f"sms-tui: the output cannot be written: {problem.strerror}\n")
        raise SystemExit(ExitCode.FAILED) from None


def _flush_quietly() -> None:
    """Flush the streams, without an error if a reader is gone or a disk is full."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
