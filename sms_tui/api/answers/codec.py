"""Reads the bodies of answers into domain values.

A page is split into its items first, and each item is read by itself: strictly typed where possible, else
tolerantly, else it is reported as broken. An item whose bytes have not changed since the last read is not
read again.
"""

from contextlib import suppress
from typing import Literal, TypeVar

import msgspec

from sms_tui.api.answers import tolerant
from sms_tui.api.answers.replies import parse_json
from sms_tui.api.answers.shapes import RuleShape, Shape, SourceShape, TaskShape
from sms_tui.api.answers.tasks import SpeedUnit, shared, task_of
from sms_tui.domain.sentence import sentence
from sms_tui.domain.speed_limit import SpeedRule
from sms_tui.domain.task import SourceFacts, Task, TaskDetail

ListName = Literal["tasks", "source_servers", "speed_limit"]
Item = object
"""An element of a list: its bytes as `msgspec.Raw`, or read already, or parsed where the page is odd"""
S = TypeVar("S", bound=Shape)
# Bad UTF-8 inside a text is a `UnicodeDecodeError`, which is a `ValueError` and none of the decoder's own.
_UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)
_MOST_ENTRIES = 10_000
"""On one page: ordinary ones fill more bytes than are taken"""
_MOST_SHOWN = 60


class UnreadableError(ValueError):
    """The document is not what was asked for; the text says why, as the end of a sentence."""


class _Page(msgspec.Struct):
    count: int | None = None
    error_code: str | int | None = None
    tasks: list[msgspec.Raw] | None = None
    source_servers: list[msgspec.Raw] | None = None
    speed_limit: list[msgspec.Raw] | None = None


class _Sources(msgspec.Struct):
    count: int | None = None
    source_servers: list[SourceShape] | None = None


_PAGE = msgspec.json.Decoder(_Page)
_SOURCES = msgspec.json.Decoder(_Sources)
_DECODERS: dict[type[Shape], msgspec.json.Decoder[Shape]] = {
    shape: msgspec.json.Decoder(shape) for shape in (TaskShape, SourceShape, RuleShape)
}


def split(body: bytes, name: ListName) -> tuple[list[Item], int | None]:
    """Cut the list `name` into its items, with the `count` beside it; raises `UnreadableError`."""
    items, count = _split(body, name)
    # Each of a million entries costs time and memory, however tiny it is.
    if len(items) > _MOST_ENTRIES:
        raise UnreadableError(sentence("is longer than a list can be"))
    return items, count


def _split(body: bytes, name: ListName) -> tuple[list[Item], int | None]:
    if name == "source_servers":
        # Every item is read in any case; as long as all are well-formed, in one go.
        with suppress(*_UNREADABLE):
            page = _SOURCES.decode(body)
            if page.source_servers is not None:
                return list(page.source_servers), _sensible(page.count)
    return _cut(body, name)


def _cut(body: bytes, name: ListName) -> tuple[list[Item], int | None]:
    try:
        page = _PAGE.decode(body)
    except _UNREADABLE:
        return _split_leniently(body, name)
    items: list[Item] | None = getattr(page, name)
    if not items and page.error_code:
        # The gateway answered for a broken service, which does not prove that the task is gone.
        raise UnreadableError(sentence("is empty beside the error {code}", code=str(page.error_code)[:60]))
    return (items, _sensible(page.count)) if items is not None else _split_leniently(body, name)


def _split_leniently(body: bytes, name: ListName) -> tuple[list[Item], int | None]:
    document = document_of(body)
    items = document.get(name)
    if items is None and name in document and document.get("count") == 0:
        items = []
    if not isinstance(items, list):
        raise UnreadableError(sentence("has no list named {name}", name=name))
    return items, _sensible(document.get("count"))


def document_of(body: bytes) -> dict[str, object]:
    """The JSON object in `body`, read leniently; raises `UnreadableError`."""
    try:
        document = parse_json(body)
    except ValueError:
        raise UnreadableError(sentence("is not JSON")) from None
    if not isinstance(document, dict):
        raise UnreadableError(sentence("is not a JSON object"))
    return document


