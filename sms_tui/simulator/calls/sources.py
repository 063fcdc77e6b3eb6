"""The calls about source servers and failed servers."""

from collections import Counter

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sms_tui.simulator.calls import request_fields
from sms_tui.simulator.calls.checks import permit
from sms_tui.simulator.calls.request_fields import Refused
from sms_tui.simulator.calls.source_filters import asked, in_projects, matches
from sms_tui.simulator.documents import servers
from sms_tui.simulator.documents.replies import ok, raw
from sms_tui.simulator.documents.rows import Written
from sms_tui.simulator.migration.rules import NO_SOURCE, bad_request
from sms_tui.simulator.world.world import Service

Json = dict[str, object]
_OVERVIEW = (
    "waiting", "replicate", "syncing", "stopped", "deleting", "cutovering", "unavailable", "stopping",
    "skipping", "finished", "initialize", "error", "cloning",
)  # fmt: skip
_OVERVIEW_LAG_MS = 60_000
_LARGEST_PAGE = 200
_PAGING = {"limit", "offset"}
_NAME_LENGTH = 255


class SourceCalls:
    """Answers the calls under /v3/sources and /v3/errors."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._written = Written(service, servers.source_item)
        self._moved: dict[object, object] = {}
        """The migration project of each source that has been put into one."""
        self._counted: tuple[int, Json] | None = None

    def routes(self) -> list[Route]:
        """Every path that is answered here."""
        return [
            Route("/v3/sources", self._listing),
            Route("/v3/sources/overview", self._overview),
            Route("/v3/sources/delete", self._delete_batch, methods=["POST"]),
            Route("/v3/sources/{id}", self._show),
            Route("/v3/sources/{id}", self._change, methods=["PUT"]),
            Route("/v3/sources/{id}", self._delete, methods=["DELETE"]),
            Route("/v3/errors", self._errors),
        ]

    async def _listing(self, request: Request) -> Response:
        query = request.query_params
        offset, limit = request_fields.page(query, _LARGEST_PAGE, _LARGEST_PAGE)
        if query.keys() <= _PAGING:
            return raw(self._page(offset, limit))
        scenario = self._service.scenario
        wanted = asked(query, scenario.epoch, refuse_unknown=scenario.refuse_unknown_filter)
        items = [item for item in self._items() if matches(item, self._project_of(item["id"]), wanted)]
        return ok({"count": len(items), "source_servers": items[offset : offset + limit]})

    async def _overview(self, _request: Request) -> Response:
        """Up to a minute old."""
        now = self._service.now
        if self._counted is None or now - self._counted[0] >= _OVERVIEW_LAG_MS:
            self._counted = (now, self._count())
        return ok(self._counted[1])

    async def _show(self, request: Request) -> Response:
        machine = self._service.machine(self._index(request.path_params["id"]))
        return ok(servers.source_shown(machine, self._service.now))

    async def _change(self, request: Request) -> Response:
        """Gives the server another name or migration project."""
        permit(self._service, "updateServer")
        machine = self._service.machine(self._index(request.path_params["id"]))
        body = request_fields.body_object(await request.body())
        name, project = body.get("name"), body.get("migprojectid")
        if name is not None and (not isinstance(name, str) or not 0 < len(name) <= _NAME_LENGTH):
            raise Refused(bad_request("name must be a text of 1 to 255 characters"))
        if project is not None and project not in [each["id"] for each in self._service.projects]:
            raise Refused(bad_request("the migration project does not exist"))
        if project is not None:
            self._moved[machine.server.source_id] = project
        if name:
            machine.source_name = name
            machine.note(self._service.now, "renamed")
        return ok({})

    async def _delete(self, request: Request) -> Response:
        """The record and its task."""
        return self._delete_all([request.path_params["id"]])

    async def _delete_batch(self, request: Request) -> Response:
        """All of them or none."""
        return self._delete_all(request_fields.identifiers(await request.body()))

    async def _errors(self, request: Request) -> Response:
        """The servers whose task has failed."""
        query = request.query_params
        offset, limit = request_fields.page(query, 50, 100, offset_needed=True)
        self._service.settle()
        failed = [
            each for each in self._service.machines(self._service.tasks, self._service.now) if each.error_code
        ]
        items = [
            {
                "error_json": each.error,
                "host_name": f"{each.server.name}.corp.example" if each.server.index % 3 else "",
                "name": each.source_name,
                "source_id": each.server.source_id,
                "source_ip": each.server.ip,
                "target_ip": each.server.migration_ip,
            }
            for each in failed
            if in_projects(self._project_of(each.server.source_id), query)
        ]
        return ok({"count": len(items), "migration_errors": items[offset : offset + limit]})

    def _page(self, offset: int, limit: int) -> bytes:
        """One page of the whole list; nothing is written that is not on it."""
        self._service.settle()
        indexes = self._service.sources
        rows = self._written.rows(indexes[offset : offset + limit])
        return b'{"count":%d,"source_servers":[%s]}' % (len(indexes), rows)

    def _items(self) -> list[Json]:
        service = self._service
        service.settle()
        now = service.now
        return [servers.source_item(machine, now) for machine in service.machines(service.sources, now)]

    def _project_of(self, source_id: object) -> str:
        default = next((each["id"] for each in self._service.projects if each["isdefault"]), "")
        return str(self._moved.get(source_id, default))

    def _count(self) -> Json:
        service = self._service
        service.settle()
        states: Counter[str] = Counter()
        for machine in service.machines(service.sources, service.now):
            has_none = machine.gone and not machine.infeasible
            states["unconfigured" if has_none else machine.source_state] += 1
        if service.scenario.epoch == "2022":
            known = {
                "waiting": states["waiting"],
                "replicating": states["replicate"],
                "syncing": states["syncing"],
            }
            return {**known, "other": states.total() - sum(known.values())}
        return {state: states[state] for state in (*_OVERVIEW, "unconfigured")}

    def _delete_all(self, ids: list[str]) -> Response:
        permit(self._service, "deleteServer")
        indexes = [self._index(each) for each in ids]
        machines = [each for each in self._service.machines(indexes, self._service.now) if not each.gone]
        if no := self._service.delete(machines):
            raise Refused(no)
        for index in indexes:
            self._service.sources.remove(index)
        return ok({})

    def _index(self, wanted: str) -> int:
        index = self._service.source_index(wanted)
        if index is None:
            raise Refused(NO_SOURCE)
        return index
