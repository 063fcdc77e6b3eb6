"""Servers that share one uplink: the more of them copy at the same time, the slower each one is.

Sites are independent of each other, so only those that a request asks about are brought up to date.
"""

from typing import Protocol

from sms_tui.simulator.migration.agenda import Agenda


class Member(Protocol):
    """What a site knows of a task: what it has ahead, and how to tell it that its share has changed."""

    agenda: Agenda

    def share_changed(self, now: int) -> None:
        """Take note that the shares of the uplink are others from `now` on."""
        ...


class Site:
    """One uplink and the tasks behind it."""

    def __init__(self, mbit: float) -> None:
        self._mbit = mbit
        self.members: list[Member] = []
        self._busy: dict[int, Member] = {}
        self._is_open = False

    @property
    def share_mbit(self) -> float:
        """What each busy task gets of the uplink."""
        return self._mbit / max(len(self._busy), 1)

    def join(self, member: Member, now: int) -> None:
        """Begin to use the uplink."""
        self._busy[id(member)] = member
        if self._is_open:
            self._tell(now)
        else:
            member.share_changed(now)

    def leave(self, member: Member, now: int) -> None:
        """Cease to use the uplink."""
        if self._busy.pop(id(member), None) and self._is_open:
            self._tell(now)

    def open(self, now: int) -> None:
        """Everybody is here; until now each knew only the share that was left when it came itself."""
        self._is_open = True
        self._tell(now)

    def advance(self, now: int) -> None:
        """Work off everything that is due, in the order in which it is."""
        while self.members:
            first = min(self.members, key=lambda member: member.agenda.next_ms)
            if first.agenda.next_ms > now:
                return
            first.agenda.fire()

    def _tell(self, now: int) -> None:
        for member in self._busy.values():
            member.share_changed(now)
