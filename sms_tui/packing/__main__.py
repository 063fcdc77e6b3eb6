"""`python -m sms_tui.packing FILE`: builds the single file from what is installed here, without a network."""

import argparse
import sys
from pathlib import Path

from sms_tui.packing.building import PackingError, build


def main() -> int:
    """Build the file that the command line names."""
    parser = argparse.ArgumentParser(
        "python -m sms_tui.packing",
        description="Put sms-tui and all it needs into one file that any Python 3.11 or newer can start.",
    )
    parser.add_argument("file", nargs="?", type=Path, default=Path("sms-tui.pyz"), metavar="FILE")
    target = parser.parse_args().file
    try:
        count = build(target)
    except (PackingError, OSError) as problem:
        print(f"sms-tui: {target} cannot be made: {problem}", file=sys.stderr)  # noqa: T201
        return 1
    size = target.stat().st_size / 1e6
    print(f"{target}: {count} packages, {size:.1f} MB; start it with: python3 {target}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
