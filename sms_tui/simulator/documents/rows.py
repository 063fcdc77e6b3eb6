"""The task list, page by page; a row is written once and kept while its task does not change."""

from collections.abc import Callable, Mapping, Sequence

import msgspec.json

from sms_tui.simulator.calls.request_fields import Refused
from sms_tui.simulator.documents import tasks
from sms_tui.simulator.migration.machine import Machine
from sms_tui.simulator.migration.rules import bad_request
from sms_tui.simulator.world.servers import source_id, task_id, task_name
from sms_tui.simulator.world.world import Service

_FILTERABLE = frozenset(
    {
        "READY", "RUNNING", "SYNCING", "MIGRATE_SUCCESS", "MIGRATE_FAIL", "ABORTING", "ABORT", "DELETING",
        "SYNC_F_ROLLBACKING", "SYNC_F_ROLLBACK_SUCCESS",
    }
)  # fmt: skip
_TURN_MS = 30_000
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


class Rows:
    """Writes the pages of GET /v3/tasks."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._written = Written(service, tasks.list_item)

    def page(self, query: Mapping[str, str], offset: int, limit: int) -> bytes:
        """One page, with the number of all tasks that the filters let through."""
        self._service.settle()
        indexes = self._filtered(query)
        rows = self._written.rows(indexes[offset : offset + limit])
        return b'{"count":%d,"tasks":[%s]}' % (len(indexes), rows)

    def _filtered(self, query: Mapping[str, str]) -> Sequence[int]:
        service = self._service
        indexes: Sequence[int] = service.tasks
        if wanted := query.get("id"):
            indexes = [index for index in indexes if task_id(service.seed, index) == wanted]
        if wanted := query.get("source_server_id"):
            indexes = [index for index in indexes if source_id(service.seed, index) == wanted]
        if wanted := query.get("name"):
            indexes = [index for index in indexes if wanted in self._name(index)]
        if query.get("enterprise_project_id", "all_granted_eps") not in {"0", "all_granted_eps"}:
            indexes = []
        if wanted := query.get("state"):
            indexes = self._in_state(indexes, wanted)
        return self._turned(indexes) if service.scenario.restless else indexes

    def _name(self, index: int) -> str:
        return self._service.renamed.get(index) or task_name(self._service.scenario, index)

    def _in_state(self, indexes: Sequence[int], state: str) -> Sequence[int]:
        modern = self._service.scenario.epoch == "now"
        if modern and state not in _FILTERABLE:
            if self._service.scenario.refuse_unknown_filter:
                raise Refused(bad_request(f"state {state} cannot be asked for"))
            return []
        now = self._service.now
        machines = self._service.machines(indexes, now)
        shown = (tasks.states_in_list(machine, now)[0] for machine in machines)
        return [index for index, each in zip(indexes, shown, strict=True) if each == state]

    def _turned(self, indexes: Sequence[int]) -> Sequence[int]:
        first = self._service.now // _TURN_MS % max(len(indexes), 1)
        return [*indexes[first:], *indexes[:first]]


_AT_REST = frozenset(
    {
        "READY", "MIGRATE_FAIL", "SYNC_FAIL", "ABORT", "MIGRATE_SUCCESS", "SYNC_SUCCESS", "cleared",
        "SYNC_F_ROLLBACK_SUCCESS", "cloning",
    }
)  # fmt: skip
