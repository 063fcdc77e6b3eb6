"""Keeps the programs on this machine from operating on one task at the same time, with locked files."""

import fcntl
import hashlib
import math
import os
import resource
from contextlib import suppress
from pathlib import Path

from sms_tui.domain.sentence import sentence
from sms_tui.private_files import PRIVATE_FILE, is_at, make_private_folder

_KEPT_FREE = 128
"""Open files that are left to connections, journals and the terminal: nothing is settled without them"""


class TaskGates:
    """One operation in flight for each task, over all programs on this machine that share the folder.

    While the outcome of an operation is unknown, a second gate of its task is shut: several programs may hold
    it at a time, and only an operation that must be possible at any time, a pause, passes it.

    The system opens all gates of a program that ends, however it ends. Each shut gate is an open file; where
    there may be no more of those, other programs are not kept from what is in doubt.
    """

    def __init__(self, folder: Path, endpoint: str) -> None:
        self._folder = folder
        self._endpoint = endpoint
        self._locks: dict[str, int] = {}
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        self._most = math.inf if most == resource.RLIM_INFINITY else most - _KEPT_FREE
        self._in_flight: set[str] = set()
        self._in_doubt: dict[str, set[str]] = {}

    def enter(self, task_id: str, *, passes_doubt: bool) -> str | None:
        """Take the gate of a task before sending; why that is not possible, or None."""
        flight, doubt = self._names(task_id)
        try:
            if not self._lock(flight, fcntl.LOCK_EX):
                return sentence("another run of this program has an operation on this task under way")
            if not passes_doubt and not self._is_free(doubt):
                self.leave(task_id)
                return sentence(
                    "another run of this program has an operation on this task whose outcome is unknown"
                )
        except OSError as error:
            self.leave(task_id)
            return sentence("other programs cannot be kept from this task: {reason}", reason=error.strerror)
        self._in_flight.add(task_id)
        return None

    def leave(self, task_id: str) -> None:
        """Release the gate of a task: nothing is in flight any more."""
        self._in_flight.discard(task_id)
        flight, doubt = self._names(task_id)
        if task_id not in self._in_doubt or doubt in self._locks or not self._has_room:
            self._unlock(flight)

    def doubt(self, task_id: str, op_id: str) -> None:
        """Keep other programs away from a task until the unknown outcome of an operation is settled."""
        self._in_doubt.setdefault(task_id, set()).add(op_id)
        if not self._has_room:
            return
        flight, doubt = self._names(task_id)
        with suppress(OSError):
            if self._lock(doubt, fcntl.LOCK_SH):
                return
        # If the second gate cannot be shut, the first one stays shut.
        with suppress(OSError):
            self._lock(flight, fcntl.LOCK_EX)

    def settle(self, task_id: str, op_id: str) -> None:
        """Note that the outcome of an operation is no longer unknown."""
        self._in_doubt.get(task_id, set()).discard(op_id)
        if not self._in_doubt.get(task_id):
            self._in_doubt.pop(task_id, None)
            flight, doubt = self._names(task_id)
            self._unlock(doubt)
            if task_id not in self._in_flight:
                self._unlock(flight)

    def close(self) -> None:
        """Open every gate."""
        for name in list(self._locks):
            self._unlock(name)
        self._in_doubt.clear()
        self._in_flight.clear()

    @property
    def _has_room(self) -> bool:
        return len(self._locks) < self._most

    def _is_free(self, name: str) -> bool:
        """Whether nobody else holds a lock; one of our own does not count."""
        own = self._locks.get(name)
        if own is None:
            is_free = self._lock(name, fcntl.LOCK_EX)
            self._unlock(name)
            return is_free
        is_free = _lock_alone(own)
        fcntl.flock(own, fcntl.LOCK_SH)
        if not is_at(own, self._folder / name):
            # Looking releases the lock for a moment, in which another program may have removed the file.
            os.close(self._locks.pop(name))
            self._lock(name, fcntl.LOCK_SH)
        return is_free

    def _lock(self, name: str, how: int) -> bool:
        if name in self._locks:
            return True
        make_private_folder(self._folder)
        while (descriptor := _locked(self._folder / name, how)) is not None:
            if is_at(descriptor, self._folder / name):
                self._locks[name] = descriptor
                return True
            # The holder has removed the file meanwhile; a lock on a removed file keeps nobody out.
            os.close(descriptor)
        return False

    def _unlock(self, name: str) -> None:
        descriptor = self._locks.pop(name, None)
        if descriptor is not None:
            with suppress(OSError):
                if _lock_alone(descriptor):
                    (self._folder / name).unlink()
            os.close(descriptor)

    def _names(self, task_id: str) -> tuple[str, str]:
        text = f"{self._endpoint}\n{task_id}".encode("utf-8", "surrogatepass")
        stem = hashlib.sha256(text).hexdigest()[:32]
        return f"{stem}.flight", f"{stem}.doubt"


def _locked(path: Path, how: int) -> int | None:
    """The descriptor of `path`, locked; None if another program holds it."""
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, PRIVATE_FILE)
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _lock_alone(descriptor: int) -> bool:
    """Make our lock exclusive; False, and nothing done, where another program shares it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
