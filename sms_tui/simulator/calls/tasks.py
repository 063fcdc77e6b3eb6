"""The calls about tasks."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sms_tui.simulator.calls import request_fields
from sms_tui.simulator.calls.checks import permit, task_of
from sms_tui.simulator.calls.request_fields import Refused
from sms_tui.simulator.calls.task_list import Rows
from sms_tui.simulator.documents import tasks
from sms_tui.simulator.documents.replies import ok, raw
from sms_tui.simulator.migration.machine import Machine
from sms_tui.simulator.migration.rules import MATRIX, NO_TEMPLATE, OF_2022, Refusal, bad_request, refusal
from sms_tui.simulator.migration.speed_limiting import set_limits
from sms_tui.simulator.migration.speed_limits import Rule, show_time
from sms_tui.simulator.world.world import Service

_NOT_ACTIONS = {"delete", "speed_limit"}
_LARGEST_PAGE = 200
_EXPIRES = (300, 64_800)
_FLAGS = ("switch_hce", "is_need_consistency_check")


class TaskCalls:
    """Answers the calls under /v3/tasks."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._rows = Rows(service)

    def routes(self) -> list[Route]:
        """Every path under /v3/tasks that this epoch of the API has."""
        routes = [
            Route("/v3/tasks", self._listing),
            Route("/v3/tasks/delete", self._delete_batch, methods=["POST"]),
            Route("/v3/tasks/{id}", self._show),
            Route("/v3/tasks/{id}", self._rename, methods=["PUT"]),
            Route("/v3/tasks/{id}", self._delete, methods=["DELETE"]),
            Route("/v3/tasks/{id}/action", self._action, methods=["POST"]),
            Route("/v3/tasks/{id}/speed-limit", self._speed_limit),
            Route("/v3/tasks/{id}/speed-limit", self._set_speed_limit, methods=["POST"]),
        ]
        return routes if self._service.scenario.epoch == "2022" else routes + self._newer_routes()

    def _newer_routes(self) -> list[Route]:
        return [
            Route("/v3/tasks/{id}/log", self._log, methods=["POST"]),
            Route("/v3/tasks/{id}/unlock", self._unlock, methods=["POST"]),
        ]

    async def _listing(self, request: Request) -> Response:
        query = request.query_params
        offset, limit = request_fields.page(query, 100, _LARGEST_PAGE)
        return raw(self._rows.page(query, offset, limit))

    async def _show(self, request: Request) -> Response:
        return ok(tasks.show(self._machine(request), self._service.now))

    async def _rename(self, request: Request) -> Response:
        """Nothing else of a task can be changed here."""
        permit(self._service, "updateTask")
        machine = self._machine(request)
        name = request_fields.body_object(await request.body()).get("name", machine.task_name)
        if not request_fields.is_name(name):
            raise Refused(Refusal(400, "SMS.7711", "The task name is not allowed", ("name",)))
        machine.task_name = self._service.renamed[machine.server.index] = str(name)
        machine.note(self._service.now, "task renamed")
        return ok({"id": machine.server.task_id})

    async def _action(self, request: Request) -> Response:
        permit(self._service, "manageTask")
        machine = self._machine(request)
        body = request_fields.body_object(await request.body())
        operation = body.get("operation")
        if not isinstance(operation, str) or operation not in self._actions():
            raise Refused(bad_request(f"the operation {str(operation)[:64]} is not supported"))
        details = body | {each: request_fields.flag(body, each) for each in _FLAGS}
        if operation == "collect_log":
            details["bucket"] = request_fields.log_bucket(body, strict=self._service.scenario.strict_param)
        self._check_template(body)
        return self._operate(machine, operation, details)

    async def _log(self, request: Request) -> Response:
        permit(self._service, "collectLog")
        machine = self._machine(request)
        body = request_fields.body_object(await request.body())
        bucket, expire = request_fields.bucket(body, "log_bucket"), body.get("log_expire", 3600)
        if not isinstance(expire, int) or not _EXPIRES[0] <= expire <= _EXPIRES[1]:
            raise Refused(bad_request("log_expire must be a number from 300 to 64800"))
        return self._operate(machine, "collect_log", {"bucket": bucket, "expire": expire})

    async def _delete(self, request: Request) -> Response:
        permit(self._service, "deleteTask")
        return self._delete_all([self._machine(request)])

    async def _delete_batch(self, request: Request) -> Response:
        """All of them or none."""
        permit(self._service, "deleteTask")
        ids = request_fields.identifiers(await request.body())
        return self._delete_all([task_of(self._service, each) for each in ids])

    async def _speed_limit(self, request: Request) -> Response:
        machine = self._machine(request)
        written = [_written(rule) for rule in machine.limits.rules]
        if self._service.scenario.epoch == "2022":
            for rule in written:
                del rule["over_speed_threshold"]
        return ok({"speed_limit": written})

    async def _set_speed_limit(self, request: Request) -> Response:
        """Replaces all rules."""
        permit(self._service, "updateTaskSpeedLimit")
        machine = self._machine(request)
        is_old = self._service.scenario.epoch == "2022"
        rules = request_fields.speed_rules(await request.body(), speed_needed=is_old)
        if no := refusal(machine, "speed_limit", self._service.now):
            raise Refused(no)
        set_limits(machine, rules, self._service.now)
        return self._done()

    async def _unlock(self, request: Request) -> Response:
        """The target's lock, which nothing else here depends on."""
        permit(self._service, "manageTask")
        self._machine(request)
        return ok({})

    def _operate(self, machine: Machine, operation: str, details: dict[str, object]) -> Response:
        if no := self._service.operate(machine, operation, details):
            raise Refused(no)
        return self._done()

    def _done(self) -> Response:
        """In 2022 an answer that says nothing had no body at all."""
        return Response() if self._service.scenario.epoch == "2022" else ok({})

    def _check_template(self, body: Mapping[str, object]) -> None:
        if (wanted := body.get("template_id")) is None:
            return
        if not isinstance(wanted, str) or wanted not in self._service.templates:
            raise Refused(NO_TEMPLATE)

    def _delete_all(self, machines: list[Machine]) -> Response:
        if no := self._service.delete(machines):
            raise Refused(no)
        return self._done()

    def _actions(self) -> set[str]:
        known = set(MATRIX) - _NOT_ACTIONS
        return known & OF_2022 if self._service.scenario.epoch == "2022" else known

    def _machine(self, request: Request) -> Machine:
        return task_of(self._service, request.path_params["id"])


def _written(rule: Rule) -> dict[str, object]:
    return {
        "start": show_time(rule.start),
        "end": show_time(rule.end),
        "speed": rule.speed,
        "over_speed_threshold": rule.threshold,
    }
