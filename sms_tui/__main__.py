"""`python -m sms_tui` and the `sms-tui` script."""

import gc

# Until everything is loaded nothing is garbage, and looking for it is a tenth of the time to the first frame.
gc.disable()

# The core of `signal`, which is there already. An interrupt that is raised while something is loaded can turn
# into another error or into none; so nothing is raised until there is something to undo.
import _signal as core  # type: ignore[import-not-found] # noqa: E402
import os  # noqa: E402

_INTERRUPTED = 130
if core.getsignal(core.SIGINT) is core.default_int_handler:
    core.signal(core.SIGINT, lambda *_: os._exit(_INTERRUPTED))

import sys  # noqa: E402
from typing import NoReturn  # noqa: E402

from sms_tui.cli.starting_line import StartingLine  # noqa: E402

_TURN = 0.001
"""Seconds after which a thread gives way to another: what is drawn waits for the one that writes it"""


def run() -> int:
    """Run with the arguments of the process; the exit code.

    A first word is on the terminal before anything is loaded.
    """
    sys.setswitchinterval(_TURN)
    starting_line = StartingLine(sys.argv[1:], os.environ)
    starting_line.end_at_interrupt()
    from sms_tui.cli import entry

    return entry.main(sys.argv[1:], starting_line)


def main() -> NoReturn:
    """Run, and end the process at once.

    By then everything is written and closed; the interpreter would take tens of milliseconds to take itself
    apart. Wrong usage, help and version raise `SystemExit` and end the long way.
    """
    code = run()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
