"""The journal: every operation on disk before its first byte leaves, and its outcome there after.

One file for each running program, only ever appended to; each record carries its own checksum and that of the
record before it. What cannot be made durable is not sent: `append` raises, and the dispatcher refuses.
"""

import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

FIRST = "0" * 64
"""What the first record of a file carries in the place of its predecessor's checksum"""
SUFFIX = ".jsonl"
_RESERVE = 64 * 1024
_RESERVE_NAME = ".reserve"


class JournalError(OSError):
    """The journal cannot be written; the text says why."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who works here, on what: part of every record."""

    operator: str
    host: str
    profile: str
    endpoint: str
    project: str
    version: str


def checksum(fields: Mapping[str, object]) -> str:
    """The SHA-256 of a record without its own `sum`, in hex."""
    text = json.dumps({name: value for name, value in fields.items() if name != "sum"}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


class Journal:
    """This program's own file in the journal folder."""

    def __init__(
        self,
        folder: Path,
        identity: Identity,
        now: Callable[[], float],
        syslog: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.folder = folder
        self.path: Path | None = None
        self.identity = identity
        self.problem = ""
        """Why nothing can be written; empty while all is well"""
        self._now = now
        self._syslog = syslog
        self._descriptor = -1
        self._seq = 0
        self._head = FIRST

    def open(self) -> None:
        """Create the file; a folder that cannot be written is a `problem`, not an exception."""
        stamp = datetime.fromtimestamp(self._now(), UTC).strftime("%Y%m%dT%H%M%SZ")
        path = self.folder / f"{stamp}-{os.getpid()}-{secrets.token_hex(4)}{SUFFIX}"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.chmod(0o700)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
            self._descriptor = os.open(path, flags, 0o600)
            os.fchmod(self._descriptor, 0o600)
            # The lock says that the owner lives: it goes with the process, however that ends.
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _make_durable(self.folder)
            self._keep_reserve()
        except OSError as error:
            self.problem = f"the journal cannot be written in {self.folder}: {error.strerror}"
        else:
            self.path = path

    def close(self) -> None:
        """Let go of the file; one without a record is removed."""
        if self._descriptor < 0:
            return
        if self._seq == 0 and self.path is not None:
            self.path.unlink(missing_ok=True)
        os.close(self._descriptor)
        self._descriptor = -1

    def append(self, kind: str, op_id: str, fields: Mapping[str, object]) -> None:
        """Make one record durable; raises `JournalError`, and then no operation may be sent."""
        if self._descriptor < 0:
            raise JournalError(self.problem or "the journal is not open")
        record: dict[str, object] = {
            "seq": self._seq + 1,
            "prev": self._head,
            "t": round(self._now(), 3),
            "kind": kind,
            "op_id": op_id,
            **asdict(self.identity),
            "pid": os.getpid(),
            **fields,
        }
        record["sum"] = checksum(record)
        try:
            self._write(json.dumps(record, ensure_ascii=True).encode() + b"\n")
        except OSError as error:
            self.problem = f"the journal cannot be written: {error.strerror}"
            raise JournalError(self.problem) from None
        self._seq += 1
        self._head = str(record["sum"])
        self._syslog(f"sms-tui journal {self.path.name if self.path else ''} {self._seq} {self._head}")

    def _write(self, line: bytes) -> None:
        try:
            self._put(line)
        except OSError:
            # The disk filled up between intent and outcome: the reserve is for this very line.
            (self.folder / _RESERVE_NAME).unlink(missing_ok=True)
            self._put(line)

    def _put(self, line: bytes) -> None:
        size = os.fstat(self._descriptor).st_size
        try:
            if os.write(self._descriptor, line) != len(line):
                raise OSError(28, "No space left on device")
            os.fdatasync(self._descriptor)
        except OSError:
            os.ftruncate(self._descriptor, size)
            raise

    def _keep_reserve(self) -> None:
        reserve = self.folder / _RESERVE_NAME
        if not reserve.exists():
            reserve.touch(mode=0o600)
            reserve.write_bytes(b"\0" * _RESERVE)


def _make_durable(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
