"""Reads journals: merges all files, finds unresolved operations, and detects altered records.

Reading never writes and never sends, and also works on files of programs that are still running. A record
that fails its checks is reported as a fault; the records after it are read all the same.
"""

import hashlib
import json
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from errno import EINVAL
from pathlib import Path

from msgspec import Struct

from sms_tui.domain.outcome import Outcome
from sms_tui.engine.journal.journal import FIRST, NOTE, SUFFIX, SUM, mark_of

Record = Mapping[str, object]
Heads = Mapping[str, tuple[int, str]]
"""By file name, the newest `seq` and checksum that were noted outside the file"""
RESOLVED = "resolved"
"""Kind of the record that ends an operation without a proof of its effect"""
_STEPS = {
    Outcome.QUEUED.value: 0,
    Outcome.SENT.value: 1,
    Outcome.UNKNOWN.value: 2,
    Outcome.ACCEPTED.value: 3,
    Outcome.REJECTED.value: 3,
    Outcome.NOT_SENT.value: 3,
    Outcome.CONFIRMED.value: 4,
    RESOLVED: 4,
}
"""The order in which records of one operation are written, even if a clock was set back meanwhile"""
_OPEN = frozenset({Outcome.SENT.value, Outcome.UNKNOWN.value})
ENDS = frozenset(kind for kind, step in _STEPS.items() if step > _STEPS[Outcome.UNKNOWN.value])
"""Kinds of records after which nothing is open"""
_NEEDED = ("seq", "prev", "t", "kind", "op_id")
_LONGEST_NUMBER = 18
_CUT = "the last line is cut off"


class Fault(Struct, frozen=True):
    """The first line of a file that fails its checks; the order of later lines is not proven either."""

    path: Path
    line: int
    why: str
    is_torn: bool = False
    """The last line is cut off, as a crash leaves it: nothing was changed"""
    is_unread: bool = False
    """The file, or the whole folder, could not be read: nobody knows what stands there"""

    def __str__(self) -> str:
        place = self.path.name if self.is_unread else f"{self.path.name}:{self.line}"
        return f"{place}: {self.why}"


class JournalledOperation(Struct, frozen=True):
    """Everything the journal says about one operation."""

    op_id: str
    records: tuple[Record, ...]

    @property
    def last(self) -> Record:
        """The newest record."""
        return self.records[-1]

    @property
    def outcome(self) -> str:
        """The newest word on what became of it; that nobody looks for it any longer is none."""
        if self.last["kind"] != RESOLVED:
            return str(self.last["kind"])
        known = [kind for record in self.records if (kind := str(record["kind"])) in ENDS - {RESOLVED}]
        return known[-1] if known else Outcome.UNKNOWN.value

    @property
    def place(self) -> tuple[str, str]:
        """The profile and the endpoint that it was sent with."""
        return str(self.records[0].get("profile")), str(self.records[0].get("endpoint"))

    @property
    def is_open(self) -> bool:
        """Whether it may have been sent and its outcome is unknown."""
        return self.last["kind"] in _OPEN

    @property
    def is_queued(self) -> bool:
        """Whether it was confirmed by the operator and never sent."""
        return self.last["kind"] == Outcome.QUEUED


def files(folder: Path) -> list[Path]:
    """The journal files in `folder`, oldest first.

    A folder that cannot be listed stands for its files itself: whoever reads it finds the reason as a fault.
    """
    try:
        found = list(folder.iterdir())
    except FileNotFoundError:
        return []
    except OSError:
        return [folder]
    return sorted(path for path in found if path.name.endswith(SUFFIX))


def unreadable(folder: Path) -> list[Fault]:
    """The parts of the journal in `folder` that cannot be read (the folder itself or files), and why."""
    faults = []
    for path in files(folder):
        try:
            os.close(_descriptor_of(path))
        except FileNotFoundError:
            continue
        except OSError as error:
            faults.append(_unread(path, 1, error))
    return faults


def read(path: Path) -> tuple[list[Record], Fault | None]:
    """The records of one file that are whole in themselves, and its first fault."""
    chain = Chain(path)
    return chain.news(), chain.fault


