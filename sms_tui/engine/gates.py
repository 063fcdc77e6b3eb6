"""What stands between a confirmed plan and the wire: the refusals that hold whatever the dialog said."""

import fcntl
import hashlib
import os
from pathlib import Path

from sms_tui.domain.freshness import Freshness
from sms_tui.domain.operations import Tier
from sms_tui.engine.journal import Journal
from sms_tui.engine.mode import Mode
from sms_tui.engine.store import Store

_ALLOWED_WHEN_READ_ONLY: frozenset[Tier] = frozenset()
_ALLOWED_WHEN_OLD = frozenset({Tier.REPEATABLE})


def refusal_now(tier: Tier, mode: Mode, store: Store, journal: Journal, now: float) -> str | None:
    """Why no operation of `tier` may be sent at `now`, or None."""
    if mode.read_only and tier not in _ALLOWED_WHEN_READ_ONLY:
        return "This session is read-only: nothing is sent."
    if journal.problem and not mode.dry_run:
        return f"Nothing is sent, because {journal.problem}."
    if tier in _ALLOWED_WHEN_OLD:
        return None
    match store.sync.freshness(now):
        case Freshness.LOADING:
            return "The tasks are still being read: nothing but what is repeatable is sent yet."
        case Freshness.STALE:
            return "What the screen shows is STALE: only repeatable operations are sent. r reads now."
        case Freshness.OFFLINE:
            return "The service is OFFLINE: only repeatable operations are sent. r tries now."
        case Freshness.FRESH:
            return None


class TaskGates:
    """One operation in flight for each task, over all programs on this machine that share the folder."""

    def __init__(self, folder: Path, endpoint: str) -> None:
        self._folder = folder
        self._endpoint = endpoint
        self._held: dict[str, int] = {}

    def enter(self, task_id: str) -> bool:
        """Take the gate of a task; False if an operation on it is in flight elsewhere."""
        if task_id in self._held:
            return False
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            descriptor = os.open(self._folder / self._name(task_id), flags, 0o600)
        except OSError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return False
        self._held[task_id] = descriptor
        return True

    def leave(self, task_id: str) -> None:
        """Give the gate of a task back."""
        descriptor = self._held.pop(task_id, None)
        if descriptor is not None:
            os.close(descriptor)

    def _name(self, task_id: str) -> str:
        return hashlib.sha256(f"{self._endpoint}\n{task_id}".encode()).hexdigest()[:32]
