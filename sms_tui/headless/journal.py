"""`sms-tui journal`: what any run of the program has sent, read from the journal files."""

import json
from argparse import Namespace
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from sms_tui.domain.outcome import Outcome
from sms_tui.domain.quantities import moment
from sms_tui.domain.text import DETAIL_LIMIT, clean
from sms_tui.engine.journal.open_ends import OpenEnds
from sms_tui.engine.journal.reader import (
    RESOLVED,
    JournalledOperation,
    Record,
    files,
    heads_in,
    merged,
    operations,
    unreadable,
    verify,
)
from sms_tui.exit_codes import ExitCode
from sms_tui.headless.output import Output
from sms_tui.headless.tables import table

_HEADING = ("Time", "Operation", "Task", "Outcome", "Profile", "Who", "Id")
_ALWAYS = frozenset({"seq", "prev", "sum", "t", "kind", "op_id", "pid", "boot", "up"})
_OF_AN_ANSWER = ("status", "request_id", "elapsed_ms", "error_code")
_WORDS = {Outcome.NOT_SENT.value: Outcome.NOT_SENT.word}


class SystemLog(Struct, frozen=True):
    """What the system's log has of the heads of journals."""

    places: Sequence[str]
    """Where it could be read"""
    lines: Sequence[str]


def journal(
    action: str | None,
    options: Namespace,
    folder: Path,
    output: Output,
    read_system_log: Callable[[], SystemLog] = lambda: SystemLog([], []),
) -> ExitCode:
    """Do what was asked with the journals in `folder`."""
    if action == "verify":
        return _verify(options, folder, output, read_system_log())
    faults = [fault for fault in verify(folder) if not fault.is_torn]
    for fault in faults:
        lost = "" if fault.is_unread else "; from there on this file is left out"
        output.say(f"sms-tui journal: {fault}{lost}")
    code = _ACTIONS[action or "list"](options, folder, output)
    return ExitCode.FAILED if faults and code is ExitCode.DONE else code


def _list(options: Namespace, folder: Path, output: Output) -> ExitCode:
    found = operations(merged(folder))
    left = _left_by_runs_that_are_gone(folder)
    told = [(one, left.get(one.op_id, one.outcome)) for one in found]
    if options.output == "jsonl":
        for operation, outcome in told:
            output.record(_summary(operation, outcome))
    elif found:
        for line in table(_HEADING, [_line(operation, outcome) for operation, outcome in told]):
            output.data(line)
    elif not unreadable(folder):
        output.say(f"Nothing was sent yet, or another folder is used than {folder}.")
    return ExitCode.DONE


def _left_by_runs_that_are_gone(folder: Path) -> Mapping[str, str]:
    """Outcomes by id of operations whose program has ended, whatever their last record says."""
    ends = OpenEnds(folder)
    unknown, _ = ends.in_doubt()
    not_sent = {each.op_id: Outcome.NOT_SENT.value for each in ends.never_sent()}
    return {**not_sent, **{each.op_id: Outcome.UNKNOWN.value for each in unknown}}


def _summary(operation: JournalledOperation, outcome: str) -> Record:
    began = operation.records[0]["t"]
    return {**operation.last, **_answer(operation), "t": began, "outcome": outcome}


def _answer(operation: JournalledOperation) -> Record:
    """What the service answered: what another run saw later is a record without it."""
    answered = [record for record in operation.records if record.get("status") is not None]
    return {name: answered[-1][name] for name in _OF_AN_ANSWER if answered and name in answered[-1]}


def _line(operation: JournalledOperation, outcome: str) -> Sequence[str]:
    first, last = operation.records[0], operation.last
    who = f"{first.get('operator', '')}@{first.get('host', '')}"
    is_closed = outcome == Outcome.UNKNOWN and last["kind"] == RESOLVED
    cells = (
        _time(first),
        str(last.get("operation", "")),
        str(last.get("task_name", "")),
        "unknown, closed" if is_closed else _WORDS.get(outcome, outcome),
        str(last.get("profile", "")),
        who,
        operation.op_id,
    )
    return [clean(cell) for cell in cells]


def _time(record: Record) -> str:
    at = record.get("t")
    return moment(float(at)) if isinstance(at, int | float) else "?"


def _show(options: Namespace, folder: Path, output: Output) -> ExitCode:
    found = [one for one in operations(merged(folder)) if one.op_id.startswith(options.id)]
    if len(found) != 1:
        problem = f"{len(found)} operations begin with" if found else "no operation begins with"
        ids = "".join(f"\n  {one.op_id}" for one in found)
        output.say(f"sms-tui journal show: {problem} '{options.id}'{ids}")
        return ExitCode.USAGE
    told: Record = {}
    for record in found[0].records:
        if options.output == "jsonl":
            output.record(record)
        else:
            _tell(record, told, output)
            told = {**told, **record}
    return ExitCode.DONE


def _tell(record: Record, told: Record, output: Output) -> None:
    """One record for people: what the records before it have not said."""
    output.data(f"{_time(record)}  {clean(str(record['kind']))}")
    for name, value in record.items():
        if name not in _ALWAYS and value not in ("", None, {}) and value != told.get(name):
            output.data(f"    {clean(name)}: {clean(_in_words(name, value), DETAIL_LIMIT)}")


def _in_words(name: str, value: object) -> str:
    if name.endswith("_at") and isinstance(value, int | float):
        return moment(float(value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


def _verify(options: Namespace, folder: Path, output: Output, log: SystemLog) -> ExitCode:
    heads = heads_in(log.lines, folder)
    faults = verify(folder, heads)
    for fault in faults:
        if options.output == "jsonl":
            document = {"file": fault.path.name, "line": fault.line, "why": fault.why, "torn": fault.is_torn}
            output.record(document)
        else:
            output.data(clean(str(fault)))
    broken = [fault for fault in faults if not fault.is_torn]
    names = [path.name for path in files(folder) if path != folder]
    output.say(f"{_files(len(names))}, {len(broken)} not to be believed. {_about_ends(names, heads, log)}")
    return ExitCode.FAILED if broken else ExitCode.DONE


def _about_ends(names: Sequence[str], heads: Iterable[str], log: SystemLog) -> str:
    """What was looked for at the ends of files, where the files themselves cannot tell."""
    if not log.places:
        return "No system log can be read here: records cut off at the end of a file cannot be found."
    known = len(set(names) & set(heads))
    where = ", ".join(log.places)
    told = f"The ends of {_files(known)} were compared with the heads noted in {where}."
    if known < len(names):
        told += f" {_files(len(names) - known)} not noted there: what was cut off at the end cannot be found."
    return told


def _files(count: int) -> str:
    return f"{count} file{'' if count == 1 else 's'}"


def _export(_options: Namespace, folder: Path, output: Output) -> ExitCode:
    for record in merged(folder):
        output.record(record)
    return ExitCode.DONE


_ACTIONS: Mapping[str, Callable[[Namespace, Path, Output], ExitCode]] = {
    "list": _list,
    "show": _show,
    "export": _export,
}
