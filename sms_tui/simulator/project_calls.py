"""The calls about migration projects, of which an account may have 50."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sms_tui.simulator import asking
from sms_tui.simulator.asking import Refused
from sms_tui.simulator.dice import identifier
from sms_tui.simulator.entry import permit
from sms_tui.simulator.replies import ok
from sms_tui.simulator.rules import Refusal
from sms_tui.simulator.world import Service

Json = dict[str, object]
_MOST = 50
_TOO_MANY = Refusal(400, "SMS.8115", "There are more than 50 migration projects")


class ProjectCalls:
    """Answers the calls under /v3/migprojects."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._made = 0
        if not service.projects:
            service.projects.append(self._project({"name": "default", "isdefault": True}))

    def routes(self) -> list[Route]:
        """Every path that is answered here."""
        return [
            Route("/v3/migprojects", self.listing),
            Route("/v3/migprojects", self.create, methods=["POST"]),
            Route("/v3/migprojects/{id}", self.delete, methods=["DELETE"]),
        ]

    async def listing(self, request: Request) -> Response:
        """GET /v3/migprojects."""
        offset, limit = asking.page(request.query_params, 50, 100)
        return ok(
            {
                "count": len(self._service.projects),
                "migprojects": self._service.projects[offset : offset + limit],
            }
        )

    async def create(self, request: Request) -> Response:
        """POST /v3/migprojects."""
        permit(self._service, "migrationServer")
        wanted = asking.body_object(await request.body())
        project = self._project(wanted)
        if len(self._service.projects) >= _MOST:
            raise Refused(_TOO_MANY)
        self._service.projects.append(project)
        return ok({"id": project["id"]})

    async def delete(self, request: Request) -> Response:
        """DELETE /v3/migprojects/{id}."""
        permit(self._service, "migrationServer")
        projects = self._service.projects
        projects[:] = [each for each in projects if each["id"] != request.path_params["id"]]
        return ok({})

    def _project(self, wanted: Json) -> Json:
        name, public = asking.name(wanted), asking.flag(wanted, "use_public_ip")
        is_default, syncing = asking.flag(wanted, "isdefault"), asking.flag(wanted, "syncing")
        self._made += 1
        return {
            "id": identifier(self._service.seed, f"migproject-{self._made}"),
            "name": name,
            "use_public_ip": public is not False,
            "region": self._service.scenario.regions[0],
            "isdefault": is_default is True,
            "type": "MIGRATE_FILE",
            "syncing": syncing is True,
        }
