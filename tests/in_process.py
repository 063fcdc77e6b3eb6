"""A simulated service in the process of the tests, which can then look into it."""

import httpx

from sms_tui.api.network.http import load_all
from sms_tui.simulator.serving.asgi import ConnectionLost, create_app
from sms_tui.simulator.world.world import Service


class InProcess(httpx.AsyncBaseTransport):
    """Hands requests to an application in this process; what it loses looks like a lost connection."""

    def __init__(self, service: Service) -> None:
        load_all()
        self._inner = httpx.ASGITransport(create_app(service))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        try:
            return await self._inner.handle_async_request(request)
        except ConnectionLost as lost:
            raise httpx.ReadError(str(lost) or "connection lost", request=request) from lost
