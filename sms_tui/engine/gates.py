"""What stands between a confirmed plan and the wire: the refusals that hold whatever the dialog said."""

import fcntl
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sms_tui.domain.freshness import Freshness
from sms_tui.domain.operations import Tier
from sms_tui.engine.journal import Journal
from sms_tui.engine.mode import Mode
from sms_tui.engine.store import Store

_ALLOWED_WHEN_READ_ONLY: frozenset[Tier] = frozenset()
_ALLOWED_WHEN_OLD = frozenset({Tier.REPEATABLE})
_TOO_OLD = {
    Freshness.LOADING: "The tasks are still being read: nothing but what is repeatable is sent yet.",
    Freshness.STALE: "What the screen shows is STALE: only repeatable operations are sent. r reads now.",
    Freshness.OFFLINE: "The service is OFFLINE: only repeatable operations are sent. r tries now.",
}


class Gate:
    """Judges whether operations of a tier may be sent at this moment."""

    def __init__(self, mode: Mode, store: Store, journal: Journal, now: Callable[[], float]) -> None:
        self._mode = mode
        self._store = store
        self._journal = journal
        self._now = now

    def __call__(self, tier: Tier) -> str | None:
        """Why no operation of `tier` may be sent now, or None."""
        if self._mode.read_only and tier not in _ALLOWED_WHEN_READ_ONLY:
            return "This session is read-only: nothing is sent."
        if reason := self.blocked():
            return f"Nothing is sent, because {reason}."
        if tier in _ALLOWED_WHEN_OLD:
            return None
        return _TOO_OLD.get(self._store.sync.freshness(self._now()))

    def blocked(self) -> str:
        """Why nothing can be sent whatever the tasks are like; empty if that is not so."""
        return "" if self._mode.dry_run else self._journal.problem


@dataclass(slots=True)
class _Hold:
    descriptor: int
    operations: set[str] = field(default_factory=set)


class TaskGates:
    """One operation in flight for each task, over all programs on this machine that share the folder."""

    def __init__(self, folder: Path, endpoint: str) -> None:
        self._folder = folder
        self._endpoint = endpoint
        self._held: dict[str, _Hold] = {}

    def enter(self, task_id: str, op_id: str) -> str | None:
        """Take the gate of a task for an operation; why that is not possible, or None."""
        hold = self._held.get(task_id)
        if hold is None:
            try:
                hold = _Hold(self._open(self._folder / self._name(task_id)))
            except BlockingIOError:
                return "another run of this program has an operation on this task under way or unresolved"
            except OSError as error:
                return f"other programs cannot be kept from this task: {error.strerror}"
            self._held[task_id] = hold
        hold.operations.add(op_id)
        return None

    def leave(self, task_id: str, op_id: str) -> None:
        """Give the gate of a task back, once no operation of ours holds it any more."""
        hold = self._held.get(task_id)
        if hold is None:
            return
        hold.operations.discard(op_id)
        if not hold.operations:
            del self._held[task_id]
            os.close(hold.descriptor)

    def close(self) -> None:
        """Give every gate back."""
        for hold in self._held.values():
            os.close(hold.descriptor)
        self._held.clear()

    def _open(self, path: Path) -> int:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise
        return descriptor

    def _name(self, task_id: str) -> str:
        return hashlib.sha256(f"{self._endpoint}\n{task_id}".encode("utf-8", "surrogatepass")).hexdigest()[
            :32
        ]
