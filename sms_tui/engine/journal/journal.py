"""The journal: each operation is on disk before its first byte is sent, and its outcome afterwards.

Each running program appends to one file of its own. Every record carries its own checksum and that of the
record before it. What cannot be made durable is not sent: `append` raises, and the dispatcher refuses.
"""

import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from errno import EDQUOT, ENOENT, ENOSPC
from pathlib import Path

from msgspec import Struct
from msgspec.structs import asdict

from sms_tui.domain.outcome import Outcome
from sms_tui.domain.sentence import sentence
from sms_tui.engine.clock import Uptime
from sms_tui.private_files import PRIVATE_FILE, PRIVATE_FOLDER, is_at, make_private_folder, sync_folder

FIRST = "0" * 64
"""Stands in the first record of a file for the checksum of its predecessor"""
SUFFIX = ".jsonl"
SUM = b', "sum": "'
NOTE = "sms-tui journal"
"""Begins a line of the system log about the newest record; folder, file, number and checksum follow"""
_RESERVE = 64 * 1024
_RESERVE_NAME = ".reserve"
_PROBE = 4096
_PROBE_NAME = ".probe"
_FULL = frozenset({ENOSPC, EDQUOT})
_NOT_YET_SENT = frozenset({Outcome.QUEUED.value, Outcome.SENT.value})


class JournalError(OSError):
    """The journal cannot be written; the text says why."""


class Identity(Struct, frozen=True):
    """Who is working, and on which service; part of every record."""

    operator: str
    host: str
    profile: str
    endpoint: str
    project: str
    version: str


def sealed(fields: Mapping[str, object]) -> tuple[bytes, str]:
    """A record as a line of ASCII, and its checksum: the SHA-256 of all bytes before it, in hex."""
    body = json.dumps(fields, ensure_ascii=True).encode()[:-1]
    checksum = hashlib.sha256(body).hexdigest()
    return body + SUM + checksum.encode() + b'"}\n', checksum


def mark_of(folder: Path) -> str:
    """An identifier for a journal folder that does not reveal its path."""
    return hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]


