"""Speed, measured: `python -m tests.bench` lists the rows, `python -m tests.bench first-row` runs one.

Each prints figure, floor, ratio and goal, all out of one run, medians of rounds in turn. The exit code is 1
for a row that does not exist, never for a goal that is missed: a busy machine is no fault of the program.
"""

import argparse
import sys

from tests.bench.rows import ROWS


def main() -> int:
    """Run the rows named, or list them."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help="rows to run, or 'all'")
    parser.add_argument("--rounds", type=int, default=5, help="rounds besides the first (default 5)")
    options = parser.parse_args()
    known = {row.name: row for row in ROWS}
    names = list(known) if options.rows == ["all"] else options.rows
    for name in names:
        if name not in known:
            print(f"there is no row {name!r}; there are {', '.join(known)}", file=sys.stderr)
            return 1
    if not names:
        for row in ROWS:
            print(f"{row.name:<18}{row.number:>3}  {row.words}")
    for name in names:
        for figure in known[name].run(options.rounds):
            print(f"#{known[name].number:<3}{figure}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
