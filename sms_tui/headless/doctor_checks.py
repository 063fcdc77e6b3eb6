"""`sms-tui doctor`: checks as data, those that need no network, and how all of them are printed."""

import importlib.util
import os
import shutil
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Set
from enum import StrEnum
from pathlib import Path
from typing import TextIO

from msgspec import Struct
from msgspec.structs import asdict

from sms_tui.credentials import FOREIGN_VARIABLES
from sms_tui.domain.freshness import NOTABLE_SKEW
from sms_tui.domain.quantities import duration
from sms_tui.domain.text import DETAIL_LIMIT, clean
from sms_tui.engine.journal.reader import unreadable
from sms_tui.exit_codes import ExitCode
from sms_tui.headless.output import Output
from sms_tui.private_files import create_private, make_private_folder

_INDENT = 24
SKEW_LIMIT = 900.0
"""Seconds by which a signed request may be off before the gateway refuses it"""


class Verdict(StrEnum):
    """How bad it is."""

    GOOD = "ok"
    WARNING = "warning"
    BAD = "FAILED"


class Check(Struct, frozen=True):
    """One thing that was looked at: what was tried, what was seen, what to do."""

    name: str
    verdict: Verdict
    tried: str
    seen: str
    advice: str = ""


def tell(check: Check, output: Output) -> None:
    """Print one check in lines as wide as the terminal."""
    width = output.width
    text = clean(f"{check.tried}: {check.seen}", DETAIL_LIMIT)
    for line in _wrapped(f"{check.verdict.value:<8} {check.name:<14} ", text, width):
        output.data(line)
    if check.advice:
        for line in _wrapped(f"{'':<{_INDENT}}→ ", clean(check.advice, DETAIL_LIMIT), width):
            output.data(line)


def _wrapped(first: str, text: str, width: int) -> list[str]:
    if width <= 2 * _INDENT:
        return [f"{first}{text}"]
    indent = " " * len(first)
    return textwrap.wrap(text, width, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False)


def document_of(checks: Iterable[Check]) -> Mapping[str, object]:
    """All checks as one document."""
    listed = [asdict(check) for check in checks]
    return {"ok": all(check["verdict"] is not Verdict.BAD for check in listed), "checks": listed}


def verdict_of(checks: Iterable[Check]) -> ExitCode:
    """The exit code for all checks together."""
    return ExitCode.FAILED if any(check.verdict is Verdict.BAD for check in checks) else ExitCode.DONE


def terminal_checks(
    environ: Mapping[str, str],
    out: TextIO,
    smallest: tuple[int, int],
    undrawable: Set[str],
    *,
    colors: str = "",
    ascii_only: bool = False,
    few_characters: bool = False,
) -> Iterator[Check]:
    """Whether the interface could be drawn here, and how.

    `smallest` is how many columns and lines it needs, `undrawable` the names of terminals that it refuses,
    `colors` how many it would draw with, `ascii_only` whether it would draw with nothing else, and
    `few_characters` whether that is due to the name of the terminal.
    """
    yield _screen(out, *smallest)
    term = environ.get("TERM", "")
    if term in undrawable:
        yield _warned("terminal", "read TERM", repr(term), "set TERM, such as xterm-256color; commands work")
    else:
        yield Check("terminal", Verdict.GOOD, "read TERM", f"{term}, colours: {colors}")
    yield _characters(environ, out, ascii_only=ascii_only, few=few_characters)


def _characters(environ: Mapping[str, str], out: TextIO, *, ascii_only: bool, few: bool) -> Check:
    names = [name for name in ("LC_ALL", "LC_CTYPE", "LANG") if environ.get(name)]
    locale = ", ".join(f"{name} {environ[name]}" for name in names) or "LANG not set"
    encoding = (out.encoding or "none").upper()
    tried, seen = "read locale and encoding", f"{locale}, {encoding}"
    if encoding.replace("-", "") == "UTF8" and not ascii_only:
        return Check("characters", Verdict.GOOD, tried, seen)
    remedy = "such a terminal, as TERM names it, has no more" if few else "set LC_ALL, such as C.UTF-8"
    advice = f"lines are drawn with ASCII and other scripts are not shown; {remedy}"
    return _warned("characters", tried, seen, advice)


