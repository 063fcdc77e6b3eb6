"""The calls about a task's configuration settings and its consistency checks."""

from collections.abc import Mapping

import msgspec.json
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sms_tui.simulator.calls import request_fields
from sms_tui.simulator.calls.checks import permit, task_of
from sms_tui.simulator.calls.request_fields import Refused
from sms_tui.simulator.documents.replies import ok
from sms_tui.simulator.migration.rules import PAUSED, READY, SYNCING, Refusal, bad_request, situation
from sms_tui.simulator.world.world import Service

_MOST_SETTINGS = 50


class SettingCalls:
    """Answers what came under /v3/tasks/{id} after 2022."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def routes(self) -> list[Route]:
        """Every path that is answered here, none in 2022."""
        if self._service.scenario.epoch == "2022":
            return []
        return [
            Route("/v3/tasks/{id}/configuration-setting", self._show),
            Route("/v3/tasks/{id}/configuration-setting", self._change, methods=["POST"]),
            Route("/v3/tasks/{id}/consistency-result", self._consistency),
        ]

    async def _show(self, request: Request) -> Response:
        machine = task_of(self._service, request.path_params["id"])
        key = request.query_params.get("config_key")
        wanted = [each for each in machine.settings if key in {None, each["config_key"]}]
        server = machine.server
        return ok({"task_id": server.task_id, "migrate_type": server.migrate_type, "configurations": wanted})

    async def _change(self, request: Request) -> Response:
        """Only while the task stands still."""
        permit(self._service, "updateTaskConfig")
        machine = task_of(self._service, request.path_params["id"])
        wanted = request_fields.body_object(await request.body()).get("configurations")
        if not isinstance(wanted, list) or len(wanted) > _MOST_SETTINGS:
            raise Refused(bad_request(f"configurations must be a list of at most {_MOST_SETTINGS}"))
        if situation(machine) not in {READY, PAUSED, SYNCING}:
            raise Refused(Refusal(400, "SMS.1038", f"Not to be changed in state {machine.state}"))
        machine.settings = [_setting(each) for each in wanted]
        machine.note(self._service.now, "configuration set")
        return ok({})

    async def _consistency(self, request: Request) -> Response:
        """Each result is JSON text."""
        machine = task_of(self._service, request.path_params["id"])
        results = [msgspec.json.encode(found).decode() for found in machine.consistency]
        return ok({"task_id": machine.server.task_id, "result_list": results})


def _setting(given: object) -> dict[str, object]:
    if not isinstance(given, dict) or not given.get("config_key"):
        raise Refused(bad_request("config_key is required"))
    return {name: _text(given, name) for name in ("config_key", "config_value", "config_status")}


def _text(given: Mapping[str, object], name: str) -> str:
    value = given.get(name, "")
    if not isinstance(value, str):
        raise Refused(bad_request(f"{name} must be a text"))
    return value
