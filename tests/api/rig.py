"""What these tests stand on: a clock that is told to move, scripted answers, a server of bytes."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from sms_tui.api.answers.codec import document_of
from sms_tui.api.client import SmsClient, open_client
from sms_tui.api.errors import ApiError
from sms_tui.api.network.http import HttpWire
from sms_tui.api.settings import ConnectionSettings, KeyCredentials, PasswordCredentials, TokenCredentials
from sms_tui.domain.operations import STOP
from sms_tui.domain.outcome import Outcome, TroubleKind
from sms_tui.domain.secret import Redactor, Secret

FIXTURES = Path(__file__).parent.parent / "fixtures"
ENDPOINT = "https://sms.example.com"
IAM = "https://iam.example.com"
TOKEN = "CANARY-TOKEN-5f1c8a77b2e94d0e"
PASSWORD = "CANARY-PASSWORD-91b2c3d4e5"
SECRET_KEY = "CANARY-SECRET-KEY-0a1b2c3d4e5f6a7b"
TASK_ID = "b1c6cf6e-9927-5b40-98d0-1afee14df7ce"
START = 1_659_680_000.0
"""Epoch seconds at which every test begins"""

TOKEN_CREDENTIALS = TokenCredentials(Secret(TOKEN))
PASSWORD_CREDENTIALS = PasswordCredentials(
    "migration-operator", Secret(PASSWORD), "example-domain", scope_project="ap-southeast-3"
)
KEY_CREDENTIALS = KeyCredentials("EXAMPLEAK0123456789A", Secret(SECRET_KEY), project_id="0123456789abcdef")


def fixture(name: str) -> Any:
    """The parsed content of a fixture."""
    return json.loads((FIXTURES / name).read_bytes())


@contextmanager
def failing(kind: TroubleKind, match: str | None = None) -> Iterator[pytest.ExceptionInfo[ApiError]]:
    """What is done in it has to raise an error with trouble of that kind."""
    with pytest.raises(ApiError, match=match) as caught:
        yield caught
    assert caught.value.trouble.kind is kind


class Time:
    """A clock whose sleepers move it on: whoever sleeps, all of the time passes at once."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.suspended = 0.0
        """Seconds that only the wall clock saw"""
        self.sleeps: list[float] = []

    def now(self) -> float:
        return START + self.passed + self.suspended

    def monotonic(self) -> float:
        return 1000.0 + self.passed

    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.passed += seconds
        await asyncio.sleep(0)


Handler = Callable[[httpx.Request], httpx.Response | Awaitable[httpx.Response]]


def settings(**changes: Any) -> ConnectionSettings:
    """Settings for a service that is not on this machine, with a token."""
    chosen: dict[str, Any] = {"endpoint": ENDPOINT, "iam_endpoint": IAM, "credentials": TOKEN_CREDENTIALS}
    return ConnectionSettings(**{**chosen, **changes})


@asynccontextmanager
async def client(
    handler: Handler | None,
    *,
    time: Time | None = None,
    environ: Mapping[str, str] | None = None,
    redactor: Redactor | None = None,
    **changes: Any,
) -> AsyncIterator[SmsClient]:
    """A client whose network is `handler`, or the real one if None."""
    clock = time or Time()
    wire = None if handler is None else HttpWire(httpx.MockTransport(handler))
    async with open_client(
        settings(**changes),
        now=clock.now,
        monotonic=clock.monotonic,
        sleep=clock.sleep,
        random=lambda: 0.5,
        environ=environ or {},
        redactor=redactor,
        wire=wire,
    ) as made:
        yield made


async def send_stop(sms: SmsClient) -> Outcome:
    """Send one operation; what it proved."""
    return (await sms.send(sms.prepare(STOP, TASK_ID, {}))).outcome


def date_header(epoch: float) -> dict[str, str]:
    """The header `Date` for a moment."""
    return {"Date": format_datetime(datetime.fromtimestamp(epoch, UTC), usegmt=True)}


@dataclass
class Iam:
    """A sign-in service that issues numbered tokens."""

    time: Time
    life: float = 24 * 3600.0
    skew: float = 0.0
    """Seconds its clock is ahead"""
    failures: list[httpx.Response | Exception] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    issued: list[str] = field(default_factory=list)

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.bodies.append(json.loads(request.content))
        if self.failures:
            failure = self.failures.pop(0)
            if isinstance(failure, Exception):
                raise failure
            return failure
        here = self.time.now() + self.skew
        self.issued.append(f"CANARY-ISSUED-{len(self.issued)}-77aa88bb99cc")
        document = {"token": {"issued_at": _iso(here), "expires_at": _iso(here + self.life)}}
        headers = {"X-Subject-Token": self.issued[-1], **date_header(here)}
        return httpx.Response(201, json=document, headers=headers)


def _iso(epoch: float) -> str:
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass
class Connection:
    """One connection as the byte server saw it."""

    requests: list[bytes] = field(default_factory=list)


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter, bytes], Awaitable[bool]]
"""Answers one request (its bytes given); False closes the connection"""


class ByteServer:
    """A server that records every byte of every connection and answers as told."""

    def __init__(self, talk: Talk, ssl: Any = None) -> None:
        self._talk = talk
        self._ssl = ssl
        self.connections: list[Connection] = []
        self.port = 0
        self.arrived = asyncio.Event()
        """Set once a whole request has come"""
        self._busy: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "ByteServer":
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, ssl=self._ssl)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._server.close()
        for task in self._busy:
            task.cancel()
        await asyncio.gather(*self._busy, return_exceptions=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def requests(self) -> list[bytes]:
        return [request for connection in self.connections for request in connection.requests]

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection()
        self.connections.append(connection)
        try:
            while request := await _one_request(reader):
                connection.requests.append(request)
                self.arrived.set()
                if not await self._talk(reader, writer, request):
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


async def _one_request(reader: asyncio.StreamReader) -> bytes:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    length = 0
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    return head + await reader.readexactly(length)


def plain(
    body: bytes, status: str = "200 OK", headers: str = "", content_type: str = "application/json"
) -> bytes:
    """A whole answer."""
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
    )
    return head.encode("latin-1") + body


def always(answer: bytes, *, keep: bool = True) -> Talk:
    """Give the same bytes for every request."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bool:
        writer.write(answer)
        await writer.drain()
        return keep

    return talk


async def read_overview(sms: SmsClient) -> dict[str, Any]:
    """The plainest of reads, which the program has no use for: one small document, whatever is in it."""
    body = await sms._one("/v3/sources/overview", "sms:server:overview")
    return sms._decoded(lambda: document_of(body))
