"""`python -m sms_tui` and the `sms-tui` script."""

import gc

# Until everything is loaded nothing is garbage, and looking for it is a tenth of the time to the first frame.
gc.disable()

import sys  # noqa: E402

from sms_tui.cli.entry import main as run  # noqa: E402


def main() -> int:
    """Run with the arguments of the process."""
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