class Journal:
    """This program's own file in the journal folder."""

    def __init__(
        self,
        folder: Path,
        identity: Identity,
        now: Callable[[], float],
        syslog: Callable[[str], None] = lambda _: None,
        uptime: Callable[[], Uptime | None] = lambda: None,
    ) -> None:
        self.folder = folder
        self.path: Path | None = None
        self.paths: set[Path] = set()
        """Every file of this program, including those that it had to give up"""
        self.identity = identity
        self.problem = ""
        """Why nothing can be written; empty as long as it can"""
        self._now = now
        self._syslog = syslog
        self._uptime = uptime
        self._descriptor = -1
        self._given_up: list[int] = []
        """Files that cannot be continued; they stay locked to show that this program is still running"""
        self._seq = 0
        self._head = FIRST

    def open(self) -> None:
        """Create the file; if the folder is not writable, that is a `problem` and not an exception."""
        try:
            make_private_folder(self.folder)
            self.folder.chmod(PRIVATE_FOLDER)
            path = self.folder / self._name()
            self._descriptor = _created(path)
            self.path = path
            self.paths.add(path)
            self._keep_reserve()
        except OSError as error:
            self._fail(error)
        else:
            self.problem = ""

    def retry(self) -> None:
        """Try again after a `problem`: a full disk may have room by now."""
        if not self.problem:
            return
        if self._descriptor < 0:
            self.open()
            return
        try:
            self._keep_reserve()
            self._probe()
        except OSError as error:
            self._fail(error)
        else:
            self.problem = ""

    def close(self) -> None:
        """Release the file, and remove it if it has no record."""
        while self._given_up:
            os.close(self._given_up.pop())
        if self._descriptor < 0:
            return
        if self._seq == 0 and self.path is not None:
            self.path.unlink(missing_ok=True)
        os.close(self._descriptor)
        self._descriptor = -1

    def age_of(self, record: Mapping[str, object]) -> float:
        """Seconds since any program wrote `record`; the fewer where wall clock and uptime disagree."""
        ages = [self._now() - float(str(record["t"]))]
        uptime = self._uptime()
        if uptime is not None and record.get("boot") == uptime.boot:
            with suppress(ValueError):
                ages.append(uptime.seconds - float(str(record.get("up"))))
        return max(0.0, min(ages))

    def append(self, kind: str, op_id: str, fields: Mapping[str, object]) -> None:
        """Make one record durable; raises `JournalError`, and then no operation may be sent."""
        self.append_all(kind, [(op_id, fields)])

    def append_all(self, kind: str, entries: Iterable[tuple[str, Mapping[str, object]]]) -> None:
        """Make a record for each `(op_id, fields)` durable, all or none; raises `JournalError`."""
        if self._descriptor < 0:
            raise JournalError(self.problem or sentence("the journal is not open"))
        lines, seq, head = [], self._seq, self._head
        for op_id, fields in entries:
            seq += 1
            line, head = sealed(self._record(seq, head, str(kind), op_id, fields))
            lines.append(line)
        try:
            self._write(b"".join(lines), may_use_reserve=str(kind) not in _NOT_YET_SENT)
        except OSError as error:
            self._fail(error)
            raise JournalError(self.problem) from None
        self._seq = seq
        self._head = head
        self._syslog(f"{NOTE} {mark_of(self.folder)} {self.path.name if self.path else ''} {seq} {head}")

    def _record(
        self, seq: int, prev: str, kind: str, op_id: str, fields: Mapping[str, object]
    ) -> Mapping[str, object]:
        uptime = self._uptime()
        return {
            "seq": seq,
            "prev": prev,
            "t": round(self._now(), 3),
            **({"boot": uptime.boot, "up": round(uptime.seconds, 3)} if uptime else {}),
            "kind": kind,
            "op_id": op_id,
            **asdict(self.identity),
            "pid": os.getpid(),
            **fields,
        }

    def _write(self, text: bytes, *, may_use_reserve: bool) -> None:
        try:
            self._put(text)
        except OSError as error:
            if error.errno not in _FULL or not may_use_reserve:
                raise
            # The disk filled up between intent and outcome: the reserve was kept for this very line.
            (self.folder / _RESERVE_NAME).unlink(missing_ok=True)
            self._put(text)
            self._fail(error)

    def _fail(self, error: OSError) -> None:
        self.problem = sentence(
            "the journal cannot be written: {reason} (in {folder})",
            reason=error.strerror,
            folder=self.folder,
        )

    def _put(self, text: bytes) -> None:
        if self.path is None or not is_at(self._descriptor, self.path):
            # The file was deleted or moved; nobody would ever find what is written to it.
            self._give_up()
            raise OSError(ENOENT, os.strerror(ENOENT))
        size = os.fstat(self._descriptor).st_size
        try:
            if os.write(self._descriptor, text) != len(text):
                raise OSError(ENOSPC, os.strerror(ENOSPC))
            os.fdatasync(self._descriptor)
        except OSError:
            self._take_back(size)
            raise

    def _take_back(self, size: int) -> None:
        """Remove a half-written record; if that fails, nothing more is appended to the file."""
        try:
            os.ftruncate(self._descriptor, size)
        except OSError:
            self._give_up()

    def _give_up(self) -> None:
        """Stop writing to this file; its lock still shows that we are running."""
        self._given_up.append(self._descriptor)
        self._descriptor = -1
        self._seq = 0
        self._head = FIRST

    def _keep_reserve(self) -> None:
        """One file for all programs that share the folder; none may send before it and its own are there."""
        reserve = self.folder / _RESERVE_NAME
        flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(reserve, flags, PRIVATE_FILE)
        try:
            if os.fstat(descriptor).st_size < _RESERVE:
                os.pwrite(descriptor, b"\0" * _RESERVE, 0)
                os.fsync(descriptor)
            if os.fstat(descriptor).st_size < _RESERVE:
                raise OSError(ENOSPC, os.strerror(ENOSPC))
        finally:
            os.close(descriptor)
        sync_folder(self.folder)

    def _probe(self) -> None:
        """Write as much as a record takes: an existing reserve says nothing about further free space."""
        path = self.folder / f"{_PROBE_NAME}-{os.getpid()}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(path, flags, PRIVATE_FILE)
        try:
            if os.write(descriptor, b"\0" * _PROBE) != _PROBE:
                raise OSError(ENOSPC, os.strerror(ENOSPC))
            os.fdatasync(descriptor)
        finally:
            os.close(descriptor)
            path.unlink()

    def _name(self) -> str:
        stamp = datetime.fromtimestamp(self._now(), UTC).strftime("%Y%m%dT%H%M%SZ")
        return f"{stamp}-{os.getpid()}-{secrets.token_hex(4)}{SUFFIX}"


def _created(path: Path) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, PRIVATE_FILE)
    try:
        os.fchmod(descriptor, PRIVATE_FILE)
        # The lock shows that the owner is running: it ends with the process, however that ends.
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