class Chain:
    """One file, read step by step as it grows."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fault: Fault | None = None
        self._number = self._seq = 0
        self._head = FIRST
        self._is_torn = False
        self.offset = 0
        """Bytes that were read: all lines that are whole"""

    def news(self) -> list[Record]:
        """The records that are new since the last call, those that are whole in themselves.

        A file that is gone has none: a program that did nothing takes its own away.
        """
        try:
            lines, rest = self._unread_lines()
        except FileNotFoundError:
            return []
        except OSError as error:
            self._fault = _unread(self._path, self._number + 1, error)
            return []
        self._is_torn = bool(rest)
        records = []
        for line in lines:
            self.offset += len(line) + 1
            self._number += 1
            record, why = _record(line, self._seq + 1, self._head)
            if why and self._fault is None:
                self._fault = Fault(self._path, self._number, why)
            if record is not None:
                records.append(record)
                self._seq = int(str(record["seq"]))
                self._head = str(record["sum"])
        return records

    def _unread_lines(self) -> tuple[list[bytes], bytes]:
        """The lines that are whole, and what is behind them."""
        status = self._path.lstat()
        # There may be hundreds of old files, and each refresh looks at all of them.
        if self.offset and stat.S_ISREG(status.st_mode) and status.st_size == self.offset:
            return [], b""
        *lines, rest = _bytes_of(self._path, self.offset).split(b"\n")
        return lines, rest

    @property
    def is_another(self) -> bool:
        """Whether the file is shorter than what was already read, so that it must be a different one."""
        try:
            return self._path.stat().st_size < self.offset
        except OSError:
            return False

    @property
    def fault(self) -> Fault | None:
        """The first line that fails its checks."""
        if self._fault is None and self._is_torn:
            return Fault(self._path, self._number + 1, _CUT, is_torn=True)
        return self._fault


def _bytes_of(path: Path, offset: int) -> bytes:
    with open(_descriptor_of(path), "rb") as file:
        file.seek(offset)
        return file.read()


def _descriptor_of(path: Path) -> int:
    """`path` opened for reading; raises `OSError`, for what is no journal file too."""
    if not path.name.endswith(SUFFIX):
        # The folder, in place of files that nobody can find.
        list(path.iterdir())
    # A pipe would keep its reader waiting for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(EINVAL, "Not a regular file")
    return descriptor


def _unread(path: Path, line: int, error: OSError) -> Fault:
    return Fault(path, line, f"it cannot be read: {error.strerror}", is_unread=True)


def _record(line: bytes, seq: int, head: str) -> tuple[Record | None, str]:
    body, found, seal = line.rpartition(SUM)
    if not found or seal != hashlib.sha256(body).hexdigest().encode() + b'"}':
        return None, "the record was changed"
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None, "not a record"
    if not isinstance(record, dict) or not all(name in record for name in _NEEDED):
        return None, "not a record of the journal"
    # A truth value is an int too.
    types = [type(record[name]) for name in ("t", "seq", "kind")]
    if types not in ([int, int, str], [float, int, str]):
        return None, "not a record of the journal"
    if (record["seq"], record["prev"]) != (seq, head):
        return record, "a record before it is missing, moved or was changed"
    return record, ""


def merged(folder: Path) -> Iterator[Record]:
    """The records of all files in the order of their time."""
    records = [record for path in files(folder) for record in read(path)[0]]
    yield from sorted(records, key=lambda record: float(str(record["t"])))


def operations(records: Iterable[Record]) -> list[JournalledOperation]:
    """Records gathered by operation, in the order in which the operations began."""
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(str(record["op_id"]), []).append(record)
    return [JournalledOperation(op_id, tuple(sorted(of_one, key=_step))) for op_id, of_one in found.items()]


def _step(record: Record) -> int:
    return _STEPS.get(str(record["kind"]), 0)


def verify(folder: Path, heads: Heads | None = None) -> list[Fault]:
    """The first fault of each file that has one; only `heads` show what was cut off or taken away."""
    faults: list[Fault] = []
    left = dict(heads or {})
    found = files(folder)
    for path in found:
        records, fault = read(path)
        head = left.pop(path.name, None)
        if head is not None and (fault is None or fault.is_torn):
            fault = _against(path, records, *head) or fault
        faults += [fault] if fault else []
    faults += [Fault(folder / name, 1, "the whole file is missing") for name in left if folder not in found]
    return faults


def _against(path: Path, records: list[Record], seq: int, checksum: str) -> Fault | None:
    noted = next((record for record in records if record["seq"] == seq), None)
    if noted is None:
        return Fault(path, len(records) + 1, f"cut off: record {seq} was written and is missing")
    if noted["sum"] != checksum:
        return Fault(path, seq, "not the record whose checksum was noted when it was written")
    return None


def heads_in(lines: Iterable[str], folder: Path) -> Heads:
    """The newest head of each file in `folder` out of the lines of a system log that others share."""
    heads: dict[str, tuple[int, str]] = {}
    for line in lines:
        match line.partition(f"{NOTE} {mark_of(folder)} ")[2].split():
            case [name, seq, checksum, *_] if _is_number(seq) and int(seq) > heads.get(name, (0, ""))[0]:
                heads[name] = (int(seq), checksum)
    return heads


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < _LONGEST_NUMBER