def _screen(out: TextIO, columns: int, lines: int) -> Check:
    if not out.isatty():
        return _warned(
            "screen", "looked at stdout", "not a terminal", "the interface needs one; commands do not"
        )
    size = shutil.get_terminal_size()
    seen = f"{size.columns}x{size.lines}"
    if size.columns < columns or size.lines < lines:
        return _warned("screen", "measured it", seen, f"the interface needs {columns}x{lines}")
    return Check("screen", Verdict.GOOD, "measured it", seen)


def _warned(name: str, tried: str, seen: str, advice: str) -> Check:
    return Check(name, Verdict.WARNING, tried, seen, advice)


def state_check(folder: Path) -> Check:
    """Whether operations could be written down in `folder`, without which none is sent, and are readable."""
    tried = f"wrote to {folder}"
    attempt = folder / f".doctor-{os.getpid()}"
    try:
        make_private_folder(folder)
        create_private(attempt, b"doctor\n")
        attempt.unlink()
        free = shutil.disk_usage(folder).free // 1_000_000
    except OSError as problem:
        return journal_trouble(tried, (problem.strerror or str(problem)).lower())
    if faults := unreadable(folder):
        seen = "; ".join(map(str, faults))
        advice = (
            "what was sent before is not known while it cannot be read; 'sms-tui journal verify' says more"
        )
        return Check("journal", Verdict.BAD, f"read {folder}", seen, advice)
    return Check("journal", Verdict.GOOD, tried, f"it can be written, {free} MB free")


def journal_trouble(tried: str, problem: str) -> Check:
    """That nothing can be written down, and what to do about it."""
    advice = "make the folder writable, or set XDG_STATE_HOME; until then nothing can be sent"
    return Check("journal", Verdict.BAD, tried, problem, advice)


def foreign_variables(environ: Mapping[str, str]) -> Iterator[Check]:
    """Variables of other tools, which are named and not used."""
    if found := [name for name in FOREIGN_VARIABLES if environ.get(name)]:
        advice = "they are not read here; set SMS_TUI_TOKEN or HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK"
        yield _warned("other tools", "looked for their variables", ", ".join(found), advice)


def clock_check(offset: float | None, *, signs: bool, is_here: bool) -> Check:
    """Whether the two clocks agree; `offset` is how many seconds the service's is ahead.

    Only requests that are signed with a key depend on it. A service that `is_here`, on this machine, has its
    clock: if the time differs, as a simulated one's, that is on purpose.
    """
    tried = "compared with the service's clock"
    if offset is None:
        return _warned("clock", tried, "the service does not tell the time", "")
    seen = f"this machine's is {duration(abs(offset))} {'behind' if offset > 0 else 'ahead'}"
    if abs(offset) < NOTABLE_SKEW:
        return Check("clock", Verdict.GOOD, tried, seen)
    if is_here:
        return Check("clock", Verdict.GOOD, tried, f"{seen}, of one on the same machine: its time is its own")
    advice = "set the clock (NTP); beyond 15 minutes signatures of access keys are refused"
    verdict = Verdict.BAD if signs and abs(offset) >= SKEW_LIMIT else Verdict.WARNING
    return Check("clock", verdict, tried, seen, advice)


def keyring_check() -> Check:
    """Whether the optional keyring could be asked."""
    there = importlib.util.find_spec("keyring") is not None
    return Check("keyring", Verdict.GOOD, "looked for the extra", "installed" if there else "not installed")


def owner_check(path: Path) -> Iterator[Check]:
    """Whether others can change the configuration."""
    status = path.stat()
    if status.st_uid not in {os.getuid(), 0} or status.st_mode & 0o022:
        seen = f"mode {status.st_mode & 0o777:o}, owner {status.st_uid}"
        advice = f"chmod go-w {path}: whoever can write it decides where credentials go"
        yield Check("configuration", Verdict.BAD, f"looked at {path}", seen, advice)
