"""From the command line to an exit code: every expected failure becomes a sentence and its code here."""

import sys
from collections.abc import Sequence

from sms_tui.cli.arguments import parse

INTERNAL_ERROR = 70


def main(argv: Sequence[str]) -> int:
    """Do what `argv` asks for; raises `SystemExit` for wrong usage, and after help or version."""
    request = parse(argv)
    # Only now: help and version wait for nothing.
    import os

    from sms_tui.cli.crash import CrashReporter
    from sms_tui.cli.hardening import forbid_core_dumps, forgive_encodings
    from sms_tui.cli.surroundings import take_surroundings

    forbid_core_dumps()
    forgive_encodings(sys.stdout, sys.stderr)
    here = take_surroundings(os.environ)
    crashes = CrashReporter(here.state_folder / "crashes", here.redactor)
    crashes.install()
    try:
        from sms_tui.cli.commands import Call, run

        return run(Call(request, here, crashes))
    except Exception as error:  # noqa: BLE001 - the last resort: a private report, never a traceback
        print(crashes.report(error), file=sys.stderr)  # noqa: T201
        return INTERNAL_ERROR
