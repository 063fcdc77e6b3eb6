"""Reading journals: all files merged, what is unresolved, and whether anybody changed a record.

Reading never writes and never sends; it works on the files of programs that are still running as well.
"""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sms_tui.domain.outcome import Outcome
from sms_tui.engine.journal import FIRST, SUFFIX, checksum

Record = Mapping[str, object]
RESOLVED = "resolved"
"""Kind of the record that ends an unknown outcome which reading could not confirm"""
_OPEN = frozenset({Outcome.SENT.value, Outcome.UNKNOWN.value})


@dataclass(frozen=True, slots=True)
class Fault:
    """The first line of a file that cannot be believed, and why."""

    path: Path
    line: int
    why: str
    is_torn: bool = False
    """The last line is cut off, as a crash leaves it: nothing was changed"""

    def __str__(self) -> str:
        return f"{self.path.name}:{self.line}: {self.why}"


@dataclass(frozen=True, slots=True)
class Operation:
    """All that the journal says of one operation."""

    op_id: str
    records: tuple[Record, ...]

    @property
    def last(self) -> Record:
        """The newest record."""
        return self.records[-1]

    @property
    def is_open(self) -> bool:
        """Whether it may have been sent and nobody knows what became of it."""
        return self.last["kind"] in _OPEN


def files(folder: Path) -> list[Path]:
    """The journal files in `folder`, oldest first."""
    return sorted(folder.glob(f"*{SUFFIX}")) if folder.is_dir() else []


def read(path: Path) -> tuple[list[Record], Fault | None]:
    """The records of one file up to the first that cannot be believed."""
    records: list[Record] = []
    head = FIRST
    lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines[:-1], 1):
        record, why = _record(line, number, head)
        if record is None:
            return records, Fault(path, number, why)
        records.append(record)
        head = str(record["sum"])
    if lines[-1]:
        return records, Fault(path, len(lines), "the last line is cut off", is_torn=True)
    return records, None


def _record(line: bytes, number: int, head: str) -> tuple[Record | None, str]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None, "not a record"
    if not isinstance(record, dict) or record.get("sum") != checksum(record):
        return None, "the record was changed"
    if record.get("seq") != number or record.get("prev") != head:
        return None, "a record before it is missing, moved or was changed"
    return record, ""


def merged(folder: Path) -> Iterator[Record]:
    """The records of all files in the order of their time."""
    records = [record for path in files(folder) for record in read(path)[0]]
    yield from sorted(records, key=lambda record: float(str(record["t"])))


def operations(records: Iterable[Record]) -> list[Operation]:
    """Records gathered by operation, in the order in which the operations began."""
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(str(record["op_id"]), []).append(record)
    return [Operation(op_id, tuple(of_one)) for op_id, of_one in found.items()]


def verify(folder: Path) -> list[Fault]:
    """The first fault of each file that has one."""
    return [fault for path in files(folder) if (fault := read(path)[1]) is not None]


def unresolved(folder: Path, profile: str, endpoint: str) -> list[Operation]:
    """Operations of programs that are gone whose outcome nobody wrote down, for this profile and endpoint."""
    settled = {op.op_id for op in operations(merged(folder)) if not op.is_open}
    left = [path for path in files(folder) if _is_orphaned(path)]
    found = operations(record for path in left for record in read(path)[0])
    return [
        op
        for op in found
        if op.is_open
        and op.op_id not in settled
        and (op.last["profile"], op.last["endpoint"]) == (profile, endpoint)
    ]


def _is_orphaned(path: Path) -> bool:
    """Whether the program that wrote `path` is gone: its lock went with it."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return False
    else:
        return True
    finally:
        os.close(descriptor)
