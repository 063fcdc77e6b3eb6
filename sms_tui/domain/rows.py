"""Rows and columns as values: which facts of a task can be filtered, sorted and exported, under which name.

How a value is drawn is decided in the interface.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from msgspec import Struct
from msgspec.structs import force_setattr

from sms_tui.domain.advice import error_code
from sms_tui.domain.left_overs import left_overs
from sms_tui.domain.natural_order import natural_key
from sms_tui.domain.next_step import next_step
from sms_tui.domain.situation import AGENT_LOST, AUTO_LAUNCH, SourceState
from sms_tui.domain.steps import eta_seconds, progress_of, step_name
from sms_tui.domain.task import Server, Task, TaskState

Value = str | float | None
_LAST = "\U0010ffff"
"""Sorts after every name"""


class Pending(Struct, frozen=True):
    """The newest operation on a task that is not settled yet, as far as its row tells it."""

    words: str = ""
    """Empty where there is no such operation"""
    in_doubt: str = ""
    """The operation, where nobody knows whether it took effect; else empty"""


NOTHING_PENDING = Pending()


class Row(Struct, frozen=True, gc=False, eq=False):
    """A task with what only this program knows of it: what is filtered, sorted and drawn.

    Never made by `replace`, which would take over what was worked out for another task.
    """

    task: Task
    changed_at: float
    """Epoch seconds at which it last looked different"""
    pending: Pending = NOTHING_PENDING
    watched: bool = False
    as_of: float = 0.0
    """Epoch seconds at which the task was read as it is here"""
    _order: str = ""
    _words: str = ""
    _common: str = ""
    _codes: str = ""

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Row) and _shown(self) == _shown(other))

    __hash__ = None  # type: ignore[assignment]

    @property
    def order(self) -> str:
        """The name as it sorts: it decides between rows that are otherwise equal, and after it the id."""
        if not self._order:
            force_setattr(self, "_order", natural_key(self.task.name) or _LAST)
        return self._order

    @property
    def words(self) -> str:
        """Texts of the row in small letters, one a line, without `common` and `codes`."""
        if not self._words:
            self._read_texts()
        return self._words

    @property
    def common(self) -> str:
        """Texts that many rows share, such as states, in the form of `words`; equal ones are one object."""
        if not self._common:
            self._read_texts()
        return self._common

    @property
    def codes(self) -> str:
        """Long texts of hexadecimal digits and dashes only, mostly ids, each after a line's end."""
        if not self._codes:
            self._read_texts()
        return self._codes

    def _read_texts(self) -> None:
        """Put together what is searched, the first time that it is."""
        codes: list[str] = []
        force_setattr(self, "_words", "\n".join(_lines(self, _OWN, codes)))
        force_setattr(self, "_common", _one("\n".join(_lines(self, _SHARED, codes))))
        force_setattr(self, "_codes", "\n" + "\n".join(codes))


@lru_cache(maxsize=4096)
def _one(text: str) -> str:
    """One object for equal texts."""
    return text


def _lines(row: Row, columns: Iterable["Column"], codes: list[str]) -> list[str]:
    """What `columns` say of a row in small letters, but for `codes`, which are added to those."""
    texts: list[Any] = []
    for column in columns:
        texts.append(column.value(row))
        if column.also is not _nothing:
            texts += column.also(row)
    words: list[str] = []
    for line in "\n".join(filter(None, texts)).casefold().split("\n"):
        (codes if len(line) >= _LONG and _is_code(line) else words).append(line)
    return words


_shown = attrgetter("task", "changed_at", "pending", "watched")
_LONG = 32
"""Letters of a text that is worth keeping apart: those of an id without dashes"""
_FEW = 3
"""Letters of a word that has to begin an id, instead of being somewhere in it"""
_is_code = re.compile(r"[0-9a-f-]+").fullmatch


class Search:
    """Whether a word, in small letters, is in any text of a row; asked of one row or of many.

    A few hexadecimal letters are somewhere in the ids of nearly every row, which is no reason to show it: up
    to three of them have to begin an id. Any other word is not looked for there, since it cannot be.
    """

    def __init__(self, word: str) -> None:
        self._word = word
        self._code = "" if not _is_code(word) else word if len(word) > _FEW else f"\n{word}"

    def __call__(self, row: Row) -> bool:
        word, code = self._word, self._code
        return word in row.words or word in row.common or bool(code and code in row.codes)

    def each(self, rows: Iterable[Row]) -> list[bool]:
        """What a call tells, for each row. Each letter asks tens of thousands, so nothing is called."""
        word, code, common = self._word, self._code, _Answers(self._word)
        if not code:
            return [
                word in (row._words or row.words) or common[row._common or row.common]  # noqa: SLF001
                for row in rows
            ]
        return [
            word in (row._words or row.words)  # noqa: SLF001
            or common[row._common or row.common]  # noqa: SLF001
            or code in (row._codes or row.codes)  # noqa: SLF001
            for row in rows
        ]

    @staticmethod
    def is_implied(word: str, longer: str) -> bool:
        """Whether each row in which `longer` is found is certain to have `word` in it too."""
        is_same_place = len(word) > _FEW or not _is_code(longer)
        return word in longer and (is_same_place or (len(longer) <= _FEW and longer.startswith(word)))


