"""Operations that ended programs left open, and those that running programs wait to see confirmed.

Nothing else of the journals stays in memory.
"""

import fcntl
import os
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from pathlib import Path

from sms_tui.domain.outcome import Outcome
from sms_tui.engine.journal.reader import ENDS, Chain, Fault, JournalledOperation, Record, files, operations

_SETTLING = ".settling"


class OpenEnds:
    """Looks for open ends over all files of a folder, and reads only what is new since the last look."""

    def __init__(self, folder: Path, is_past: Callable[[Record], bool] = lambda _: True) -> None:
        """`is_past`: whether an operation of an ended program was accepted too long ago to matter."""
        self._folder = folder
        self._is_past = is_past
        self._followed: dict[Path, _Followed] = {}
        self._ended: set[str] = set()
        """Operations whose end was written by another program than the one that sent them"""

    def in_doubt(self, known: Set[str] = frozenset()) -> tuple[list[JournalledOperation], list[Fault]]:
        """What programs that are gone may have sent, with unknown outcome; and faults of all files.

        Those that are `known` are left out.
        """
        followed = self._look()
        # This is asked before each sending, with thousands of our own that wait: those are not gone through.
        gone = self._gone(lambda one: not one.begun.keys() <= known)
        alive = [one.begun for one in followed if one.begun and one not in gone]
        begun = _but(known, (one.begun for one in gone))
        records = [
            record for op_id, some in begun if not any(op_id in others for others in alive) for record in some
        ]
        found = [each for each in operations(records) if _was_sent(each.records)]
        return found, [fault for one in followed if (fault := one.chain.fault) is not None]

    def accepted(self, known: Set[str] = frozenset()) -> list[JournalledOperation]:
        """Operations of ended programs that were accepted and never seen confirmed, at the last look.

        Those that are `known` are left out.
        """
        gone = self._gone(lambda one: not one.accepted.keys() <= known)
        for one in gone:
            one.forget_accepted(self._is_past)
        found = _but(known, (one.accepted for one in gone))
        accepted = operations(record for _, some in found for record in some)
        return [each for each in accepted if _was_sent(each.records)]

    def never_sent(self, known: Set[str] = frozenset()) -> list[JournalledOperation]:
        """What programs that are gone had queued and not begun to send, without those that are `known`.

        A file with a line that cannot be believed proves nothing of the kind.
        """
        gone = self._gone(lambda one: not one.begun.keys() <= known)
        if not gone:
            return []
        # A program that had to give up a file has continued in another one.
        elsewhere = {op_id for one in self._look() for op_id in one.sent_only}
        begun = _but(known | elsewhere, (one.begun for one in gone if one.proves_order))
        return [each for each in operations(record for _, some in begun for record in some) if each.is_queued]

    def unsettled(self, own: Container[Path], is_wanted: Callable[[Record], bool]) -> Iterator[Record]:
        """What programs that run, other than that of the `own` files, have sent and not settled.

        As the last look found it. An outcome that is unknown is no part of it.
        """
        for path, one in self._followed.items():
            found = [] if path in own else [each for each in one.unsettled if is_wanted(each)]
            if found and not is_orphaned(path):
                yield from found

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether no other program is settling operations of earlier runs; none can begin until this ends.

        Where no lock can be had, nothing can be written down either.
        """
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            descriptor = os.open(self._folder / _SETTLING, flags, 0o600)
        except OSError:
            yield True
            return
        try:
            yield _take_lock(descriptor)
        finally:
            os.close(descriptor)

    def ended(self, op_ids: Iterable[str]) -> Set[str]:
        """Look which of these, that earlier runs sent, were ended since, by whatever program."""
        self._look()
        return self._ended.intersection(op_ids)

    def _look(self) -> list["_Followed"]:
        """Look at all files as they are now."""
        followed = [self._follow(path) for path in files(self._folder)]
        self._forget_ended()
        return followed

    def _gone(self, has: Callable[["_Followed"], bool]) -> list["_Followed"]:
        """The files of programs that are gone, as they left them, of those that have something."""
        # A program may have gone on and ended since its file was read: what proves it is read after that.
        gone = [path for path, one in self._followed.items() if has(one) and is_orphaned(path)]
        followed = [self._follow(path) for path in gone]
        self._forget_ended()
        return followed

    def _forget_ended(self) -> None:
        """Drop from all files the operations that one file ends; an ended operation never begins again."""
        ended = {op_id for one in self._followed.values() for op_id in one.ended}
        if not ended:
            return
        self._ended |= ended
        for one in self._followed.values():
            one.forget(ended)

    def _follow(self, path: Path) -> "_Followed":
        known = self._followed.get(path)
        if known is None or known.chain.is_another:
            known = self._followed[path] = _Followed(Chain(path))
        news = known.chain.news()
        for record in news:
            known.take(record)
        if news and known.accepted and is_orphaned(path):
            # Nobody waits for these any more, and old journals are full of them.
            known.forget_accepted(self._is_past)
        return known


def _but(
    known: Set[str], of_files: Iterable[Mapping[str, list[Record]]]
) -> Iterator[tuple[str, list[Record]]]:
    """The records of each operation in each file, without those that are `known`."""
    return ((op_id, some) for of_one in of_files for op_id, some in of_one.items() if op_id not in known)


def _was_sent(records: Iterable[Record]) -> bool:
    """Whether the record of its sending is kept; it is not if the operation ended in another file."""
    return any(record["kind"] == Outcome.SENT for record in records)


class _Followed:
    """One file, of which only possibly open operations are kept."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.begun: dict[str, list[Record]] = {}
        """Records of operations that have no end in this file"""
        self.accepted: dict[str, list[Record]] = {}
        """Records of operations that were accepted, with nothing known since"""
        self.ended: set[str] = set()
        """Operations that end in this file, and may have begun in another"""
        self.sent_only: set[str] = set()
        """Operations that were sent from here, and queued elsewhere"""

    @property
    def proves_order(self) -> bool:
        """Whether the whole file can be trusted; a record that a crash cut off was never acted on."""
        return self.chain.fault is None or self.chain.fault.is_torn

    @property
    def unsettled(self) -> Iterator[Record]:
        """The newest record of operations that were sent or accepted, with nothing known since."""
        for some in self.begun.values():
            if some[-1]["kind"] == Outcome.SENT:
                yield some[-1]
        for some in self.accepted.values():
            yield some[-1]

    def take(self, record: Record) -> None:
        op_id, kind = str(record["op_id"]), record["kind"]
        if kind == Outcome.SENT and op_id not in self.begun:
            self.sent_only.add(op_id)
        if kind not in ENDS:
            self.begun.setdefault(op_id, []).append(record)
            return
        records = [*self.begun.pop(op_id, ()), *self.accepted.pop(op_id, ()), record]
        if kind == Outcome.ACCEPTED:
            self.accepted[op_id] = records
        if not _was_sent(records):
            self.ended.add(op_id)

    def forget(self, ended: Set[str]) -> None:
        """Drop what ended, here or elsewhere; what was accepted here is no end of its own."""
        self.begun = {op_id: some for op_id, some in self.begun.items() if op_id not in ended}
        elsewhere = ended - self.ended
        self.accepted = {op_id: some for op_id, some in self.accepted.items() if op_id not in elsewhere}
        self.ended.clear()

    def forget_accepted(self, is_past: Callable[[Record], bool]) -> None:
        """Drop what was accepted too long ago."""
        self.accepted = {op_id: some for op_id, some in self.accepted.items() if not is_past(some[-1])}


def _take_lock(descriptor: int) -> bool:
    """Lock a file; False if another program has."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        # A file system without locks.
        return True
    return True


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
