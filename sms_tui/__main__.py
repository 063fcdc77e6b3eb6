"""`python -m sms_tui` and the `sms-tui` script."""

import sys

from sms_tui.cli.entry import main as run


def main() -> int:
    """Run with the arguments of the process."""
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
