"""Client and simulated service state the same contract twice, without a line in common: here they meet."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from sms_tui.api.client import SmsClient, open_client
from sms_tui.api.network.http import HttpWire
from sms_tui.api.settings import Credentials, KeyCredentials, PasswordCredentials, TokenCredentials
from sms_tui.domain.operations import COLLECT_LOG, OPERATIONS, SPEED_LIMIT, STOP
from sms_tui.domain.outcome import Outcome, TroubleKind
from sms_tui.domain.secret import Secret
from sms_tui.domain.task import TaskState
from sms_tui.simulator.serving.asgi import create_app
from sms_tui.simulator.world.clock import VirtualClock
from sms_tui.simulator.world.scenarios import SCENARIOS
from tests.api.rig import Time, failing, read_overview, settings
from tests.simulator.service import Service

pytestmark = pytest.mark.anyio
AUTHS = ["token", "password", "key"]


def world(scenario: str, tasks: int | None = None) -> Service:
    return Service(SCENARIOS[scenario], 7, VirtualClock(speed=0), tasks=tasks)


def credentials_of(service: Service, auth: str) -> Credentials:
    known = service.credentials
    if auth == "token":
        return TokenCredentials(Secret(known.token))
    if auth == "password":
        return PasswordCredentials(known.user, Secret(known.password), known.domain)
    return KeyCredentials(known.ak, Secret(known.sk), project_id=known.project_id)


@asynccontextmanager
async def meeting(
    scenario: str, auth: str = "token", tasks: int | None = None, **changes: Any
) -> AsyncIterator[tuple[SmsClient, Service]]:
    """A client of a service that runs in this process, on a clock that stands still."""
    service, time = world(scenario, tasks), Time()

    async def no_wait(seconds: float) -> None:
        await asyncio.sleep(0)

    app = create_app(service, sleep=no_wait, wall=time.now)
    chosen = {"credentials": credentials_of(service, auth), "iam_endpoint": "http://127.0.0.1", **changes}
    async with open_client(
        settings(endpoint="http://127.0.0.1", **chosen),
        now=time.now,
        monotonic=time.monotonic,
        sleep=time.sleep,
        environ={},
        wire=HttpWire(httpx.ASGITransport(app)),
    ) as sms:
        yield sms, service


async def ids_of(sms: SmsClient) -> list[str]:
    return [task.id async for page in sms.pages() for task in page.tasks]


@pytest.mark.parametrize("auth", AUTHS)
async def test_each_way_of_signing_in_reads_and_writes(auth: str) -> None:
    async with meeting("calm", auth) as (sms, service):
        ids = await ids_of(sms)
        assert len(ids) == service.size
        answers = [await sms.send(sms.prepare(STOP, task_id, {})) for task_id in ids]
    assert {answer.outcome for answer in answers} <= {Outcome.ACCEPTED, Outcome.REJECTED}
    assert Outcome.ACCEPTED in {answer.outcome for answer in answers}
    assert all(answer.request_id for answer in answers)


@pytest.mark.parametrize("auth", AUTHS)
async def test_wrong_credentials_are_told_as_such(auth: str) -> None:
    wrong: dict[str, Credentials] = {
        "token": TokenCredentials(Secret("wrong")),
        "password": PasswordCredentials("migration-operator", Secret("wrong"), "example-domain"),
        "key": KeyCredentials("AK", Secret("wrong"), project_id="p"),
    }
    async with meeting("calm", credentials=wrong[auth]) as (sms, _):
        with failing(TroubleKind.SIGN_IN):
            await read_overview(sms)


@pytest.mark.parametrize("scenario", ["war-room", "year-2022", "megabytes"])
async def test_everything_that_the_service_says_is_understood(scenario: str) -> None:
    async with meeting(scenario) as (sms, service):
        pages = [page async for page in sms.pages()]
        assert not [text for page in pages for text in page.broken]
        tasks = {task.id: task for page in pages for task in page.tasks}
        assert len(tasks) == pages[0].count == len(service.tasks)
        facts = {fact.task_id: fact async for page in sms.sources() for fact in page}
        for task_id, task in tasks.items():
            assert task.state is not TaskState.UNKNOWN
            assert facts[task_id].source_id == task.source.id
            detail = await sms.task(task_id)
            assert (detail.task.name, detail.task.state) == (task.name, task.state)
            assert (detail.task.stage and detail.task.stage.name) == (task.stage and task.stage.name)
            await sms.speed_limit(task_id)
        assert sum((await read_overview(sms)).values()) >= len(tasks)


async def test_a_large_world_is_listed_whole() -> None:
    async with meeting("hundred", tasks=1234) as (sms, service):
        assert len(set(await ids_of(sms))) == service.size == 1234


PARAMETERS = {"collect_log": {"bucket": "sms-logs"}, "speed_limit": {"rules": "08:00-20:00=100@10"}}


@pytest.mark.parametrize("name", OPERATIONS)
async def test_each_operation_is_understood_whatever_is_thought_of_it(name: str) -> None:
    async with meeting("war-room") as (sms, _):
        requests = [
            sms.prepare(OPERATIONS[name], task_id, PARAMETERS.get(name, {})) for task_id in await ids_of(sms)
        ]
        answers = [await sms.send(request) for request in requests]
    assert {answer.outcome for answer in answers} <= {Outcome.ACCEPTED, Outcome.REJECTED}
    codes = {answer.trouble.code for answer in answers if answer.trouble}
    assert not {code for code in codes if code.startswith("APIGW.")}


async def test_speed_rules_come_back_as_they_were_set() -> None:
    async with meeting("calm") as (sms, _):
        task_id = (await ids_of(sms))[0]
        sent = await sms.send(sms.prepare(SPEED_LIMIT, task_id, {"rules": "22:00-06:00=500@10"}))
        assert sent.outcome is Outcome.ACCEPTED
        rules = await sms.speed_limit(task_id)
    assert sorted(map(str, rules)) == ["00:00-06:00=500@10", "22:00-23:59=500@10"]


@pytest.mark.parametrize(("key", "worked"), [("param", True), ("params", False), ("both", True)])
async def test_a_strict_service_wants_the_schemas_spelling(key: str, worked: bool) -> None:
    async with meeting("year-2022", param_key=key) as (sms, _):
        prepared = [
            sms.prepare(COLLECT_LOG, task_id, {"bucket": "sms-logs"}) for task_id in await ids_of(sms)
        ]
        answers = [await sms.send(request) for request in prepared]
    assert (Outcome.ACCEPTED in {answer.outcome for answer in answers}) is worked


async def test_the_older_service_has_no_log_endpoint_and_the_setting_is_named() -> None:
    async with meeting("year-2022", log_api="endpoint") as (sms, _):
        task_id = (await ids_of(sms))[0]
        answer = await sms.send(sms.prepare(COLLECT_LOG, task_id, {"bucket": "sms-logs"}))
    assert answer.outcome is Outcome.REJECTED
    assert answer.trouble is not None
    assert "`log_api`" in answer.trouble.sentence


async def test_who_may_only_look_is_told_what_is_missing() -> None:
    async with meeting("read-only") as (sms, _):
        task_id = (await ids_of(sms))[0]
        answer = await sms.send(sms.prepare(STOP, task_id, {}))
    assert answer.outcome is Outcome.REJECTED
    assert answer.trouble is not None
    assert answer.trouble.kind is TroubleKind.DENIED
    assert "sms:server:" in answer.trouble.sentence


async def test_what_does_not_exist_is_not_found() -> None:
    async with meeting("calm") as (sms, _):
        with failing(TroubleKind.NOT_FOUND):
            await sms.task("00000000-0000-0000-0000-000000000000")
