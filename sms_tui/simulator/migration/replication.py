"""The bytes of one task: the full copy, then round after round of what the source has written since."""

from sms_tui.simulator.migration.speed import BYTES_PER_MS, HOUR, Course, Transfer, tape
from sms_tui.simulator.migration.steps import Step
from sms_tui.simulator.world.scenario import Scenario
from sms_tui.simulator.world.servers import Server

_FORMER_MBIT = 50.0
_WRITTEN_PER_MS = 1000.0
"""Of one MB/s."""
_WORKING_SET = 0.3
_LEAST_ROUND = 2_000_000
_TAPES = 16
_SHIFT = 977_000


class Replication:
    """What is moved, was moved and is still to be moved."""

    __slots__ = ("_scenario", "_seed", "_server", "copied", "leftover", "round", "round_from", "transfer")

    def __init__(self, server: Server, scenario: Scenario, seed: int) -> None:
        self._server = server
        self._scenario = scenario
        self._seed = seed
        self.transfer: Transfer | None = None
        self.copied = 0.0
        """Bytes of the full copy."""
        self.leftover = 0.0
        """Bytes that an interrupted round owes."""
        self.round = 0
        """How many copies have begun: bytes only ever grow within one."""
        self.round_from = server.created_ms

    def begin(self, step: Step, now: int, still_ms: int) -> None:
        """Load what the step has to copy; the first bytes move after `still_ms`."""
        if step.name == "migrate":
            goal, moved = float(self._server.total), self.copied
            if not moved:
                self.round_from = now
        else:
            goal, moved = self._written_since(now), 0.0
        self.round += 1
        self.transfer = Transfer(self._course(), goal, moved, now + still_ms)

    def interrupt(self, step: Step, now: int) -> None:
        """Remember how far the copy got."""
        if self.transfer is None:
            return
        moved = self.transfer.moved_at(now)
        if step.name == "migrate":
            self.copied = moved
        else:
            self.leftover = self.transfer.goal - moved
        self.transfer = None

    def complete(self, step: Step) -> None:
        """Everything has arrived."""
        if step.name == "migrate":
            self.copied = float(self._server.total)
        self.transfer = None

    def verify_again(self) -> None:
        """Most of an interrupted full copy does not count any more."""
        self.copied *= 0.1

    def replicated_at(self, now: int) -> int:
        """Bytes of the full copy that have arrived."""
        copying = self.transfer is not None and self.copied < self._server.total
        moved = self.transfer.moved_at(now) if copying and self.transfer else self.copied
        return int(moved * self._server.final_share)

    def expected_ms(self, mbit: float) -> int:
        """How long a full copy takes at that mean speed on the wire, or took, where nothing moves now."""
        return int(self._server.total / ((mbit or _FORMER_MBIT) * BYTES_PER_MS * self._server.ratio))

    def _written_since(self, now: int) -> float:
        written = self._server.role.writes * _WRITTEN_PER_MS * (now - self.round_from)
        self.round_from = now
        owed = min(written, _WORKING_SET * self._server.total) + self.leftover
        self.leftover = 0.0
        return max(owed, float(_LEAST_ROUND))

    def _course(self) -> Course:
        index = self._server.index
        recorded = tape(self._seed, index % _TAPES, self._scenario.noise, not self._server.block)
        return Course(recorded, index * _SHIFT % HOUR, self._scenario.diurnal)
