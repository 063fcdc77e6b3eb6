"""Changes the code that must not fail, one place at a time, and counts the changes that no test notices.

`python -m tests.mutation` goes on where it was left; `--module engine/sending/sender.py` keeps to one,
`--again` gives those that no test noticed to the tests as they are now, `--report` tells what is known. Each
change is made in a copy: the work tree is never touched.
"""

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.mutation.changes import Change, changes
from tests.mutation.targets import EQUIVALENT, TARGETS

ROOT = Path(__file__).parents[2]
KEPT = ROOT / ".mutation.jsonl"
_LONGEST = 120.0
"""Seconds after which a change that makes tests hang counts as noticed"""
_QUIET = (
    "-q",
    "-x",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:xdist",
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
)
Known = dict[tuple[str, str], str]


def known() -> Known:
    """Verdicts of earlier runs, by module and change."""
    if not KEPT.exists():
        return {}
    lines = (json.loads(line) for line in KEPT.read_text(encoding="utf-8").splitlines())
    return {(line["module"], line["key"]): line["verdict"] for line in lines}


def judged(copy: Path, module: str, change: Change) -> str:
    """Let the module's tests judge a change, in a process of its own."""
    target = copy / "sms_tui" / module
    whole = target.read_text(encoding="utf-8")
    target.write_text(change.code, encoding="utf-8")
    try:
        code = _run(copy, TARGETS[module])
    finally:
        target.write_text(whole, encoding="utf-8")
    return {0: "survived", None: "killed by time"}.get(code, "killed")


def _run(copy: Path, tests: tuple[str, ...]) -> int | None:
    """The exit code of pytest; None if it took too long."""
    child = os.fork()
    if not child:
        _test(copy, tests)
    end = time.monotonic() + _LONGEST
    while time.monotonic() < end:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def _test(copy: Path, tests: tuple[str, ...]) -> None:
    """The child: everything foreign was imported before the fork, ours comes from the copy."""
    os.setpgid(0, 0)
    os.chdir(copy)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    for name in [name for name in sys.modules if name.split(".")[0] in {"tests", "sms_tui"}]:
        del sys.modules[name]
    sys.path.insert(0, str(copy))
    sys.dont_write_bytecode = True
    import pytest

    os._exit(int(pytest.main([*_QUIET, *dict.fromkeys(tests)])))


def _import_foreign() -> None:
    """What every child needs and no change touches."""
    import httpx  # noqa: F401
    import hypothesis.stateful
    import msgspec
    import pytest
    import starlette.applications  # noqa: F401

    assert all((hypothesis.stateful, msgspec, pytest))


def _copied(folder: Path) -> Path:
    copy = folder / "copy"
    for name in ("sms_tui", "tests", "themes"):
        ignored = shutil.ignore_patterns("__pycache__", "__snapshots__")
        shutil.copytree(ROOT / name, copy / name, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def work_off(modules: list[str], seconds: float, *, again: bool) -> None:
    """Judge what is not judged yet, and what went unnoticed once more if wanted, for so many seconds."""
    end = time.monotonic() + seconds
    verdicts = {key: verdict for key, verdict in known().items() if not again or verdict != "survived"}
    _import_foreign()
    with tempfile.TemporaryDirectory() as folder, KEPT.open("a", encoding="utf-8") as book:
        copy = _copied(Path(folder))
        for module in modules:
            if _run(copy, TARGETS[module]) != 0:
                raise SystemExit(f"{module}: its tests fail without any change")
            for change in changes((ROOT / "sms_tui" / module).read_text(encoding="utf-8")):
                if (module, change.key) in verdicts:
                    continue
                if time.monotonic() > end:
                    return
                verdict = judged(copy, module, change)
                line = {"module": module, "key": change.key, "verdict": verdict, "change": str(change)}
                print(json.dumps(line), file=book, flush=True)
                if verdict == "survived":
                    print(f"{module}:{change}", flush=True)


def report(modules: list[str]) -> Iterator[str]:
    """What is known of each module as it stands, and of all."""
    verdicts = known()
    total = [0, 0, 0, 0]
    for module in modules:
        found = list(changes((ROOT / "sms_tui" / module).read_text(encoding="utf-8")))
        told = [(change, verdicts.get((module, change.key))) for change in found]
        survivors = [change for change, verdict in told if verdict == "survived"]
        harmless = [change for change in survivors if explained(module, change)]
        counts = [len(found), sum(verdict is not None for _, verdict in told), len(survivors), len(harmless)]
        total = [one + more for one, more in zip(total, counts, strict=True)]
        yield f"{module:<28}{_told(*counts)}"
        yield from (f"    {change}" for change in survivors if change not in harmless)
    yield f"{'all':<28}{_told(*total)}"


def explained(module: str, change: Change) -> str | None:
    """Why a change of this line counts for nothing, if that is written down."""
    return EQUIVALENT.get(f"{module}: {change.before.strip()} -> {change.after.strip()}")


def _told(count: int, tried: int, survived: int, harmless: int) -> str:
    counting = tried - harmless
    share = f"{(tried - survived) / counting:6.1%} noticed" if counting else ""
    return f"{count:>5} changes, {tried:>5} tried, {survived:>4} unnoticed, {harmless:>3} harmless {share}"


def main() -> int:
    """Run, then report."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--module", action="append", choices=list(TARGETS), help="only this one")
    parser.add_argument(
        "--seconds", type=float, default=1e9, help="stop after so long; it can be gone on with"
    )
    parser.add_argument("--again", action="store_true", help="try those once more that no test noticed")
    parser.add_argument("--report", action="store_true", help="try nothing, tell what is known")
    options = parser.parse_args()
    modules = options.module or list(TARGETS)
    if not options.report:
        work_off(modules, options.seconds, again=options.again)
    for line in report(modules):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
