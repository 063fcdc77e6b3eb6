"""Small worlds on a clock that stands still, and a client that is signed in to them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from msgspec.structs import replace

from sms_tui.simulator.serving.asgi import create_app
from sms_tui.simulator.world.clock import VirtualClock
from sms_tui.simulator.world.scenario import Role, Scenario
from sms_tui.simulator.world.scenarios import SCENARIOS
from tests.simulator.service import Service

SEED = 7


def world(scenario: str | Scenario = "calm", seed: int = SEED, **options: Any) -> Service:
    """A service whose clock moves only when it is told to."""
    chosen = SCENARIOS[scenario] if isinstance(scenario, str) else scenario
    return Service(chosen, seed, VirtualClock(speed=0), **options)


def scenario(*cast: Role, **traits: Any) -> Scenario:
    """A scenario in which nothing happens by itself."""
    return Scenario("made-up", "for one test", cast, **traits)


def changed(name: str, **traits: Any) -> Scenario:
    """A named scenario with some traits replaced."""
    return replace(SCENARIOS[name], **traits)


async def no_wait(_seconds: float) -> None:
    """Latency that takes no time."""


@asynccontextmanager
async def client_of(
    service: Service, *, signed_in: bool = True, **app: Any
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the service, in process."""
    app.setdefault("sleep", no_wait)
    headers = {"X-Auth-Token": service.credentials.token} if signed_in else {}
    transport = httpx.ASGITransport(create_app(service, **app))
    async with httpx.AsyncClient(transport=transport, base_url="http://sim", headers=headers) as client:
        yield client


async def operate(client: httpx.AsyncClient, task_id: str, operation: str, **more: Any) -> httpx.Response:
    """Ask for an operation."""
    return await client.post(f"/v3/tasks/{task_id}/action", json={"operation": operation, **more})


def pass_time(service: Service, seconds: float) -> None:
    """Let virtual time pass, and everything happen that is due."""
    service.clock.advance(seconds)
    service.advance_all()


ALLOWED = {
    "READY": {"RUNNING", "DELETING"},
    "RUNNING": {
        "SYNCING", "MIGRATE_SUCCESS", "MIGRATE_FAIL", "ABORTING", "SKIPPING", "READY",
    },
    "SYNCING": {"MIGRATE_SUCCESS", "SYNC_SUCCESS", "SYNC_FAIL", "MIGRATE_FAIL", "ABORTING", "SKIPPING"},
    "SKIPPING": {"RUNNING", "SYNCING"},
    "ABORTING": {"ABORT", "READY"},
    "ABORT": {"RUNNING", "SYNCING", "DELETING"},
    "MIGRATE_FAIL": {"RUNNING", "DELETING"},
    "SYNC_FAIL": {"SYNCING", "SYNC_F_ROLLBACKING", "DELETING"},
    "SYNC_F_ROLLBACKING": {"SYNC_F_ROLLBACK_SUCCESS"},
    "SYNC_F_ROLLBACK_SUCCESS": {"DELETING"},
    "MIGRATE_SUCCESS": {"SYNCING", "DELETING"},
    "SYNC_SUCCESS": {"SYNCING", "DELETING"},
}  # fmt: skip
"""Written down once more, from the published descriptions of the operations."""
