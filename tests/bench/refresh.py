"""A refresh of 10,000 tasks, 4 pages at a time, against raw sockets and the SDK; and what the tasks weigh."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import msgspec
import psutil

from sms_tui.api.answers.shapes import TaskShape
from sms_tui.api.client import SmsClient, open_client
from sms_tui.api.settings import ConnectionSettings, TokenCredentials
from sms_tui.domain.secret import Secret
from sms_tui.engine.clock import Clock
from sms_tui.engine.event_log import EventLog
from sms_tui.engine.reading.sweeper import Sweeper
from sms_tui.engine.store.store import Store
from sms_tui.engine.yield_point import YieldPoint
from tests.bench.measure import FLOOR, FLOOR_APP, PROGRAM, RAW, Figure, Tty, home, in_turn
from tests.bench.service import PAGE, serving

COUNT = 10_000
AT_ONCE = 4


class Shown(msgspec.Struct):
    """A page of which only the shown fields are decoded."""

    count: int
    tasks: list[TaskShape]


def refresh(rounds: int) -> Iterator[Figure]:
    """Wall time against raw sockets, CPU against the SDK; both clients keep their connections."""
    with serving(COUNT, churn=0.05) as environ:
        walls, cpus = asyncio.run(_ours_and_raw(environ, rounds))
        yield Figure("refresh of 10,000 tasks, wall", walls["ours"], "ms", 1.15, walls["raw"], RAW)
        yield Figure("refresh of 10,000 tasks, CPU", cpus["ours"], "ms", 2.0, cpus["raw"], RAW)
        sdk = _sdk_cpu(environ, max(rounds // 2, 1))
        yield Figure("refresh of 10,000 tasks, CPU", cpus["ours"], "ms", 0.125, sdk, "vendor's SDK")


async def _ours_and_raw(environ: dict[str, str], rounds: int) -> tuple[dict[str, float], dict[str, float]]:
    walls: dict[str, list[float]] = {"ours": [], "raw": []}
    cpus: dict[str, list[float]] = {"ours": [], "raw": []}
    async with _client(environ) as client:
        log = EventLog(time.time)
        sweeper = Sweeper(client, Store(log, time.time), log, Clock(), YieldPoint(), compares_clocks=False)
        raw = Raw(environ["SMS_TUI_ENDPOINT"])
        ways: dict[str, Callable[[], Awaitable[object]]] = {"ours": sweeper.read_tasks, "raw": raw.sweep}
        for number in range(rounds + 2):
            for name, way in ways.items():
                wall, cpu = time.perf_counter(), time.process_time()
                await way()
                if number > 1:
                    walls[name].append((time.perf_counter() - wall) * 1000)
                    cpus[name].append((time.process_time() - cpu) * 1000)
    middle = rounds // 2
    return (
        {name: sorted(values)[middle] for name, values in walls.items()},
        {name: sorted(values)[middle] for name, values in cpus.items()},
    )


@asynccontextmanager
async def _client(environ: dict[str, str]) -> AsyncIterator[SmsClient]:
    url = environ["SMS_TUI_ENDPOINT"]
    credentials = TokenCredentials(Secret(environ["SMS_TUI_TOKEN"]))
    async with open_client(ConnectionSettings(url, url, credentials), environ={}) as client:
        yield client


class Raw:
    """The least that fetches and decodes all pages."""

    def __init__(self, url: str) -> None:
        self._host, self._port = urlsplit(url).hostname or "", urlsplit(url).port or 0
        self._decoder = msgspec.json.Decoder(Shown)
        self._lines: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self.kept: list[Shown] | None = None
        """Where what was decoded goes, instead of nowhere"""

    def forget_lines(self) -> None:
        """Connect anew for the next sweep, as another loop has to."""
        self._lines.clear()

    async def sweep(self) -> None:
        """All pages, over connections that are kept."""
        while len(self._lines) < AT_ONCE:
            self._lines.append(await asyncio.open_connection(self._host, self._port))
        offsets = iter(range(0, COUNT, PAGE))
        await asyncio.gather(*(self._fetch(line, offsets) for line in self._lines))

    async def _fetch(
        self, line: tuple[asyncio.StreamReader, asyncio.StreamWriter], offsets: Iterator[int]
    ) -> None:
        reader, writer = line
        for offset in offsets:
            writer.write(b"GET /v3/tasks?limit=%d&offset=%d HTTP/1.1\r\nHost: x\r\n\r\n" % (PAGE, offset))
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            page = self._decoder.decode(await reader.readexactly(length))
            if self.kept is not None:
                self.kept.append(page)


def _sdk_cpu(environ: dict[str, str], rounds: int) -> float:
    """CPU milliseconds of one refresh with the vendor's SDK; threads would not make it less."""
    from huaweicloudsdkcore.auth.credentials import BasicCredentials
    from huaweicloudsdkcore.http.http_config import HttpConfig
    from huaweicloudsdksms.v3 import ListTasksRequest
    from huaweicloudsdksms.v3 import SmsClient as SdkClient

    credentials = BasicCredentials("made-up-key", "made-up-secret", "made-up-domain")
    config = HttpConfig(ignore_ssl_verification=True)
    builder = SdkClient.new_builder().with_credentials(credentials).with_http_config(config)
    client = builder.with_endpoint(environ["SMS_TUI_ENDPOINT"]).build()

    def sweep() -> float:
        began = time.process_time()
        for offset in range(0, COUNT, PAGE):
            client.list_tasks(ListTasksRequest(limit=PAGE, offset=offset))
        return (time.process_time() - began) * 1000

    return in_turn(rounds, {"sdk": sweep})["sdk"]