class _Answers(dict[str, bool]):
    """Whether `word` is in a text; each text is looked through once."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self._word = word

    def __missing__(self, text: str) -> bool:
        found = self[text] = self._word in text
        return found


class Kind(StrEnum):
    """How the values of a column compare."""

    TEXT = "text"
    NUMBER = "number"
    TIME = "time"


_PLAIN: Mapping[str, float] = MappingProxyType({"": 1})
_PERCENT: Mapping[str, float] = MappingProxyType({"": 1, "%": 1})
_MBITS: Mapping[str, float] = MappingProxyType({"": 1, "mbit/s": 1, "gbit/s": 1000})
_SECONDS: Mapping[str, float] = MappingProxyType({"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400})
_BYTES: Mapping[str, float] = MappingProxyType({"": 1, "b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12})


def _nothing(_row: Row) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Column:
    """One thing that can be filtered and sorted by."""

    name: str
    title: str
    value: Callable[[Row], Value]
    """Texts are never None; times are epoch seconds"""
    kind: Kind = Kind.TEXT
    units: Mapping[str, float] = field(default_factory=lambda: _PLAIN, hash=False)
    """What a number may be written with, and what it is then multiplied by"""
    also: Callable[[Row], tuple[str, ...]] = _nothing
    """Further texts that are found under this column"""
    newest_first: bool = False
    """Whether it shows how long ago a time was, so that it grows as the value falls"""


_WAVE = re.compile(r"wave[-_ ]?(\d{1,9})|^w(\d{1,9})-", re.IGNORECASE)


@lru_cache(maxsize=65536)
def _wave(name: str) -> int | None:
    found = _WAVE.search(name)
    return int(found[1] or found[2]) if found else None


def wave_of(row: Row) -> int | None:
    """The wave that the task's name tells, else that of its source."""
    wave = _wave(row.task.name)
    return _wave(row.task.source.name) if wave is None else wave


def _state(row: Row) -> str:
    return row.task.state_text if row.task.state is TaskState.UNKNOWN else row.task.state


def _said_of_state(row: Row) -> tuple[str, ...]:
    task = row.task
    lost = AGENT_LOST if task.has_lost_agent else ""
    return (task.situation, row.pending.words, lost, AUTO_LAUNCH if task.launches_itself else "")


def _stage(row: Row) -> str:
    stage = row.task.stage
    return (
        step_name(stage.name, is_launching=row.task.source.state == SourceState.CUTOVERING) if stage else ""
    )


def _stage_sent(row: Row) -> tuple[str, ...]:
    return (row.task.stage.name,) if row.task.stage else ()


def eta_of(row: Row) -> float | None:
    """Seconds that were left when the task was read; None where the service says nothing."""
    return eta_seconds(row.task, max(row.as_of, row.changed_at))


def _server(server: Server) -> str:
    return server.name or server.ip or server.id


def _clone(row: Row) -> str:
    clone = row.task.clone
    # The list names a clone without its state.
    return (clone.state.lower() or ("exists" if clone.vm_id else "")) if clone else ""


def _agent(row: Row) -> str:
    connected = row.task.connected
    return "" if connected is None else "yes" if connected else "no"


def _seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000


_LISTED = (
    Column("name", "Name", lambda row: row.task.name),
    Column("state", "State", _state, also=_said_of_state),
    Column("stage", "Stage", _stage, also=_stage_sent),
    Column("progress", "Progress", lambda row: progress_of(row.task), Kind.NUMBER, _PERCENT),
    Column("speed", "Speed", lambda row: row.task.speed if row.task.is_active else None, Kind.NUMBER, _MBITS),
    Column("eta", "Time left", eta_of, Kind.NUMBER, _SECONDS),
    Column(
        "source",
        "Source",
        lambda row: _server(row.task.source),
        also=lambda row: (row.task.source.ip, row.task.source.id),
    ),
    Column(
        "target",
        "Target",
        lambda row: _server(row.task.target),
        also=lambda row: (row.task.target.ip, row.task.target.id),
    ),
    Column("next", "Next step", lambda row: next_step(row.task).text),
    Column("age", "Last change", lambda row: row.changed_at, Kind.TIME, _SECONDS, newest_first=True),
    Column("id", "Id", lambda row: row.task.id),
    Column("os", "System", lambda row: row.task.os_type.lower()),
    Column("kind", "Kind", lambda row: row.task.kind.removeprefix("MIGRATE_").lower()),
    Column("wave", "Wave", wave_of, Kind.NUMBER),
    Column("region", "Region", lambda row: row.task.region),
    Column("project", "Project", lambda row: row.task.project),
    Column("limit", "Speed limit", lambda row: row.task.speed_limit, Kind.NUMBER, _MBITS),
    Column("created", "Created", lambda row: _seconds(row.task.created_ms), Kind.TIME),
    Column("started", "Started", lambda row: _seconds(row.task.started_ms), Kind.TIME),
    Column("error", "Error", lambda row: error_code(row.task.error)),
    Column("connected", "Agent connected", _agent),
    Column("size", "Size", lambda row: row.task.total, Kind.NUMBER, _BYTES),
    Column("clone", "Clone", _clone),
    Column("billed", "Still billed", lambda row: ", ".join(left_overs(row.task))),
)
COLUMNS: Mapping[str, Column] = MappingProxyType({column.name: column for column in _LISTED})
ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "subtask": "stage",
        "step": "stage",
        "ip": "source",
        "changed": "age",
        "agent": "connected",
        "left": "eta",
        "code": "error",
    }
)
"""Other words for columns."""
_NOT_SEARCHED = {"connected", "billed"}
# Numbers are no texts: they change by themselves, and a word that met one would show and hide its row.
_TEXTS = tuple(column for column in _LISTED if column.kind is Kind.TEXT and column.name not in _NOT_SEARCHED)
_OWN = tuple(column for column in _TEXTS if column.name in {"name", "source", "target", "id", "error"})
_SHARED = tuple(column for column in _TEXTS if column not in _OWN)
