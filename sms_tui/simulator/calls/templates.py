"""The calls about server templates."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sms_tui.simulator.calls import request_fields
from sms_tui.simulator.calls.checks import permit
from sms_tui.simulator.calls.request_fields import Refused
from sms_tui.simulator.documents.replies import ok
from sms_tui.simulator.migration.rules import NO_TEMPLATE, bad_request
from sms_tui.simulator.world.seeded_random import identifier
from sms_tui.simulator.world.world import Service

Json = dict[str, object]
_SECRET = "target_password"  # noqa: S105 - a field's name
_EXACT = ("id", "region", "availability_zone")


class TemplateCalls:
    """Answers the calls under /v3/vm/templates."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._templates = service.templates
        self._made = 0

    def routes(self) -> list[Route]:
        """Every path that is answered here; passwords could not be asked for in 2022."""
        routes = [
            Route("/v3/vm/templates", self._listing),
            Route("/v3/vm/templates", self._create, methods=["POST"]),
            Route("/v3/vm/templates/delete", self._delete_batch, methods=["POST"]),
            Route("/v3/vm/templates/{id}", self._show),
            Route("/v3/vm/templates/{id}", self._change, methods=["PUT"]),
            Route("/v3/vm/templates/{id}", self._delete, methods=["DELETE"]),
        ]
        password = Route("/v3/vm/templates/{id}/target-password", self._password)
        return routes if self._service.scenario.epoch == "2022" else [*routes, password]

    async def _listing(self, request: Request) -> Response:
        query = request.query_params
        offset, limit = request_fields.page(query, 50, 200)
        found = [each for each in self._templates.values() if _matches(each, query)]
        return ok({"count": len(found), "templates": found[offset : offset + limit]})

    async def _show(self, request: Request) -> Response:
        return ok({"template": self._known(request.path_params["id"])})

    async def _password(self, request: Request) -> Response:
        """None is kept here."""
        wanted = request.path_params["id"]
        self._known(wanted)
        return ok({"template_id": wanted, _SECRET: ""})

    async def _create(self, request: Request) -> Response:
        permit(self._service, "migrationServer")
        wanted = _wanted(await request.body())
        self._made += 1
        made = identifier(self._service.seed, f"made-template-{self._made}")
        self._templates[made] = wanted | {"id": made}
        return ok({"id": made})

    async def _change(self, request: Request) -> Response:
        permit(self._service, "migrationServer")
        template = self._known(request.path_params["id"])
        template.update(_wanted(await request.body()))
        return ok({})

    async def _delete(self, request: Request) -> Response:
        return self._delete_all([request.path_params["id"]])

    async def _delete_batch(self, request: Request) -> Response:
        """All of them or none."""
        return self._delete_all(request_fields.identifiers(await request.body()))

    def _delete_all(self, ids: list[str]) -> Response:
        permit(self._service, "migrationServer")
        for each in ids:
            self._known(each)
        for each in ids:
            del self._templates[each]
        return ok({})

    def _known(self, wanted: str) -> Json:
        if wanted not in self._templates:
            raise Refused(NO_TEMPLATE)
        return self._templates[wanted]


def _matches(template: Json, query: Mapping[str, str]) -> bool:
    if any(name in query and query[name] != template.get(name) for name in _EXACT):
        return False
    return query.get("name", "") in str(template["name"])


def _wanted(body: bytes) -> Json:
    """What a body says of a template; its password is never told again."""
    template = request_fields.body_object(body).get("template")
    if not isinstance(template, dict):
        raise Refused(bad_request("template is required"))
    return template | {"name": request_fields.name(template), _SECRET: ""}