def memory(rounds: int) -> Iterator[Figure]:
    """RSS of the process tree: an empty table, 10,000 tasks, and the minimal app."""
    with home() as env, serving(COUNT, churn=0.05) as many, serving(0) as none:
        program = [*PROGRAM, "--debug-hud", "--interval", "1"]
        medians = in_turn(
            rounds,
            {
                "floor": lambda: _resident(FLOOR_APP, rb"ready-now", env),
                "empty": lambda: _resident(program, rb"rounds=1", {**env, **none}),
                "many": lambda: _resident(program, rb"10000 tasks.*rounds=1", {**env, **many}),
                "kept": lambda: _kept(many["SMS_TUI_ENDPOINT"]),
            },
        )
    kilobytes = (medians["many"] - medians["empty"]) * 1024 / COUNT
    yield Figure("10,000 tasks over HTTP", medians["many"], "MB", 2.3, medians["floor"], FLOOR)
    yield Figure(
        "each task over the empty table",
        kilobytes,
        "KB",
        0.7,
        medians["kept"],
        "kept as decoded",
        is_of_floor=False,
    )


def _kept(url: str) -> float:
    """Kilobytes of each task in a process that keeps what is shown of it, just as it is decoded."""
    script = f"from tests.bench.refresh import keep_all; keep_all({url!r})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return float(done.stdout)


def keep_all(url: str) -> None:
    """Print how many kilobytes each task takes that is decoded and kept."""
    process, raw = psutil.Process(), Raw(url)
    asyncio.run(raw.sweep())
    raw.forget_lines()
    before, raw.kept = process.memory_info().rss, []
    asyncio.run(raw.sweep())
    print((process.memory_info().rss - before) / 1024 / COUNT)


def _resident(program: tuple[str, ...] | list[str], pattern: bytes, env: dict[str, str]) -> float:
    """Megabytes two seconds after `pattern` was written: by then the first garbage is gone."""
    with Tty(program, env) as tty:
        tty.until(pattern)
        time.sleep(2.0)
        tree = psutil.Process(tty.process.pid)
        return sum(each.memory_info().rss for each in (tree, *tree.children(recursive=True))) / 2**20


def headless(rounds: int) -> Iterator[Figure]:
    """`tasks -o json` as a whole process, against one that fetches and decodes with raw sockets."""

    def timed(words: list[str], environ: dict[str, str]) -> float:
        began = time.perf_counter()
        subprocess.run(words, env=environ, stdout=subprocess.DEVNULL, check=True)
        return (time.perf_counter() - began) * 1000

    with home() as env, serving(COUNT) as client:
        environ = {**env, **client}
        script = (
            "import asyncio; from tests.bench.refresh import Raw; "
            f"asyncio.run(Raw({client['SMS_TUI_ENDPOINT']!r}).sweep())"
        )
        medians = in_turn(
            rounds,
            {
                "ours": lambda: timed([*PROGRAM, "tasks", "-o", "json"], environ),
                "floor": lambda: timed(
                    [sys.executable, "-c", script], {**environ, "PATH": os.environ["PATH"]}
                ),
            },
        )
    yield Figure("tasks -o json, 10,000 tasks", medians["ours"], "ms", 2.0, medians["floor"], RAW)
