"""Time to the first task row against a bare Textual app, seen from a pty: `python -m tests.bench.startup`.

The two programs run in turn, so that a drifting machine slows both; medians and their ratio are printed.
"""

import argparse
import statistics
import sys
import tempfile
import time

from tests.terminal import Terminal

_BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("ready-now")
    def on_key(self):
        self.exit()
Bare().run()
"""
_FIRST_ROW = r"\b(READY|RUNNING|SYNCING|ABORT|MIGRATE_\w+)\b"


def measure(program: list[str], pattern: str, home: str) -> float:
    """Milliseconds from the start of `program` until its screen shows `pattern`."""
    began = time.perf_counter()
    env = {"HOME": home, "XDG_STATE_HOME": f"{home}/state", "XDG_CONFIG_HOME": f"{home}/config"}
    with Terminal([], program=program, size=(160, 48), env=env) as terminal:
        terminal.wait_for(pattern)
        return (time.perf_counter() - began) * 1000


def main() -> None:
    """Run both programs in turn and print medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    bare: list[float] = []
    ours: list[float] = []
    with tempfile.TemporaryDirectory() as home:
        for _ in range(rounds + 1):
            bare.append(measure([sys.executable, "-c", _BARE], "ready-now", home))
            ours.append(measure([sys.executable, "-m", "sms_tui", "demo"], _FIRST_ROW, home))
    floor, first_row = statistics.median(bare[1:]), statistics.median(ours[1:])
    print(f"bare Textual app, text on screen   {floor:7.1f} ms   (median of {rounds})")
    print(f"sms-tui demo, first task row       {first_row:7.1f} ms   ratio {first_row / floor:.2f}")


if __name__ == "__main__":
    main()
