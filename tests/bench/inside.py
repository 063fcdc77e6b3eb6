"""A program whose loop and collector are watched: `python -m tests.bench.inside FILE MODULE WORDS`.

One line in FILE for each collection and for each callback of the loop that took a while: what it was, when it
began (monotonic seconds), and its milliseconds of this thread's CPU time, which no other process disturbs.
"""

import gc
import runpy
import sys
import time
from asyncio import events
from pathlib import Path
from typing import Any

_LEAST = 0.5
"""Milliseconds worth a line"""


def main() -> None:
    """Run the module as if it had been called by itself."""
    _, place, module, *words = sys.argv
    notes = Path(place).open("w", buffering=1, encoding="utf-8")  # noqa: SIM115 - until the process ends
    began = [0.0]

    def note(what: str, cpu: float) -> None:
        if (milliseconds := (time.thread_time() - cpu) * 1000) >= _LEAST:
            notes.write(f"{what} {time.monotonic()} {milliseconds}\n")

    def collecting(phase: str, _info: object) -> None:
        if phase == "start":
            began[0] = time.thread_time()
        else:
            note("gc", began[0])

    ordinary = events.Handle._run

    def run(self: Any) -> None:
        cpu = time.thread_time()
        ordinary(self)
        note("block", cpu)

    gc.callbacks.append(collecting)
    events.Handle._run = run  # type: ignore[method-assign]
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
