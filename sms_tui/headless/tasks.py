"""`sms-tui tasks`: the task list, printed once, for people or for programs."""

import io
import json
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

from sms_tui.domain.documents import task_document
from sms_tui.domain.filters import FilterError, parse_filter
from sms_tui.domain.quantities import duration, percent, size, speed
from sms_tui.domain.rows import COLUMNS, Row, Value
from sms_tui.domain.sorting import Sort
from sms_tui.domain.spreadsheet import value_of, write_csv
from sms_tui.domain.task import Task
from sms_tui.domain.text import NAME_LIMIT, clean
from sms_tui.domain.views import view_order
from sms_tui.engine import Engine
from sms_tui.exit_codes import ExitCode
from sms_tui.headless.output import Output
from sms_tui.headless.reading import read_list
from sms_tui.headless.tables import WIDEST, column_widths, table

SHOWN = ("name", "state", "stage", "progress", "speed", "eta", "source", "target", "next", "id")
_WHOLE = frozenset({"next", "id"})
"""Cut for want of room alone: half a next step misleads, half an id is none"""
_FIRST_TO_GO = ("id", "target", "source", "speed", "stage", "eta", "progress")
"""On a terminal that is not wide enough; name and state stay on any"""
_SHORT_STEP = 24
"""Cells of the next step for which other columns give way"""
_SHORTEST_STEP = 9
_GAP = 2
_WORDS: Mapping[str, Callable[[float], str]] = {
    "progress": percent,
    "speed": speed,
    "limit": speed,
    "eta": lambda value: duration(value) if value >= 0 else "overdue",
    "size": size,
}


async def list_tasks(engine: Engine, options: Namespace, output: Output) -> ExitCode:
    """Print the tasks that match, in the order of their names."""
    try:
        wanted = parse_filter(options.filter, engine.clock.now)
    except FilterError as problem:
        output.say(f"sms-tui tasks: --filter, character {problem.position + 1}: {problem}")
        return ExitCode.USAGE
    if code := await read_list(engine, output):
        return code
    rows = {row.task.id: row for row in engine.store.rows() if _has_state(row, options.state)}
    shown = [rows[task_id] for task_id in view_order(rows.values(), wanted, Sort())]
    _WRITERS[options.output](shown, engine.clock.now(), output)
    if not shown:
        output.say(_why_none(engine.store.tasks.values(), options.state if not rows else None))
    return ExitCode.DONE


def _why_none(tasks: Collection[Task], state: str | None) -> str:
    """What is said where nothing is listed; `state` is one that no task is in."""
    if not tasks:
        return "There are no migration tasks."
    if state is None:
        return "No task matches."
    counts = Counter(task.state_text for task in tasks)
    there = ", ".join(f"{count} {clean(name, NAME_LIMIT)}" for name, count in counts.most_common())
    return f"No task is in state {clean(state)}; there are {there}."


def _has_state(row: Row, state: str | None) -> bool:
    return state is None or row.task.state_text.upper() == state.upper()


def _write_table(rows: Sequence[Row], now: float, output: Output) -> None:
    heading = [COLUMNS[name].title for name in SHOWN]
    cells = [[clean(worded(name, value_of(name, row, now))) for name in SHOWN] for row in rows]
    widths = dict(zip(SHOWN, column_widths([heading, *cells]), strict=True))
    for line in table(heading, cells, limits(widths, output.width)) if rows else ():
        output.data(line)


def limits(widths: Mapping[str, int], room: int) -> list[int]:
    """How wide each column may be so that a line fits into `room` cells; 0 for `room`: as wide as it likes.

    Whole columns give way, so that no cell is broken; the next step is cut before more than it needs is lost.
    """
    kept = {name: width if name in _WHOLE else min(width, WIDEST) for name, width in widths.items()}
    if not room:
        return list(kept.values())
    for name in _FIRST_TO_GO:
        if _taken({**kept, "next": min(kept["next"], _SHORT_STEP)}) > room:
            kept[name] = 0
    left = room - _taken({**kept, "next": 0}) - _GAP
    kept["next"] = min(kept["next"], left) if left >= _SHORTEST_STEP else 0
    return list(kept.values())


def _taken(widths: Mapping[str, int]) -> int:
    return sum(width + _GAP for width in widths.values() if width) - _GAP


def worded(name: str, value: Value) -> str:
    """A column's value as people write it."""
    if value is None:
        return "–"
    words = _WORDS.get(name)
    return words(value) if words and not isinstance(value, str) else str(value)


_AT_A_TIME = 200
"""Elements in one piece of output"""


def _write_json(rows: Sequence[Row], now: float, output: Output) -> None:
    """One element a line, written some at a time: a long list needs no memory for its text."""
    output.raw("[")
    for start in range(0, len(rows), _AT_A_TIME):
        part = rows[start : start + _AT_A_TIME]
        lines = ",\n".join(json.dumps(task_document(row, now), ensure_ascii=True) for row in part)
        output.raw(f"{',' if start else ''}\n{lines}")
    output.raw("\n]\n")


def _write_lines(rows: Sequence[Row], now: float, output: Output) -> None:
    for row in rows:
        output.record(task_document(row, now))


def _write_csv(rows: Sequence[Row], now: float, output: Output) -> None:
    text = io.StringIO()
    write_csv(rows, now, text)
    output.raw(text.getvalue())


_WRITERS: Mapping[str, Callable[[Sequence[Row], float, Output], None]] = {
    "table": _write_table,
    "json": _write_json,
    "jsonl": _write_lines,
    "csv": _write_csv,
}