def _sensible(count: object) -> int | None:
    return count if type(count) is int and 0 <= count < 2**31 else None


def _read(item: Item, shape: type[S]) -> S | None:
    if isinstance(item, shape):
        return item
    if not isinstance(item, msgspec.Raw):
        return tolerant.from_document(item, shape)
    try:
        return _DECODERS[shape].decode(item)  # type: ignore[return-value]
    except _UNREADABLE:
        return tolerant.read(bytes(item), shape)


class TaskReader:
    """Reads tasks, and remembers those of the last sweep by their bytes: most have not changed.

    Each is remembered once, in what this sweep has seen or else in what is left of the one before.
    """

    def __init__(self, unit: SpeedUnit) -> None:
        self._unit = unit
        self._known: dict[int, Task] = {}
        self._before: dict[int, Task] = {}

    def begin_sweep(self) -> None:
        """Forget what the sweep before the last one saw."""
        # The two dicts are swapped and reused: the garbage collector would traverse each new one.
        self._before, self._known = self._known, self._before
        self._known.clear()

    def end_sweep(self) -> None:
        """Forget what is in no list any more."""
        self._before.clear()

    def read_page(self, items: list[Item]) -> tuple[list[Task], list[str]]:
        """The tasks among `items`, and one sentence for each item that could not be read."""
        known, before = self._known, self._before
        tasks: list[Task] = []
        broken: list[str] = []
        for item in items:
            if isinstance(item, msgspec.Raw):
                # A hash of 64 bits, keyed for this process: two documents are never mistaken for each other.
                key = hash(bytes(item))
                task = before.pop(key, None) or known.get(key) or self._read_task(item)
                if task is not None:
                    known[key] = task
            else:
                task = self._read_task(item)
            if task is None:
                broken.append(_broken(item))
            else:
                tasks.append(task)
        return tasks, broken

    def read_detail(self, body: bytes, read_at: float) -> TaskDetail:
        """One task with its subtasks and its whole document; raises `UnreadableError`."""
        document = document_of(body)
        shape = tolerant.from_document(document, TaskShape)
        task = task_of(shape, self._unit, whole=True) if shape else None
        if task is None:
            raise UnreadableError(sentence("is not a task"))
        return TaskDetail(task, document, read_at)

    def _read_task(self, item: Item) -> Task | None:
        shape = _read(item, TaskShape)
        return task_of(shape, self._unit, whole=False) if shape else None


def _broken(item: Item) -> str:
    start = bytes(item)[:_MOST_SHOWN] if isinstance(item, msgspec.Raw) else repr(item)[:_MOST_SHOWN].encode()
    return sentence(
        "An entry of the list is not a task and is left out: {start}", start=start.decode("utf-8", "replace")
    )


def read_sources(items: list[Item]) -> tuple[SourceFacts, ...]:
    """What each source says about its task; sources without an id are left out."""
    facts = (_facts(shape) for shape in (_read(item, SourceShape) for item in items) if shape and shape.id)
    return tuple(facts)


def _facts(shape: SourceShape) -> SourceFacts:
    task = shape.current_task
    return SourceFacts(
        source_id=shape.id or "",
        task_id=(task.id if task else "") or "",
        state=shared((shape.state or "").lower()),
        cycle=shared((shape.migration_cycle or "").lower()),
        connected=shape.connected,
        replicated=shape.replicatesize,
        total=shape.totalsize,
        remain_seconds=task.remain_seconds if task else None,
        started_ms=task.start_date if task else None,
        region=shared(task.region_id if task else None),
        project=shared(task.project_name if task else None),
    )


def read_rules(items: list[Item]) -> tuple[SpeedRule, ...]:
    """A task's speed rules; one without its two times is left out."""
    shapes = (_read(item, RuleShape) for item in items)
    return tuple(
        SpeedRule(shape.start, shape.end, shape.speed or 0, shape.over_speed_threshold)
        for shape in shapes
        if shape and shape.start and shape.end
    )
