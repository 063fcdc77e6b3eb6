"""The calls about migration projects, of which an account may have 50."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sms_tui.simulator.calls import request_fields
from sms_tui.simulator.calls.checks import permit
from sms_tui.simulator.calls.request_fields import Refused
from sms_tui.simulator.documents.replies import ok
from sms_tui.simulator.migration.rules import Refusal, bad_request
from sms_tui.simulator.world.seeded_random import identifier
from sms_tui.simulator.world.world import Service

Json = dict[str, object]
_MOST = 50
_TOO_MANY = Refusal(400, "SMS.8115", "There are more than 50 migration projects")


class ProjectCalls:
    """Answers the calls under /v3/migprojects."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._projects = service.projects
        self._made = 0
        if not self._projects:
            self._projects.append(self._made_of({"name": "default", "isdefault": True}))

    def routes(self) -> list[Route]:
        """Every path that is answered here."""
        return [
            Route("/v3/migprojects", self._listing),
            Route("/v3/migprojects", self._create, methods=["POST"]),
            Route("/v3/migprojects/{id}", self._show),
            Route("/v3/migprojects/{id}", self._change, methods=["PUT"]),
            Route("/v3/migprojects/{id}", self._delete, methods=["DELETE"]),
            Route("/v3/migprojects/{id}/default", self._make_default, methods=["PUT"]),
        ]

    async def _listing(self, request: Request) -> Response:
        offset, limit = request_fields.page(request.query_params, 50, 100)
        return ok({"count": len(self._projects), "migprojects": self._projects[offset : offset + limit]})

    async def _show(self, request: Request) -> Response:
        return ok(self._known(request))

    async def _create(self, request: Request) -> Response:
        permit(self._service, "migrationServer")
        project = self._made_of(request_fields.body_object(await request.body()))
        if len(self._projects) >= _MOST:
            raise Refused(_TOO_MANY)
        self._projects.append(project)
        if project["isdefault"]:
            self._prefer(project)
        return ok({"id": project["id"]})

    async def _change(self, request: Request) -> Response:
        permit(self._service, "migrationServer")
        project = self._known(request)
        project.update(_settings(project | request_fields.body_object(await request.body())))
        return ok({})

    async def _make_default(self, request: Request) -> Response:
        """What is in no other project is in this one."""
        permit(self._service, "migrationServer")
        self._prefer(self._known(request))
        return ok({})

    async def _delete(self, request: Request) -> Response:
        permit(self._service, "migrationServer")
        project = self._known(request)
        if project["isdefault"]:
            raise Refused(bad_request("the default migration project cannot be deleted"))
        self._projects.remove(project)
        return ok({})

    def _prefer(self, project: Json) -> None:
        for each in self._projects:
            each["isdefault"] = each is project

    def _known(self, request: Request) -> Json:
        for project in self._projects:
            if project["id"] == request.path_params["id"]:
                return project
        raise Refused(bad_request("the migration project does not exist"))

    def _made_of(self, wanted: Json) -> Json:
        settings = _settings(wanted)
        self._made += 1
        return {
            "id": identifier(self._service.seed, f"migproject-{self._made}"),
            "region": self._service.scenario.regions[0],
            "isdefault": request_fields.flag(wanted, "isdefault") is True,
            "type": "MIGRATE_FILE",
        } | settings


def _settings(wanted: Json) -> Json:
    return {
        "name": request_fields.name(wanted),
        "use_public_ip": request_fields.flag(wanted, "use_public_ip") is not False,
        "syncing": request_fields.flag(wanted, "syncing") is True,
    }
