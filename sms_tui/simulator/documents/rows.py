"""Rows of a list as they are sent: each is written once and kept while its server does not change."""

from collections.abc import Callable, Mapping, Sequence

import msgspec.json

from sms_tui.simulator.migration.machine import Machine
from sms_tui.simulator.world.world import Service

_GOLDEN = 0.618_033_988_7
"""Spreads the tasks evenly over the time between two writings."""
_encode = msgspec.json.Encoder().encode


class Written:
    """JSON rows that are written once and kept while they stay the same."""

    def __init__(self, service: Service, write: Callable[[Machine, int], Mapping[str, object]]) -> None:
        self._service = service
        self._write = write
        self._kept: dict[int, tuple[object, bytes]] = {}
        at_work = sum(role.at not in _AT_REST for role in service.scenario.cast)
        self._tick = service.churn * len(service.scenario.cast) / max(at_work, 1)
        """How often per second of a client's time the row of a task at work is written anew."""

    def rows(self, indexes: Sequence[int]) -> bytes:
        """The rows of some machines, side by side."""
        now, waited = self._service.now, self._service.clock.waited_seconds()
        machines = self._service.machines(indexes, now)
        return b",".join([self._row(machine, now, waited) for machine in machines])

    def _row(self, machine: Machine, now: int, waited: float) -> bytes:
        look = self._look(machine, now, waited)
        index = machine.server.index
        kept = self._kept.get(index)
        if kept and look is not None and kept[0] == look:
            return kept[1]
        row = _encode(self._write(machine, now))
        if look is not None:
            self._kept[index] = (look, row)
        return row

    def _look(self, machine: Machine, now: int, waited: float) -> object:
        """What a row's looks depend on; None for a row that is never the same twice.

        With churn a row waits for its turn, unless somebody has asked something of the task.
        """
        if self._tick and not machine.asked:
            return int(waited * self._tick + machine.server.index * _GOLDEN % 1)
        if machine.step is not None:
            return None
        late = now - machine.changed_ms < machine.server.list_lag_ms
        limit = machine.limits.shown(now) if machine.limits.rules else 0
        return machine.version, late, limit


_AT_REST = frozenset(
    {
        "READY", "MIGRATE_FAIL", "SYNC_FAIL", "ABORT", "MIGRATE_SUCCESS", "SYNC_SUCCESS", "cleared",
        "SYNC_F_ROLLBACK_SUCCESS", "cloning",
    }
)  # fmt: skip
