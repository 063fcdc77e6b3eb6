"""The simulated service as a web application: the gateway in front, the calls behind it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Message, Receive, Scope, Send

from sms_tui.simulator.calls.iam import TOKEN_PATH, IamCalls
from sms_tui.simulator.calls.projects import ProjectCalls
from sms_tui.simulator.calls.request_fields import Refused
from sms_tui.simulator.calls.settings import SettingCalls
from sms_tui.simulator.calls.sources import SourceCalls
from sms_tui.simulator.calls.tasks import TaskCalls
from sms_tui.simulator.calls.templates import TemplateCalls
from sms_tui.simulator.documents.replies import refused
from sms_tui.simulator.migration.rules import NO_API, Refusal
from sms_tui.simulator.serving.auth import Authenticator, Request, Tokens
from sms_tui.simulator.serving.weather import Buckets, Forecast
from sms_tui.simulator.world.seeded_random import token
from sms_tui.simulator.world.world import Service

_LARGEST_BODY = 1 << 20
_TOO_LARGE = Refusal(413, "APIGW.0201", "The request body is too large")


class ConnectionLost(Exception):  # noqa: N818 - an event, which may be nobody's error
    """The connection broke before an answer; whether the request took effect, nobody can say."""


def create_app(
    service: Service,
    *,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    wall: Callable[[], float] = time.time,
) -> "Gateway":
    """The service and its identity service under one roof; `wall` gives the epoch seconds of signatures."""
    scenario = service.scenario
    tokens = Tokens(service.credentials, service.clock, scenario.token_life_s, service.seed)
    iam = IamCalls(service, tokens)
    kinds = (TaskCalls, SettingCalls, SourceCalls, TemplateCalls, ProjectCalls)
    answering = [kind(service).routes() for kind in kinds] + [iam.routes()]
    calls = Starlette(
        routes=[route for routes in answering for route in routes],
        exception_handlers={Refused: _refuse, HTTPException: _refuse},
    )
    calls.router.redirect_slashes = False
    authenticator = Authenticator(service.credentials, tokens, service.clock, wall)
    return Gateway(calls, service, authenticator, sleep)


class Gateway:
    """What a request passes before it reaches the service, and what its answer passes on the way back."""

    def __init__(
        self,
        calls: Starlette,
        service: Service,
        authenticator: Authenticator,
        sleep: Callable[[float], Awaitable[object]],
    ) -> None:
        self._calls = calls
        self._service = service
        self._authenticator = authenticator
        self._sleep = sleep
        self._forecast = Forecast(service.scenario.weather, service.seed, service.clock)
        self._buckets = Buckets(service.scenario.throttle, service.clock)
        self._requests = 0
        self.credentials = service.credentials

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; raises ConnectionLost where no answer may come."""
        if scope["type"] != "http":
            await self._calls(scope, receive, send)
            return
        self._requests += 1
        request_id = token(self._service.seed, f"request-{self._requests}", 16)
        request = await _read(scope, receive)
        write = request.method not in {"GET", "HEAD"}
        passage = self._forecast.next(write and request.path != TOKEN_PATH)
        if passage.delay:
            await self._sleep(passage.delay)
        if passage.lost:
            raise ConnectionLost
        outgoing = _Outgoing(send, request_id, self._service.now, drop=passage.answer_lost)
        if no := passage.fault or self._refusal(request, scope, write):
            await self._answer_no(no, request_id)(scope, receive, outgoing)
        else:
            scope.setdefault("state", {})["request_id"] = request_id
            await self._calls(scope, _replay(request.body), outgoing)
        if passage.answer_lost:
            raise ConnectionLost

    def _refusal(self, request: Request, scope: Scope, write: bool) -> Refusal | None:
        if len(request.body) > _LARGEST_BODY:
            return _TOO_LARGE
        if request.path == TOKEN_PATH:
            return None
        denied = self._authenticator.refusal(request)
        return denied or self._buckets.refusal(self._api(scope), write)

    def _api(self, scope: Scope) -> str:
        """Which API is called; a list and one of its items are two."""
        if self._service.scenario.throttle is None:
            return ""
        matching = (route for route in self._calls.routes if route.matches(scope)[0] is Match.FULL)
        route = next(matching, None)
        return f"{scope['method']} {route.path}" if isinstance(route, Route) else ""

    def _answer_no(self, no: Refusal, request_id: str) -> Response:
        answer = refused(no, request_id)
        if no.status == 429 and self._buckets.retry_after is not None:
            answer.headers["Retry-After"] = str(self._buckets.retry_after)
        return answer


class _Outgoing:
    """Sends an answer on with the headers that every answer has, or drops it."""

    def __init__(self, send: Send, request_id: str, now: int, *, drop: bool) -> None:
        self._send = send
        self._drop = drop
        date = formatdate(now / 1000, usegmt=True)
        self._headers = [(b"x-request-id", request_id.encode()), (b"date", date.encode())]

    async def __call__(self, message: Message) -> None:
        if self._drop:
            return
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *self._headers]
        await self._send(message)


async def _read(scope: Scope, receive: Receive) -> Request:
    body = b""
    more = True
    while more and len(body) <= _LARGEST_BODY:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionLost
        body += message.get("body", b"")
        more = message.get("more_body", False)
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    raw_path = scope.get("raw_path") or scope["path"].encode()
    return Request(scope["method"], raw_path.partition(b"?")[0].decode("latin-1"), query, headers, body)


def _replay(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _refuse(request: HttpRequest, error: Exception) -> Response:
    refusal = error.refusal if isinstance(error, Refused) else NO_API
    return refused(refusal, request.state.request_id)
