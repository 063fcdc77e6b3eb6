"""Reading the lists of a simulated service."""

from typing import Any

import httpx

from tests.simulator.service import Service
from tests.simulator.worlds import client_of


async def tasks_of(client: httpx.AsyncClient, **query: object) -> list[dict[str, Any]]:
    answer = await client.get("/v3/tasks", params={key: str(value) for key, value in query.items()})
    assert answer.status_code == 200, answer.text
    tasks: list[dict[str, Any]] = answer.json()["tasks"]
    return tasks


async def sources_of(service: Service, **query: str) -> set[str]:
    async with client_of(service) as client:
        answer = (await client.get("/v3/sources", params=query)).json()
    assert answer["count"] == len(answer["source_servers"])
    return {source["name"] for source in answer["source_servers"]}
