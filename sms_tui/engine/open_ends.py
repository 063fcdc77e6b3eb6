"""What programs that are gone left open, and what running ones wait for; else nothing of journals is kept."""

import fcntl
import os
from collections.abc import Callable, Collection, Container, Iterable, Iterator
from pathlib import Path

from sms_tui.domain.outcome import Outcome
from sms_tui.engine.journal_reader import ENDS, Chain, Fault, Operation, Record, files, operations

_UNSETTLED = frozenset({Outcome.SENT.value, Outcome.ACCEPTED.value})


class OpenEnds:
    """Looks for open ends over all files of a folder, and reads only what is new since the last look."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._followed: dict[Path, _Followed] = {}

    def all(self) -> tuple[list[Operation], list[Fault]]:
        """Open operations of programs that are gone, and the faults of all files."""
        followed = {path: self._follow(path) for path in files(self._folder)}
        self._forget_ended(list(followed.values()))
        records = [record for one in followed.values() for some in one.begun.values() for record in some]
        records.sort(key=lambda record: float(str(record["t"])))
        found = [each for each in operations(records) if each.is_open and _was_sent(each.records)]
        if found:
            alive = {op_id for path, one in followed.items() if not is_orphaned(path) for op_id in one.begun}
            found = [operation for operation in found if operation.op_id not in alive]
        return found, [fault for one in followed.values() if (fault := one.chain.fault) is not None]

    def never_sent(self) -> list[Operation]:
        """What programs that are gone had queued and not begun to send, as the last look found it.

        A file with a line that cannot be believed proves nothing of the kind.
        """
        # Its program may have gone on and ended since its file was read: what proves it is read after that.
        gone = [path for path, one in self._followed.items() if one.begun and is_orphaned(path)]
        for path in gone:
            self._follow(path)
        self._forget_ended(list(self._followed.values()))
        sent = {
            op_id
            for one in self._followed.values()
            for op_id, records in one.begun.items()
            if _was_sent(records)
        }
        ended = [one for path in gone if (one := self._followed[path]).proves_order]
        queued = operations(record for one in ended for some in one.begun.values() for record in some)
        return [each for each in queued if each.is_queued and each.op_id not in sent]

    def unsettled(self, own: Container[Path], is_wanted: Callable[[Record], bool]) -> Iterator[Record]:
        """What programs that run, other than that of the `own` files, have sent and not settled.

        As the last look found it. An outcome that is unknown is no part of it.
        """
        for path, one in self._followed.items():
            found = [] if path in own else [each for each in one.unsettled.values() if is_wanted(each)]
            if found and not is_orphaned(path):
                yield from found

    def _forget_ended(self, followed: Collection["_Followed"]) -> None:
        """What one file ends is dropped from all; nothing that ended begins again."""
        for op_id in {op_id for one in followed for op_id in one.ended}:
            for one in followed:
                one.begun.pop(op_id, None)
        for one in followed:
            one.ended.clear()

    def _follow(self, path: Path) -> "_Followed":
        known = self._followed.get(path)
        if known is None or known.chain.is_another:
            known = self._followed[path] = _Followed(Chain(path))
        news = known.chain.news()
        for record in news:
            known.take(record)
        if news and known.unsettled and is_orphaned(path):
            # Nobody waits for it any more, and old journals are full of such.
            known.unsettled.clear()
        return known


def _was_sent(records: Iterable[Record]) -> bool:
    """Whether its sending is among what is kept: it is not of one that ended in another file."""
    return any(record["kind"] == Outcome.SENT for record in records)


class _Followed:
    """One file, of which only what may be open is kept."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.begun: dict[str, list[Record]] = {}
        """Records of operations that have no end in this file"""
        self.unsettled: dict[str, Record] = {}
        """The newest record of operations that were sent or accepted, with nothing known since"""
        self.ended: set[str] = set()
        """Operations that have an end here, and perhaps their beginning elsewhere"""

    @property
    def proves_order(self) -> bool:
        """Whether all of it can be believed; a record that a crash cut off was never acted on."""
        return self.chain.fault is None or self.chain.fault.is_torn

    def take(self, record: Record) -> None:
        op_id = str(record["op_id"])
        if record["kind"] in _UNSETTLED:
            self.unsettled[op_id] = record
        else:
            self.unsettled.pop(op_id, None)
        if record["kind"] not in ENDS:
            self.begun.setdefault(op_id, []).append(record)
        elif not _was_sent(self.begun.pop(op_id, ())):
            self.ended.add(op_id)


def is_orphaned(path: Path) -> bool:
    """Whether the program that wrote `path` is gone: its lock went with it."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
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
