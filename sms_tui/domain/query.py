"""Which tasks are shown and in which order: columns as values, the filter language, sorting, views.

Everything here is about tasks; how a value is drawn is decided elsewhere.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from types import MappingProxyType

from sms_tui.domain.advice import error_code, next_step
from sms_tui.domain.task import FINISHED, SubTask, Task, TaskState

Value = str | float | None


@dataclass(frozen=True, slots=True)
class Row:
    """A task with what only this program knows of it: what is filtered, sorted and drawn."""

    task: Task
    changed_at: float
    """Epoch seconds at which it last looked different"""
    pending: str = ""
    """An operation under way in words; begins with `unknown:` when its outcome is not known"""
    watched: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One thing that can be filtered and sorted by; numbers and times sort as such."""

    name: str
    title: str
    value: Callable[[Row], Value]
    is_text: bool = True


_WAVE = re.compile(r"\bwave[-_ ]?(\d+)|^w(\d+)[-_]", re.IGNORECASE)
_FORMATTED = ("SSL_CONFIG", "CREATE_", "ATTACH_", "FORMAT_")
_CONFIGURED = ("CONFIGURE", "DETTACH", "DETACH", "CHECK_")


def progress_of(task: Task) -> float | None:
    """The whole task in percent (0 to 100): set-up to 20, copy to 80, then the rest; None if unknown."""
    if task.state in FINISHED:
        return 100.0
    if task.state is TaskState.READY:
        return 0.0
    step = task.stage
    if step is None or step.progress is None:
        return None
    done = min(max(step.progress, 0.0), 100.0)
    return _span(step, done)


def _span(step: SubTask, done: float) -> float:
    if step.name.startswith("MIGRATE_"):
        return 20 + done * 0.6
    if step.name.startswith(_FORMATTED):
        return done * 0.2
    if step.name.startswith(_CONFIGURED):
        return 80 + done * 0.19
    return done


@lru_cache(maxsize=65536)
def _wave(name: str) -> str:
    found = _WAVE.search(name)
    return (found[1] or found[2]) if found else ""


def _wave_of(row: Row) -> str:
    return _wave(row.task.name) or _wave(row.task.source.name)


def _agent(row: Row) -> str:
    return {True: "yes", False: "no", None: ""}[row.task.connected]


def _stage(row: Row) -> str:
    return row.task.stage.name.lower() if row.task.stage else ""


_LISTED = (
    Column("name", "Name", lambda row: row.task.name),
    Column("state", "State", lambda row: f"{row.task.state_text} {row.pending}".rstrip()),
    Column("stage", "Stage", _stage),
    Column("progress", "Progress", lambda row: progress_of(row.task), is_text=False),
    Column("speed", "Speed", lambda row: row.task.speed if row.task.is_active else None, is_text=False),
    Column("eta", "Time left", lambda row: row.task.remain_seconds, is_text=False),
    Column("source", "Source", lambda row: f"{row.task.source.name} {row.task.source.ip}".strip()),
    Column("target", "Target", lambda row: f"{row.task.target.name} {row.task.target.ip}".strip()),
    Column("next", "Next step", lambda row: next_step(row.task).text),
    Column("age", "Last change", lambda row: -row.changed_at, is_text=False),
    Column("id", "Id", lambda row: row.task.id),
    Column("os", "System", lambda row: row.task.os_type.lower()),
    Column("kind", "Kind", lambda row: row.task.kind.removeprefix("MIGRATE_").lower()),
    Column("wave", "Wave", _wave_of),
    Column("region", "Region", lambda row: row.task.region),
    Column("project", "Project", lambda row: row.task.project),
    Column("limit", "Speed limit", lambda row: row.task.speed_limit, is_text=False),
    Column("created", "Created", lambda row: row.task.created_ms, is_text=False),
    Column("started", "Started", lambda row: row.task.started_ms, is_text=False),
    Column("error", "Error", lambda row: error_code(row.task.error)),
    Column("connected", "Agent connected", _agent),
    Column("size", "Size", lambda row: row.task.total, is_text=False),
    Column("clone", "Clone", lambda row: row.task.clone.state.lower() if row.task.clone else ""),
)
COLUMNS: Mapping[str, Column] = MappingProxyType({column.name: column for column in _LISTED})
_ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "subtask": "stage",
        "ip": "source",
        "changed": "age",
        "agent": "connected",
        "left": "eta",
        "code": "error",
    }
)
_SEARCHED = tuple(column for column in _LISTED if column.is_text and column.name != "next")


class QueryError(ValueError):
    """A filter that cannot be understood; `position` is the column at which it goes wrong, from 0."""

    def __init__(self, sentence: str, position: int) -> None:
        super().__init__(sentence)
        self.position = position


