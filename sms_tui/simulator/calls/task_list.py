"""Which tasks a query of their list selects, and the page of them that is answered."""

from collections.abc import Mapping, Sequence

from sms_tui.simulator.calls.request_fields import Refused
from sms_tui.simulator.documents import tasks
from sms_tui.simulator.documents.rows import Written
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
