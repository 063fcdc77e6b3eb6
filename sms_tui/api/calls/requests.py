"""Prepares writes so that they can be shown before they are sent: what was confirmed is what is sent.

Every mistake in a request is found here, before anything can be sent.
"""

import json
from collections.abc import Mapping

from msgspec import Struct

from sms_tui.api.answers.task_list import TASKS
from sms_tui.api.auth.quoting import quoted
from sms_tui.api.network.origin import Origin
from sms_tui.api.settings import ConnectionSettings
from sms_tui.domain.operations import COLLECT_LOG, DELETE, SPEED_LIMIT, Operation
from sms_tui.domain.plan import id_problem, parameter_problem
from sms_tui.domain.speed_limit import SpeedRule, parse_rules

_TRUTHS = {"true": True, "false": False}
_PARAM_KEYS = {"param": ("param",), "params": ("params",), "both": ("param", "params")}
_PERMISSIONS = {COLLECT_LOG: "sms:server:collectLog", DELETE: "sms:server:deleteTask"}
_PERMISSIONS[SPEED_LIMIT] = "sms:server:updateTaskSpeedLimit"


class PreparedRequest(Struct, frozen=True):
    """One write as it will go on the wire, without credentials."""

    method: str
    url: str
    body: bytes
    operation: Operation
    task_id: str

    @property
    def permission(self) -> str:
        """The permission that the operation needs."""
        return _PERMISSIONS.get(self.operation, "sms:server:manageTask")

    @property
    def line(self) -> str:
        """Method, address and body in one line."""
        return f"{self.method} {self.url} {self.body.decode()}".rstrip()


class RequestMaker:
    """Makes requests in the way the profile's endpoint wants them."""

    def __init__(self, origin: Origin, settings: ConnectionSettings) -> None:
        self._origin = origin
        self._settings = settings

    def prepare(self, operation: Operation, task_id: str, parameters: Mapping[str, str]) -> PreparedRequest:
        """The request for `operation` on one task; raises `ValueError` for what cannot be sent.

        A parameter with an empty value counts as not given.
        """
        given = {name: value for name, value in parameters.items() if value or operation is SPEED_LIMIT}
        if problem := parameter_problem(operation, given):
            raise ValueError(problem)
        path = f"{TASKS}/{segment(task_id)}"
        if operation is DELETE:
            return self._made("DELETE", path, b"", operation, task_id)
        suffix, document = self._content(operation, given)
        return self._made("POST", path + suffix, _compact(document), operation, task_id)

    def _made(
        self, method: str, path: str, body: bytes, operation: Operation, task_id: str
    ) -> PreparedRequest:
        return PreparedRequest(method, self._origin.base + path, body, operation, task_id)

    def _content(self, operation: Operation, given: Mapping[str, str]) -> tuple[str, dict[str, object]]:
        if operation is SPEED_LIMIT:
            return "/speed-limit", {"speed_limit": [_rule(rule) for rule in parse_rules(given["rules"])]}
        if operation is COLLECT_LOG and self._settings.log_api == "endpoint":
            return "/log", self._log(given["bucket"])
        return "/action", {"operation": operation.name, **self._parameters(operation, given)}

    def _log(self, bucket: str) -> dict[str, object]:
        expire = self._settings.log_expire
        return {"log_bucket": bucket} if expire is None else {"log_bucket": bucket, "log_expire": expire}

    def _parameters(self, operation: Operation, given: Mapping[str, str]) -> dict[str, object]:
        """They stand beside the operation; only the bucket for logs is in the map that the first API had."""
        if operation is COLLECT_LOG:
            return dict.fromkeys(_PARAM_KEYS[self._settings.param_key], given)
        return {name: _TRUTHS.get(value, value) for name, value in given.items()}


def _compact(document: object) -> bytes:
    """JSON without blanks, as UTF-8."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def segment(task_id: str) -> str:
    """The id as part of a path; raises `ValueError` for one that could change which path it is."""
    if problem := id_problem(task_id):
        raise ValueError(problem)
    return quoted(task_id)


def _rule(rule: SpeedRule) -> dict[str, object]:
    document: dict[str, object] = {"start": rule.start, "end": rule.end, "speed": rule.speed}
    return document if rule.threshold is None else {**document, "over_speed_threshold": rule.threshold}