Test = Callable[[Row], bool]


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter: its text as typed, and one test for each term, all of which must hold."""

    text: str = ""
    tests: tuple[Test, ...] = field(default=(), compare=False)

    def matches(self, row: Row) -> bool:
        """Whether `row` passes every term."""
        return all(test(row) for test in self.tests)


EMPTY_FILTER = Filter()
_TERM = re.compile(
    r"""(?P<not>!*)
        (?:/(?P<regex>(?:\\.|[^/\\])*)/(?=\s|$)
          |(?:(?P<column>[A-Za-z_]+)(?P<sign>[:=<>]))?
           (?:"(?P<quoted>[^"]*)"|(?P<word>[^\s"]*)))""",
    re.VERBOSE,
)
_NUMBER = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*(s|m|h|d|%|kb|mb|gb|tb|mbit/s)?\s*", re.IGNORECASE)
_SCALES = {"m": 60, "h": 3600, "d": 86400, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12}


def parse_filter(text: str) -> Filter:
    """Read words, `col:value`, `col=value`, `col>value`, `col<value`, `/regex/`, each negated by `!`.

    Raises `QueryError`.
    """
    tests: list[Test] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = _TERM.match(text, at)
        if match is None or match.end() == at:
            raise QueryError(f"'{text[at:]}' cannot be read", at)
        end = match.end()
        if end < len(text) and not text[end].isspace():
            raise QueryError("a closing quote is missing" if text[end] == '"' else "a space is missing", end)
        tests.append(_negated(_test(match, at), len(match["not"]) % 2 == 1))
        at = end
    return Filter(text.strip(), tuple(tests))


def _negated(test: Test, negate: bool) -> Test:
    return (lambda row: not test(row)) if negate else test


def _test(match: re.Match[str], at: int) -> Test:
    if match["regex"] is not None:
        return _regex_test(match["regex"], at)
    value = match["quoted"] if match["quoted"] is not None else match["word"]
    if match["column"] is None:
        if not value:
            raise QueryError("a word is missing", match.end())
        return _word_test(value.casefold())
    return _column_test(_column(match["column"], at), match["sign"], value, match.start("sign") + 1)


def _column(name: str, at: int) -> Column:
    name = name.casefold()
    column = COLUMNS.get(_ALIASES.get(name, name))
    if column is None:
        near = get_close_matches(name, [*COLUMNS, *_ALIASES], 3)
        hint = f"did you mean {' or '.join(near)}?" if near else f"columns are {', '.join(COLUMNS)}"
        raise QueryError(f"there is no column '{name}'; {hint}", at)
    return column


def _word_test(word: str) -> Test:
    return lambda row: any(word in str(column.value(row)).casefold() for column in _SEARCHED)


def _regex_test(pattern: str, at: int) -> Test:
    try:
        search = re.compile(pattern, re.IGNORECASE).search
    except re.error as error:
        raise QueryError(f"not a regular expression: {error.msg}", at + 1 + (error.pos or 0)) from None
    return lambda row: any(search(str(column.value(row))) is not None for column in _SEARCHED)


def _column_test(column: Column, sign: str, value: str, at: int) -> Test:
    if sign in "<>":
        return _order_test(column, sign, value, at)
    wanted = value.casefold()
    if sign == "=":
        return lambda row: _words(column.value(row)) == wanted
    return lambda row: wanted in _words(column.value(row))


def _words(value: Value) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value).casefold()


def _order_test(column: Column, sign: str, value: str, at: int) -> Test:
    if column.is_text:
        edge = value.casefold()
        return lambda row: (
            (_words(column.value(row)) > edge) == (sign == ">") and _words(column.value(row)) != edge
        )
    if column.name == "age":
        raise QueryError("age can be sorted by, but not compared", at)
    number = _NUMBER.fullmatch(value)
    if number is None:
        raise QueryError(f"{column.name} is a number, '{value}' is not", at)
    limit = float(number[1]) * _SCALES.get((number[2] or "").casefold(), 1)

    def test(row: Row) -> bool:
        there = column.value(row)
        return isinstance(there, int | float) and (there > limit if sign == ">" else there < limit)

    return test


@dataclass(frozen=True, slots=True)
class Sort:
    """An order: by one column, ties by name and id, rows without a value last in either direction."""

    column: str = "name"
    descending: bool = False

    @property
    def text(self) -> str:
        """The order as typed, such as `speed-`."""
        return f"{self.column}{'-' if self.descending else ''}"


def parse_sort(text: str) -> Sort | None:
    """Read `column` or `column-`; None if there is no such column."""
    name = text.rstrip("-+")
    return Sort(name, text.endswith("-")) if name in COLUMNS else None


def view_order(rows: Iterable[Row], wanted: Filter, sort: Sort, *, problems_only: bool = False) -> list[str]:
    """The ids of the rows that are shown, in order; the same for any order of `rows`."""
    shown = [
        row
        for row in rows
        if (not problems_only or row.task.is_problem) and (not wanted.tests or wanted.matches(row))
    ]
    shown.sort(key=lambda row: (row.task.name, row.task.id))
    if sort.column != "name" or sort.descending:
        _sort_by(shown, COLUMNS[sort.column], descending=sort.descending)
    return [row.task.id for row in shown]


def _sort_by(rows: list[Row], column: Column, *, descending: bool) -> None:
    value = column.value
    keyed = [(key.casefold() if isinstance(key, str) else key, row) for row in rows for key in (value(row),)]
    present = [pair for pair in keyed if pair[0] is not None and pair[0] != ""]
    missing = [row for key, row in keyed if key is None or key == ""]
    present.sort(key=lambda pair: pair[0], reverse=descending)  # type: ignore[arg-type,return-value]
    rows[:] = [row for _, row in present] + missing


@dataclass(frozen=True, slots=True)
class View:
    """A named way to look at the tasks; what is typed as a filter comes on top."""

    name: str
    shows: Test = field(default=lambda _row: True, compare=False)
    sort: Sort = Sort()
    filter: Filter = EMPTY_FILTER


ALL = "0"
BUILT_IN_VIEWS: Mapping[str, View] = MappingProxyType(
    {
        ALL: View("all"),
        "1": View("waiting for me", lambda row: next_step(row.task).waiting_for_operator, Sort("state")),
        "2": View("running", lambda row: row.task.is_active and row.task.state is not TaskState.SYNCING),
        "3": View("failed", lambda row: row.task.is_failed, Sort("age", descending=True)),
        "4": View("finished", lambda row: row.task.state in FINISHED),
    }
)
